import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const cacheDir = path.join(root, '.cache');
export const distDir = path.join(root, 'dist');
export const samplesDir = path.join(root, 'samples');
export const resultsDir = path.join(root, 'test-results');

export function manifest() {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}

export function extensionId() {
  const { publisher, name } = manifest();
  return `${publisher}.${name}`;
}

/** The file that `npm run package` writes. */
export function vsixFile() {
  const { name, version } = manifest();
  return path.join(root, `${name}-${version}.vsix`);
}
