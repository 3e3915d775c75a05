import assert from 'node:assert/strict';
import type { Health, KubeConnection, Reflector, ReflectorEvents } from '../../../src/kube/types.ts';
import { LiveCluster } from '../../../src/rollout/liveCluster.ts';

/** A connection whose reflectors the test drives, by plural. */
class FakeConnection implements KubeConnection {
  readonly identity = { kubeconfig: [], context: 'test', server: '', caHash: '', namespace: 'default' };
  readonly #drivers = new Map<string, (objects: readonly unknown[], health: Health) => void>();

  request(): Promise<unknown> {
    return Promise.reject(new Error('not asked for'));
  }

  reflect<T>({ plural }: { readonly plural: string }, project: (object: unknown) => T | undefined, events: ReflectorEvents<T>): Reflector<T> {
    const items = new Map<string, T>();
    this.#drivers.set(plural, (objects, health) => {
      const changes = new Map<string, T | undefined>();
      for (const object of objects) {
        const { metadata: { namespace, name, deletionTimestamp } } = object as { metadata: { namespace: string; name: string; deletionTimestamp?: string } };
        changes.set(`${namespace}/${name}`, deletionTimestamp === undefined ? project(object) : undefined);
      }
      for (const [key, item] of changes) if (item === undefined) items.delete(key); else items.set(key, item);
      if (changes.size > 0) events.changed(changes);
      events.health(health);
    });
    return { items, health: { state: 'connecting' }, retry: () => undefined, dispose: () => undefined };
  }

  drive(plural: string, objects: readonly unknown[], health: Health = { state: 'live' }): void {
    this.#drivers.get(plural)?.(objects, health);
  }

  dispose(): void {
    this.#drivers.clear();
  }
}

function service(name: string, gone = false): object {
  const traffic = [{ revisionName: `${name}-predictor-00001`, latestRevision: true, percent: 100 }];
  return {
    metadata: { namespace: 'models', name, uid: name, ...(gone && { deletionTimestamp: 'now' }) },
    spec: { predictor: { model: { storageUri: 'gs://models/1' } } },
    status: { components: { predictor: { latestCreatedRevision: `${name}-predictor-00001`, latestReadyRevision: `${name}-predictor-00001`, traffic } } },
  };
}

describe('what a live cluster says before all is read', () => {
  it('does not speak of pods before it has read them: unread is not none', () => {
    const connection = new FakeConnection();
    let changed = 0;
    const live = new LiveCluster(connection, {}, { changed: () => { changed++; }, health: () => undefined });
    const pods = (): unknown => live.get('models/a')?.rollouts[0]?.variants[0]?.pods;
    connection.drive('inferenceservices', [service('a')]);
    assert.equal(pods(), undefined);
    const before = changed;
    connection.drive('pods', []);
    assert.deepEqual(pods(), { ready: 0, total: 0 });
    assert.ok(changed > before);
  });

  it('does not speak of pods that it may not read', () => {
    const connection = new FakeConnection();
    const live = new LiveCluster(connection, {}, { changed: () => undefined, health: () => undefined });
    connection.drive('inferenceservices', [service('a')]);
    connection.drive('pods', [], { state: 'failed', error: { name: 'KubeError', kind: 'forbidden', message: '' } });
    assert.equal(live.get('models/a')?.rollouts[0]?.variants[0]?.pods, undefined);
  });

  it('keeps its keys sorted while services come and go', () => {
    const connection = new FakeConnection();
    const live = new LiveCluster(connection, {}, { changed: () => undefined, health: () => undefined });
    connection.drive('inferenceservices', [service('b'), service('a')]);
    assert.deepEqual(live.keys, ['models/a', 'models/b']);
    connection.drive('inferenceservices', [service('c'), service('b', true)]);
    assert.deepEqual(live.keys, ['models/a', 'models/c']);
    const same = live.keys;
    connection.drive('inferenceservices', [service('a')]);
    assert.equal(live.keys, same);
  });
});
