import assert from 'node:assert/strict';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const program = path.join(import.meta.dirname, '../../../src/playground/main.ts');

/** The lines that a child prints up to and with the one that says it is ready. */
async function untilReady(child: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    lines.splice(0, lines.length, ...text.split('\n').slice(0, -1));
    if (lines.some((line) => line.startsWith('Ready:'))) break;
  }
  return lines;
}

describe('The playground as a program', () => {
  let folder = '';
  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'playground-'));
  });
  after(() => fs.rm(folder, { recursive: true, force: true }));

  it('says that it is a playground, then that it is ready, and ends with SIGTERM', async function () {
    if (process.platform === 'win32') this.skip();
    const kubeconfig = path.join(folder, 'kubeconfig');
    const child = spawn(process.execPath, [program, '--kubeconfig', kubeconfig, '--delay', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const lines = await untilReady(child);
    assert.match(lines[0] ?? '', /^This is a playground: a small cluster in one process, not a real one\./);
    assert.equal(lines.at(-1), `Ready: ${kubeconfig}`);
    await fs.stat(kubeconfig);
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(fs.stat(kubeconfig), { code: 'ENOENT' });
  });

  it('tells its owner where it is, and ends when the owner goes', async () => {
    const child = fork(program, ['--kubeconfig', path.join(folder, 'owned')], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const ended = once(child, 'exit');
    const [message] = (await once(child, 'message')) as [{ kind: string; url: string; gateway: string; kubeconfig: string }];
    assert.equal(message.kind, 'ready');
    assert.match(message.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.match(message.gateway, /^http:\/\/127\.0\.0\.1:\d+$/);
    child.disconnect();
    assert.deepEqual(await ended, [0, null]);
  });

  it('says what is wrong with an option', async () => {
    const child = spawn(process.execPath, [program, '--api-port', 'many'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    assert.deepEqual(await once(child, 'close'), [1, null]);
    assert.equal(text, 'The playground did not start: --api-port takes a port from 0 to 65535, not "many"\n');
  });
});
