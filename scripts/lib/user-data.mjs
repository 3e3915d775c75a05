import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes the user settings of a VS Code that has not started yet. @param {string} data its user-data folder */
export function writeSettings(data, settings) {
  mkdirSync(path.join(data, 'User'), { recursive: true });
  writeFileSync(path.join(data, 'User', 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
}
