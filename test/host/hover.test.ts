import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Dialogs, plain } from './support/dialogs.ts';
import { closeAll, hoverAt, hoverOn, manifestText, openFile, untilLens } from './support/documents.ts';
import { Playground, predictor } from './support/playground.ts';
import { until } from './support/until.ts';

const tagRouting = 'serving.kserve.io/enable-tag-routing';
const limit = 60_000;

/** Text with its entities as characters. */
function decoded(markdown: string): string {
  return plain(markdown.replaceAll(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code))).replaceAll('&nbsp;', ' '));
}

describe('hover', function () {
  this.timeout(limit);

  let playground: Playground;
  let dialogs: Dialogs;
  let document: vscode.TextDocument;

  before(async () => {
    dialogs = new Dialogs();
    playground = await Playground.open();
    await playground.create({ name: 'hovered', annotations: { [tagRouting]: 'true' } });
    const first = await openFile('hovered-1.yaml', manifestText({ name: 'hovered', annotations: { [tagRouting]: 'true' } }));
    await untilLens(first, '$(pass) playground · 100 % · 00001 · model-1 | Start Canary… | Test… | More…', limit);
    await playground.patch('hovered', predictor({ percent: 10, model: 'model-2' }));
    document = await openFile('hovered.yaml', manifestText({ name: 'hovered', percent: 10, model: 'model-2', annotations: { [tagRouting]: 'true' } }));
    await untilLens(document, '$(beaker) playground · canary 10 % · stable 90 % | Shift… | Promote 00002 | Back to 00001 | Test… | More…', limit);
  });
  after(async () => {
    dialogs.restore();
    await closeAll();
    await playground.end();
  });

  it('shows the live split as a table, on each part of the manifest that a rollout turns on', async () => {
    const places = ['hovered"', 'InferenceService', 'canaryTrafficPercent', 'storageUri', tagRouting, 'predictor'];
    for (const place of places) {
      const text = decoded((await hoverOn(document, place))?.value ?? '').replaceAll('   ', '');
      assert.match(text, /^\*\*hovered\*\* · predictor · playground\/kserve-test — \*\*canary 10 % · stable 90 %\*\*\n\n\*live\*\n\n/, place);
      const table = text.split('\n').filter((line) => line.startsWith('|'));
      assert.deepEqual(table, [
        '|  | share | revision | model | pods | address |',
        '|:--|--:|:--|:--|:--|:--|',
        '| canary | 10 % | 00002 | model-2 | 1 of 1 | latest-hovered-predictor.… |',
        '| stable | 90 % | 00001 | model-1 | 1 of 1 | prev-hovered-predictor.… |',
      ], place);
      assert.ok(text.includes('[Send to Canary](command:kserveCanary.test?'), place);
    }
  });

  it('is trusted for commands of its own only, and shows no HTML', async () => {
    const hover = await hoverOn(document, 'storageUri');
    assert.equal(typeof hover?.isTrusted, 'object');
    const enabled = typeof hover?.isTrusted === 'object' ? hover.isTrusted.enabledCommands : [];
    assert.deepEqual([...enabled].sort(), ['abort', 'promote', 'resume', 'reveal', 'rollBack', 'shift', 'startCanary', 'test'].map((name) => `kserveCanary.${name}`));
    assert.notEqual(hover?.supportHtml, true);
    for (const [, command = ''] of hover?.value.matchAll(/\]\(command:([^?)]+)/g) ?? []) assert.ok(enabled.includes(command), command);
  });

  it('is nowhere else', async () => {
    for (const place of ['# released', 'modelFormat', 'sklearn', '# the model', 'metadata']) assert.equal(await hoverOn(document, place), undefined, place);
    assert.equal(await hoverAt(document, new vscode.Position(document.lineCount - 1, 0)), undefined, 'the last line');
  });

  it('text from the cluster is shown as text, whatever it holds', async () => {
    const evil = 'gs://bucket/[x](command:workbench.action.quit)<img src=x onerror=alert(1)>|www.example.com a@b.cd **bold**`code`$(error)&lt;![i](data:x)';
    await playground.create({ name: 'evil', model: evil });
    const manifest = await openFile('evil.yaml', manifestText({ name: 'evil', annotations: { [tagRouting]: 'true' } }));
    const value = await until('the hover of the service', async () => (await hoverOn(manifest, 'storageUri'))?.value ?? '', (text) => text.includes('alert'));
    const lines = value.split('\n').filter((line) => line.includes('alert'));
    assert.notEqual(lines.length, 0);
    for (const line of lines) {
      assert.equal(line.split('|').length, 8, `no cell of its own: ${line}`);
      const cell = line.split('|')[4]?.trim() ?? '';
      assert.doesNotMatch(cell, /[[\]()<>*`$!@:\\]|&(?!#\d+;|nbsp;)/, 'nothing that Markdown, HTML or icons are made of');
      assert.equal(decoded(cell).trimEnd(), evil.slice(evil.lastIndexOf('/') + 1), 'and every character of it');
    }
  });

  it('says that a service is not there', async () => {
    const manifest = await openFile('absent.yaml', manifestText({ name: 'absent' }));
    const hover = await hoverOn(manifest, 'storageUri');
    assert.match(plain(hover?.value ?? '').replaceAll(/\\|&nbsp;/g, (match) => match === '\\' ? '' : ' '), /^kserve-test\/absent is not deployed on playground\.$/);
  });
});
