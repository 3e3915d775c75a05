import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from './errors.mjs';
import { startOwned } from './owned.mjs';
import { distDir } from './paths.mjs';

const READY = 'Ready:';

/** See playground.d.mts. */
export async function startPlayground({ args = [], env = process.env, onLine = () => {} } = {}) {
  const program = path.join(distDir, 'playground.js');
  if (!existsSync(program)) {
    throw new UserError(`${program} is missing. "npm run build" makes it.`);
  }
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-playground-'));
  const kubeconfig = path.join(dir, 'kubeconfig');
  const { child, exited, stop } = startOwned(process.execPath, [program, '--kubeconfig', kubeconfig, '--api-port', '0', '--gateway-port', '0', ...args],
    { marker: dir, remove: dir, env });
  const said = [];
  const ready = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.startsWith(READY)) {
          resolve(line);
        } else {
          said.push(line);
          onLine(line);
        }
      });
    }
  });
  const first = await Promise.race([ready, exited]);
  if (typeof first === 'number') {
    throw new UserError(`The playground ended with exit code ${first} before it was ready. It said:\n${said.slice(-20).join('\n')}`);
  }
  return { kubeconfig, ready: first.slice(READY.length).trim(), dir, exited, stop: async () => void await stop() };
}
