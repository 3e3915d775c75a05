import assert from 'node:assert/strict';
import http from 'node:http';
import { at, record } from '../../../../src/playground/controllers/fields.ts';
import { ModelEndpoints } from '../../../../src/playground/gateway/endpoints.ts';
import { choose, RoutingTable } from '../../../../src/playground/gateway/routes.ts';
import { startGateway } from '../../../../src/playground/gateway/server.ts';
import { documented, startSession, tagged, type Session } from '../support.ts';

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

function ask(port: number, host: string, path = '/v1/models/sklearn-iris:predict'): Promise<Answer> {
  const headers = { Host: host, 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject).end(documented);
  });
}

const first = '{"predictions":[1,1]}';
const second = '{"predictions":[1,2]}';
const domain = 'kserve-test.example.com';

/** How likely more than `hits` of `tries` are, or fewer, at a probability: the tails of the binomial distribution. */
function tails(hits: number, tries: number, probability: number): { below: number; above: number } {
  let [term, below, above] = [(1 - probability) ** tries, 0, 0];
  for (let k = 0; k <= tries; k++) {
    below += k <= hits ? term : 0;
    above += k >= hits ? term : 0;
    term *= ((tries - k) / (k + 1)) * (probability / (1 - probability));
  }
  return { below, above };
}

describe('Gateway', () => {
  let session: Session;
  let port = 0;
  before(async () => {
    session = await startSession({ delays: { scaleDown: Infinity } });
    port = session.playground.gatewayPort;
    await session.step({ model: 'model-1', annotations: tagged });
    await session.step({ model: 'model-2', percent: 10 });
  });
  after(() => session.playground.close());

  for (const host of [`sklearn-iris.${domain}`, `sklearn-iris-predictor.${domain}`, `SKLEARN-IRIS.${domain}:8080`]) {
    it(`splits requests to ${host} by percent`, async () => {
      const tries = 400;
      let hits = 0;
      for (let index = 0; index < tries; index++) {
        const { status, body } = await ask(port, host);
        assert.equal(status, 200);
        assert.ok(body === first || body === second, body);
        hits += body === second ? 1 : 0;
      }
      const { below, above } = tails(hits, tries, 0.1);
      assert.ok(below > 1e-6 && above > 1e-6, `${hits} of ${tries} went to the canary of 10 %`);
    });
  }

  it('leads each tag to its own revision', async () => {
    for (let index = 0; index < 20; index++) {
      assert.equal((await ask(port, `latest-sklearn-iris-predictor.${domain}`)).body, second);
      assert.equal((await ask(port, `prev-sklearn-iris-predictor.${domain}`)).body, first);
    }
  });

  it('answers as Istio does', async () => {
    const { headers } = await ask(port, `sklearn-iris.${domain}`);
    assert.equal(headers.server, 'istio-envoy');
    assert.equal(headers['content-type'], 'application/json');
    assert.match(String(headers['x-envoy-upstream-service-time']), /^\d+$/);
  });

  for (const host of [`nobody.${domain}`, '127.0.0.1', 'sklearn-iris-predictor.kserve-test.svc.cluster.local']) {
    it(`answers 404 with no body to ${host}`, async () => {
      const { status, headers, body } = await ask(port, host);
      assert.deepEqual([status, headers.server, body], [404, 'istio-envoy', '']);
    });
  }

  it('forgets a tag that the route no longer has, and every host of a deleted service', async () => {
    await session.step({ model: 'model-2' });
    assert.equal((await ask(port, `prev-sklearn-iris-predictor.${domain}`)).status, 404);
    assert.equal((await ask(port, `sklearn-iris.${domain}`)).body, second);
    const { store } = session.playground;
    store.delete(store.type('serving.kserve.io/InferenceService'), session.service().metadata);
    await session.playground.settled();
    assert.equal((await ask(port, `sklearn-iris.${domain}`)).status, 404);
  });
});

describe('Gateway and a revision at zero', () => {
  it('starts it and holds the request until it answers', async () => {
    const session = await startSession();
    try {
      const { playground } = session;
      const replicas = (): unknown =>
        at(session.get('serving.knative.dev/Revision', 'sklearn-iris-predictor-00001'), 'status', 'actualReplicas');
      await session.step({ model: 'model-1' });
      await session.step({ model: 'model-2', percent: 10 });
      await session.step({ model: 'model-2' });
      await playground.advance(61_000);
      await playground.settled();
      assert.equal(replicas(), 0);
      playground.hold('modelLoad');
      await session.step({ model: 'model-2', percent: 0 });
      assert.equal(replicas(), 0);
      const answer = ask(playground.gatewayPort, `sklearn-iris.${domain}`);
      playground.release('modelLoad');
      assert.equal((await answer).body, first);
    } finally {
      await session.playground.close();
    }
  });
});

describe('Gateway and a service that may sleep', () => {
  it('wakes it with a request', async () => {
    const session = await startSession();
    try {
      const { playground } = session;
      const { store } = playground;
      await session.step({ model: 'model-1' });
      const spec = { predictor: { minReplicas: 0, ...record(at(session.service(), 'spec', 'predictor')) } };
      store.update(store.type('serving.kserve.io/InferenceService'), { ...session.service(), spec });
      await playground.settled();
      await playground.advance(61_000);
      await playground.settled();
      assert.deepEqual(session.list('/Pod'), []);
      assert.equal((await ask(playground.gatewayPort, `sklearn-iris.${domain}`)).body, first);
      assert.equal(session.list('/Pod').length, 1);
    } finally {
      await session.playground.close();
    }
  });
});

describe('Gateway and a revision that never gets ready', () => {
  it('answers 503 when its patience is over', async () => {
    const routes = new RoutingTable();
    const splits = [{ serviceName: 'a-00001', serviceNamespace: 'ns', percent: 100 }];
    routes.program(
      { namespace: 'ns', name: 'a' },
      {
        apiVersion: 'networking.internal.knative.dev/v1alpha1',
        kind: 'Ingress',
        metadata: { name: 'a', namespace: 'ns', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-11-24T00:00:00Z' },
        spec: { rules: [{ hosts: ['a.ns.example.com'], http: { paths: [{ splits }] }, visibility: 'ExternalIP' }] },
      },
    );
    const touched: unknown[] = [];
    const gateway = await startGateway({
      port: 0,
      routes,
      endpoints: new ModelEndpoints(),
      touch: (revision) => touched.push(revision),
      patience: 1,
    });
    try {
      const { status, body } = await ask(gateway.port, 'a.ns.example.com');
      assert.deepEqual([status, body], [503, 'no healthy upstream']);
      assert.deepEqual(touched, [{ namespace: 'ns', name: 'a-00001' }]);
    } finally {
      await gateway.close();
    }
  });
});

describe('choose', () => {
  const share = (name: string, percent: number): { revision: { name: string }; percent: number } => ({ revision: { name }, percent });

  it('goes by percent', () => {
    const shares = [share('a', 10), share('b', 90)];
    assert.deepEqual(
      [0, 0.0999, 0.1, 0.9999].map((dice) => choose(shares, dice)?.revision.name),
      ['a', 'a', 'b', 'b'],
    );
  });

  it('never chooses a share of nothing', () => {
    assert.equal(choose([share('a', 0), share('b', 100)], 0)?.revision.name, 'b');
    assert.equal(choose([], 0.5), undefined);
  });
});
