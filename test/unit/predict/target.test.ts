import assert from 'node:assert/strict';
import { isTarget, parseOverride, predictPath, PredictError, protocolOfBody, target, type Gateway, type Target, type TargetInput } from '../../../src/predict/index.ts';

const GATEWAY: Gateway = { host: '203.0.113.7', http: 80, https: 443, via: 'load-balancer', service: 'istio-system/istio-ingressgateway', tried: [] };

function found(input: TargetInput): Target {
  const result = target(input);
  assert.ok(isTarget(result), 'reason' in result ? result.reason : '');
  return result;
}

function reason(input: TargetInput): string {
  const result = target(input);
  assert.ok(!isTarget(result));
  return result.reason;
}

describe('predict: target', () => {
  it('reads Host from the status URL and the address from the gateway', () => {
    const { address, host, sni, pathPrefix } = found({ url: 'http://latest-sklearn-iris-predictor.kserve-test.example.com', gateway: GATEWAY });
    assert.deepEqual({ address, host, sni, pathPrefix }, {
      address: { host: '203.0.113.7', port: 80, protocol: 'http' }, host: 'latest-sklearn-iris-predictor.kserve-test.example.com', sni: undefined, pathPrefix: '',
    });
  });

  it('asks for the Host by SNI over https', () => {
    const { address, sni } = found({ url: 'https://a.example.com/', gateway: GATEWAY });
    assert.deepEqual({ address, sni }, { address: { host: '203.0.113.7', port: 443, protocol: 'https' }, sni: 'a.example.com' });
  });

  it('goes over http where the gateway has no https port, and says so', () => {
    const { https: _, ...plain } = GATEWAY;
    const { address, sni, why } = found({ url: 'https://a.example.com', gateway: plain });
    assert.equal(address.protocol, 'http');
    assert.equal(sni, undefined);
    assert.match(why.address, /Over http/);
  });

  it('keeps the path of a status URL (pathTemplate)', () => {
    assert.equal(found({ url: 'http://models.example.com/serving/ns/iris/', gateway: GATEWAY }).pathPrefix, '/serving/ns/iris');
  });

  it('prefers the override, and its scheme', () => {
    const input = { url: 'http://a.example.com', gateway: GATEWAY };
    assert.deepEqual(found({ ...input, override: '127.0.0.1:31380' }).address, { host: '127.0.0.1', port: 31_380, protocol: 'http' });
    assert.deepEqual(found({ ...input, override: ' https://[::1]:8443/ ' }).address, { host: '::1', port: 8443, protocol: 'https' });
    assert.deepEqual(found({ ...input, override: 'gateway' }).address, { host: 'gateway', port: 80, protocol: 'http' });
    assert.equal(found({ ...input, override: '127.0.0.1:1' }).host, 'a.example.com');
  });

  for (const override of ['a b', 'http://', '127.0.0.1:99999', 'user@host:1', 'host/path', 'host?x', 'ftp://host', 'a\r\nb']) {
    it(`refuses the override ${JSON.stringify(override)}`, () => {
      assert.equal(parseOverride(override, 'http'), undefined);
      assert.match(reason({ url: 'http://a.example.com', override }), /not host:port/);
    });
  }

  it('does not send a cluster-local host through the outer gateway, unless told where', () => {
    const url = 'http://sklearn-iris-predictor.kserve-test.svc.cluster.local';
    assert.match(reason({ url, gateway: GATEWAY }), /only inside the cluster/);
    assert.equal(found({ url, override: '127.0.0.1:8081' }).host, 'sklearn-iris-predictor.kserve-test.svc.cluster.local');
  });

  it('says why there is none', () => {
    assert.match(reason({ gateway: GATEWAY }), /no URL/);
    assert.match(reason({ url: 'nonsense', gateway: GATEWAY }), /not one that can be called/);
    assert.match(reason({ url: 'ftp://a', gateway: GATEWAY }), /not one that can be called/);
    assert.match(reason({ url: 'http://a.example.com' }), /No address/);
  });
});

describe('predict: protocols', () => {
  it('knows the paths', () => {
    assert.equal(predictPath('v1', 'sklearn-iris'), '/v1/models/sklearn-iris:predict');
    assert.equal(predictPath('v2', 'sklearn-iris'), '/v2/models/sklearn-iris/infer');
  });

  it('lets no name become another path', () => {
    assert.equal(predictPath('v2', '../../x y?\r\n'), '/v2/models/..%2F..%2Fx%20y%3F%0D%0A/infer');
    for (const name of ['', '.', '..']) assert.throws(() => predictPath('v2', name), PredictError);
  });

  it('tells a body’s protocol', () => {
    assert.equal(protocolOfBody('{"instances":[]}'), 'v1');
    assert.equal(protocolOfBody('{"inputs":[{"name":"a","shape":[1],"datatype":"FP32","data":[1]}]}'), 'v2');
    for (const body of ['{"inputs":[[1]]}', '{', '[]', 'null', '{"inputs":[]}']) assert.equal(protocolOfBody(body), undefined);
  });
});
