import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { copyAsCurl, PredictError, send, type PredictRequest } from '../../../src/predict/index.ts';
import { json, localTarget, wire } from './wire.ts';

/** By `sh -c`, or, where a system's argument would be too short for the command, as it is pasted: from standard input. */
async function run(command: string): Promise<void> {
  const pasted = Buffer.byteLength(command) > 100_000;
  const shell = spawn('sh', pasted ? ['-s'] : ['-c', command], { env: { PATH: process.env['PATH'], NO_PROXY: '*' }, stdio: ['pipe', 'ignore', 'inherit'] });
  shell.stdin.end(pasted ? `${command}\n` : '');
  assert.deepEqual(await once(shell, 'close'), [0, null]);
}

const curl = spawnSync('curl', ['--version']).status === 0 && process.platform !== 'win32';

const predict = (port: number, more: Partial<PredictRequest> = {}): PredictRequest => ({
  target: localTarget(port, 'latest-sklearn-iris-predictor.kserve-test.example.com'), method: 'POST', path: '/v1/models/sklearn-iris:predict', body: '{"instances":[[1]]}', ...more,
});

/** What a model sees: not what each client adds of its own (User-Agent, Accept, Connection). */
function seen(arrived: string): string[] {
  const [head = '', ...body] = arrived.split('\r\n\r\n');
  return [...head.split('\r\n').filter((line) => !/^(user-agent|accept|accept-encoding|connection):/i.test(line)).sort(), body.join('\r\n\r\n')];
}

async function asCurl(make: (port: number) => PredictRequest): Promise<{ curl: string[]; ours: string[]; body: string }> {
  const one = await wire((socket) => socket.end(json('{}')));
  const other = await wire((socket) => socket.end(json('{}')));
  try {
    await run(copyAsCurl(make(one.port)));
    await send(make(other.port));
    return { curl: seen(one.arrived()), ours: seen(other.arrived()), body: one.arrived() };
  } finally {
    await one.close();
    await other.close();
  }
}

describe('predict: copy as curl', () => {
  it('writes KServe’s command', () => {
    assert.equal(copyAsCurl(predict(31_380)),
      "curl -sS -i -H 'Host: latest-sklearn-iris-predictor.kserve-test.example.com' -H 'Content-Type: application/json' --data-raw '{\"instances\":[[1]]}' 'http://127.0.0.1:31380/v1/models/sklearn-iris:predict'");
  });

  it('leads a TLS name to the gateway', () => {
    const target = { ...localTarget(443, 'a.example.com'), address: { host: '::1', port: 8443, protocol: 'https' as const }, sni: 'a.example.com' };
    assert.match(copyAsCurl({ ...predict(0), target }), /--connect-to '::\[::1\]:8443' .* 'https:\/\/a\.example\.com:8443\/v1\//);
  });

  it('refuses what send refuses, and a NUL', () => {
    assert.throws(() => copyAsCurl(predict(1, { path: "/v1/models/a' ; rm -rf ~" })), PredictError);
    assert.throws(() => copyAsCurl(predict(1, { headers: { 'X-A': 'a\r\nb' } })), PredictError);
    assert.throws(() => copyAsCurl(predict(1, { body: '\0' })), PredictError);
  });

  describe('run by sh', () => {
    before(function skip() { if (!curl) this.skip(); });

    for (const [name, body] of Object.entries({
      'quotes': `{"a":"it's \\"x\\" $HOME \`id\` $(id) \\\\ ! #"}`,
      'line ends': '{\r\n  "instances": []\n}\n',
      'a leading @': '@/etc/hostname',
      'nothing': '',
      'a large body': `{"instances":"${'x'.repeat(300_000)}'"}`,
      'beyond ASCII': '{"a":"Grüße ✓ 🙂"}',
    })) {
      it(`sends the same bytes: ${name}`, async () => {
        const result = await asCurl((port) => predict(port, { body }));
        assert.deepEqual(result.curl, result.ours);
      });
    }

    it('sends the same headers, an empty one too', async () => {
      const result = await asCurl((port) => predict(port, { headers: { 'X-Quote': "it's $HOME", 'X-Empty': '', 'Authorization': 'Bearer a.b-c' } }));
      assert.deepEqual(result.curl.map((line) => line.trimEnd()), result.ours.map((line) => line.trimEnd()));
    });

    it('property: random bodies and header values', async function slow() {
      this.timeout(30_000);
      await fc.assert(fc.asyncProperty(
        fc.string({ unit: 'binary' }).filter((body) => !body.includes('\0')),
        fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/),
        async (body, value) => {
          const result = await asCurl((port) => predict(port, { body, headers: { 'X-Any': value } }));
          assert.deepEqual(result.curl, result.ours);
        },
      ), { numRuns: 25 });
    });
  });
});
