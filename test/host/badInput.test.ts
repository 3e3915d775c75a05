import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Dialogs } from './support/dialogs.ts';
import { bucket, closeAll, hoverAt, lenses, lensLines, lensText, manifestText, openFile, untilLens } from './support/documents.ts';
import { Playground } from './support/playground.ts';

const notDeployed = '$(circle-outline) playground · not deployed | Deploy…';
const service = manifestText({ name: 'bad-input' });

interface Case {
  readonly what: string;
  readonly file?: string;
  readonly text: string;
  /** One line for each lens line. */
  readonly lens: readonly string[];
  /** What Deploy… says; absent where there is no such lens. */
  readonly refusal?: RegExp;
}

const cases: readonly Case[] = [
  { what: 'an empty file', text: '', lens: [] },
  { what: 'an unknown kind', text: service.replace('kind: InferenceService', 'kind: InferenceServiceList2'), lens: [] },
  { what: 'another group', text: service.replace('serving.kserve.io', 'example.com'), lens: [] },
  { what: 'a comment that speaks of an InferenceService', text: '# kind: InferenceService\nkind: ConfigMap\napiVersion: v1\n', lens: [] },
  {
    what: 'several documents: two InferenceServices and a Deployment',
    text: [service, 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: other\n', service.replace('bad-input', 'second')].join('---\n'),
    lens: [notDeployed, notDeployed],
  },
  { what: 'a Helm template', text: service.replace('bad-input', '{{ .Values.name }}'), lens: [] },
  { what: 'Helm braces around lines', text: `{{- if .Values.enabled }}\n${service}{{- end }}\n`, lens: [] },
  { what: 'a legacy serving.kubeflow.org document', text: service.replace('serving.kserve.io/v1beta1', 'serving.kubeflow.org/v1alpha2'), lens: ['$(info) serving.kubeflow.org/v1alpha2 is too old for canaries: serving.kserve.io/v1beta1 is needed'] },
  { what: 'a manifest without a name', text: service.replace(/ {2}name:.*\n/, ''), lens: ['$(info) an InferenceService without metadata.name'] },
  { what: 'a syntax error', text: service.replace('modelFormat: { name: sklearn }', 'modelFormat: { name: sklearn'), lens: [notDeployed], refusal: /^This manifest cannot be deployed: YAML error in line \d+: ./ },
  { what: 'a placeholder', text: service.replace(bucket, '${BUCKET}'), lens: [notDeployed], refusal: /^This manifest is a template: it cannot be deployed as it stands\.$/ },
  { what: 'a tab for indentation', text: service.replace('    model:', '\tmodel:'), lens: [notDeployed], refusal: /^This manifest cannot be deployed: YAML error in line \d+: ./ },
  { what: 'Windows line ends', text: service.replaceAll('\n', '\r\n'), lens: [notDeployed] },
  { what: 'a byte order mark', text: `\uFEFF${service}`, lens: [notDeployed] },
  {
    what: 'JSON', file: 'bad-input.json', lens: [notDeployed],
    text: JSON.stringify({ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'bad-input' }, spec: { predictor: { model: { storageUri: bucket } } } }, undefined, 2),
  },
  { what: 'JSON that ends too early', file: 'bad-input-cut.json', text: '{ "kind": "InferenceService", "apiVersion": "serving.kserve.io/v1beta1", "metadata": { "name": "cut"', lens: [notDeployed], refusal: /^This manifest cannot be deployed: YAML error in line 1: ./ },
  { what: 'a file of 1 MB', text: `${service}---\n${Array.from({ length: 20_000 }, (_, i) => `key-${String(i)}: ${'x'.repeat(40)}`).join('\n')}\n`, lens: [notDeployed] },
  { what: 'an alias bomb', text: `${service}---\nkind: InferenceService\na: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((key, i) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[i] ?? 'a'}`).join(', ')}]`).join('\n')}\n`, lens: [notDeployed] },
];

