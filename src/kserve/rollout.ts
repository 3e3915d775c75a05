/**
 * A Rollout: one thing that splits traffic. Plain data, the one vocabulary of tree, lens, hover, panel and plans.
 */
import type { ComponentName, ObjectRef, PodTrouble } from './objects.ts';

export type RolloutApi = 'Knative' | 'Standard' | 'None';

/**
 * As far as the objects tell: `deploying` nothing serves yet; `stable` one revision has all traffic; `canary` two share it, or the
 * newest is kept at 0 %; `changing` a change is on its way; `failing` the newest revision cannot get ready; `stopped` by the stop
 * annotation; `unknown` the objects do not say.
 */
export type Phase = 'deploying' | 'stable' | 'canary' | 'changing' | 'failing' | 'stopped' | 'unknown';

/**
 * `stable` the one that a promotion rolled out (kubectl's PREV, or the only one); `canary` kubectl's LATEST beside a stable one;
 * `starting` newest, and not ready yet; `previous` the one that a rollback would return to; `superseded` any other.
 */
export type Role = 'stable' | 'canary' | 'starting' | 'previous' | 'superseded';

/** Why a revision does not get ready by waiting, from the deepest object that tells. */
export interface Trouble {
  readonly kind: PodTrouble['kind'] | 'revision' | 'service';
  /** In the cluster's own words; may be empty. */
  readonly detail: string;
}

export interface PodCount {
  readonly ready: number;
  /** Without those that are terminating. */
  readonly total: number;
}

export interface Variant {
  /** Whole revision name, `sklearn-iris-predictor-00002`. */
  readonly name: string;
  /** `00002` where the name ends so, else the whole name. */
  readonly shortName: string;
  readonly role: Role;
  /** Percent that the route gives it now, 0 to 100; absent when it is in no route. */
  readonly routed?: number;
  readonly ready: boolean;
  readonly trouble?: Trouble;
  readonly modelUri?: string;
  /** Absent where pods could not be read. */
  readonly pods?: PodCount;
  /** The tag and URL under which it is reached alone, from the status. */
  readonly tag?: string;
  readonly url?: string;
}

export type WarningCode =
  | 'same-model' | 'zero-keeps-pods' | 'zero-left-over' | 'percent-ignored' | 'percent-out-of-range'
  | 'partial-rollback' | 'replaces-rollback-target' | 'makes-revision' | 'stop-forgets-revisions' | 'abort-by-model' | 'cold-start';

export interface Warning {
  readonly code: WarningCode;
  /** Revision names, models and numbers it speaks of, for the words. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

export interface Rollout {
  readonly service: ObjectRef;
  readonly component: ComponentName;
  readonly api: RolloutApi;
  readonly phase: Phase;
  /** Those in the route newest first, after a newer one that is still starting; then the others, newest first. */
  readonly variants: readonly Variant[];
  /** What the live spec asks for. */
  readonly spec: { readonly percent?: number; readonly modelUri?: string; readonly modelKey: string; readonly tagged: boolean; readonly stopped: boolean };
  /** KServe's bookkeeping, on which it decides what a rollback returns to. */
  readonly revisions: { readonly created?: string; readonly ready?: string; readonly rolledOut?: string; readonly previous?: string };
  /** The route carries its traffic (its condition is not False or Unknown). */
  readonly routeReady: boolean;
  /** Requests are answered, whatever `Ready` says: it flips in every rollout. */
  readonly serving: boolean;
  /** kubectl's READY column; empty before the first status. */
  readonly ready: string;
  /** The live split's URL, from the status. */
  readonly url?: string;
  /** What holds the whole back, where it is not one revision (a refused percent, a failed reconcile). */
  readonly trouble?: Trouble;
  readonly warnings: readonly Warning[];
}

/** The variant with this role, the newest if there are several. */
export function variant(rollout: Rollout, role: Role): Variant | undefined {
  return rollout.variants.find((candidate) => candidate.role === role);
}
