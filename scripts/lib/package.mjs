import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { must } from './command.mjs';
import { UserError } from './errors.mjs';
import { root, vsixFile } from './paths.mjs';

/** Packs what is in dist/ into the .vsix. Works offline: everything is bundled, so no dependency is looked at. @returns its path */
export async function packageExtension() {
  const file = vsixFile();
  rmSync(file, { force: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  await must('Packaging', process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file],
    { cwd: root });
  if (!existsSync(file)) {
    throw new UserError(`Packaging wrote no ${file}.`);
  }
  return file;
}
