import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onEnd } from './lifetime.mjs';
import { MARKER } from './processes.mjs';

const guard = fileURLToPath(new URL('./guard.mjs', import.meta.url));

/**
 * Starts a process that ends with this one, with everything it started itself.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.marker unique text for this process and its descendants: the path of its private folder
 * @param {string} [options.remove] a folder to remove after the end
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.cwd]
 * @param {'pipe' | 'inherit' | number} [options.output] where standard output and error go; a number is an open file
 * @returns {{child: import('node:child_process').ChildProcess, exited: Promise<number>, stop: () => Promise<number>}}
 */
export function startOwned(command, args, { marker, remove, env = process.env, cwd, output = 'pipe' }) {
  const child = spawn(process.execPath, [guard, JSON.stringify({ command, args, marker, remove })], {
    cwd,
    env: { ...env, [MARKER]: marker },
    stdio: ['pipe', output, output],
    detached: true,
    windowsHide: true,
  });
  child.stdin?.on('error', () => {});
  const exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const stop = () => {
    child.stdin?.end();
    return exited;
  };
  const forget = onEnd(stop);
  void exited.then(forget, forget);
  return { child, exited, stop };
}
