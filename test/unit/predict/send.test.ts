import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import { gzipSync } from 'node:zlib';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { PredictError, send, type PredictRequest, type Target } from '../../../src/predict/index.ts';
import { json, localTarget, wire, type Wire } from './wire.ts';

const BODY = '{"instances":[[6.8,2.8,4.8,1.4]]}';
const predict = (target: Target, more: Partial<PredictRequest> = {}): PredictRequest => ({ target, method: 'POST', path: '/v1/models/sklearn-iris:predict', body: BODY, ...more });

async function failure(promise: Promise<unknown>): Promise<PredictError> {
  try { await promise; } catch (error) {
    assert.ok(error instanceof PredictError, `not a PredictError: ${String(error)}`);
    return error;
  }
  return assert.fail('it did not fail');
}

describe('predict: send', () => {
  let server: Wire | undefined;
  afterEach(async () => { await server?.close(); server = undefined; });

  it('puts exactly one Host and exactly application/json on the wire', async () => {
    server = await wire((socket) => socket.end(json('{"predictions":[1]}')));
    const answer = await send(predict(localTarget(server.port, 'latest-sklearn-iris-predictor.kserve-test.example.com')));
    const [head = '', body] = server.arrived().split('\r\n\r\n');
    const lines = head.split('\r\n');
    assert.equal(lines[0], 'POST /v1/models/sklearn-iris:predict HTTP/1.1');
    assert.deepEqual(lines.filter((line) => /^host:/i.test(line)), ['Host: latest-sklearn-iris-predictor.kserve-test.example.com']);
    assert.deepEqual(lines.filter((line) => /^content-type:/i.test(line)), ['Content-Type: application/json']);
    assert.deepEqual(lines.filter((line) => /^(content-length|transfer-encoding):/i.test(line)), [`Content-Length: ${BODY.length}`]);
    assert.equal(body, BODY);
    assert.equal(answer.status, 200);
    assert.equal(answer.body, '{"predictions":[1]}');
    assert.equal(answer.remote, '127.0.0.1');
    assert.ok(answer.times.total >= answer.times.wait);
  });

  it('counts the body in bytes and sends UTF-8', async () => {
    server = await wire((socket) => socket.end(json('{}')));
    await send(predict(localTarget(server.port), { body: '{"inputs":"Grüße ✓"}' }));
    const sent = Buffer.from(server.arrived(), 'latin1').toString('utf8');
    assert.match(sent, new RegExp(`Content-Length: ${Buffer.byteLength('{"inputs":"Grüße ✓"}')}\r\n`));
    assert.ok(sent.endsWith('{"inputs":"Grüße ✓"}'));
  });

  it('puts the path prefix of the status URL before the path', async () => {
    server = await wire((socket) => socket.end(json('{}')));
    await send(predict({ ...localTarget(server.port), pathPrefix: '/serving/kserve-test/sklearn-iris' }));
    assert.match(server.arrived(), /^POST \/serving\/kserve-test\/sklearn-iris\/v1\/models\/sklearn-iris:predict HTTP/);
  });

  it('shows a redirect and does not follow it', async () => {
    server = await wire((socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: /dex/auth\r\nContent-Length: 0\r\n\r\n'));
    const answer = await send(predict(localTarget(server.port)));
    assert.equal(answer.status, 302);
    assert.equal(server.arrived().match(/POST /g)?.length, 1);
  });

  it('keeps headers as they came, doubles too', async () => {
    server = await wire((socket) => socket.end(json('{}', 'Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-Served-By: 00002\r\n')));
    const { headers } = await send(predict(localTarget(server.port)));
    assert.deepEqual(headers.slice(2), [['Set-Cookie', 'a=1'], ['set-cookie', 'b=2'], ['X-Served-By', '00002']]);
  });

  describe('refuses what would be another request', () => {
    const cases: [string, Partial<PredictRequest> & { host?: string }][] = [
      ['a line end in the Host', { host: 'a.example.com\r\nX-Evil: 1' }],
      ['a space in the Host', { host: 'a.example.com b' }],
      ['a line end in the path', { path: '/v1/models/a HTTP/1.1\r\nHost: evil\r\n\r\n' }],
      ['a path without a slash', { path: 'http://evil/' }],
      ['a half escape in the path', { path: '/v1/models/%4' }],
      ['a line end in a header', { headers: { 'X-A': 'b\r\nHost: evil' } }],
      ['a bare line feed in a header', { headers: { 'X-A': 'b\nHost: evil' } }],
      ['a colon in a header’s name', { headers: { 'Host: evil\r\nX': 'b' } }],
      ['a second Host', { headers: { hOsT: 'evil' } }],
      ['a second Content-Type', { headers: { 'content-type': 'text/plain' } }],
      ['a Transfer-Encoding', { headers: { 'Transfer-Encoding': 'chunked' } }],
      ['a header beyond Latin-1', { headers: { 'X-A': '✓' } }],
    ];
    for (const [name, { host, ...more }] of cases) {
      it(name, async () => {
        server = await wire((socket) => socket.end(json('{}')));
        const error = await failure(send(predict(localTarget(server.port, host), more)));
        assert.equal(error.kind, 'invalid');
        assert.equal(server.arrived(), '');
      });
    }
  });

  describe('bad servers', () => {
    it('closes without an answer', async () => {
      server = await wire((socket) => socket.destroy());
      const error = await failure(send(predict(localTarget(server.port))));
      assert.equal(error.kind, 'closed');
      assert.equal(error.phase, 'wait');
    });

    it('says a longer Content-Length than it sends', async () => {
      server = await wire((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"predictions":'));
      const error = await failure(send(predict(localTarget(server.port))));
      assert.equal(error.kind, 'closed');
      assert.equal(error.phase, 'download');
      assert.equal(error.received, 15);
    });

    it('breaks off in the middle of chunks', async () => {
      server = await wire((socket) => { socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab'); });
      assert.equal((await failure(send(predict(localTarget(server.port))))).kind, 'closed');
    });

    it('sends more than its Content-Length: only that much is the answer', async () => {
      server = await wire((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n'));
      assert.equal((await send(predict(localTarget(server.port)))).body, '{}');
    });

    it('does not speak HTTP', async () => {
      server = await wire((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
      assert.equal((await failure(send(predict(localTarget(server.port))))).kind, 'not-http');
    });

    it('answers with endless headers', async () => {
      server = await wire((socket) => socket.end(`HTTP/1.1 200 OK\r\n${'X-A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(4000)}\r\n`));
      assert.equal((await failure(send(predict(localTarget(server.port))))).kind, 'not-http');
    });

    it('never answers', async () => {
      server = await wire(() => undefined);
      const error = await failure(send(predict(localTarget(server.port)), { timeoutMs: 60 }));
      assert.equal(error.kind, 'timeout');
      assert.equal(error.phase, 'wait');
    });

    it('drips the answer byte by byte: the time limit is for the whole', async () => {
      let drip: NodeJS.Timeout | undefined;
      server = await wire((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        drip = setInterval(() => socket.write('x'), 5);
      });
      const error = await failure(send(predict(localTarget(server.port)), { timeoutMs: 100 }));
      clearInterval(drip);
      assert.equal(error.kind, 'timeout');
      assert.equal(error.phase, 'download');
      assert.ok((error.received ?? 0) > 0);
    });

    it('sends 100 MB: only the limit is read, and the connection ends', async () => {
      const chunk = Buffer.alloc(1 << 20, 0x20);
      let written = 0;
      let gone: Promise<unknown> = Promise.resolve();
      server = await wire((socket) => {
        gone = new Promise((resolve) => { socket.once('close', resolve); });
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n');
        const more = (): void => { while (!socket.destroyed && written < 100) { written += 1; if (!socket.write(chunk)) { socket.once('drain', more); return; } } };
        more();
      });
      const answer = await send(predict(localTarget(server.port)), { maxBytes: 1_000_000 });
      assert.equal(answer.truncated, true);
      assert.equal(answer.size, 1_000_000);
      assert.equal(answer.declaredSize, 104_857_600);
      await gone;
      assert.ok(written < 100);
    });

    it('sends a gzip bomb: it is unpacked only up to the limit', async () => {
      const bomb = gzipSync(Buffer.alloc(200_000_000));
      server = await wire((socket) => { socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`); socket.end(bomb); });
      const answer = await send(predict(localTarget(server.port)), { maxBytes: 1_000_000 });
      assert.equal(answer.truncated, true);
      assert.equal(answer.size, 1_000_000);
    });

    it('says gzip and sends none', async () => {
      server = await wire((socket) => socket.end(json('{"predictions":[1]}', 'Content-Encoding: gzip\r\n')));
      assert.equal((await failure(send(predict(localTarget(server.port))))).kind, 'not-http');
    });

    it('sends bytes that are no text', async () => {
      server = await wire((socket) => { socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n'); socket.end(Buffer.from([0xff, 0xfe, 0, 1])); });
      const answer = await send(predict(localTarget(server.port)));
      assert.equal(answer.binary, true);
      assert.equal(answer.size, 4);
    });

    it('cuts no character in two at the limit', async () => {
      server = await wire((socket) => socket.end(json('"ää"')));
      const answer = await send(predict(localTarget(server.port)), { maxBytes: 4 });
      assert.equal(answer.binary, false);
      assert.equal(answer.body, '"ä');
    });
  });

  it('is not there', async () => {
    server = await wire(() => undefined);
    const { port } = server;
    await server.close();
    const error = await failure(send(predict(localTarget(port))));
    assert.equal(error.kind, 'refused');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
  });

  it('has a name without an address', async () => {
    const target: Target = { ...localTarget(80), address: { host: 'no-such-host.invalid', port: 80, protocol: 'http' } };
    const error = await failure(send(predict(target), { timeoutMs: 10_000 }));
    assert.ok(error.kind === 'dns' || error.phase === 'dns', `${error.kind} ${error.phase ?? ''}`);
  });

  it('cancels: the socket ends with it', async () => {
    server = await wire(() => undefined);
    const controller = new AbortController();
    const sent = failure(send(predict(localTarget(server.port)), { signal: controller.signal }));
    const socket = await server.connection;
    const gone = once(socket, 'close');
    controller.abort();
    assert.equal((await sent).kind, 'cancelled');
    await gone;
  });

  it('does not connect when it is cancelled before', async () => {
    server = await wire(() => undefined);
    assert.equal((await failure(send(predict(localTarget(server.port)), { signal: AbortSignal.abort() }))).kind, 'cancelled');
    assert.equal(server.arrived(), '');
  });

  describe('over TLS', () => {
    const HOST = 'latest-sklearn-iris-predictor.kserve-test.example.com';
    let secure: https.Server;
    let ca: string;
    let expired: { cert: string; key: string };
    let seen: { sni: unknown; host: string | undefined }[];

    before(async () => {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
      const make = async (notAfter: Date): Promise<{ cert: string; key: string }> => {
        const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
        const cert = await x509.X509CertificateGenerator.createSelfSigned({
          serialNumber: '01', name: 'CN=gateway', notBefore: new Date('2020-01-01'), notAfter, keys, signingAlgorithm: algorithm,
          extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: HOST }])],
        });
        return { cert: cert.toString('pem'), key: x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY') };
      };
      const good = await make(new Date('2100-01-01'));
      expired = await make(new Date('2021-01-01'));
      ca = good.cert;
      seen = [];
      secure = https.createServer(good, (request, response) => {
        const { socket } = request;
        seen.push({ sni: 'servername' in socket ? socket.servername : undefined, host: request.headers.host });
        response.end('{}');
      });
      secure.listen(0, '127.0.0.1');
      await once(secure, 'listening');
    });
    after(() => { secure.close(); secure.closeAllConnections(); });

    const secureTarget = (more: Partial<Target> = {}): Target => {
      const address = secure.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return { address: { host: '127.0.0.1', port: address.port, protocol: 'https' }, host: HOST, sni: HOST, ca, pathPrefix: '', why: { address: '', host: '' }, ...more };
    };

    it('asks for the SNI, checks it, and sends the Host', async () => {
      const answer = await send(predict(secureTarget()));
      assert.equal(answer.status, 200);
      assert.ok(answer.times.tls !== undefined && answer.times.connect !== undefined && answer.times.dns === undefined);
      assert.deepEqual(seen.at(-1), { sni: HOST, host: HOST });
    });

    it('keeps Host and SNI apart', async () => {
      await send(predict(secureTarget({ host: 'prev.example.com' })));
      assert.deepEqual(seen.at(-1), { sni: HOST, host: 'prev.example.com' });
    });

    it('refuses a certificate for another name', async () => {
      const error = await failure(send(predict(secureTarget({ sni: 'other.example.com' }))));
      assert.equal(error.kind, 'tls');
      assert.equal(error.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
    });

    it('refuses a self-signed certificate', async () => {
      const { ca: _, ...rest } = secureTarget();
      const error = await failure(send(predict(rest)));
      assert.equal(error.kind, 'tls');
      assert.equal(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
    });

    it('refuses an expired certificate', async () => {
      const old = https.createServer(expired, (_request, response) => { response.end(); });
      old.listen(0, '127.0.0.1');
      await once(old, 'listening');
      const address = old.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      const error = await failure(send(predict(secureTarget({ address: { host: '127.0.0.1', port: address.port, protocol: 'https' }, ca: expired.cert }))));
      old.close();
      assert.equal(error.code, 'CERT_HAS_EXPIRED');
    });

    it('says so when HTTPS meets a plain port', async () => {
      server = await wire(() => undefined);
      const plain = await wire((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      void plain.connection.then((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const error = await failure(send(predict(secureTarget({ address: { host: '127.0.0.1', port: plain.port, protocol: 'https' } }))));
      await plain.close();
      assert.equal(error.kind, 'tls');
    });

    it('says so when plain HTTP meets a TLS port', async () => {
      const { address } = secureTarget();
      const error = await failure(send(predict({ ...localTarget(address.port) })));
      assert.ok(error.kind === 'closed' || error.kind === 'not-http', error.kind);
    });
  });
});
