/**
 * A Rollout: one thing that splits traffic. Plain data, the one vocabulary of tree, lens, hover, panel and plans.
 */
import type { ComponentName, ObjectRef } from './objects.ts';

export type RolloutApi = 'Knative' | 'Standard' | 'None';

/**
 * As far as the objects tell: `deploying` nothing serves yet; `stable` one revision has all traffic; `canary` two share it, or the
 * newest is kept at 0 %; `changing` a change is on its way; `failing` the newest revision cannot get ready; `stopped` the stop
 * annotation; `unknown` the objects do not say.
 */
export type Phase = 'deploying' | 'stable' | 'canary' | 'changing' | 'failing' | 'stopped' | 'unknown';

/** `stable` kubectl's PREV, or the only one; `canary` kubectl's LATEST beside a stable one; `superseded` in no route any more. */
export type Role = 'stable' | 'canary' | 'superseded' | 'starting';

export interface Variant {
  /** Whole revision name, `sklearn-iris-predictor-00002`. */
  readonly name: string;
  /** `00002` where the name ends so, else the whole name. */
  readonly shortName: string;
  readonly role: Role;
  /** Percent that the route gives it now, 0 to 100; absent when it is in no route. */
  readonly routed?: number;
  readonly ready: 'ready' | 'not-ready' | 'unknown';
  /** Why it is not ready, as deep as the objects go: the pod's message before the revision's before the service's. */
  readonly reason?: string;
  /** The reason is final or repeats (a failed load, a crash loop), not a start that takes its time. */
  readonly failing: boolean;
  readonly modelUri?: string;
  readonly pods: { readonly ready: number; readonly total: number };
  /** How to reach it alone: the tag and the URL, both from the status. */
  readonly tag?: string;
  readonly url?: string;
}

export interface Warning {
  /** Stable, kebab-case. */
  readonly code: string;
  /** The revisions or fields it speaks of, for the words. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

export interface Rollout {
  readonly service: ObjectRef;
  readonly component: ComponentName;
  readonly api: RolloutApi;
  readonly phase: Phase;
  /** Newest first among those in the route, then the others, newest first. */
  readonly variants: readonly Variant[];
  /** The percent in the live spec. */
  readonly specPercent?: number;
  readonly specModelUri?: string;
  /** `serving.kserve.io/enable-tag-routing` is exactly "true". */
  readonly tagged: boolean;
  /** Something answers requests: routes with traffic, whatever `Ready` says (it flips during every rollout). */
  readonly serving: boolean;
  /** kubectl's READY column. */
  readonly ready: string;
  /** The live split's URL, from the status. */
  readonly url?: string;
  /** Why it is not as asked for, for the whole. */
  readonly reason?: string;
  readonly warnings: readonly Warning[];
}
