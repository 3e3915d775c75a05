// Runs the host tests in a desktop VS Code that @vscode/test-electron downloads: the way for macOS and Windows.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { UserError } from './errors.mjs';
import { QUIET_SETTINGS } from './host.mjs';
import { preparePlace, testEnvironment, verdict } from './host-tests.mjs';
import { distDir, root } from './paths.mjs';
import { writeSettings } from './user-data.mjs';

/** @param {{version: 'newest' | 'oldest', grep?: string}} options */
export async function runDesktopTests({ version, grep }) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new UserError('A desktop VS Code needs a display. Use "xvfb-run -a npm run test:desktop", or "npm run test:host", which needs none.');
  }
  const place = preparePlace();
  const data = path.join(place.dir, 'data');
  writeSettings(data, QUIET_SETTINGS);
  try {
    const code = await runTests({
      version: version === 'newest' ? 'stable' : oldestSupported(),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(distDir, 'test', 'index.js'),
      extensionTestsEnv: testEnvironment(place, grep),
      launchArgs: [place.folder, '--disable-extensions', '--disable-workspace-trust', '--user-data-dir', data, '--extensions-dir', path.join(place.dir, 'extensions')],
    }).catch((error) => String(error));
    return verdict({ code, report: place.report });
  } finally {
    rmSync(place.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function oldestSupported() {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).engines.vscode.replace('^', '');
}
