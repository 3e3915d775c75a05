import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { section, settings } from '../../src/ui/settings.ts';
import { extension } from './support/extension.ts';

interface Item { readonly command: string; readonly when?: string }
interface Contributed {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
  readonly menus: Readonly<Record<string, readonly Item[]>>;
  readonly keybindings?: readonly Item[];
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
  readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly type: string; readonly markdownDescription?: string }>> };
}

describe('contributions', () => {
  let contributed: Contributed;
  let declared: string[];

  before(async () => {
    await extension().activate();
    contributed = (extension().packageJSON as { contributes: Contributed }).contributes;
    declared = contributed.commands.map(({ command }) => command).sort();
  });

  it('every declared command is registered, and every registered one declared', async () => {
    const views = Object.values(contributed.views).flat().map(({ id }) => `${id}.`);
    const registered = (await vscode.commands.getCommands(true))
      .filter((command) => command.startsWith(`${section}.`) && !views.some((view) => command.startsWith(view)));
    assert.deepEqual(registered.sort(), declared);
  });

  it('menus, keybindings and welcome views name declared commands only', () => {
    const links = contributed.viewsWelcome.flatMap(({ contents }) => [...contents.matchAll(/\(command:([^)?]+)/g)].map(([, command = '']) => command));
    const items = [...Object.values(contributed.menus).flat(), ...contributed.keybindings ?? []].map(({ command }) => command);
    const unknown = [...links, ...items].filter((command) => !declared.includes(command));
    assert.deepEqual(unknown, []);
  });

  it('every command has a title, and a category that tells whose it is', () => {
    for (const { command, title, category } of contributed.commands) {
      assert.notEqual(title, '', command);
      assert.equal(category, 'KServe Canary', command);
    }
  });

  it('the palette hides only the commands that are about a row, a line or a file', () => {
    const hidden = (contributed.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false').map(({ command }) => command.slice(section.length + 1));
    assert.deepEqual(hidden.sort(), ['apply', 'copyUrl', 'deploy', 'diff', 'editRemovePercent', 'editSetCanary', 'more', 'reveal']);
  });

  it('every setting that is read has a declared default, and every declared one is read', () => {
    const read = new Set<string>();
    const { workspace } = vscode;
    const { getConfiguration } = workspace;
    Object.assign(workspace, { getConfiguration: (name: string) => ({ get: (key: string) => { read.add(`${name}.${key}`); return name === section && key === 'gateways' ? { any: 'host:80' } : undefined; } }) });
    try {
      for (const setting of Object.values(settings)) setting('any');
    } finally {
      Object.assign(workspace, { getConfiguration });
    }
    const { properties } = contributed.configuration;
    assert.deepEqual([...read].sort(), Object.keys(properties).sort());
    for (const [key, { default: value, markdownDescription = '' }] of Object.entries(properties)) {
      assert.notEqual(value, undefined, `${key} has a default`);
      assert.notEqual(markdownDescription, '', `${key} is explained`);
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(key)?.defaultValue, value);
    }
  });

  it('what names a cluster is not taken from an untrusted workspace', () => {
    const { capabilities } = extension().packageJSON as { capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } } };
    assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations.toSorted(), Object.keys(contributed.configuration.properties).filter((key) => key !== `${section}.codeLens`).sort());
  });
});
