import assert from 'node:assert/strict';
import { at } from '../../../../src/playground/api/fields.ts';
import type { LogLine } from '../../../../src/playground/api/pod-logs.ts';
import { type Playground, type Reply, startPlayground } from './support.ts';

const PODS = '/api/v1/namespaces/default/pods';
const LINES: readonly LogLine[] = ['one', 'two', 'three'].map((text, index) => ({ time: `2026-01-01T00:00:0${index}.000Z`, text }));

/** The test's time limit is its end. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('playground API: logs of pods', () => {
  let playground: Playground;
  const listeners = new Set<(line: LogLine) => void>();

  beforeEach(async () => {
    listeners.clear();
    const logs = {
      lines: () => LINES,
      listen: (_pod: string, listener: (line: LogLine) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    playground = await startPlayground({ logs });
    const { store } = playground;
    const type = store.type('/Pod');
    const spec = { containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }] };
    const made = store.create(type, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec });
    const failed = { exitCode: 1, finishedAt: '2026-01-01T00:00:00Z', message: 'it\nbroke\n' };
    const status = {
      containerStatuses: [
        { name: 'a', state: { running: {} }, lastState: { terminated: failed } },
        { name: 'b', state: { waiting: { reason: 'PodInitializing' } } },
      ],
      initContainerStatuses: [{ name: 'i', state: { terminated: failed } }],
    };
    store.update(type, { ...made, status }, { subresource: 'status' });
  });

  afterEach(() => playground.stop());

  const log = (query: string): Promise<Reply> => playground.request(`${PODS}/p/log?${query}`);

  for (const [query, wanted] of [
    ['container=a', 'one\ntwo\nthree\n'],
    ['container=a&tailLines=2', 'two\nthree\n'],
    ['container=a&tailLines=0', ''],
    ['container=a&limitBytes=5', 'one\nt'],
    ['container=a&sinceTime=2026-01-01T00:00:02Z', 'three\n'],
    ['container=a&sinceSeconds=1', ''],
    ['container=a&tailLines=1&timestamps=true', '2026-01-01T00:00:02.000Z three\n'],
    ['container=a&previous=true', 'it\nbroke\n'],
    ['container=i', 'it\nbroke\n'],
  ] as const) {
    it(`shows ${query}`, async () => {
      const { status, text, headers } = await log(query);
      assert.deepEqual([status, text, headers['content-type']], [200, wanted, 'text/plain']);
    });
  }

  for (const [query, status, wanted] of [
    ['', 400, 'a container name must be specified for pod p, choose one of: [i a b]'],
    ['container=x', 400, 'container x is not valid for pod p'],
    ['container=b', 400, 'container "b" in pod "p" is waiting to start: PodInitializing'],
    ['container=b&previous=true', 400, 'previous terminated container "b" in pod "p" not found'],
    ['container=a&tailLines=-1', 422, 'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['container=a&sinceSeconds=0', 422, 'PodLogOptions "p" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
  ] as const) {
    it(`refuses ${query === '' ? 'no container' : query}`, async () => {
      const { status: given, body } = await log(query);
      assert.deepEqual([given, at(body, 'message')], [status, wanted]);
    });
  }

  it('refuses the log of a pod that is not there, and anything but a GET', async () => {
    assert.equal((await playground.request(`${PODS}/none/log`)).status, 404);
    assert.equal((await playground.request(`${PODS}/p/log`, { method: 'POST' })).status, 405);
  });

  it('follows a log until the pod is gone', async () => {
    const following = log('container=a&follow=true&tailLines=1');
    await until(() => listeners.size > 0);
    listeners.forEach((listener) => listener({ time: '', text: 'four' }));
    playground.store.delete(playground.store.type('/Pod'), { namespace: 'default', name: 'p' });
    assert.equal((await following).text, 'three\nfour\n');
    await until(() => listeners.size === 0);
  });
});
