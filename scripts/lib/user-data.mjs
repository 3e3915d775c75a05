import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes the settings of a VS Code that has not started yet: for the user, and for the machine, since a window of a server takes
 * machine-scoped settings (a kubeconfig, a gateway) from there alone.
 * @param {string} data its user-data folder
 */
export function writeSettings(data, settings) {
  for (const scope of ['User', 'Machine']) {
    mkdirSync(path.join(data, scope), { recursive: true });
    writeFileSync(path.join(data, scope, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
  }
}
