// `npm start` as a person uses it: ready when it says so, and nothing left behind whatever ends it.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, samplesDir } from '../../scripts/lib/paths.mjs';

const MARK = 'KSERVE_CANARY_START_TEST';
const READY_WITHIN_MS = 120_000;
const GONE_WITHIN_MS = 10_000;

interface Started {
  process: ChildProcess;
  /** Where its private folders are. */
  temporary: string;
  address: URL;
}

/** Processes started from `npm start`, found by a variable that they all inherit. */
function alive(mark: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}\0`);
      return marked ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`] : [];
    } catch {
      return []; // It has ended in the meantime.
    }
  });
}

async function start(args: string[], env: Record<string, string> = {}): Promise<Started> {
  const temporary = mkdtempSync(path.join(tmpdir(), 'kserve-canary-start-test-'));
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'run.mjs'), 'start', '--no-open', ...args], {
    cwd: root,
    env: { ...process.env, ...env, TMPDIR: temporary, [MARK]: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const late = new AbortController();
  const address = await Promise.race([
    readyAddress(child, output),
    once(child, 'exit').then(([code]) => { throw new Error(`ended with ${String(code)}:\n${output.join('\n')}`); }),
    sleep(READY_WITHIN_MS, undefined, { signal: late.signal }).then(() => { throw new Error(`not ready:\n${output.join('\n')}`); }),
  ]).catch((error: unknown) => {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }).finally(() => { late.abort(); });
  return { process: child, temporary, address };
}

function readyAddress(child: ChildProcessByStdio<null, Readable, Readable>, output: string[]): Promise<URL> {
  return new Promise((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        output.push(line);
        if (line.startsWith('Ready: ')) resolve(new URL(line.slice('Ready: '.length)));
      });
    }
  });
}

async function end({ process: child, temporary }: Started, signal: NodeJS.Signals): Promise<string[]> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  const deadline = Date.now() + GONE_WITHIN_MS;
  while (alive(temporary).length > 0 && Date.now() < deadline) {
    await sleep(50);
  }
  return alive(temporary);
}

async function forceEnd({ temporary }: Started): Promise<void> {
  for (const line of alive(temporary)) {
    process.kill(Number.parseInt(line, 10), 'SIGKILL');
  }
  await sleep(200);
  rmSync(temporary, { recursive: true, force: true });
}

(process.platform === 'linux' ? describe : describe.skip)('npm start', () => {
  let started: Started | undefined;

  afterEach(async () => {
    if (started !== undefined) {
      await forceEnd(started);
      started = undefined;
    }
  });

  // SIGHUP is a closed terminal. SIGKILL cannot be caught: nothing of ours runs in that process any more.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
    it(`serves the samples when it says Ready, and leaves no process or file after ${signal}`, async () => {
      started = await start([]);
      const answer = await fetch(started.address);
      assert.equal(answer.status, 200);
      assert.equal(started.address.searchParams.get('folder'), samplesDir);
      assert.ok(started.address.searchParams.get('payload')?.includes('sklearn-iris.yaml') === true);
      assert.ok(alive(started.temporary).length >= 3, 'the playground, the server and this command run');
      assert.deepEqual(await end(started, signal), []);
      assert.deepEqual(readdirSync(started.temporary).filter((name) => name.startsWith('kserve-canary-')), []);
    });
  }

  it('opens on a cluster of the user without a playground', async () => {
    const kubeconfig = path.join(mkdtempSync(path.join(tmpdir(), 'kserve-canary-kubeconfig-')), 'kubeconfig');
    writeFileSync(kubeconfig, 'apiVersion: v1\nkind: Config\n');
    started = await start(['--kubeconfig', kubeconfig]);
    const { temporary } = started;
    const [host] = readdirSync(temporary).filter((name) => name.startsWith('kserve-canary-host-'));
    assert.ok(host !== undefined);
    const settings: unknown = JSON.parse(readFileSync(path.join(temporary, host, 'data', 'User', 'settings.json'), 'utf8'));
    assert.ok(typeof settings === 'object' && settings !== null && 'kserveCanary.kubeconfig' in settings);
    assert.equal(settings['kserveCanary.kubeconfig'], kubeconfig);
    assert.ok(!alive(temporary).some((line) => line.includes('playground.js')));
    assert.deepEqual(await end(started, 'SIGINT'), []);
    rmSync(path.dirname(kubeconfig), { recursive: true });
  });

  const REFUSED: [args: string[], says: RegExp][] = [
    [['--kubeconfig', '/there/is/none'], /There is no file/],
    [['--kubeconfig', 'package.json', '--current'], /two answers/],
    [['--port', 'eighty'], /is not a port/],
    [['--prot', '80'], /npm start \[-- --kubeconfig FILE/],
  ];
  for (const [args, says] of REFUSED) {
    it(`says what is wrong with ${args.join(' ')}`, async () => {
      await assert.rejects(start(args), says);
    });
  }

  it('says so when the port is taken', async () => {
    started = await start([]);
    await assert.rejects(start(['--port', started.address.port]), new RegExp(`Port ${started.address.port} is in use`));
    assert.ok(existsSync(started.temporary));
    assert.deepEqual(await end(started, 'SIGINT'), []);
  });
});
