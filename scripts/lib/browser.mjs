// A browser to look at the workbench with: an installed one, else the Chromium that npm brings.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { capture } from './command.mjs';
import { UserError } from './errors.mjs';
import { onPath } from './on-path.mjs';
import { cacheDir, root } from './paths.mjs';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const MAC = '/Applications';
const INSTALLED = {
  linux: ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge-stable', 'microsoft-edge'],
  darwin: [`${MAC}/Google Chrome.app/Contents/MacOS/Google Chrome`, `${MAC}/Chromium.app/Contents/MacOS/Chromium`, `${MAC}/Microsoft Edge.app/Contents/MacOS/Microsoft Edge`],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const base = process.env[name];
    return base === undefined ? [] : [path.join(base, 'Google/Chrome/Application/chrome.exe'), path.join(base, 'Chromium/Application/chrome.exe'), path.join(base, 'Microsoft/Edge/Application/msedge.exe')];
  }),
};

/** See browser.d.mts. */
export async function launch(options = {}) {
  const { executablePath, env } = await findBrowser();
  return chromium.launch({ headless: true, args: ARGS, ...options, executablePath, env: { ...process.env, FONTCONFIG_FILE: path.join(root, 'test', 'hosts', 'fonts.conf'), ...env } });
}

/** @returns {Promise<{executablePath: string, env: Record<string, string>}>} */
async function findBrowser() {
  const names = INSTALLED[process.platform] ?? [];
  const installed = names.find((name) => path.isAbsolute(name) && existsSync(name)) ?? onPath(...names.filter((name) => !path.isAbsolute(name)));
  return installed === undefined ? fromNpm() : { executablePath: installed, env: {} };
}

async function fromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UserError('No browser found. Install Chrome, Chromium or Edge: npm brings one for Linux x64 only.');
  }
  const dir = await unpack();
  const executablePath = path.join(dir, 'chromium');
  // A machine without libnss3 and libnspr4 starts it with the libraries that come beside it; others keep their own.
  const { code } = await capture(executablePath, ['--version']);
  return { executablePath, env: code === 0 ? {} : { LD_LIBRARY_PATH: path.join(dir, 'al2023', 'lib') } };
}

/** Unpacks into a private folder and renames: the package's own place is the temporary folder, shared by all versions and never checked. */
async function unpack() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8'));
  const dir = path.join(cacheDir, `chromium-${version}`);
  if (existsSync(path.join(dir, 'chromium'))) {
    return dir;
  }
  mkdirSync(cacheDir, { recursive: true });
  const draft = mkdtempSync(`${dir}.`);
  await capture(process.execPath, ['--input-type=module', '--eval', "await (await import('@sparticuz/chromium')).default.executablePath();"], {
    cwd: root,
    env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }, // This name makes it unpack the libraries too.
  });
  if (!existsSync(path.join(draft, 'chromium'))) {
    throw new UserError('The Chromium of the package @sparticuz/chromium did not unpack. Is the disk full?');
  }
  try {
    renameSync(draft, dir);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // Another run was first.
  }
  return dir;
}
