import { at, defined, integer, list, text } from './json.ts';
import type { Condition, Pod, PodTrouble } from './objects.ts';
import { readConditions } from './readInferenceService.ts';
import { serviceLabel } from './readRevision.ts';

/** The projection of a pod of an InferenceService's revision; undefined for any other. Never throws. */
export function readPod(object: unknown): Pod | undefined {
  const labels = at(object, 'metadata', 'labels');
  const name = text(at(object, 'metadata', 'name'));
  const service = text(at(labels, serviceLabel));
  const revision = text(at(labels, 'serving.knative.dev/revision'));
  if (!name || !service || !revision) return undefined;
  const conditions = readConditions(at(object, 'status', 'conditions'));
  const ending = at(object, 'metadata', 'deletionTimestamp') !== undefined;
  const ready = !ending && conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return defined<Pod>({
    namespace: text(at(object, 'metadata', 'namespace')) ?? '',
    name,
    service,
    revision,
    ready,
    phase: ending ? 'Terminating' : (text(at(object, 'status', 'phase')) ?? 'Unknown'),
    trouble: ready || ending ? undefined : troubleOf(object, conditions),
  });
}

function troubleOf(pod: unknown, conditions: readonly Condition[]): PodTrouble | undefined {
  const unschedulable = conditions.find(({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable');
  if (unschedulable) return { kind: 'schedule', detail: unschedulable.message ?? '' };
  for (const container of list(at(pod, 'status', 'initContainerStatuses'))) {
    const trouble = containerTrouble(container, 'load');
    if (trouble) return trouble;
  }
  // queue-proxy is never ready before the model server is: its own state says nothing about the cause.
  for (const container of list(at(pod, 'status', 'containerStatuses')).filter((status) => at(status, 'name') !== 'queue-proxy')) {
    const trouble = containerTrouble(container, 'crash');
    if (trouble) return trouble;
  }
  return undefined;
}

/** `ended` says what an exit with an error means: the storage initializer could not load, or the server crashed. */
function containerTrouble(container: unknown, ended: 'load' | 'crash'): PodTrouble | undefined {
  const waiting = at(container, 'state', 'waiting');
  const reason = text(at(waiting, 'reason')) ?? '';
  const message = text(at(waiting, 'message')) ?? '';
  if (['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'].includes(reason)) return { kind: 'image', detail: message || reason };
  if (['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'].includes(reason)) return { kind: 'config', detail: message || reason };
  // An init container that failed, was run again and ended well.
  if (integer(at(container, 'state', 'terminated', 'exitCode')) === 0) return undefined;
  for (const state of [at(container, 'state'), at(container, 'lastState')]) {
    const exit = integer(at(state, 'terminated', 'exitCode'));
    if (exit !== undefined && exit !== 0) {
      return { kind: ended, detail: lastLine(text(at(state, 'terminated', 'message'))) ?? `exit code ${String(exit)}` };
    }
  }
  return reason === 'CrashLoopBackOff' ? { kind: ended, detail: message } : undefined;
}

/** The last line that is not empty: in a log tail or a traceback it names the cause. What a logger puts before it is left out. */
export function lastLine(value: string | undefined): string | undefined {
  return value?.split('\n').map((line) => line.trim()).filter((line) => line !== '').at(-1)?.replace(loggerPrefix, '');
}

/** Python's logging as KServe sets it up: time, process, logger, level, `[module:function():line]`. */
const loggerPrefix = /^\d{4}-\d\d-\d\d \S+ (?:\S+ ){0,2}(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) (?:\[[^\]]*\] )?/;
