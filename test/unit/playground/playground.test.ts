import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { verdictOf } from '../../../src/playground/controllers/conditions.ts';
import { at, items, record, strings } from '../../../src/playground/controllers/fields.ts';
import { startPlayground } from '../../../src/playground/playground.ts';
import { bookkeeping, recordedObjects, startSession, tagged, type Session } from './support.ts';

const revisionNamed = (generation: number): string => `sklearn-iris-predictor-0000${generation}`;

describe('Playground: the canary walk-through', () => {
  let session: Session;
  before(async () => {
    session = await startSession({ delays: { scaleDown: Infinity } });
  });
  after(() => session.playground.close());

  const steps: [title: string, model: string, percent: number | undefined, annotations: { [key: string]: string }, end: string][] = [
    ['deploys the first model', 'model-1', undefined, {}, '00001* 100; rolled out 00001 before –; created 00001 ready 00001'],
    ['gives a canary 10 %', 'model-2', 10, {}, '00002* 10 / 00001 90 prev; rolled out 00001 before –; created 00002 ready 00002'],
    ['promotes', 'model-2', undefined, {}, '00002* 100; rolled out 00002 before 00001; created 00002 ready 00002'],
    ['rolls back', 'model-2', 0, {}, '00002* 0 / 00001 100 prev; rolled out 00001 before 00001; created 00002 ready 00002'],
    [
      'tags both revisions',
      'model-2',
      10,
      tagged,
      '00003* 10 latest / 00001 90 prev; rolled out 00001 before 00001; created 00003 ready 00003',
    ],
  ];
  for (const [title, model, percent, annotations, end] of steps) {
    it(title, async () => {
      await session.step({ model, annotations, ...(percent === undefined ? {} : { percent }) });
      assert.equal(bookkeeping(session.service()), end);
      assert.equal(verdictOf(session.service(), 'Ready')?.status, 'True');
    });
  }

  it('gives tags their own URLs, and the service one', () => {
    const status = session.service()['status'];
    assert.deepEqual(
      items(at(status, 'components', 'predictor', 'traffic')).map((entry) => at(entry, 'url')),
      [
        'http://latest-sklearn-iris-predictor.kserve-test.example.com',
        'http://prev-sklearn-iris-predictor.kserve-test.example.com',
      ],
    );
    assert.equal(at(status, 'url'), 'http://sklearn-iris.kserve-test.example.com');
  });

  it('labels and annotates revisions and pods as recorded', () => {
    for (const [kind, file] of [
      ['serving.knative.dev/Revision', 'revision.json'],
      ['/Pod', 'pod.json'],
    ] as const) {
      const ours = session.list(kind).map(facts);
      const theirs = recordedObjects('5-tag-routing-10', file).map(facts);
      assert.deepEqual(ours, theirs, kind);
    }
  });

  it('says of each revision how it is reached, and keeps the pod of the one that left the route', () => {
    const states = session.list('serving.knative.dev/Revision').map(({ metadata, status }) => [
      metadata.name,
      metadata.labels?.['serving.knative.dev/routingState'],
      at(status, 'actualReplicas'),
    ]);
    assert.deepEqual(states, [
      [revisionNamed(1), 'active', 1],
      [revisionNamed(2), 'reserve', 1],
      [revisionNamed(3), 'active', 1],
    ]);
  });

  it('records the events that users see', () => {
    const events = session
      .list('/Event')
      .filter(({ involvedObject }) => at(involvedObject, 'kind') === 'InferenceService')
      .map(({ type, reason, message, count }) => ({ type, reason, message, count }));
    assert.deepEqual(events, [
      { type: 'Normal', reason: 'InferenceServiceReady', message: 'InferenceService [sklearn-iris] is Ready', count: 5 },
    ]);
  });

  it('goes away with everything that it made', async () => {
    const { store } = session.playground;
    store.delete(store.type('serving.kserve.io/InferenceService'), session.service().metadata);
    await session.playground.settled();
    for (const kind of ['serving.kserve.io/InferenceService', 'serving.knative.dev/Service', 'serving.knative.dev/Route', '/Pod']) {
      assert.deepEqual(session.list(kind), [], kind);
    }
  });
});

