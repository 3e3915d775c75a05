import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Connection } from '../../../src/kube/connection.ts';
import { connectTo, errorOf } from './support/connections.ts';
import { type Handler, sendJson, startServer, status, type TestServer } from './support/server.ts';

const services = '/apis/serving.kserve.io/v1beta1/namespaces/x/inferenceservices';

describe('kube: requests', () => {
  let server: TestServer;
  let connection: Connection;
  let handle: Handler;

  beforeEach(async () => {
    server = await startServer((request, response) => handle(request, response));
    connection = connectTo(server.url);
  });

  afterEach(async () => {
    connection.dispose();
    await server.close();
  });

  function get(path = services): Promise<unknown> {
    return connection.request({ method: 'GET', path });
  }

  function answer(code: number, body: unknown, headers = {}): void {
    handle = (_, response) => sendJson(response, code, body, headers);
  }

  it('sends method, query, body and content type, and reads JSON', async () => {
    handle = (request, response) => sendJson(response, 200, { path: request.path, body: request.body });
    const body = { spec: { ü: 1 } };
    assert.deepEqual(await connection.request({ method: 'PATCH', path: `${services}/a`, query: { dryRun: 'All' }, body, contentType: 'application/merge-patch+json' }), { path: `${services}/a`, body: JSON.stringify(body) });
    const [seen] = server.requests;
    assert.equal(seen?.method, 'PATCH');
    assert.equal(seen.query.get('dryRun'), 'All');
    assert.equal(seen.headers['content-type'], 'application/merge-patch+json');
    await connection.request({ method: 'POST', path: services, body });
    assert.equal(server.requests[1]?.headers['content-type'], 'application/json');
  });

  it('keeps a path that the address has (Rancher)', async () => {
    answer(200, {});
    const rancher = connectTo(`${server.url}/k8s/clusters/c-1`);
    await rancher.request({ method: 'GET', path: '/api/v1/pods' });
    rancher.dispose();
    assert.equal(server.requests[0]?.path, '/k8s/clusters/c-1/api/v1/pods');
  });

  it('uses one connection for one request after the other', async () => {
    answer(200, {});
    for (let count = 0; count < 20; count += 1) await get();
    assert.equal(server.connections, 1);
  });

  it('repeats a read, not a write, that met a connection which the server was closing', async () => {
    answer(200, {});
    await get();
    let cut = 0;
    handle = (request, response) => {
      if (cut++ === 0) response.socket?.destroy();
      else sendJson(response, 200, { ok: true });
    };
    assert.deepEqual(await get(), { ok: true });
    cut = 0;
    const error = await errorOf(connection.request({ method: 'PATCH', path: `${services}/a`, body: {} }));
    assert.equal(error.kind, 'unreachable');
    assert.match(error.message, /may or may not have been made/);
    assert.equal(server.requests.length, 4);
  });

  it('unpacks gzip', async () => {
    handle = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'));
    assert.deepEqual(await get(), { a: 1 });
    handle = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}').subarray(0, 12));
    assert.equal((await errorOf(get())).kind, 'unreachable');
  });

  it('reads an empty 2xx answer as nothing', async () => {
    handle = (_, response) => response.writeHead(200).end();
    assert.equal(await get(), undefined);
  });

  describe('refusals', () => {
    const cases: readonly (readonly [string, number, unknown, string, RegExp])[] = [
      [
        'a missing right in a namespace',
        403,
        status(403, 'Forbidden', 'inferenceservices.serving.kserve.io is forbidden: User "jane" cannot list resource "inferenceservices" in API group "serving.kserve.io" in the namespace "x"'),
        'forbidden',
        /^You may not list inferenceservices in namespace x\. Ask for the right "list" on inferenceservices\.serving\.kserve\.io in namespace x\.$/,
      ],
      [
        'a missing right in all namespaces',
        403,
        status(403, 'Forbidden', 'pods is forbidden: User "jane" cannot watch resource "pods" in API group "" at the cluster scope: RBAC: clusterrole "x" not found'),
        'forbidden',
        /^You may not watch pods in all namespaces\. Ask for the right "watch" on pods in all namespaces\.$/,
      ],
      ['a refusal without words', 403, '', 'forbidden', /^You may not list inferenceservices in namespace x\./],
      ['a quota', 403, status(403, 'Forbidden', 'pods "a" is forbidden: exceeded quota: q'), 'forbidden', /^The cluster refused this: pods "a" is forbidden: exceeded quota: q\.$/],
      [
        'a webhook',
        403,
        status(403, 'Forbidden', 'admission webhook "v.kserve.io" denied the request: canaryTrafficPercent must be at most 100'),
        'invalid',
        /^The cluster refused the change: canaryTrafficPercent must be at most 100\. \(Admission webhook v\.kserve\.io\.\)$/,
      ],
      ['a kind that the server does not know', 404, '404 page not found\n', 'no-such-api', /does not know inferenceservices\.serving\.kserve\.io/],
      ['a kind that an aggregated server does not know', 404, status(404, 'NotFound', 'the server could not find the requested resource'), 'no-such-api', /does not know/],
      ['an object that is not there', 404, status(404, 'NotFound', 'inferenceservices.serving.kserve.io "a" not found', { name: 'a', group: 'serving.kserve.io', kind: 'inferenceservices' }), 'not-found', /^inferenceservices "a" was not found in namespace x\.$/],
      ['a conflict', 409, status(409, 'Conflict', 'the object has been modified', { name: 'a', kind: 'inferenceservices' }), 'conflict', /"a" has been changed by someone else/],
      ['a name that is taken', 409, status(409, 'AlreadyExists', 'already exists', { name: 'a', kind: 'inferenceservices' }), 'already-exists', /"a" already exists in namespace x/],
      ['an expired version', 410, status(410, 'Expired', 'too old resource version: 1 (2)'), 'gone', /no longer holds/],
      [
        'fields that are not valid',
        422,
        status(422, 'Invalid', 'long', { name: 'a', kind: 'InferenceService', causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: 101: too large', field: 'spec.predictor.canaryTrafficPercent' }] }),
        'invalid',
        /^InferenceService "a" is not valid: spec\.predictor\.canaryTrafficPercent: Invalid value: 101: too large\.$/,
      ],
      ['a bad request', 400, status(400, 'BadRequest', 'json: cannot unmarshal'), 'invalid', /json: cannot unmarshal\.$/],
      ['a failing server', 500, status(500, 'InternalError', 'etcdserver: request timed out'), 'server', /problem of its own \(500\): etcdserver: request timed out\.$/],
      ['a proxy page', 502, '<html><body>Bad Gateway</body></html>', 'server', /problem of its own \(502\)\.$/],
    ];
    for (const [name, code, body, kind, message] of cases) {
      it(name, async () => {
        handle = (_, response) => (typeof body === 'string' ? response.writeHead(code).end(body) : sendJson(response, code, body));
        const error = await errorOf(get());
        assert.deepEqual([error.kind, error.status], [kind, code]);
        assert.match(error.message, message);
      });
    }

    it('429 with Retry-After, as seconds, a date or in the Status', async () => {
      answer(429, status(429, 'TooManyRequests', 'busy'), { 'retry-after': '3' });
      const error = await errorOf(get());
      assert.deepEqual([error.kind, error.retryAfter], ['too-many-requests', 3]);
      answer(429, {}, { 'retry-after': new Date(Date.now() + 10_000).toUTCString() });
      assert.ok(((await errorOf(get())).retryAfter ?? 0) >= 9);
      answer(429, status(429, 'TooManyRequests', 'busy', { retryAfterSeconds: 4 }));
      assert.equal((await errorOf(get())).retryAfter, 4);
    });

    it('a login page: redirected, or in the place of JSON; its address without what may be secret', async () => {
      handle = (_, response) => response.writeHead(302, { location: 'https://login.example.com/?state=secret' }).end();
      const error = await errorOf(get());
      assert.equal(error.kind, 'server');
      assert.match(error.message, /redirects to https:\/\/login\.example\.com: a login page/);
      handle = (_, response) => response.end('<!doctype html>');
      assert.match((await errorOf(get())).message, /an HTML page instead of JSON/);
    });

    it('shows no credential that the other side repeats', async () => {
      const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl';
      answer(500, status(500, 'InternalError', `bad header Authorization: Bearer abcdefgh12345678 and ${jwt} and {"token":"opaque-and-secret"}`));
      const error = await errorOf(get());
      for (const text of [error.message, error.detail ?? '']) assert.doesNotMatch(text, /abcdefgh|eyJ|opaque-and/);
    });
  });

  describe('no answer', () => {
    it('refused, without a host, unreachable', async () => {
      const gone = await startServer(() => undefined);
      await gone.close();
      connection.dispose();
      connection = connectTo(gone.url);
      const refused = await errorOf(get());
      assert.deepEqual([refused.kind, refused.message], ['unreachable', `${gone.url} refuses connections: nothing listens there. Is the cluster running?`]);
      connection = connectTo('https://nothing.invalid:6443');
      const nowhere = await errorOf(get());
      assert.equal(nowhere.kind, 'unreachable');
      assert.match(nowhere.message, /cannot be resolved/);
    });

    it('broken off within the body', async () => {
      handle = (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"a":');
        setImmediate(() => response.socket?.destroy());
      };
      const error = await errorOf(get());
      assert.deepEqual([error.kind, error.message], ['unreachable', `The connection to ${server.url} broke off.`]);
    });

    it('too slow: before the headers and within the body', async () => {
      handle = () => undefined;
      const error = await errorOf(connection.request({ method: 'GET', path: '/api', timeout: 20 }));
      assert.deepEqual([error.kind, error.message], ['timeout', `${server.url} did not answer within 0.02 seconds.`]);
      handle = (_, response) => response.writeHead(200).write('{');
      assert.equal((await errorOf(connection.request({ method: 'GET', path: '/api', timeout: 40 }))).kind, 'timeout');
      assert.match((await errorOf(connection.request({ method: 'POST', path: '/api', body: {}, timeout: 20 }))).message, /may or may not have been made/);
      await server.until(() => server.open === 0);
    });

    it('a server that accepts and is silent does not hold the TLS handshake for ever', async () => {
      const silent = createServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const late = connectTo(`https://127.0.0.1:${port}`);
      assert.equal((await errorOf(late.request({ method: 'GET', path: '/api', timeout: 30 }))).kind, 'timeout');
      late.dispose();
      silent.close();
    });

    it('cancelled: before, while it waits, and by the end of the connection', async () => {
      handle = () => undefined;
      const before = AbortSignal.abort();
      assert.equal((await errorOf(connection.request({ method: 'GET', path: '/api', signal: before }))).kind, 'cancelled');
      assert.equal(server.requests.length, 0);
      const controller = new AbortController();
      const waiting = errorOf(connection.request({ method: 'GET', path: '/api', signal: controller.signal }));
      await server.until(() => server.requests.length === 1);
      controller.abort();
      assert.equal((await waiting).kind, 'cancelled');
      await server.until(() => server.open === 0);
      const last = errorOf(get());
      await server.until(() => server.requests.length === 2);
      connection.dispose();
      assert.equal((await last).kind, 'cancelled');
      assert.equal((await errorOf(get())).kind, 'cancelled');
      await server.until(() => server.open === 0);
    });
  });
});
