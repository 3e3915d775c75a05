// The layers of `npm test`. Each gives its counts; what is no test runner (types, lint, build, package) counts as one test.
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { capture } from './command.mjs';
import { UserError } from './errors.mjs';
import { ensureHost } from './install-host.mjs';
import { onEnd } from './lifetime.mjs';
import { packageExtension } from './package.mjs';
import { root } from './paths.mjs';
import { step } from './steps.mjs';

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */
/** @typedef {{grep?: string, verbose: boolean, versions: ('newest' | 'oldest')[]}} Options */

const PASSED = { passed: 1, failed: 0, skipped: 0 };
const LINGER_MS = 10_000;

const tool = (...parts) => path.join(root, 'node_modules', ...parts);

/** Runs the commands one after the other and shows what the failing ones say. */
async function checks(label, commands) {
  return step(label, async () => {
    const results = [];
    for (const [file, ...args] of commands) {
      results.push(await capture(process.execPath, [file, ...args], { cwd: root, env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' } }));
    }
    const failed = results.filter(({ code }) => code !== 0);
    if (failed.length > 0) {
      throw new UserError(failed.map(({ output }) => output.trimEnd()).join('\n'));
    }
    return PASSED;
  });
}

/**
 * Mocha in a process of its own, which must report, and then end by itself: what keeps it alive is a leak in a test.
 * @returns {Promise<Counts>}
 */
async function mocha(files, { grep, verbose, timeoutMs, args = [] }) {
  const specs = globSync(files, { cwd: root }).sort();
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-mocha-'));
  const report = path.join(dir, 'report.json');
  const child = spawn(process.execPath, [tool('mocha', 'bin', 'mocha.js'), '--reporter', 'test/report.cjs', ...args, ...(grep === undefined ? [] : ['--grep', grep]), ...specs], {
    cwd: root, stdio: 'inherit', env: { ...process.env, MOCHA_REPORT: report, ...(verbose ? {} : { MOCHA_QUIET: '1' }) },
  });
  const forget = onEnd(() => child.kill());
  const { code, problem } = await endOf(child, report, timeoutMs);
  forget();
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  rmSync(dir, { recursive: true, force: true });
  if (counts === undefined) {
    throw new UserError(`Mocha ended without a report (${problem ?? `exit code ${code}`}).`);
  }
  if (problem !== undefined || (code !== 0) !== (counts.failed > 0)) {
    console.error(problem ?? `Mocha ended with exit code ${code}, which its report does not explain.`);
    return { ...counts, failed: counts.failed + 1 };
  }
  return counts;
}

function endOf(child, report, timeoutMs) {
  return new Promise((resolve, reject) => {
    let reportedAt;
    const start = Date.now();
    const stop = (problem) => { child.kill('SIGKILL'); finish({ code: 1, problem }); };
    const timer = setInterval(() => {
      reportedAt ??= existsSync(report) ? Date.now() : undefined;
      if (reportedAt !== undefined && Date.now() - reportedAt > LINGER_MS) {
        stop(`All tests ended, but something they started kept the process alive for ${LINGER_MS / 1000} s.`);
      } else if (Date.now() - start > timeoutMs) {
        stop(`Stopped after ${timeoutMs / 1000} s.`);
      }
    }, 250);
    const finish = (result) => { clearInterval(timer); resolve(result); };
    child.once('error', reject);
    child.once('exit', (code) => finish({ code: code ?? 1 }));
  });
}

async function inEveryHost(versions, run) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const version of versions) {
    const counts = await run(version);
    for (const key of Object.keys(total)) {
      total[key] += counts[key];
    }
    if (counts.passed + counts.failed === 0) {
      console.error(`No test ran in the ${version} VS Code.`);
      total.failed += 1;
    }
  }
  return total;
}

/** @type {Record<string, (options: Options) => Promise<Counts>>} */
export const LAYERS = {
  types: () => checks('Types', [
    [tool('typescript', 'bin', 'tsc'), '-p', '.'],
    [tool('typescript', 'bin', 'tsc'), '-p', 'media'],
  ]),
  lint: () => checks('Lint', [
    [tool('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'],
    [tool('knip', 'bin', 'knip.js')],
  ]),
  unit: ({ grep, verbose }) => mocha('test/unit/**/*.test.ts', { grep, verbose, timeoutMs: 600_000 }),
  build: async () => (await step('Building', build), PASSED),
  package: async () => (await step('Packaging', packageExtension), PASSED),
  host: async ({ grep, versions }) => {
    const { runHostTests } = await import('./host-tests.mjs');
    return inEveryHost(versions, (version) => runHostTests({ version, grep }));
  },
  e2e: async ({ grep }) => {
    await ensureHost('newest');
    return mocha('test/e2e/**/*.test.ts', { grep, verbose: true, timeoutMs: 1_800_000, args: ['--timeout', '180000'] });
  },
  desktop: async ({ grep, versions }) => {
    const { runDesktopTests } = await import('./desktop-tests.mjs');
    return inEveryHost(versions, (version) => runDesktopTests({ version, grep }));
  },
};

/** What `npm test` runs: everything but the desktop, which needs a download that is not on npm. */
export const ALL = Object.keys(LAYERS).filter((name) => name !== 'desktop');
