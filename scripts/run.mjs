// The way into every npm script: `node scripts/run.mjs TASK …`. It needs no package and runs on Node 20; it installs what is
// missing, and goes on under Node 24, which runs TypeScript as it stands and which the newest test host needs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureMainDependencies } from './lib/dependencies.mjs';
import { UserError } from './lib/errors.mjs';
import { end, endWithOwner, onEnd } from './lib/lifetime.mjs';
import { ensureNode24, isNode24 } from './lib/node24.mjs';

const OLDEST_NODE = 20;

/** @param {string[]} argv task name, then its own arguments */
async function run([task, ...args]) {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < OLDEST_NODE) {
    throw new UserError(`This is Node ${process.versions.node}. Install Node 24 or newer from https://nodejs.org (on Linux x64, Node 20 is enough).`);
  }
  const file = new URL(`./tasks/${task}.mjs`, import.meta.url);
  if (task === undefined || !existsSync(file)) {
    throw new UserError(`No such task: ${task ?? '(none)'}. "npm run" lists them.`);
  }
  if (!isNode24()) {
    return continueUnder(await ensureNode24(), [task, ...args]);
  }
  await ensureMainDependencies();
  const { main } = await import(file.href);
  return (await main(args)) ?? 0;
}

/** Runs this same program under another Node. Its end is ours and ours is its: the closed channel tells it, however we end. */
async function continueUnder(node, args) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 0 : 1)));
  });
  onEnd(async () => {
    if (child.connected) {
      child.disconnect();
    }
    await exited;
  });
  return exited;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  endWithOwner();
  try {
    await end(await run(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof UserError ? `\n${error.message}` : error);
    await end(1);
  }
}
