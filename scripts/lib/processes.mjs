// What ends processes, and what finds those that left their process group.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable that every owned process and its descendants carry. */
export const MARKER = 'KSERVE_CANARY_RUN';

/**
 * Sends a signal to a process group, or, without one (or on Windows), to one process and its descendants.
 * @param {number | undefined} group
 * @param {number | undefined} pid
 * @param {'SIGTERM' | 'SIGKILL'} signal
 */
export function endTree(group, pid, signal) {
  try {
    if (process.platform === 'win32') {
      execFileSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    } else {
      process.kill(group === undefined ? Number(pid) : -group, signal);
    }
  } catch {
    // It has ended already.
  }
}

/**
 * Live processes (not this one) that carry the marker: in their environment on Linux, in their command line elsewhere, where the
 * marker is a folder that VS Code gets as an argument. Nothing on Windows, where taskkill knows the descendants.
 * @param {string} marker
 * @returns {number[]}
 */
export function descendantsByMarker(marker) {
  if (process.platform === 'win32') {
    return [];
  }
  const found = process.platform === 'linux' ? fromProc(marker) : fromPs(marker);
  return found.filter((pid) => pid !== process.pid);
}

function fromProc(marker) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${MARKER}=${marker}\0`);
    } catch {
      return false; // It has ended, or belongs to another user.
    }
  }).map(Number);
}

function fromPs(marker) {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(marker)).map((line) => Number.parseInt(line, 10));
}
