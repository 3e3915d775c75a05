import assert from 'node:assert/strict';
import type { Health } from '../../../src/kube/types.ts';
import { healthError, LiveCluster } from '../../../src/rollout/liveCluster.ts';
import { FakeConnection, service } from './support.ts';

const labels = (name: string): object => ({ 'serving.kserve.io/inferenceservice': name, component: 'predictor', 'serving.knative.dev/configurationGeneration': '1' });

const revision = (name: string): object => ({
  metadata: { namespace: 'kserve-test', name: `${name}-predictor-00001`, labels: labels(name), annotations: { 'internal.serving.kserve.io/storage-initializer-sourceuri': `gs://bucket/${name}` } },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});

const pod = (name: string, number: number, ready = true): object => ({
  metadata: { namespace: 'kserve-test', name: `${name}-pod-${String(number)}`, labels: { ...labels(name), 'serving.knative.dev/revision': `${name}-predictor-00001` } },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const failed: Health = { state: 'failed', error: { name: 'KubeError', kind: 'forbidden', message: 'You may not list pods.' } };

describe('live cluster', () => {
  let connection: FakeConnection;
  let changed: string[][];
  let healths: string[];
  let live: LiveCluster;

  beforeEach(() => {
    connection = new FakeConnection();
    changed = [];
    healths = [];
    live = new LiveCluster(connection, {}, {
      changed: (keys) => { changed.push([...keys].sort()); },
      health: ({ state }) => { healths.push(state); },
    });
    connection.of('inferenceservices').change({ 'kserve-test/iris': service({ name: 'iris' }), 'kserve-test/bert': service({ name: 'bert', uid: 'uid-2' }) });
    connection.of('revisions').change({ 'kserve-test/iris-predictor-00001': revision('iris'), 'kserve-test/bert-predictor-00001': revision('bert') });
    connection.of('pods').change({ 'kserve-test/iris-pod-1': pod('iris', 1), 'kserve-test/iris-pod-2': pod('iris', 2, false), 'kserve-test/bert-pod-1': pod('bert', 1) });
    connection.of('pods').turn({ state: 'live' });
    changed.length = 0;
  });

  const pods = (key: string): unknown => live.get(key)?.rollouts[0]?.variants[0]?.pods;

  it('watches services, their revisions and their pods, in one namespace or in all', () => {
    const resources = (scope: object): object[] => [
      { groupVersion: 'apis/serving.kserve.io/v1beta1', plural: 'inferenceservices', ...scope },
      { groupVersion: 'apis/serving.knative.dev/v1', plural: 'revisions', labelSelector: 'serving.kserve.io/inferenceservice', ...scope },
      { groupVersion: 'api/v1', plural: 'pods', labelSelector: 'serving.kserve.io/inferenceservice', ...scope },
    ];
    assert.deepEqual(connection.reflectors.map(({ resource }) => resource), resources({}));
    const one = new FakeConnection();
    new LiveCluster(one, { namespace: 'a' }, { changed: () => undefined, health: () => undefined });
    assert.deepEqual(one.reflectors.map(({ resource }) => resource), resources({ namespace: 'a' }));
  });

  it('joins each service with its own revisions and pods', () => {
    assert.deepEqual(live.keys, ['kserve-test/bert', 'kserve-test/iris']);
    const [iris] = live.get('kserve-test/iris')?.rollouts ?? [];
    assert.deepEqual(iris?.variants.map(({ name, modelUri, pods: count }) => ({ name, modelUri, count })), [{ name: 'iris-predictor-00001', modelUri: 'gs://bucket/iris', count: { ready: 1, total: 2 } }]);
    assert.deepEqual(pods('kserve-test/bert'), { ready: 1, total: 1 });
    assert.equal(live.get('kserve-test/absent'), undefined);
  });

  it('a changed pod touches its service alone; the others keep what was read of them', () => {
    const bert = live.get('kserve-test/bert');
    const iris = live.get('kserve-test/iris');
    connection.of('pods').change({ 'kserve-test/iris-pod-2': pod('iris', 2) });
    assert.deepEqual(changed, [['kserve-test/iris']]);
    assert.equal(live.get('kserve-test/bert'), bert);
    assert.notEqual(live.get('kserve-test/iris'), iris);
    assert.deepEqual(pods('kserve-test/iris'), { ready: 2, total: 2 });
  });

  it('a batch is told of once; a pod that goes, or goes over to another service, touches both', () => {
    connection.of('pods').change({ 'kserve-test/iris-pod-1': null, 'kserve-test/iris-pod-2': pod('bert', 2) });
    assert.deepEqual(changed, [['kserve-test/bert', 'kserve-test/iris']]);
    assert.deepEqual(pods('kserve-test/iris'), { ready: 0, total: 0 });
    assert.deepEqual(pods('kserve-test/bert'), { ready: 2, total: 2 });
  });

  it('what is no pod of a service touches nothing', () => {
    connection.of('pods').change({ 'kserve-test/other': { metadata: { namespace: 'kserve-test', name: 'other' } }, 'kserve-test/never-there': null });
    assert.deepEqual(changed, []);
  });

  it('a service that goes is told of, and is gone', () => {
    connection.of('inferenceservices').change({ 'kserve-test/iris': null });
    assert.deepEqual(changed, [['kserve-test/iris']]);
    assert.equal(live.get('kserve-test/iris'), undefined);
    assert.deepEqual(live.keys, ['kserve-test/bert']);
  });

  it('where pods may not be listed, variants say nothing of pods; allowed again, they do', () => {
    connection.of('pods').turn(failed);
    assert.deepEqual(changed, [['kserve-test/bert', 'kserve-test/iris']]);
    assert.equal(pods('kserve-test/iris'), undefined);
    connection.of('pods').turn(failed);
    assert.equal(changed.length, 1, 'told once');
    connection.of('pods').turn({ state: 'live' });
    assert.equal(changed.length, 2);
    assert.deepEqual(pods('kserve-test/iris'), { ready: 1, total: 2 });
  });

  it('its health is that of the services', () => {
    connection.of('pods').turn(failed);
    connection.of('revisions').turn(failed);
    assert.deepEqual(healths, []);
    assert.equal(live.health.state, 'connecting');
    connection.of('inferenceservices').turn({ state: 'live' });
    assert.deepEqual(healths, ['live']);
    assert.equal(healthError(live.health), undefined);
    connection.of('inferenceservices').turn(failed);
    assert.equal(healthError(live.health)?.kind, 'forbidden');
  });

  it('retries and ends all its watches', () => {
    live.retry();
    live.dispose();
    assert.deepEqual(connection.reflectors.map(({ resource: { plural }, retried, disposed }) => [plural, retried, disposed]), [['inferenceservices', 1, 1], ['revisions', 1, 1], ['pods', 1, 1]]);
  });
});
