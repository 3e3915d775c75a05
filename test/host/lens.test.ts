import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { Dialogs } from './support/dialogs.ts';
import { closeAll, lenses, lensText, manifestText, openFile, untilLens } from './support/documents.ts';
import { Playground, predictor } from './support/playground.ts';
import { until } from './support/until.ts';

const settled = 60_000;

describe('code lens', function () {
  this.timeout(settled);

  let playground: Playground;
  let dialogs: Dialogs;

  before(async () => {
    dialogs = new Dialogs();
    playground = await Playground.open();
  });
  after(async () => {
    dialogs.restore();
    await closeAll();
    await playground.end();
  });

  it('follows a service that others deploy and change', async () => {
    const document = await openFile('followed.yaml', manifestText({ name: 'followed' }));
    await untilLens(document, '$(circle-outline) playground · not deployed | Deploy…');
    await playground.create({ name: 'followed' });
    await untilLens(document, '$(pass) playground · 100 % · 00001 · model-1 | Start Canary… | Test… | More…');
    await playground.patch('followed', predictor({ percent: 10, model: 'model-2' }));
    await untilLens(document, '$(warning) playground · file model-1, cluster model-2 | Apply… | Diff | Test… | More…');
    await playground.delete('followed');
    await untilLens(document, '$(circle-outline) playground · not deployed | Deploy…');
  });

  it('says each way in which file and cluster differ', async () => {
    await playground.create({ name: 'differing', percent: 30 });
    const verbs = ' | Apply… | Diff | Test… | More…';
    const annotation = 'serving.kserve.io/enable-tag-routing';
    const texts: readonly [string, Parameters<typeof manifestText>[0]][] = [
      ['$(warning) playground · file 20 %, cluster 30 %', { name: 'differing', percent: 20 }],
      ['$(warning) playground · file without percent, cluster 30 %', { name: 'differing' }],
      ['$(warning) playground · file with tagged URLs, cluster without', { name: 'differing', percent: 30, annotations: { [annotation]: 'true' } }],
      ['$(warning) playground · file stopped, cluster running', { name: 'differing', percent: 30, annotations: { 'serving.kserve.io/stop': 'true' } }],
    ];
    for (const [title, text] of texts) await untilLens(await openFile('differing.yaml', manifestText(text)).then((document) => reread(document, manifestText(text))), `${title}${verbs}`, settled);
    const other = await openFile('differing-model.yaml', manifestText({ name: 'differing', percent: 30, model: 'model-2' }));
    await untilLens(other, `$(warning) playground · file model-2, cluster model-1 | Start Canary…${verbs}`, settled);
  });

  it('shows a canary, its end at 0 % and its verbs', async () => {
    await playground.create({ name: 'shared' });
    const first = await openFile('shared-1.yaml', manifestText({ name: 'shared' }));
    await untilLens(first, '$(pass) playground · 100 % · 00001 · model-1 | Start Canary… | Test… | More…', settled);
    await playground.patch('shared', predictor({ percent: 10, model: 'model-2' }));
    const document = await openFile('shared-2.yaml', manifestText({ name: 'shared', percent: 10, model: 'model-2' }));
    await untilLens(document, '$(beaker) playground · canary 10 % · stable 90 % | Shift… | Promote 00002 | Back to 00001 | Test… | More…', settled);
    await playground.patch('shared', predictor({ percent: 0 }));
    const zero = await openFile('shared-3.yaml', manifestText({ name: 'shared', percent: 0, model: 'model-2' }));
    await untilLens(zero, '$(beaker) playground · canary 0 % (no live traffic) · stable 100 % | Start Canary… | Promote 00002 | Test… | More…', settled);
  });

  it('each lens carries a target that names its cluster, and its tooltip the setting that hides it', async () => {
    const document = await openFile('shared-3.yaml', manifestText({ name: 'shared', percent: 0, model: 'model-2' }));
    const found = await lenses(document);
    for (const { command } of found) assert.equal(command?.tooltip, 'KServe Canary (setting: kserveCanary.codeLens)');
    const promote = found.find(({ command }) => command?.title === 'Promote 00002')?.command;
    assert.equal(promote?.command, 'kserveCanary.promote');
    const [{ cluster, ...target }] = promote.arguments as [{ cluster: string }];
    assert.match(cluster, /^https:\/\/127\.0\.0\.1:\d+ [0-9a-f]{64}$/);
    assert.deepEqual(target, { key: 'kserve-test/shared', component: 'predictor', context: 'playground', document: { uri: document.uri.toString(), index: 0 } });
    assert.ok(found.every(({ range }) => range.start.line === 1), 'above apiVersion, under the comment');
  });

  it('goes with the setting, at once', async () => {
    const configuration = vscode.workspace.getConfiguration('kserveCanary');
    const stable = await openFile('calm.yaml', manifestText({ name: 'calm' }));
    const canary = await openFile('shared-3.yaml', manifestText({ name: 'shared', percent: 0, model: 'model-2' }));
    await playground.create({ name: 'calm' });
    await untilLens(stable, '$(pass) playground · 100 % · 00001 · model-1 | Start Canary… | Test… | More…', settled);
    try {
      await configuration.update('codeLens', 'canaryOnly', vscode.ConfigurationTarget.Workspace);
      await untilLens(stable, '');
      assert.notEqual(await lensText(canary), '');
      await configuration.update('codeLens', 'off', vscode.ConfigurationTarget.Workspace);
      await untilLens(canary, '');
    } finally {
      await configuration.update('codeLens', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await until('the lens is back', () => lensText(stable), (text) => text !== '');
  });

  it('a kubeconfig that cannot be read is said in the lens, with two ways out', async () => {
    const document = await openFile('calm.yaml', manifestText({ name: 'calm' }));
    const missing = vscode.Uri.file(path.join(path.dirname(document.uri.fsPath), 'no-such-kubeconfig'));
    const configuration = vscode.workspace.getConfiguration('kserveCanary');
    try {
      dialogs.chooseFile(missing);
      await vscode.commands.executeCommand('kserveCanary.chooseKubeconfig');
      const text = await lensText(document);
      assert.match(text, /^\$\(error\) [^|]*no-such-kubeconfig[^|]* \| Retry \| Open Playground$/);
    } finally {
      await configuration.update('kubeconfig', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.deepEqual(dialogs.said, []);
  });
});

/** The document with this text: a file that was open already is read again. */
async function reread(document: vscode.TextDocument, text: string): Promise<vscode.TextDocument> {
  await until('the file is read again', () => document.getText(), (now) => now === text);
  return document;
}
