import path from 'node:path';
import { must } from './command.mjs';

// What the npm around us set for its own project must not reach an npm that works in another folder.
const OWN_OF_NPM = /^(npm_(package|lifecycle)_|npm_config_local_prefix$|INIT_CWD$)/;

function environment() {
  const entries = Object.entries(process.env).filter(([name]) => !OWN_OF_NPM.test(name));
  return Object.fromEntries([...entries, ['PATH', `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`]]);
}

/** Runs npm quietly in a folder; fails with the end of its output. */
export async function npm(cwd, args, env = {}) {
  const own = process.env.npm_execpath;
  const cli = own !== undefined && path.basename(own) === 'npm-cli.js' ? own : undefined;
  const windows = process.platform === 'win32';
  await must(
    `npm ${args.join(' ')} in ${cwd}`,
    cli === undefined ? (windows ? 'npm.cmd' : 'npm') : process.execPath,
    cli === undefined ? args : [cli, ...args],
    { cwd, env: { ...environment(), ...env }, shell: windows && cli === undefined },
  );
}

export const npmCi = (cwd, args = [], env = {}) => npm(cwd, ['ci', '--no-audit', '--no-fund', ...args], env);
