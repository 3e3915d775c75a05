import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecPlugin, UserEntry } from '../../../src/kube/kubeconfig/model.ts';
import type { KubeConnection } from '../../../src/kube/types.ts';
import { newAuthority, selfSigned } from './support/certificates.ts';
import { connectTo, errorOf } from './support/connections.ts';
import { type Handler, sendJson, startServer, type TestServer } from './support/server.ts';

/** A credential plugin: counts its runs in `runs`, then does what the text says. */
const preamble = `
const fs = require('node:fs');
fs.appendFileSync('runs', 'x');
const run = fs.readFileSync('runs', 'utf8').length;
const give = (status, apiVersion = 'client.authentication.k8s.io/v1') => console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion, status }));
`;

describe('kube: credentials', () => {
  let folder: string;
  let server: TestServer;
  let connection: KubeConnection | undefined;
  let handle: Handler;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'credentials-'));
    handle = (_, response) => sendJson(response, 200, {});
    server = await startServer((request, response) => handle(request, response));
  });

  afterEach(async () => {
    connection?.dispose();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function open(user: Partial<UserEntry>): KubeConnection {
    connection = connectTo(server.url, { user });
    return connection;
  }

  function plugin(source: string, extra: Partial<ExecPlugin> = {}): { exec: ExecPlugin } {
    writeFileSync(path.join(folder, 'plugin.cjs'), preamble + source);
    return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['plugin.cjs'], env: {}, provideClusterInfo: false, interactiveMode: 'IfAvailable', folder, ...extra } };
  }

  function runs(): number {
    return readFileSync(path.join(folder, 'runs'), 'utf8').length;
  }

  function get(): Promise<unknown> {
    assert.ok(connection);
    return connection.request({ method: 'GET', path: '/api/v1/pods' });
  }

  /** Accepts these tokens only. */
  function accept(...tokens: readonly string[]): void {
    handle = (request, response) => sendJson(response, tokens.some((token) => request.headers.authorization === `Bearer ${token}`) ? 200 : 401, {});
  }

  it('none, a token, basic, impersonation', async () => {
    open({});
    await get();
    assert.equal(server.requests.at(-1)?.headers.authorization, undefined);
    connection?.dispose();
    open({ token: 't0', impersonation: { 'Impersonate-User': 'jane', 'Impersonate-Group': ['a', 'b'] } });
    await get();
    const headers = server.requests.at(-1)?.headers;
    assert.deepEqual([headers?.authorization, headers?.['impersonate-user'], headers?.['impersonate-group']], ['Bearer t0', 'jane', 'a, b']);
    connection?.dispose();
    open({ username: 'ü', password: 'p:w' });
    await get();
    assert.equal(server.requests.at(-1)?.headers.authorization, `Basic ${Buffer.from('ü:p:w').toString('base64')}`);
  });

  it('a token file: without its line end, before `token`, and read again after a 401', async () => {
    const tokenFile = path.join(folder, 'token');
    writeFileSync(tokenFile, 'first\n');
    accept('first');
    open({ tokenFile, token: 'old' });
    await get();
    writeFileSync(tokenFile, 'second\n');
    accept('second');
    await get();
    assert.deepEqual(server.requests.map(({ headers }) => headers.authorization), ['Bearer first', 'Bearer first', 'Bearer second']);
  });

  it('a token file that is not there', async () => {
    open({ tokenFile: path.join(folder, 'nope') });
    const error = await errorOf(get());
    assert.equal(error.kind, 'credentials');
    assert.match(error.message, /token file .*nope/);
  });

  it('a certificate file that is not there', async () => {
    open({ certFile: path.join(folder, 'nope.crt'), keyFile: path.join(folder, 'nope.key') });
    const error = await errorOf(get());
    assert.deepEqual([error.kind, error.message], ['kubeconfig', 'A certificate or key file that the kubeconfig names cannot be read.']);
  });

  it('401 twice is an error that names no token', async () => {
    accept();
    open({ token: 'secret-token-1234' });
    const error = await errorOf(get());
    assert.deepEqual([error.kind, error.status, server.requests.length], ['unauthorized', 401, 2]);
    assert.doesNotMatch(JSON.stringify(error), /secret-token/);
  });

  describe('exec plugins', () => {
    it('run once for all who ask at the same time, and not again while their token lasts', async () => {
      open(plugin(`give({ token: 'p' + run, expirationTimestamp: new Date(Date.now() + 3600000).toISOString() });`));
      await Promise.all([get(), get(), get()]);
      await get();
      assert.equal(runs(), 1);
      assert.equal(server.requests[3]?.headers.authorization, 'Bearer p1');
    });

    it('run again when the token ends, and once after a 401', async () => {
      accept('p2', 'p3');
      open(plugin(`give({ token: 'p' + run, ...(run === 2 ? { expirationTimestamp: new Date().toISOString() } : {}) });`));
      await get();
      assert.equal(runs(), 2);
      await get();
      assert.equal(runs(), 3);
      accept();
      const error = await errorOf(get());
      assert.equal(error.kind, 'unauthorized');
      assert.equal(runs(), 3, 'a plugin may open a browser: not again so soon');
    });

    it('get KUBERNETES_EXEC_INFO and their variables, and the cluster only when asked for', async () => {
      const source = `fs.writeFileSync('seen', process.env.KUBERNETES_EXEC_INFO + process.env.MINE); give({ token: 't' });`;
      open(plugin(source, { env: { MINE: '!' } }));
      await get();
      assert.equal(readFileSync(path.join(folder, 'seen'), 'utf8'), '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}!');
      connection?.dispose();
      connection = connectTo(server.url, { user: plugin(source, { provideClusterInfo: true }), cluster: { caData: 'QUJD', execConfig: { audience: 'a' } } });
      await get();
      const seen: unknown = JSON.parse(readFileSync(path.join(folder, 'seen'), 'utf8').replace('undefined', ''));
      assert.deepEqual(seen, {
        kind: 'ExecCredential',
        apiVersion: 'client.authentication.k8s.io/v1',
        spec: { cluster: { server: server.url, 'certificate-authority-data': 'QUJD', config: { audience: 'a' } }, interactive: false },
      });
    });

    const failures: readonly (readonly [string, string, Partial<ExecPlugin>, RegExp, RegExp?])[] = [
      ['fail: the last line of stderr is in the message, all of it in the detail', `console.error('first line'); console.error('please run: cloud login'); process.exitCode = 3;`, {}, /failed \(exit code 3\): please run: cloud login$/, /first line\nplease/],
      ['are not found', '', { command: 'no-such-plugin', installHint: 'Install it from x.' }, /no-such-plugin was not found in the PATH of the editor.*Install it from x\.$/],
      ['print something else', `console.log('hello secret-half-credential')`, {}, /did not print a credential\.$/],
      ['print nothing of use', `give({ clientCertificateData: 'x' })`, {}, /neither a token nor a certificate/],
      ['speak another version', `give({ token: 't' }, 'client.authentication.k8s.io/v1alpha1')`, {}, /answered with client\.authentication\.k8s\.io\/v1alpha1, but the kubeconfig asks for/],
      ['need a terminal', '', { interactiveMode: 'Always' }, /needs a terminal/],
      ['have no command', '', { command: '' }, /names no command/],
    ];
    for (const [name, source, extra, message, detail] of failures) {
      it(name, async () => {
        open(plugin(source, extra));
        const error = await errorOf(get());
        assert.equal(error.kind, 'credentials');
        assert.match(error.message, message);
        if (detail !== undefined) assert.match(error.detail ?? '', detail);
        assert.doesNotMatch(JSON.stringify([error.message, error.detail]), /secret/);
        assert.equal(server.requests.length, 0);
      });
    }

    it('end with the connection, and a caller need not wait for them', async () => {
      open(plugin(`fs.writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000);`));
      const controller = new AbortController();
      const waiting = errorOf(connection?.request({ method: 'GET', path: '/api', signal: controller.signal }) ?? Promise.resolve());
      controller.abort();
      assert.equal((await waiting).kind, 'cancelled');
      const last = errorOf(get());
      connection?.dispose();
      assert.equal((await last).kind, 'cancelled');
    });
  });

  describe('OIDC', () => {
    const jwt = (exp: number): string => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
    const provider = (config: Record<string, string>, name = 'oidc'): Partial<UserEntry> => ({ authProvider: { name, config } });

    it('uses the ID token while it is valid', async () => {
      const token = jwt(Date.now() / 1000 + 600);
      accept(token);
      open(provider({ 'id-token': token }));
      await get();
    });

    it('leaves renewing to kubectl: the refresh token is not ours to spend', async () => {
      open(provider({ 'id-token': jwt(Date.now() / 1000 - 600), 'refresh-token': 'r', 'client-id': 'c', 'idp-issuer-url': server.url }));
      const error = await errorOf(get());
      assert.equal(error.kind, 'credentials');
      assert.match(error.message, /has expired\. Run any kubectl command/);
      assert.equal(server.requests.length, 0);
    });

    it('says that kubectl has dropped the others', async () => {
      open(provider({ 'access-token': 'x' }, 'gcp'));
      assert.match((await errorOf(get())).message, /auth-provider "gcp", which kubectl has dropped/);
    });
  });

  describe('TLS', () => {
    let secure: TestServer | undefined;

    afterEach(async () => {
      await secure?.close();
      secure = undefined;
    });

    const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

    async function ask(parts: Parameters<typeof connectTo>[1]): Promise<unknown> {
      assert.ok(secure);
      connection = connectTo(secure.url, parts);
      return get();
    }

    it('trusts the CA of the kubeconfig, as data or file, and says which certificate is wrong', async () => {
      const authority = await newAuthority();
      const other = await newAuthority();
      const dates = { notBefore: new Date(Date.now() - 2e9), notAfter: new Date(Date.now() - 1e9) };
      secure = await startServer((_, response) => sendJson(response, 200, { ok: true }), await authority.issue(['127.0.0.1']));
      const caFile = path.join(folder, 'ca.crt');
      writeFileSync(caFile, authority.cert);
      const caData = base64(authority.cert);
      assert.deepEqual(await ask({ cluster: { caData } }), { ok: true });
      connection?.dispose();
      assert.deepEqual(await ask({ cluster: { caFile } }), { ok: true });
      connection?.dispose();
      assert.deepEqual(await ask({ cluster: { insecure: true } }), { ok: true });
      connection?.dispose();
      for (const cluster of [{}, { caData: base64(other.cert) }]) {
        const error = await errorOf(ask({ cluster }));
        assert.equal(error.kind, 'tls');
        assert.match(error.message, /authority that the kubeconfig does not name/);
        connection?.dispose();
      }
      await secure.close();
      secure = await startServer(() => undefined, await authority.issue(['127.0.0.1'], dates));
      const expired = await errorOf(ask({ cluster: { caData } }));
      assert.deepEqual([expired.kind, expired.detail?.split(':')[0]], ['tls', 'CERT_HAS_EXPIRED']);
      assert.match(expired.message, /has expired/);
      connection?.dispose();
      await secure.close();
      secure = await startServer((_, response) => sendJson(response, 200, { ok: true }), await authority.issue(['other.example']));
      const named = await errorOf(ask({ cluster: { caData } }));
      assert.equal(named.kind, 'tls');
      assert.match(named.message, /is for another name/);
      connection?.dispose();
      assert.deepEqual(await ask({ cluster: { caData, tlsServerName: 'other.example' } }), { ok: true });
    });

    it('says that a server which signs itself is self-signed, and that a plain one speaks no TLS', async () => {
      secure = await startServer(() => undefined, await selfSigned());
      const error = await errorOf(ask({}));
      assert.deepEqual([error.kind, error.detail?.split(':')[0]], ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
      assert.match(error.message, /is self-signed/);
      connection?.dispose();
      connection = connectTo(server.url.replace('http:', 'https:'));
      const plain = await errorOf(get());
      assert.equal(plain.kind, 'tls');
      assert.match(plain.message, /does not speak TLS/);
    });

    it('shows a client certificate, of the kubeconfig or of a plugin', async () => {
      const authority = await newAuthority();
      const client = await authority.issue(['jane']);
      secure = await startServer((_, response) => sendJson(response, 200, { ok: true }), { ...(await authority.issue(['127.0.0.1'])), ca: authority.cert, requestCert: true, rejectUnauthorized: true });
      const cluster = { caData: base64(authority.cert) };
      assert.deepEqual(await ask({ cluster, user: { certData: base64(client.cert), keyData: base64(client.key) } }), { ok: true });
      connection?.dispose();
      const source = `give({ clientCertificateData: ${JSON.stringify(client.cert)}, clientKeyData: ${JSON.stringify(client.key)} });`;
      assert.deepEqual(await ask({ cluster, user: plugin(source) }), { ok: true });
      connection?.dispose();
      const without = await errorOf(ask({ cluster }));
      assert.equal(without.kind, 'tls');
      assert.match(without.message, /does not accept the client certificate/);
    });

    it('says that a certificate of the kubeconfig cannot be read', async () => {
      const authority = await newAuthority();
      secure = await startServer(() => undefined, await authority.issue(['127.0.0.1']));
      const error = await errorOf(ask({ cluster: { caData: base64(authority.cert) }, user: { certData: base64('rubbish'), keyData: base64('rubbish') } }));
      assert.equal(error.kind, 'kubeconfig');
    });
  });
});
