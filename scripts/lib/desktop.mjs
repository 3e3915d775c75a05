// The desktop VS Code of the machine, in a window of its own: own user data, own extensions.
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { capture } from './command.mjs';
import { QUIET_SETTINGS } from './host.mjs';
import { hasDisplay, onPath } from './on-path.mjs';
import { startOwned } from './owned.mjs';
import { manifest, root } from './paths.mjs';
import { writeSettings } from './user-data.mjs';

const WINDOWS = process.platform === 'win32';

/**
 * The `code` command, when it starts a desktop window that is new enough.
 * @returns {Promise<{code: string} | {why: string}>} or why not, as the end of a sentence
 */
export async function findDesktop() {
  const code = onPath(...(WINDOWS ? ['code.cmd'] : ['code']));
  if (code === undefined) {
    return { why: 'there is no "code" on the PATH' };
  }
  // In a terminal of VS Code Remote, and in WSL, `code` reaches a window on another machine.
  if (!hasDisplay() || /remote-cli|^\/mnt\//.test(realpathSync(code))) {
    return { why: '"code" cannot open a window here' };
  }
  const { output } = await capture(WINDOWS ? `"${code}"` : code, ['--version'], { timeoutMs: 20_000, shell: WINDOWS });
  const wanted = manifest().engines.vscode.replace('^', '');
  const [found = ''] = /^\d+\.\d+\.\d+/m.exec(output) ?? [];
  return found !== '' && found.localeCompare(wanted, 'en', { numeric: true }) >= 0 ? { code } : { why: `"code" is version ${found || '(unknown)'} and ${wanted} is the oldest that works` };
}

/** Opens a folder and a file of it with the extension of this work tree. The result ends when the window is closed. */
export function startDesktop({ code, folder, openFile, settings }) {
  const dir = mkdtempSync(path.join(tmpdir(), 'kserve-canary-desktop-'));
  const data = path.join(dir, 'data');
  writeSettings(data, { ...QUIET_SETTINGS, ...settings });
  return startOwned(code, ['--wait', '--new-window', '--user-data-dir', data, '--extensions-dir', path.join(dir, 'extensions'), '--disable-workspace-trust',
    `--extensionDevelopmentPath=${root}`, folder, openFile], { marker: dir, remove: dir });
}
