// Runs test/host inside the extension host of a VS Code server, with the packed extension installed as users install it. The
// tests themselves come with an empty extension, because VS Code loads tests only beside an extension under development.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import util from 'node:util';
import { launch } from './browser.mjs';
import { startHost } from './host.mjs';
import { ensureHost } from './install-host.mjs';
import { distDir, root, samplesDir, vsixFile } from './paths.mjs';
import { step } from './steps.mjs';

const TIMEOUT_MS = 300_000;

/**
 * @param {{version: 'newest' | 'oldest', grep?: string}} options
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runHostTests({ version, grep }) {
  await ensureHost(version);
  const place = preparePlace();
  try {
    const result = await step(`Host tests in the ${version} VS Code`, () => runInHost({ version, folder: place.folder, vsix: vsixFile(), extensionPath: place.stub,
      testsPath: path.join(distDir, 'test', 'index.js'), env: testEnvironment(place, grep) }));
    return verdict({ ...result, report: place.report });
  } finally {
    rmSync(place.dir, { recursive: true, force: true });
  }
}

/** See host-tests.d.mts. */
export async function runInHost(options) {
  const host = await startHost(options);
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const { code, log } = await runInPage(page, host.url);
    return { code, log, serverLog: readFileSync(host.log, 'utf8') };
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** A throw-away copy of the samples to open, the empty extension, and the file in which the tests report. */
export function preparePlace() {
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-tests-'));
  const place = { dir, folder: path.join(dir, 'samples'), stub: path.join(dir, 'stub'), report: path.join(dir, 'report.json') };
  cpSync(samplesDir, place.folder, { recursive: true });
  mkdirSync(place.stub);
  writeFileSync(path.join(place.stub, 'package.json'), JSON.stringify({ name: 'host-tests', publisher: 'kserve-canary-tests', version: '0.0.1', engines: { vscode: '*' } }));
  return place;
}

export function testEnvironment(place, grep) {
  return {
    MOCHA_REPORTER: path.join(root, 'test', 'report.cjs'),
    MOCHA_REPORT: place.report,
    MOCHA_CAPTURE: '1',
    KSERVE_CANARY_ROOT: root,
    ...(grep === undefined ? {} : { MOCHA_GREP: grep }),
  };
}

/** The workbench looks these two names up on its global object: it is how VS Code's own browser tests talk to their runner. */
async function runInPage(page, url) {
  const log = [];
  const ended = new Promise((resolve) => {
    page.once('crash', () => resolve('the page crashed'));
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    log.push(util.format(...args));
  });
  await page.goto(url);
  const late = new AbortController();
  const code = await Promise.race([ended, sleep(TIMEOUT_MS, `no end within ${TIMEOUT_MS / 1000} s`, { signal: late.signal })]);
  late.abort();
  return { code, log };
}

/** An exit code alone proves nothing (a test that calls process.exit gives 0): the report must be there and say the same. */
export function verdict({ code, log = [], serverLog, report }) {
  const { text, ...counts } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { text: '' };
  console.log(text);
  if (counts.passed !== undefined && (counts.failed > 0) === (code !== 0)) {
    return counts;
  }
  const tail = (text) => text.split('\n').filter((line) => !/^\s+at /.test(line)).slice(-30).join('\n');
  console.error([`The host tests did not end as they should: ${counts.passed === undefined ? 'no test reported' : 'exit code and report disagree'} (${code}).`,
    tail(log.join('\n')), ...(serverLog === undefined ? [] : ['The server said:', tail(serverLog)])].join('\n'));
  return { passed: 0, skipped: 0, ...counts, failed: (counts.failed ?? 0) + 1 };
}
