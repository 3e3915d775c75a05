import type { StoredObject } from '../../api/types.ts';
import { at, integer, items, text } from '../fields.ts';
import { timestamp } from '../time.ts';

/** One run of a container that is over. */
interface Run {
  exitCode: number;
  message?: string;
  startedAt: string;
  finishedAt: string;
}

/** What one of a pod's containers is doing. */
export type ContainerState =
  | { kind: 'waiting'; reason: 'PodInitializing' }
  | { kind: 'running'; since: string; ready: boolean }
  | ({ kind: 'ended' } & Run)
  | ({ kind: 'backOff'; seconds: number } & Run);

/** What its kubelet knows of a pod. */
export interface PodFacts {
  ip: string;
  startTime: string;
  /** Undefined: the pod has no storage initializer. */
  initializer: ContainerState | undefined;
  server: ContainerState;
  /** How often the container that fails was started again. */
  restarts: number;
}

/** A pod's status as a kubelet writes it, for a pod with the containers that `podTemplate.ts` gives it. */
export function podStatus(pod: StoredObject, facts: PodFacts): object {
  const { initializer, server } = facts;
  const initialized = initializer === undefined || (initializer.kind === 'ended' && initializer.exitCode === 0);
  const ready = server.kind === 'running' && server.ready;
  const waiting = !initialized;
  const condition = conditionWriter(pod);
  // Nothing probes the model's container itself: it counts as ready while it runs, and queue-proxy tells whether it answers.
  const running = server.kind === 'running' ? { ...server, ready: true } : server;
  const names = server.kind === 'running' ? 'queue-proxy' : 'kserve-container queue-proxy';
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  return {
    phase: waiting ? 'Pending' : 'Running',
    conditions: [
      condition('PodReadyToStartContainers', true),
      condition(
        'Initialized',
        initialized,
        { reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [storage-initializer]' },
      ),
      condition('Ready', ready, unready),
      condition('ContainersReady', ready, unready),
      condition('PodScheduled', true),
    ],
    ...(initializer === undefined
      ? {}
      : { initContainerStatuses: [containerStatus(pod, 'initContainers', 'storage-initializer', initializer, waiting ? facts.restarts : 0)] }),
    containerStatuses: [
      containerStatus(pod, 'containers', 'kserve-container', running, waiting ? 0 : facts.restarts),
      containerStatus(
        pod,
        'containers',
        'queue-proxy',
        waiting ? { kind: 'waiting', reason: 'PodInitializing' } : { kind: 'running', since: facts.startTime, ready },
        0,
      ),
    ],
    hostIP: '10.244.0.1',
    podIP: facts.ip,
    podIPs: [{ ip: facts.ip }],
    qosClass: 'Burstable',
    startTime: facts.startTime,
  };
}

function conditionWriter(pod: StoredObject): (type: string, holds: boolean, otherwise?: object) => object {
  const before = items(at(pod, 'status', 'conditions'));
  return (type, holds, otherwise = {}) => {
    const status = holds ? 'True' : 'False';
    const old = before.find((entry) => at(entry, 'type') === type && at(entry, 'status') === status);
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: text(at(old, 'lastTransitionTime')) ?? timestamp(),
      ...(holds ? {} : otherwise),
    };
  };
}

function containerStatus(pod: StoredObject, list: string, name: string, now: ContainerState, restarts: number): object {
  const container = items(at(pod, 'spec', list)).find((entry) => at(entry, 'name') === name);
  const image = text(at(container, 'image')) ?? '';
  const started = now.kind !== 'waiting';
  const before = items(at(pod, 'status', list === 'containers' ? 'containerStatuses' : 'initContainerStatuses')).find(
    (entry) => at(entry, 'name') === name,
  );
  const isInitializer = list === 'initContainers';
  return {
    name,
    image,
    imageID: started ? image : '',
    ...(started ? { containerID: `containerd://${pod.metadata.uid}-${name}-${restarts}` } : {}),
    ready: now.kind === 'running' ? now.ready : isInitializer && now.kind === 'ended' && now.exitCode === 0,
    restartCount: Math.max(restarts, integer(at(before, 'restartCount')) ?? 0),
    ...(started ? { started: !isInitializer && now.kind === 'running' } : {}),
    lastState: now.kind === 'backOff' ? { terminated: terminated(now) } : lastState(before, now),
    state: containerState(pod, name, now),
  };
}

/** A container that runs again keeps how its last run ended. */
function lastState(before: unknown, now: ContainerState): unknown {
  return now.kind === 'running' ? (at(before, 'lastState') ?? {}) : {};
}

function containerState(pod: StoredObject, name: string, now: ContainerState): object {
  switch (now.kind) {
    case 'waiting':
      return { waiting: { reason: now.reason } };
    case 'running':
      return { running: { startedAt: now.since } };
    case 'ended':
      return { terminated: terminated(now) };
    case 'backOff': {
      const where = `${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})`;
      const message = `back-off ${backOffText(now.seconds)} restarting failed container=${name} pod=${where}`;
      return { waiting: { message, reason: 'CrashLoopBackOff' } };
    }
  }
}

/** As Go prints a duration: 40s, 2m40s, 5m0s. */
function backOffText(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function terminated(run: Run): object {
  return {
    exitCode: run.exitCode,
    finishedAt: run.finishedAt,
    ...(run.message === undefined ? {} : { message: run.message }),
    reason: run.exitCode === 0 ? 'Completed' : 'Error',
    startedAt: run.startedAt,
  };
}
