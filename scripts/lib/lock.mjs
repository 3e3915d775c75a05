import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEnd } from './lifetime.mjs';
import { cacheDir } from './paths.mjs';

/** Does `work` while no other process of this work tree holds the lock `name`; a lock whose holder is gone is taken over. */
export async function exclusively(name, work) {
  const dir = path.join(cacheDir, `${name}.lock`);
  const owner = path.join(dir, 'pid');
  mkdirSync(cacheDir, { recursive: true });
  while (!take(dir, owner)) {
    if (!holderLives(owner)) {
      rmSync(dir, { recursive: true, force: true });
    }
    await sleep(250);
  }
  const release = () => rmSync(dir, { recursive: true, force: true });
  const forget = onEnd(release);
  try {
    return await work();
  } finally {
    forget();
    release();
  }
}

function take(dir, owner) {
  try {
    mkdirSync(dir);
    writeFileSync(owner, String(process.pid));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}

/** A lock without a number is being written this moment; one with the number of a dead process was left behind. */
function holderLives(owner) {
  try {
    process.kill(Number(readFileSync(owner, 'utf8') || process.pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM' || error.code === 'ENOENT';
  }
}
