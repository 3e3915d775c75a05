import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { must } from './command.mjs';
import { UserError } from './errors.mjs';
import { cacheDir, root, vsixFile } from './paths.mjs';

/** Where packaged files can come from; .vscodeignore says which of them are packaged. */
const SOURCES = ['.vscodeignore', 'package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'media', 'samples'];

/** Packs what is in dist/ into the .vsix. Works offline: everything is bundled, so no dependency is looked at. @returns its path */
export async function packageExtension() {
  const file = vsixFile();
  rmSync(file, { force: true });
  mkdirSync(cacheDir, { recursive: true });
  // vsce walks through everything under its folder before it ignores most of it: with the test hosts there that took 5 s more.
  const staging = mkdtempSync(path.join(cacheDir, 'package-'));
  try {
    for (const source of SOURCES.filter((name) => existsSync(path.join(root, name)))) {
      cpSync(path.join(root, source), path.join(staging, source), { recursive: true });
    }
    const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    await must('Packaging', process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file], { cwd: staging });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  if (!existsSync(file)) {
    throw new UserError(`Packaging wrote no ${file}.`);
  }
  return file;
}
