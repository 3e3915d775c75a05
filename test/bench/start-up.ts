// What a person waits for before the extension is of use, and what it weighs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from '../../scripts/lib/browser.mjs';
import { runInHost } from '../../scripts/lib/host-tests.mjs';
import { distDir, extensionId, root, vsixFile } from '../../scripts/lib/paths.mjs';
import { median, type Row } from './row.ts';

const ACTIVATIONS = 7;
const STARTS = 3;
const EMPTY = 'kserve-canary-bench.empty';

export async function startUp(): Promise<Omit<Row, 'group'>[]> {
  return [
    await activation(),
    { name: 'size of dist/extension.js', value: statSync(path.join(distDir, 'extension.js')).size / 1000, unit: 'kB', limit: 150 },
    { name: 'size of the .vsix', value: statSync(vsixFile()).size / 1_000_000, unit: 'MB', limit: 3 },
    await toUsableTree(),
  ];
}

/** Each time in a fresh extension host, beside an empty extension; which of the two goes first alternates. */
async function activation(): Promise<Omit<Row, 'group'>> {
  const own: number[] = [];
  const empty: number[] = [];
  for (let run = 0; run < ACTIVATIONS; run++) {
    const times = await activationTimes(run % 2 === 0 ? [extensionId(), EMPTY] : [EMPTY, extensionId()]);
    own.push(times[extensionId()] ?? NaN);
    empty.push(times[EMPTY] ?? NaN);
  }
  return { name: 'activation (peer: an empty extension)', value: median(own), peerValue: median(empty), unit: 'ms', limit: 25 };
}

async function activationTimes(ids: readonly string[]): Promise<Record<string, number>> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-bench-'));
  const folder = path.join(dir, 'folder');
  const extensionPath = path.join(dir, 'empty');
  const results = path.join(dir, 'results.json');
  try {
    mkdirSync(folder);
    cpSync(path.join(import.meta.dirname, 'empty-extension'), extensionPath, { recursive: true });
    const { code, log } = await runInHost({ folder, vsix: vsixFile(), extensionPath, testsPath: path.join(extensionPath, 'activation.cjs'), env: { BENCH_EXTENSIONS: ids.join(' '), BENCH_RESULTS: results } });
    if (code !== 0) throw new Error(`the activation run ended with ${code}:\n${log.slice(-20).join('\n')}`);
    return JSON.parse(readFileSync(results, 'utf8')) as Record<string, number>;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** From `npm start`, with everything installed, until the tree shows what is in the cluster. The browser is already open. */
async function toUsableTree(): Promise<Omit<Row, 'group'>> {
  const times: number[] = [];
  const browser = await launch();
  try {
    for (let run = 0; run < STARTS; run++) {
      const began = performance.now();
      const child = spawn('npm', ['start', '--', '--no-open'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      const ended = once(child, 'exit');
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
        await page.goto(await readyAddress(child.stdout));
        await page.locator('.activitybar .action-label[aria-label^="KServe Canary"]').first().click();
        // A playground begins empty: then the view says so, once it has read the cluster.
        const tree = page.locator('.pane', { hasText: 'InferenceServices' }).or(page.locator('.part.sidebar'));
        await tree.locator('.monaco-list-row, .welcome-view-content:has-text("No InferenceServices")').first().waitFor({ timeout: 60_000 });
        times.push((performance.now() - began) / 1000);
        await page.close();
      } finally {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT'); // To the whole group, as a terminal does.
        await ended;
      }
    }
  } finally {
    await browser.close();
  }
  return { name: 'npm start to a usable tree (warm install)', value: median(times), unit: 's', limit: 15 };
}

function readyAddress(stdout: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      if (line.startsWith('Ready: ')) resolve(line.slice('Ready: '.length));
    });
    lines.once('close', () => { reject(new Error('npm start ended before it was ready')); });
  });
}
