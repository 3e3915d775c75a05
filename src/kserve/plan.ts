/**
 * Plans: what a verb will do, before it is done. A verb becomes a Change of four fields; what the controllers make of it is predicted
 * from KServe's own bookkeeping; the same Change becomes a merge patch for the cluster and edits for the manifest.
 */
import type { ComponentName } from './objects.ts';
import type { Rollout, Warning } from './rollout.ts';

export type Verb =
  | { readonly kind: 'start-canary'; readonly percent: number; readonly modelUri?: string; readonly tagged?: boolean }
  | { readonly kind: 'shift'; readonly percent: number }
  | { readonly kind: 'promote' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'roll-back' }
  | { readonly kind: 'tag-urls'; readonly enabled: boolean }
  | { readonly kind: 'stop' }
  | { readonly kind: 'resume' }
  /** The service is created from its manifest. */
  | { readonly kind: 'deploy' }
  /** The fields as the manifest has them. */
  | { readonly kind: 'apply'; readonly facts: Change }
  | { readonly kind: 'undo'; readonly of: VerbKind; readonly facts: Change };
export type VerbKind = Verb['kind'];

/** The fields of an InferenceService that verbs change, as they stand; null = absent. */
export interface Facts {
  readonly percent: number | null;
  readonly modelUri: string | null;
  /** The annotation's raw value. */
  readonly tagRouting: string | null;
  readonly stop: string | null;
}

/** Fields to set; null removes; absent leaves alone. */
export type Change = Partial<Facts>;

export interface Share {
  /** Revision name; null for one that does not exist yet. */
  readonly revision: string | null;
  readonly percent: number;
  readonly modelUri?: string;
}

/** What must be true at the end: judged by `follow`. */
export interface Expectation {
  readonly shares: readonly Share[];
  /** A template changed: a revision later than `createdBefore` must come, and serve as the newest. */
  readonly newRevision: boolean;
  readonly createdBefore?: string;
  readonly tagged: boolean;
  readonly stopped: boolean;
}

export interface Plan {
  readonly verb: Verb;
  readonly service: Rollout['service'];
  readonly component: ComponentName;
  readonly modelKey: string;
  readonly change: Change;
  /** The fields as the plan found them: it is void when they are other ones. */
  readonly facts: Facts;
  readonly before: readonly Share[];
  readonly expected: Expectation;
  readonly warnings: readonly Warning[];
}

export type RefusalCode =
  | 'not-knative' | 'no-canary' | 'nothing-to-roll-back-to' | 'canary-not-ready' | 'other-model-in-file' | 'in-flight'
  | 'percent-range' | 'nothing-to-change' | 'stopped' | 'not-stopped' | 'shift-to-hundred' | 'already-there' | 'no-storage-uri';

/** Why a verb cannot do what it says. */
export interface Refusal {
  readonly refused: RefusalCode;
  readonly verb: Verb;
  readonly evidence: Readonly<Record<string, string | number>>;
}

/** The plan of a creation: `service` as the API server answered it (uid and all). */
export function deployPlan(service: Rollout['service'], component: ComponentName, facts: Facts): Plan {
  return {
    verb: { kind: 'deploy' },
    service,
    component,
    modelKey: 'model',
    change: {},
    facts,
    before: [],
    expected: {
      shares: [{ revision: null, percent: 100, ...(facts.modelUri !== null && { modelUri: facts.modelUri }) }],
      newRevision: true,
      tagged: facts.tagRouting === 'true',
      stopped: facts.stop === 'true',
    },
    warnings: [],
  };
}

export function isRefusal(planned: Plan | Refusal): planned is Refusal {
  return 'refused' in planned;
}
