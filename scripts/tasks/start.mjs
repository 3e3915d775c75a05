// npm start: VS Code on samples/ with the extension, connected to the playground or to a real cluster.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../lib/build.mjs';
import { findDesktop, startDesktop } from '../lib/desktop.mjs';
import { UserError } from '../lib/errors.mjs';
import { startHost } from '../lib/host.mjs';
import { ensureHost } from '../lib/install-host.mjs';
import { hasDisplay, onPath } from '../lib/on-path.mjs';
import { packageExtension } from '../lib/package.mjs';
import { samplesDir } from '../lib/paths.mjs';
import { startPlayground } from '../lib/playground.mjs';
import { step } from '../lib/steps.mjs';

const SHOWN = path.join(samplesDir, 'sklearn-iris.yaml');
const USAGE = 'npm start [-- --kubeconfig FILE | --current] [--no-open] [--port P]';

/** @param {string[]} args see USAGE */
export async function main(args) {
  const { kubeconfig, current, open, port } = options(args);
  const desktop = open && port === undefined ? await findDesktop() : { why: 'an address was asked for' };
  const server = 'why' in desktop;
  if (server) {
    await serverMustRun(desktop.why);
  }
  await step('Building', build);
  const [cluster, vsix] = await step(kubeconfig === undefined && !current ? 'Starting the playground' : 'Packaging', () =>
    Promise.all([connect({ kubeconfig, current }), server ? packageExtension() : undefined]));
  const window = server
    ? await step('Starting VS Code', () => openServer({ vsix, settings: cluster.settings, open, port }))
    : openDesktop({ code: desktop.code, settings: cluster.settings });
  console.log(`\nReady: ${window.address}\n${cluster.sentence} Ctrl-C ends everything.`);
  return await Promise.race([window.exited, cluster.exited]);
}

function options(args) {
  const { values } = parsed(args);
  const kubeconfig = values.kubeconfig === undefined ? undefined : path.resolve(process.env.INIT_CWD ?? '.', values.kubeconfig);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (kubeconfig !== undefined && values.current) {
    throw new UserError(`--kubeconfig and --current are two answers to one question.\n${USAGE}`);
  }
  if (kubeconfig !== undefined && !existsSync(kubeconfig)) {
    throw new UserError(`There is no file ${kubeconfig}.`);
  }
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new UserError(`${values.port} is not a port.\n${USAGE}`);
  }
  return { kubeconfig, current: values.current, open: !values['no-open'], port };
}

function parsed(args) {
  try {
    return parseArgs({ args, options: { kubeconfig: { type: 'string' }, current: { type: 'boolean', default: false }, 'no-open': { type: 'boolean', default: false }, port: { type: 'string' } } });
  } catch (error) {
    throw new UserError(`${error.message}\n${USAGE}`);
  }
}

/** The cluster that the window is to connect to, as settings, and in words. */
async function connect({ kubeconfig, current }) {
  const settings = { 'kserveCanary.connectAtStartup': true };
  const never = new Promise(() => {});
  if (current) {
    return { settings, exited: never, sentence: 'Connected to the current context of your kubeconfig: this is a real cluster.' };
  }
  if (kubeconfig !== undefined) {
    return { settings: { ...settings, 'kserveCanary.kubeconfig': kubeconfig }, exited: never, sentence: `Connected by ${kubeconfig}: this is a real cluster.` };
  }
  const playground = await startPlayground({ onLine: (line) => console.log(`[playground] ${line}`) });
  return {
    settings: { ...settings, 'kserveCanary.kubeconfig': playground.kubeconfig },
    exited: playground.exited,
    sentence: `Connected to the playground, a small cluster inside this process: ${playground.ready}.`,
  };
}

function openDesktop({ code, settings }) {
  const { exited } = startDesktop({ code, folder: samplesDir, openFile: SHOWN, settings });
  return { address: `VS Code on ${samplesDir}`, exited };
}

/** The server that npm brings, in a browser. The extension is installed, not loaded from an address: the window keeps it when somebody opens another folder. */
async function openServer({ vsix, settings, open, port }) {
  const host = await startHost({ folder: samplesDir, openFile: SHOWN, vsix, settings, port, gallery: true, privateHome: false,
    env: { CODE_SERVER_RECONNECTION_GRACE_TIME: '60' } });
  const browser = open && hasDisplay() ? onPath('xdg-open') : undefined;
  if (browser !== undefined) {
    spawn(browser, [host.url], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
  }
  return { address: host.url, exited: host.exited };
}

async function serverMustRun(why) {
  try {
    await ensureHost('newest');
  } catch (error) {
    throw error instanceof UserError && process.platform !== 'linux'
      ? new UserError(`No window can be opened: ${why}. Install VS Code from https://code.visualstudio.com, run "Shell Command: Install 'code' command in PATH" in it, and start again.`)
      : error;
  }
}
