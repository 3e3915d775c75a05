import assert from 'node:assert/strict';
import type { StoredObject } from '../../../../src/playground/api/types.ts';
import { at, items } from '../../../../src/playground/controllers/fields.ts';
import { podStatus, type PodFacts } from '../../../../src/playground/controllers/workload/podStatus.ts';

const startTime = '2026-11-23T22:33:23Z';
const pod: StoredObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a-pod', namespace: 'ns', uid: 'a-uid', resourceVersion: '1', creationTimestamp: startTime },
  spec: {
    initContainers: [{ name: 'storage-initializer', image: 'kserve/storage-initializer:v0.20.0' }],
    containers: [{ name: 'kserve-container', image: 'kserve/sklearnserver:v0.20.0' }, { name: 'queue-proxy', image: 'queue:v1.21.1' }],
  },
};
const facts: PodFacts = {
  ip: '10.244.0.20',
  startTime,
  initializer: { kind: 'ended', exitCode: 0, startedAt: startTime, finishedAt: startTime },
  server: { kind: 'running', since: startTime, ready: false },
  restarts: 0,
};

describe('podStatus', () => {
  it('leaves the init containers as they were when the server gets ready: KServe listens to their changes alone', () => {
    const loading = podStatus(pod, facts);
    const ready = podStatus(pod, { ...facts, server: { kind: 'running', since: startTime, ready: true } });
    assert.deepEqual(at(ready, 'initContainerStatuses'), at(loading, 'initContainerStatuses'));
    assert.deepEqual(at(items(at(loading, 'initContainerStatuses'))[0], 'state'), {
      terminated: { exitCode: 0, reason: 'Completed', startedAt: startTime, finishedAt: startTime },
    });
  });

  it('tells of the pause before a failed container starts again as a kubelet does', () => {
    const run = { exitCode: 1, message: 'no model', startedAt: startTime, finishedAt: startTime };
    const status = podStatus(pod, {
      ...facts,
      initializer: { kind: 'backOff', seconds: 160, ...run },
      server: { kind: 'waiting', reason: 'PodInitializing' },
      restarts: 5,
    });
    assert.equal(at(status, 'phase'), 'Pending');
    const initializer = items(at(status, 'initContainerStatuses'))[0];
    assert.equal(at(initializer, 'restartCount'), 5);
    assert.deepEqual(at(initializer, 'lastState'), { terminated: { ...run, reason: 'Error' } });
    assert.deepEqual(at(initializer, 'state', 'waiting'), {
      reason: 'CrashLoopBackOff',
      message: 'back-off 2m40s restarting failed container=storage-initializer pod=a-pod_ns(a-uid)',
    });
  });
});