describe('bad input', function () {
  this.timeout(60_000);

  let dialogs: Dialogs;
  let playground: Playground;
  const rejections: unknown[] = [];
  const noteRejection = (reason: unknown): void => { rejections.push(reason); };

  before(async () => {
    dialogs = new Dialogs();
    process.on('unhandledRejection', noteRejection);
    playground = await Playground.open();
    await untilLens(await openFile('bad-input-none.yaml', service), notDeployed);
  });
  after(async () => {
    process.off('unhandledRejection', noteRejection);
    dialogs.restore();
    await closeAll();
    await playground.end();
  });
  beforeEach(() => { dialogs.clear(); });
  afterEach('nothing is left unhandled', () => { assert.deepEqual(rejections, []); });

  cases.forEach(({ what, file, text, lens, refusal }, number) => {
    it(what, async () => {
      const document = await openFile(file ?? `bad-input-${String(number)}.yaml`, text);
      const original = document.getText();
      const { version } = document;
      assert.deepEqual(await lensLines(document), lens);
      for (let line = 0; line < Math.min(document.lineCount, 12); line++) await hoverAt(document, new vscode.Position(line, 3));
      for (const { command } of await lenses(document)) {
        if (command?.title === 'Deploy…') await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []) as unknown[]);
      }
      if (refusal) {
        assert.deepEqual(dialogs.said.map(({ level }) => level), ['warning']);
        assert.match(dialogs.said[0]?.message ?? '', refusal);
      } else {
        assert.deepEqual(dialogs.said.map(({ modal }) => modal), lens.filter((line) => line === notDeployed).map(() => true), 'a plan for each, and nothing else');
      }
      assert.equal(document.getText(), original);
      assert.equal(document.version, version);
    });
  });

  it('a manifest with an error is not edited, and the error is said', async () => {
    const document = await openFile('bad-input-edit.yaml', manifestText({ name: 'cut-off' }).replace('{ name: sklearn }', '{ name: sklearn'));
    const original = document.getText();
    dialogs.inputs = ['20'];
    await vscode.commands.executeCommand('kserveCanary.editSetCanary', { uri: document.uri.toString(), index: 0 });
    assert.equal(document.getText(), original);
    assert.match(dialogs.messages.join('\n'), /^The file was not edited: .*YAML error in line \d+/);
  });

  it('a verb of a file that is closed, or of nothing, says what is missing', async () => {
    await vscode.commands.executeCommand('kserveCanary.editSetCanary');
    await vscode.commands.executeCommand('kserveCanary.editRemovePercent', { uri: 'file:///nowhere.yaml', index: 3 });
    const target = { key: 'kserve-test/bad-input', component: 'predictor', context: 'playground', document: { uri: 'file:///nowhere.yaml', index: 0 } };
    await vscode.commands.executeCommand('kserveCanary.deploy', target);
    await vscode.commands.executeCommand('kserveCanary.promote', target);
    const first = 'Open a manifest of an InferenceService first, and use the line above it.';
    assert.deepEqual(dialogs.messages, [first, first, 'The manifest of kserve-test/bad-input is not open any more.', 'kserve-test/bad-input is not deployed on playground.']);
    assert.ok(dialogs.said.every(({ level }) => level === 'warning'));
  });

  it('a copy that nobody edits (git:, a diff’s other side) has no lens and no hover', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('kserve-canary-old', { provideTextDocumentContent: () => service });
    try {
      const old = await vscode.workspace.openTextDocument(vscode.Uri.parse('kserve-canary-old:/old.yaml'));
      assert.equal(old.languageId, 'yaml');
      assert.equal(old.getText(), service);
      assert.equal(await lensText(old), '');
      assert.equal(await hoverAt(old, old.positionAt(service.indexOf('storageUri') + 1)), undefined);
    } finally {
      provider.dispose();
    }
  });

  it('an unsaved manifest has its lens too', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: service });
    assert.equal(await lensText(document), notDeployed);
  });

  it('a thousand kilobytes of InferenceServices do not hold the editor up', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => manifestText({ name: `many-${String(i)}` })).join('---\n');
    assert.ok(many.length > 700_000);
    const document = await openFile('bad-input-many.yaml', many);
    const start = performance.now();
    assert.equal((await lensLines(document)).length, 2500);
    const took = performance.now() - start;
    assert.ok(took < 10_000, `${String(took)} ms`);
  });
});
