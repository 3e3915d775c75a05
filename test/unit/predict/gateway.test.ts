import assert from 'node:assert/strict';
import { findGateway, type ClusterRequest } from '../../../src/predict/index.ts';

class NotOk extends Error {
  readonly kind: string;
  constructor(kind: string, message = kind) { super(message); this.kind = kind; }
}

const ISTIO = '/api/v1/namespaces/istio-system/services/istio-ingressgateway';
const KOURIER = '/api/v1/namespaces/kourier-system/services/kourier';
const PORTS = [{ name: 'status-port', port: 15_021, nodePort: 30_021 }, { name: 'http2', port: 80, nodePort: 31_380 }, { name: 'https', port: 443, nodePort: 31_390 }];

function cluster(objects: Record<string, unknown>): ClusterRequest {
  return (path) => {
    const found = objects[path];
    if (found instanceof Error) return Promise.reject(found);
    return found === undefined ? Promise.reject(new NotOk('not-found')) : Promise.resolve(found);
  };
}

describe('predict: findGateway', () => {
  it('takes the load balancer’s IP with the ports named http2 and https', async () => {
    const gateway = await findGateway(cluster({ [ISTIO]: { spec: { ports: PORTS }, status: { loadBalancer: { ingress: [{ ip: '203.0.113.7', hostname: 'lb.example.com' }] } } } }));
    assert.deepEqual(gateway, {
      host: '203.0.113.7', http: 80, https: 443, via: 'load-balancer', service: 'istio-system/istio-ingressgateway',
      tried: [{ what: 'istio-system/istio-ingressgateway', result: 'Load balancer 203.0.113.7.', found: true }],
    });
  });

  it('takes a load balancer’s host name, and Kourier where Istio is not', async () => {
    const gateway = await findGateway(cluster({ [KOURIER]: { spec: { ports: [{ name: 'http2', port: 80 }] }, status: { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } } } }));
    assert.ok('host' in gateway);
    assert.equal(gateway.host, 'lb.example.com');
    assert.equal(gateway.service, 'kourier-system/kourier');
    assert.deepEqual(gateway.tried.map(({ found }) => found), [false, true]);
  });

  it('falls back to a ready node and the node port', async () => {
    const node = (ready: string, address: string) => ({ status: { conditions: [{ type: 'Ready', status: ready }], addresses: [{ type: 'Hostname', address: 'n' }, { type: 'InternalIP', address }] } });
    const gateway = await findGateway(cluster({
      [ISTIO]: { spec: { type: 'NodePort', ports: PORTS }, status: { loadBalancer: {} } },
      '/api/v1/nodes': { items: [node('False', '10.0.0.1'), node('True', '10.0.0.2')] },
    }));
    assert.ok('host' in gateway);
    assert.deepEqual([gateway.host, gateway.http, gateway.https, gateway.via], ['10.0.0.2', 31_380, 31_390, 'node-port']);
  });

  it('says what was tried, and why each failed', async () => {
    const gateway = await findGateway(cluster({ [ISTIO]: new NotOk('forbidden'), [KOURIER]: { spec: { type: 'ClusterIP', ports: [{ name: 'http2', port: 80 }] } } }));
    assert.ok('reason' in gateway);
    assert.deepEqual(gateway.tried.map(({ result }) => result), [
      'You may not read Services in istio-system.',
      'It has no address outside the cluster: no load balancer, no node port (type ClusterIP).',
    ]);
  });

  it('stops at a cluster that does not answer', async () => {
    const gateway = await findGateway(cluster({ [ISTIO]: new NotOk('unreachable', 'Cannot reach https://x.') }));
    assert.ok('reason' in gateway);
    assert.equal(gateway.tried.length, 1);
    assert.match(gateway.reason, /Cannot reach/);
  });

  for (const bad of [null, 'x', [], { spec: { ports: 'x' }, status: [] }, { spec: { ports: [{ name: 'http2', port: '80' }] }, status: { loadBalancer: { ingress: [{ ip: 7 }] } } }]) {
    it(`survives a Service like ${JSON.stringify(bad)}`, async () => {
      assert.ok('reason' in await findGateway(cluster({ [ISTIO]: bad })));
    });
  }
});
