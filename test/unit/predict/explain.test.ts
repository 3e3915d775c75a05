import assert from 'node:assert/strict';
import { errorWords, explain, PredictError, type Answer, type PredictErrorFacts } from '../../../src/predict/index.ts';
import { plain } from '../../../src/predict/words.ts';
import { localTarget } from './wire.ts';

const request = { target: localTarget(80, 'prev-iris.example.com'), method: 'POST' as const, path: '/v1/models/iris:predict' };
const answer = (status: number, body = '', headers: [string, string][] = []): Answer => ({
  status, statusText: 'Text', httpVersion: '1.1', headers, body, binary: false, size: body.length, truncated: false, times: { wait: 1, download: 1, total: 2 },
});
const told = (status: number, body = '', headers: [string, string][] = []) => explain(answer(status, body, headers), request);

describe('predict: explained answers', () => {
  it('has nothing to explain about a prediction', () => {
    assert.equal(told(200, '{"predictions":[1]}'), undefined);
  });

  // Bodies as seen from Envoy, Knative and KServe's Python server 0.21.
  const cases: [string, ReturnType<typeof told>, string, RegExp][] = [
    ['404 of the gateway', told(404), 'gateway', /knows no host prev-iris\.example\.com/],
    ['404 of the model', told(404, '{"error":"Model with name nope does not exist."}'), 'model', /does not know this model .*nope does not exist/],
    ['404 of a path', told(404, '{"detail":"Not Found"}'), 'unknown', /nothing at \/v1\/models\/iris:predict/],
    ['404 in HTML', told(404, '<html>default backend</html>'), 'unknown', /nothing at/],
    ['503 while the model loads', told(503, '{"error":"Model with name iris is not ready."}'), 'model', /still loading/],
    ['503 of Envoy', told(503, 'no healthy upstream'), 'gateway', /No pod/],
    ['500 of a wrong Content-Type', told(500, '{"error":"TypeError : byte indices must be integers or slices, not str"}'), 'model', /raw bytes instead of JSON/],
    ['500 without instances', told(500, `{"error":"KeyError : 'instances'"}`), 'model', /neither "instances" nor "inputs"/],
    ['500 of the model', told(500, '{"error":"ValueError : shapes"}'), 'model', /ValueError : shapes/],
    ['400', told(400, '{"error":"Unrecognized request format: Expecting value"}'), 'model', /Unrecognized request format/],
    ['501', told(501, '{"error":"Could not find explainer_host."}'), 'model', /explainer_host/],
    ['302 to a login', told(302, '', [['Location', '/dex/auth?client_id=x']]), 'login', /\/dex\/auth/],
    ['301 elsewhere', told(301, '', [['location', 'https://a/']]), 'gateway', /https:\/\/a\//],
    ['403 of the mesh', told(403, 'RBAC: access denied'), 'gateway', /RBAC: access denied/],
    ['401', told(401), 'login', /who you are/],
    ['418', told(418), 'unknown', /418/],
  ];
  for (const [name, explanation, from, title] of cases) {
    it(name, () => {
      assert.equal(explanation?.from, from);
      assert.match(explanation.title, title);
      assert.notEqual(explanation.next, '');
    });
  }

  it('says for every error what happened and what to do', () => {
    const all: PredictErrorFacts[] = [
      { kind: 'invalid', detail: 'x.' }, { kind: 'dns', code: 'ENOTFOUND' }, { kind: 'refused' }, { kind: 'unreachable', code: 'EHOSTUNREACH' },
      { kind: 'tls', code: 'CERT_HAS_EXPIRED' }, { kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID', detail: 'x' }, { kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, { kind: 'tls', code: 'EPROTO', detail: 'x' },
      { kind: 'timeout', phase: 'connect', after: 5000 }, { kind: 'timeout', phase: 'wait', after: 5000 }, { kind: 'timeout', phase: 'download', after: 5000, received: 3 },
      { kind: 'closed', phase: 'wait' }, { kind: 'closed', phase: 'download', received: 3 }, { kind: 'not-http', detail: 'x' }, { kind: 'cancelled' }, { kind: 'failed', detail: 'x' },
    ];
    for (const facts of all) {
      const { title, next } = errorWords({ address: '127.0.0.1:80', ...facts }, plain);
      assert.match(title, /\S/);
      assert.match(next, /\S/);
      assert.doesNotMatch(title + next, /undefined|\{\d\}/);
      assert.equal(new PredictError({ address: '127.0.0.1:80', ...facts }).message, title);
    }
  });
});