/** Labels, annotations, owner and conditions of an object, without what differs each time. */
function facts(object: unknown): unknown {
  const metadata = at(object, 'metadata');
  const label = (key: string, value: string): string => (/UID$|hash$/.test(key) ? 'one' : value);
  const annotation = (key: string, value: string): string => (key.endsWith('routingStateModified') ? 'a time' : value);
  const mapped = (field: string, map: (key: string, value: string) => string): object =>
    Object.fromEntries(
      Object.entries(strings(at(metadata, field)))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, map(key, value)]),
    );
  return {
    name: String(at(metadata, 'name')).replace(/-[a-z0-9]{8,10}-[a-z0-9]{5}$/, ''),
    labels: mapped('labels', label),
    annotations: mapped('annotations', annotation),
    owners: items(at(metadata, 'ownerReferences')).map((owner) => at(owner, 'kind')),
    conditions: items(at(object, 'status', 'conditions')).map((condition) => {
      const { lastTransitionTime: _time, ...rest } = record(condition);
      return rest;
    }),
  };
}

describe('Playground: steps can be held', () => {
  it('shows a canary in flight for as long as a test wants', async () => {
    const session = await startSession();
    try {
      await session.step({ model: 'model-1' });
      session.playground.hold('modelLoad');
      await session.step({ model: 'model-2', percent: 10 });
      const inFlight = '00001* 10 / 00001 90 prev; rolled out 00001 before –; created 00002 ready 00001';
      assert.equal(bookkeeping(session.service()), inFlight);
      assert.deepEqual(verdictOf(session.service(), 'Ready'), { status: 'Unknown' });
      session.playground.release('modelLoad');
      await session.playground.settled();
      assert.equal(bookkeeping(session.service()), '00002* 10 / 00001 90 prev; rolled out 00001 before –; created 00002 ready 00002');
    } finally {
      await session.playground.close();
    }
  });
});

describe('Playground: what fails', () => {
  let session: Session;
  beforeEach(async () => {
    session = await startSession();
    await session.step({ model: 'model-1' });
  });
  afterEach(() => session.playground.close());

  const pod = (): unknown => session.list('/Pod').at(-1);

  it('a model that is not there: modelStatus says so at once, the conditions only after the deadline', async () => {
    await session.step({ model: 'model-broken', percent: 10 });
    const model = at(session.service(), 'status', 'modelStatus');
    assert.equal(at(model, 'transitionStatus'), 'BlockedByFailedLoad');
    assert.equal(at(model, 'lastFailureInfo', 'reason'), 'ModelLoadFailed');
    assert.equal(at(model, 'lastFailureInfo', 'exitCode'), 1);
    assert.match(String(at(model, 'lastFailureInfo', 'message')), /No model found in gs:\/\/.*\/model-broken\./);
    await session.playground.advance(120_000);
    assert.equal(at(items(at(pod(), 'status', 'initContainerStatuses'))[0], 'state', 'waiting', 'reason'), 'CrashLoopBackOff');
    assert.deepEqual(verdictOf(session.service(), 'Ready'), { status: 'Unknown' });
    await session.playground.advance(600_000);
    await session.playground.settled();
    assert.deepEqual(verdictOf(session.service(), 'Ready'), {
      status: 'False',
      reason: 'RevisionFailed',
      message: 'Revision "sklearn-iris-predictor-00002" failed with message: .',
    });
    assert.equal(verdictOf(session.get('serving.knative.dev/Revision', revisionNamed(2)), 'Ready')?.reason, 'PodInitializing');
  });

  it('a server that exits shows in the pod only', async () => {
    await session.step({ model: 'model-crash', percent: 10 });
    await session.playground.advance(45_000);
    await session.playground.settled();
    assert.equal(at(session.service(), 'status', 'modelStatus', 'transitionStatus'), 'InProgress');
    assert.equal(at(session.service(), 'status', 'modelStatus', 'lastFailureInfo'), undefined);
    const server = items(at(pod(), 'status', 'containerStatuses'))[0];
    assert.equal(at(server, 'state', 'waiting', 'reason'), 'CrashLoopBackOff');
    assert.match(String(at(server, 'lastState', 'terminated', 'message')), /^Traceback/);
    assert.ok(Number(at(server, 'restartCount')) >= 2);
  });

  it('a percent that Knative refuses leaves the traffic as it was', async () => {
    await session.step({ model: 'model-2', percent: 150 });
    assert.equal(bookkeeping(session.service()), '00001* 100; rolled out 00001 before –; created 00001 ready 00001');
    assert.deepEqual(verdictOf(session.service(), 'PredictorReady'), {
      status: 'False',
      reason: 'ReconcileFailed',
      message:
        'fails to reconcile predictor: fails to reconcile knative service: admission webhook ' +
        '"validation.webhook.serving.knative.dev" denied the request: validation failed: ' +
        'Traffic targets sum to 150, want 100: spec.traffic\nexpected 0 <= 150 <= 100: spec.traffic[0].percent',
    });
    assert.ok(session.list('/Event').some(({ type, reason }) => type === 'Warning' && reason === 'InternalError'));
  });
});

