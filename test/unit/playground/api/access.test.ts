import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { parse } from 'yaml';
import { at } from '../../../../src/playground/api/fields.ts';
import { writeKubeconfig } from '../../../../src/playground/api/kubeconfig.ts';
import { startPlayground, TOKEN, widget, WIDGETS } from './support.ts';

describe('playground API: access', () => {
  it('has a certificate for 127.0.0.1 and localhost from its own authority, new each time', async () => {
    const [one, two] = [await startPlayground(), await startPlayground()];
    try {
      assert.notEqual(one.tls.ca, two.tls.ca);
      for (const servername of ['localhost', '']) {
        await new Promise<void>((resolve, reject) => {
          const host = servername === '' ? '127.0.0.1' : servername;
          const socket = connect({ port: one.server.port, host: '127.0.0.1', servername, ca: one.tls.ca }, () => {
            assert.equal(socket.authorized, true, host);
            socket.destroy();
            resolve();
          });
          socket.on('error', reject);
        });
      }
      await assert.rejects(
        new Promise((resolve, reject) => {
          request(one.server.url, { ca: two.tls.ca }, resolve).on('error', reject).end();
        }),
        /certificate|signature/i,
      );
    } finally {
      await one.stop();
      await two.stop();
    }
  });

  it('closes with watches open and leaves no connection', async () => {
    const playground = await startPlayground();
    const watch = await playground.watch(`${WIDGETS}?watch=true`);
    await playground.stop();
    assert.equal(await watch.ended, false);
    playground.store.create(playground.store.type('example.com/Widget'), widget('a'));
    await assert.rejects(playground.request('/healthz'), /ECONNREFUSED/);
  });

  it('refuses a port that is taken', async () => {
    const playground = await startPlayground();
    try {
      await assert.rejects(startPlayground({ port: playground.server.port }), /EADDRINUSE/);
    } finally {
      await playground.stop();
    }
  });

  it('writes a kubeconfig for its owner only, even over an older file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'playground-'));
    const file = join(folder, 'inner', 'config');
    try {
      const options = { file, name: 'a', url: 'https://127.0.0.1:1', ca: 'PEM', token: TOKEN, namespace: 'n' };
      await writeKubeconfig(options);
      await writeFile(file, 'old', { mode: 0o644 });
      await writeKubeconfig(options);
      if (process.platform !== 'win32') {
        assert.equal((await stat(file)).mode & 0o777, 0o600);
      }
      const config: unknown = parse(await readFile(file, 'utf8'));
      assert.equal(at(config, 'current-context'), 'a');
      assert.deepEqual(at(config, 'clusters'), [
        { name: 'a', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': Buffer.from('PEM').toString('base64') } },
      ]);
      assert.deepEqual(at(config, 'contexts'), [{ name: 'a', context: { cluster: 'a', user: 'a', namespace: 'n' } }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
