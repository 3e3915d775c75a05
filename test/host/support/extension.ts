import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';

/** KServe Canary as it is installed in this VS Code. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('kserve-canary.kserve-canary');
  assert.ok(found, 'the extension is installed');
  return found;
}

/** `require` as the extension's own bundle has it: VS Code gives each extension an API object of its own. */
function extensionRequire(): NodeJS.Require {
  return createRequire(path.join(extension().extensionPath, 'dist', 'extension.js'));
}

/** The API object that the extension holds, not this test's. */
export function extensionApi(): typeof vscode {
  return extensionRequire()('vscode') as typeof vscode;
}

/** The bundles of the extension that this extension host has loaded, by name. */
export function loadedBundles(): string[] {
  const dist = path.join(extension().extensionPath, 'dist') + path.sep;
  return Object.keys(extensionRequire().cache).filter((file) => file.startsWith(dist)).map((file) => file.slice(dist.length)).sort();
}