describe('Playground: scaling down', () => {
  it('takes the pods of a revision that left the route, and gives them back with a rollback', async () => {
    const session = await startSession();
    try {
      const replicas = (generation: number): unknown =>
        at(session.get('serving.knative.dev/Revision', revisionNamed(generation)), 'status', 'actualReplicas');
      await session.step({ model: 'model-1' });
      await session.step({ model: 'model-2', percent: 10 });
      await session.step({ model: 'model-2' });
      assert.deepEqual([replicas(1), replicas(2)], [1, 1]);
      await session.playground.advance(61_000);
      await session.playground.settled();
      assert.deepEqual([replicas(1), replicas(2)], [0, 1]);
      const active = verdictOf(session.get('serving.knative.dev/Revision', revisionNamed(1)), 'Active');
      assert.deepEqual(active, { status: 'False', reason: 'NoTraffic', message: 'The target is not receiving traffic.' });
      await session.step({ model: 'model-2', percent: 0 });
      assert.deepEqual([replicas(1), replicas(2)], [1, 1]);
    } finally {
      await session.playground.close();
    }
  });
});

describe('Playground: as a cluster', () => {
  it('holds what clients look up before any InferenceService, and says what it is', async () => {
    const session = await startSession();
    try {
      const { store, gatewayPort } = session.playground;
      const gateway = store.get(store.type('/Service'), { namespace: 'istio-system', name: 'istio-ingressgateway' });
      assert.deepEqual(gateway?.metadata.labels, { app: 'istio-ingressgateway', istio: 'ingressgateway' });
      assert.deepEqual(at(items(at(gateway, 'spec', 'ports'))[0], 'port'), gatewayPort);
      assert.deepEqual(at(gateway, 'status', 'loadBalancer'), { ingress: [{ ip: '127.0.0.1' }] });
      const config = store.get(store.type('/ConfigMap'), { namespace: 'kserve', name: 'inferenceservice-config' });
      assert.equal(at(JSON.parse(String(at(config, 'data', 'ingress'))) as unknown, 'ingressDomain'), 'example.com');
      const system = store.get(store.type('/Namespace'), { name: 'kube-system' });
      assert.equal(system?.metadata.labels?.['kserve-canary.dev/playground'], 'true');
    } finally {
      await session.playground.close();
    }
  });

  it('writes a kubeconfig for its owner alone, and takes it away at the end', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'playground-'));
    try {
      const kubeconfig = path.join(folder, 'kubeconfig');
      const playground = await startPlayground({ kubeconfig, scale: 0 });
      const text = await fs.readFile(kubeconfig, 'utf8');
      assert.match(text, /current-context: playground/);
      if (process.platform !== 'win32') {
        assert.equal((await fs.stat(kubeconfig)).mode & 0o777, 0o600);
      }
      await playground.close();
      await assert.rejects(fs.stat(kubeconfig), { code: 'ENOENT' });
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  });
});
