import { at, integer, items, record, text } from '../fields.ts';
import { verdictOf } from '../conditions.ts';

type ModelState = 'Pending' | 'Loading' | 'Loaded' | 'FailedToLoad';

interface Failure {
  reason: string;
  message?: string;
  exitCode?: number;
}

const transitions: { readonly [S in ModelState]: string } = {
  Pending: 'InProgress',
  Loading: 'InProgress',
  Loaded: 'UpToDate',
  FailedToLoad: 'BlockedByFailedLoad',
};

/** What the model status rests on. */
export interface ModelFacts {
  /** The InferenceService's `Ready` at this point of the reconcile: at a first deployment that is before the ingress is made. */
  ready: boolean;
  /** The latest created revision is the latest ready one. */
  upToDate: boolean;
  /** One of the Knative Service's conditions is False. */
  failed: boolean;
  /** The pods of the latest created revision. */
  pods: readonly unknown[];
}

/**
 * `status.modelStatus` after a reconcile (`inference_service_status.go PropagateModelStatus`, KServe v0.20.0). It speaks of the
 * latest created revision only, and never forgets the last failure.
 */
export function modelStatus(before: unknown, facts: ModelFacts): object {
  const ready = facts.pods.filter((pod) => verdictOf(pod, 'Ready')?.status === 'True').length;
  const copies = { failedCopies: 0, ...(ready === 0 ? {} : { totalCopies: ready }) };
  const found = judge(facts);
  if (found === 'unclear') {
    return { ...record(before), copies };
  }
  return {
    ...record(before),
    copies,
    states: {
      activeModelState: found.state === 'Loaded' ? 'Loaded' : (text(at(before, 'states', 'activeModelState')) ?? ''),
      targetModelState: found.state,
    },
    transitionStatus: transitions[found.state],
    ...(found.failure === undefined ? {} : { lastFailureInfo: found.failure }),
  };
}

/** The status of a predictor that no runtime can serve (`UpdateModelTransitionStatus`). */
export function invalidSpec(before: unknown, failure: Failure): object {
  return {
    ...record(before),
    states: { activeModelState: text(at(before, 'states', 'activeModelState')) ?? '', targetModelState: 'FailedToLoad' },
    transitionStatus: 'InvalidSpec',
    lastFailureInfo: failure,
  };
}

function judge(facts: ModelFacts): { state: ModelState; failure?: Failure } | 'unclear' {
  const [pod] = facts.pods;
  if (pod === undefined) {
    return { state: facts.failed ? 'FailedToLoad' : 'Pending' };
  }
  const initializer = containerStatus(pod, 'initContainerStatuses', 'storage-initializer');
  if (at(initializer, 'state', 'running') !== undefined) {
    return at(initializer, 'lastState', 'terminated') === undefined ? { state: 'Loading' } : 'unclear';
  }
  const failure = failureOf(initializer);
  if (failure !== undefined) {
    return { state: 'FailedToLoad', failure };
  }
  if (facts.ready && facts.upToDate) {
    return { state: 'Loaded' };
  }
  const crash = failureOf(containerStatus(pod, 'containerStatuses', 'kserve-container'));
  return crash === undefined ? { state: 'Pending' } : { state: 'FailedToLoad', failure: crash };
}

function containerStatus(pod: unknown, list: string, name: string): unknown {
  return items(at(pod, 'status', list)).find((status) => at(status, 'name') === name);
}

function failureOf(status: unknown): Failure | undefined {
  const ended = at(status, 'state', 'terminated');
  if (at(ended, 'reason') === 'Error') {
    return loadFailed(ended);
  }
  return at(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff' ? loadFailed(at(status, 'lastState', 'terminated')) : undefined;
}

function loadFailed(ended: unknown): Failure {
  const message = text(at(ended, 'message'));
  return {
    reason: 'ModelLoadFailed',
    ...(message === undefined ? {} : { message }),
    exitCode: integer(at(ended, 'exitCode')) ?? 1,
  };
}
