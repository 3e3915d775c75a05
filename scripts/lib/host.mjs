// A private VS Code server: own user data, own extensions, own port; ends with the process that started it.
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { must } from './command.mjs';
import { UserError } from './errors.mjs';
import { ensureHost } from './install-host.mjs';
import { startOwned } from './owned.mjs';
import { writeSettings } from './user-data.mjs';

const UP_WITHIN_MS = 60_000;

/** Nothing that moves, asks, updates or phones: for tests, and for a demo window that shows the extension and not the editor's news. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'security.workspace.trust.enabled': false,
  'window.confirmBeforeClose': 'never',
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'files.hotExit': 'off',
  'files.autoSave': 'off', // In a browser the default is afterDelay; the desktop's is off.
  'terminal.integrated.shellIntegration.enabled': false,
};

/** See host.d.mts. */
export async function startHost({ version = 'newest', folder, vsix = [], extensionPath, testsPath, openFile, settings = {}, env = {}, port, gallery = false, privateHome = true }) {
  const { node, entry } = await ensureHost(version);
  const dir = prepareFolder(settings);
  const where = ['--config', path.join(dir, 'config.yaml'), '--user-data-dir', path.join(dir, 'data'), '--extensions-dir', path.join(dir, 'extensions')];
  const environment = hostEnvironment(dir, node, { gallery, privateHome, env });
  for (const file of [vsix].flat()) {
    await must(`Installing ${file}`, node, [entry, ...where, '--install-extension', file], { env: environment });
  }
  const authority = `127.0.0.1:${await freePort(port)}`;
  const log = path.join(dir, 'server.log');
  const output = openSync(log, 'w');
  // Only newer versions have this gate; without it they ignore a development path in the address.
  const gate = version === 'newest' && (extensionPath ?? testsPath) !== undefined ? ['--vscode-option', 'enable-smoke-test-driver'] : [];
  const server = startOwned(node, [entry, ...where, '--bind-addr', authority, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
    '--disable-workspace-trust', '--disable-getting-started-override', '--ignore-last-opened', ...gate], { marker: dir, remove: dir, env: environment, output });
  closeSync(output);
  const url = address(authority, { folder, extensionPath, testsPath, openFile });
  await untilUp(`http://${authority}/?folder=${encodeURIComponent(folder)}`, server, log);
  return { url, authority, dir, log, pid: server.child.pid, exited: server.exited, stop: async () => void await server.stop() };
}

function prepareFolder(settings) {
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-host-'));
  mkdirSync(path.join(dir, 'home'));
  writeSettings(path.join(dir, 'data'), { ...QUIET_SETTINGS, ...settings });
  writeFileSync(path.join(dir, 'config.yaml'), 'auth: none\ncert: false\n');
  return dir;
}

/** The extension host inherits this: it is how tests get their variables. */
function hostEnvironment(dir, node, { gallery, privateHome, env }) {
  const home = path.join(dir, 'home');
  const { VSCODE_IPC_HOOK_CLI: _outer, ...outside } = process.env; // Set in a terminal of VS Code: the server would talk to that window.
  return {
    ...outside,
    ...(gallery ? {} : { EXTENSIONS_GALLERY: '{}' }), // No look-ups in the extension gallery: tests work offline.
    XDG_DATA_HOME: path.join(home, '.local', 'share'), // The server writes logs there.
    ...(privateHome ? { HOME: home, XDG_CONFIG_HOME: path.join(home, '.config') } : {}),
    CODE_SERVER_RECONNECTION_GRACE_TIME: '5', // Extension hosts end soon after their window, not after three hours.
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
    ...env,
  };
}

/** A free port, or the wanted one if nothing listens there: else whatever answers would be taken for our server. */
function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const refuse = (error) => reject(error.code === 'EADDRINUSE' ? new UserError(`Port ${wanted} is in use.`) : error);
    const probe = createServer().once('error', refuse).listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function address(authority, { folder, extensionPath, testsPath, openFile }) {
  const remote = (file) => `vscode-remote://${authority}${file}`;
  const payload = [
    ...(openFile === undefined ? [] : [['openFile', remote(openFile)]]),
    ...(extensionPath === undefined ? [] : [['extensionDevelopmentPath', remote(extensionPath)]]),
    ...(testsPath === undefined ? [] : [['extensionTestsPath', remote(testsPath)], ['skipWelcome', 'true']]),
  ];
  const query = new URLSearchParams({ folder, ...(payload.length > 0 ? { payload: JSON.stringify(payload) } : {}) });
  return `http://${authority}/?${query}`;
}

/** Up means that the workbench is served: /healthz answers earlier, and also in a server that can never open one. */
async function untilUp(url, server, log) {
  const deadline = Date.now() + UP_WITHIN_MS;
  let ended = false;
  void server.exited.then(() => { ended = true; });
  while (!ended && Date.now() < deadline) {
    if (await answers(url)) {
      return;
    }
    await sleep(100);
  }
  const said = readLog(log);
  await server.stop();
  throw new Error(`The VS Code server ${ended ? 'ended' : `did not answer within ${UP_WITHIN_MS / 1000} s`}. It said:\n${said}`);
}

async function answers(url) {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

function readLog(log) {
  try {
    return readFileSync(log, 'utf8').slice(-4000);
  } catch {
    return '(its log is gone)';
  }
}
