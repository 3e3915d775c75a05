import { spawn } from 'node:child_process';
import { onEnd } from './lifetime.mjs';
import { UserError } from './errors.mjs';

const SHOWN_LINES = 20;

/**
 * Runs a command to its end and collects what it says.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, timeoutMs?: number}} [options]
 * @returns {Promise<{code: number, output: string}>} code 124 when it took longer than `timeoutMs`
 */
export function capture(command, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const forget = onEnd(() => child.kill());
    let output = '';
    let late = false;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => { late = true; child.kill('SIGKILL'); }, timeoutMs);
    const finish = () => { clearTimeout(timer); forget(); };
    const collect = (chunk) => { output += chunk; };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', (error) => { finish(); reject(error); });
    child.once('close', (code) => {
      finish();
      resolve(late ? { code: 124, output: `${output}\n(stopped after ${timeoutMs / 1000} s)` } : { code: code ?? 1, output });
    });
  });
}

/** Like capture, but what fails is an error that shows the output: its ends, as some tools give the reason first and some last. */
export async function must(what, command, args, options) {
  const { code, output } = await capture(command, args, options);
  if (code !== 0) {
    throw new UserError(`${what} failed (exit code ${code}):\n${shortened(output)}`);
  }
  return output;
}

function shortened(output) {
  const lines = output.trimEnd().split('\n');
  return (lines.length <= 2 * SHOWN_LINES ? lines : [...lines.slice(0, SHOWN_LINES), '…', ...lines.slice(-SHOWN_LINES)]).join('\n');
}
