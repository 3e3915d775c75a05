// npm run playground -- [its own options]: the playground alone, in this terminal.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from '../lib/build.mjs';
import { startOwned } from '../lib/owned.mjs';
import { distDir } from '../lib/paths.mjs';
import { step } from '../lib/steps.mjs';

export async function main(args) {
  await step('Building', build);
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-playground-'));
  return startOwned(process.execPath, [path.join(distDir, 'playground.js'), ...args], { marker: dir, remove: dir, cwd: process.env.INIT_CWD, output: 'inherit' }).exited;
}
