import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exclusively } from './lock.mjs';
import { npmCi } from './npm.mjs';
import { root } from './paths.mjs';
import { step } from './steps.mjs';

/** Installs the project's own dependencies when node_modules is missing or is not what the lockfile says. */
export async function ensureMainDependencies() {
  if (matchesLockfile(root)) {
    return;
  }
  await exclusively('npm-ci', async () => {
    if (!matchesLockfile(root)) {
      await step('Installing the dependencies (npm ci)', () => npmCi(root));
    }
  });
}

/**
 * npm writes node_modules/.package-lock.json when it is done, so an interrupted install has none. Comparing it with the
 * lockfile holds for `npm install` too, which a stamp of our own would not know of.
 */
function matchesLockfile(dir) {
  const installed = packagesIn(path.join(dir, 'node_modules', '.package-lock.json'));
  const wanted = packagesIn(path.join(dir, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) {
    return false;
  }
  return Object.entries(wanted).every(([where, { version, optional }]) =>
    where === '' || (installed[where] === undefined ? optional === true : installed[where].version === version));
}

/** @returns {Record<string, {version?: string, optional?: boolean}> | undefined} by folder */
function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}
