import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import * as vscode from 'vscode';
import { Dialogs } from './support/dialogs.ts';
import { closeAll, hoverOn, lensText, manifestText, openFile } from './support/documents.ts';
import { extension, loadedBundles } from './support/extension.ts';

/** Runs before every other file: afterwards the window is connected and the bundles are loaded. */
describe('activation', () => {
  let dialogs: Dialogs;
  const sockets: string[] = [];
  const noteSocket = (): void => {
    const { stack = '' } = new Error();
    if (stack.includes(extension().extensionPath)) sockets.push(stack);
  };

  before(() => {
    dialogs = new Dialogs();
    diagnostics.subscribe('net.client.socket', noteSocket);
  });
  after(async () => {
    diagnostics.unsubscribe('net.client.socket', noteSocket);
    dialogs.restore();
    await closeAll();
  });
  afterEach('opens no connection and says nothing', () => {
    assert.deepEqual(sockets, []);
    assert.deepEqual(dialogs.said, []);
  });

  it('loads the main bundle alone', async () => {
    await extension().activate();
    assert.deepEqual(loadedBundles(), ['extension.js']);
  });

  it('a YAML file that is no manifest loads nothing more and has no lens', async () => {
    const document = await openFile('values.yaml', 'replicas: 2\nimage:\n  tag: v1\n');
    await vscode.window.showTextDocument(document);
    assert.equal(await lensText(document), '');
    assert.equal(await hoverOn(document, 'replicas'), undefined);
    assert.deepEqual(loadedBundles(), ['extension.js']);
  });

  it('a manifest loads the YAML parser alone, and its lens says that nothing is connected', async () => {
    const document = await openFile('first.yaml', manifestText({ name: 'first' }));
    await vscode.window.showTextDocument(document);
    assert.equal(await lensText(document), '$(debug-disconnect) not connected | Connect | Edit: Set Canary…');
    assert.equal(await hoverOn(document, 'storageUri'), undefined);
    assert.deepEqual(loadedBundles(), ['extension.js', 'manifest.js']);
  });

  it('not connected, a manifest with a percent offers to remove it', async () => {
    const document = await openFile('percent.yaml', manifestText({ name: 'percent', percent: 20 }));
    assert.equal(await lensText(document), '$(debug-disconnect) not connected | Connect | Edit: Set Canary… | Remove Percent');
  });

  it('not connected, the percent is edited in the file, in one undo step', async () => {
    const original = manifestText({ name: 'edited' });
    const document = await openFile('edited.yaml', original);
    await vscode.window.showTextDocument(document);
    const ref = { uri: document.uri.toString(), index: 0 };
    dialogs.inputs = ['25'];
    await vscode.commands.executeCommand('kserveCanary.editSetCanary', ref);
    assert.equal(document.getText(), original.replace('predictor:\n', 'predictor:\n    canaryTrafficPercent: 25\n'));
    const [asked] = dialogs.asked;
    assert.equal(asked?.validate('25'), undefined);
    for (const bad of ['', '100', '1.5', '-1', 'ten']) assert.equal(typeof asked?.validate(bad), 'string', bad);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), original);
    await vscode.commands.executeCommand('redo');
    await vscode.commands.executeCommand('kserveCanary.editRemovePercent', ref);
    assert.equal(document.getText(), original);
    assert.deepEqual(loadedBundles(), ['extension.js', 'manifest.js']);
  });
});
