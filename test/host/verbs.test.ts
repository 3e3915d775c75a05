import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Dialogs } from './support/dialogs.ts';
import { bucket, closeAll, lensText, manifestText, openFile, untilLens, type ServiceText } from './support/documents.ts';
import { Playground, predictor } from './support/playground.ts';
import { until } from './support/until.ts';

const limit = 30_000;
const on = (name: string, document?: vscode.TextDocument): object => ({
  key: `kserve-test/${name}`, component: 'predictor', context: 'playground', ...(document && { document: { uri: document.uri.toString(), index: 0 } }),
});
const run = (verb: string, target: object): Thenable<unknown> => vscode.commands.executeCommand(`kserveCanary.${verb}`, target);
const stable = (revision: string, model: string, back?: string): string =>
  `$(pass) playground · 100 % · ${revision} · ${model} | Start Canary… | ${back === undefined ? '' : `Back to ${back} | `}Test… | More…`;
const canary = (percent: number): string => `$(beaker) playground · canary ${String(percent)} % · stable ${String(100 - percent)} % | Shift… | Promote 00002 | Back to 00001 | Test… | More…`;

describe('verbs', function () {
  this.timeout(90_000);

  let dialogs: Dialogs;
  let playground: Playground;

  before(async () => {
    dialogs = new Dialogs();
    playground = await Playground.open();
  });
  after(async () => {
    dialogs.restore();
    await closeAll();
    await playground.end();
  });
  beforeEach(() => { dialogs.clear(); });

  /** The manifest of a service, shown in an editor. */
  async function shown(text: ServiceText): Promise<vscode.TextDocument> {
    const document = await openFile(`${text.name}.yaml`, manifestText(text));
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** A service that serves, beside its manifest. */
  async function deployed(text: ServiceText): Promise<vscode.TextDocument> {
    await playground.create(text);
    const document = await shown(text);
    await untilLens(document, stable('00001', text.model ?? 'model-1'), limit);
    return document;
  }

  /** A service with a canary of 10 % that others have started; the file says the same. */
  async function withCanary(name: string): Promise<vscode.TextDocument> {
    const document = await deployed({ name });
    await playground.patch(name, predictor({ percent: 10, model: 'model-2' }));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), manifestText({ name, percent: 10, model: 'model-2' }));
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await untilLens(document, canary(10), limit);
    return document;
  }

  describe('deploy, start canary, promote', () => {
    const name = 'released';
    let document: vscode.TextDocument;
    let before: string;

    it('deploy shows its plan and names the cluster', async () => {
      document = await shown({ name });
      dialogs.press('Deploy');
      await run('deploy', on(name, document));
      assert.deepEqual(dialogs.plans, [{
        level: 'information', message: 'Deploy released with model-1?', modal: true, buttons: ['Deploy in playground'],
        detail: 'Cluster playground (not a real one) · namespace kserve-test\nTraffic: new revision 100 %\nChanges: the cluster',
      }]);
      const { buttons } = await dialogs.hear(/^00001 serves 100 % of released\.$/, limit);
      assert.deepEqual(buttons, ['Test']);
      await untilLens(document, stable('00001', 'model-1'));
      assert.equal(document.isDirty, false);
    });

    it('deploy of what is there is refused by the cluster', async () => {
      dialogs.press('Deploy');
      await run('deploy', on(name, document));
      assert.match((await dialogs.hear(/^Deploy was refused; nothing was changed\./)).message, /already exists/);
    });

    it('start canary asks for model, percent and address, and follows to the end', async () => {
      before = document.getText();
      dialogs.inputs = [`${bucket}/model-2`, '10'];
      dialogs.picks = ['Without tagged URLs'];
      dialogs.press('Start Canary');
      await run('startCanary', on(name, document));
      const [model] = dialogs.asked;
      assert.equal(model?.value, `${bucket}/model-1`);
      assert.equal(typeof model.validate(''), 'string');
      assert.equal((model.validate(`${bucket}/model-1`) as { severity: number }).severity, vscode.InputBoxValidationSeverity.Warning);
      assert.equal(model.validate(`${bucket}/model-2`), undefined);
      assert.deepEqual(dialogs.plans.map(({ message, detail }) => `${message}\n${detail}`), [[
        'Start a canary of released with 10 % for model-2?',
        'Cluster playground (not a real one) · namespace kserve-test',
        'Traffic: 00001 100 → 90 %, new revision 10 %',
        `Model: ${bucket}/model-1 → ${bucket}/model-2`,
        'Changes: the cluster; released.yaml (not saved)',
      ].join('\n')]);
      const { message, buttons } = await dialogs.hear(/now splits/, limit);
      assert.equal(message, 'released now splits 00002 10 %, 00001 90 %.');
      assert.deepEqual(buttons, ['Undo', 'Test']);
      await untilLens(document, canary(10));
    });

    it('the manifest’s edit is one undo step, unsaved, and leaves comments alone', async () => {
      const after = before.replace('predictor:\n', 'predictor:\n    canaryTrafficPercent: 10\n').replace('model-1', 'model-2');
      assert.equal(document.getText(), after);
      assert.equal(document.isDirty, true);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
      assert.equal(document.isDirty, false);
      await vscode.commands.executeCommand('redo');
      assert.equal(document.getText(), after);
    });

    it('cancelled, it changes nothing', async () => {
      const { metadata: { resourceVersion } } = await playground.get(name);
      const text = document.getText();
      dialogs.inputs = ['50'];
      await run('promote', on(name, document));
      await run('shift', on(name, document));
      await run('abort', on(name, document));
      dialogs.inputs = [];
      await run('shift', on(name, document));
      assert.deepEqual(dialogs.plans.map(({ message }) => message), ['Promote released to model-2?', 'Shift released to 50 % canary?', 'Abort the canary of released and go back to 00001?']);
      assert.equal((await playground.get(name)).metadata.resourceVersion, resourceVersion);
      assert.equal(document.getText(), text);
    });

    it('promote gives it everything, and the file has no percent any more', async () => {
      dialogs.press('Promote');
      await run('promote', on(name, document));
      assert.match(dialogs.plans[0]?.detail ?? '', /^Cluster playground \(not a real one\) · namespace kserve-test\nTraffic: 00002 10 → 100 %, 00001 90 → 0 %\n/);
      await dialogs.hear(/^00002 serves 100 % of released\.$/, limit);
      await untilLens(document, stable('00002', 'model-2', '00001'));
      assert.equal(document.getText(), before.replace('model-1', 'model-2'));
      assert.equal((await playground.get(name)).spec.predictor.canaryTrafficPercent, undefined);
    });

    it('Undo in its notification brings the shares back, by a plan', async () => {
      await run('rollBack', on(name, document));
      dialogs.clear();
      dialogs.press('Undo');
      await run('undo', on(name, document));
      assert.equal(dialogs.plans[0]?.message, 'Undo “Promote” on released?');
      await until('the percent of before', async () => (await playground.get(name)).spec.predictor.canaryTrafficPercent, (percent) => percent === 10);
      await until('a percent in the file', () => document.getText(), (text) => text.includes('canaryTrafficPercent: 10'));
    });
  });

  describe('who may do what to whom', () => {
    it('a target of another context is refused', async () => {
      const document = await shown({ name: 'elsewhere' });
      for (const verb of ['deploy', 'startCanary', 'shift', 'promote', 'abort', 'rollBack', 'stop', 'resume', 'apply', 'undo', 'more', 'diff']) {
        dialogs.clear();
        await run(verb, { ...on('elsewhere', document), context: 'prod-eu' });
        assert.deepEqual(dialogs.messages, ['This was shown for prod-eu, but the window is on playground now. Nothing was changed.'], verb);
        assert.deepEqual([dialogs.asked, dialogs.offered], [[], []], verb);
      }
    });

    it('a target of another cluster under the same context’s name is refused', async () => {
      const document = await shown({ name: 'elsewhere' });
      await run('deploy', { ...on('elsewhere', document), cluster: 'https://prod.example.com:6443 abc' });
      assert.equal(dialogs.plans.length, 0);
      assert.match(dialogs.messages.join('\n'), /Nothing was changed\.$/);
    });

    it('what admission refuses at the dry run changes neither cluster nor file', async () => {
      const document = await shown({ name: 'refused', annotations: { 'serving.kserve.io/deploymentMode': 'Standard' } });
      const text = document.getText();
      dialogs.press('Deploy');
      await run('deploy', on('refused', document));
      const { level, message } = await dialogs.hear(/^Deploy was refused; nothing was changed\. /);
      assert.equal(level, 'error');
      assert.match(message, /this playground has only the deployment mode Knative, not "Standard"/);
      await assert.rejects(playground.get('refused'), /404/);
      assert.equal(document.getText(), text);
    });

    it('a change that somebody else makes while the plan is shown voids it', async () => {
      const document = await withCanary('contested');
      const text = document.getText();
      for (const verb of ['promote', 'abort']) {
        dialogs.clear();
        let theirs = 0;
        dialogs.modal = async ({ buttons }) => {
          const percent = ((await playground.get('contested')).spec.predictor.canaryTrafficPercent ?? 0) + 5;
          await playground.patch('contested', predictor({ percent }));
          theirs = percent;
          return buttons[0];
        };
        await run(verb, on('contested', document));
        await dialogs.hear(/^Somebody changed the service meanwhile, so the plan is out of date\. Nothing was changed\.$/);
        assert.equal((await playground.get('contested')).spec.predictor.canaryTrafficPercent, theirs, verb);
        assert.equal(document.getText(), text, verb);
        await until('the lens has heard of it', () => lensText(document), (now) => now.includes(`cluster ${String(theirs)} %`), limit);
      }
    });

    it('a service that was deleted and made again meanwhile is another one', async () => {
      const document = await withCanary('replaced');
      dialogs.modal = async ({ buttons }) => {
        await playground.deleted('replaced');
        await playground.create({ name: 'replaced', model: 'model-2', percent: 10 });
        return buttons[0];
      };
      await run('promote', on('replaced', document));
      await dialogs.hear(/^The service was deleted and made again meanwhile, so the plan is out of date\. Nothing was changed\.$/);
      assert.equal((await playground.get('replaced')).spec.predictor.canaryTrafficPercent, 10);
    });

    it('a service that is deleted meanwhile is said to be gone', async () => {
      const document = await deployed({ name: 'deleted' });
      const text = document.getText();
      dialogs.modal = async ({ buttons }) => {
        await playground.deleted('deleted');
        return buttons[0];
      };
      await run('stop', on('deleted', document));
      await dialogs.hear(/^Stop was refused; nothing was changed\. /);
      assert.equal(document.getText(), text);
    });

    it('a service that is deleted while its change is followed is not waited for', async () => {
      const document = await deployed({ name: 'dropped' });
      dialogs.inputs = [`${bucket}/slow-60`, '10'];
      dialogs.picks = ['Without tagged URLs'];
      dialogs.press('Start Canary');
      await run('startCanary', on('dropped', document));
      await until('the lens follows', () => lensText(document), (text) => text.includes('starting canary'));
      await playground.deleted('dropped');
      await dialogs.hear(/^Start Canary of dropped was overtaken: somebody else changed the service meanwhile\.$/);
      await untilLens(document, '$(circle-outline) playground · not deployed | Deploy…');
    });

    it('a promotion of another model than the one that was tested is refused', async () => {
      const document = await withCanary('untested');
      const edit = new vscode.WorkspaceEdit();
      const at = document.getText().indexOf('model-2');
      edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 7)), 'model-3');
      await vscode.workspace.applyEdit(edit);
      await run('promote', on('untested', document));
      assert.deepEqual(dialogs.messages, ['The file names model-3, but the canary that runs is 00002 with model-2: promoting the file would release a model that was not tested. Start a canary of model-3 first.']);
      assert.equal((await playground.get('untested')).spec.predictor.canaryTrafficPercent, 10);
    });
  });

  describe('shift and undo', () => {
    it('Undo in the notification restores the shares; the notification of an older change undoes nothing', async () => {
      const document = await withCanary('undone');
      dialogs.inputs = ['30'];
      dialogs.press('Shift');
      const older: (() => void)[] = [];
      dialogs.notification = () => new Promise((resolve) => { older.push(() => { resolve('Undo'); }); });
      await run('shift', on('undone', document));
      await dialogs.hear(/^undone now splits 00002 30 %, 00001 70 %\.$/, limit);
      await untilLens(document, canary(30));
      dialogs.inputs = ['40'];
      await run('shift', on('undone', document));
      await dialogs.hear(/^undone now splits 00002 40 %, 00001 60 %\.$/, limit);
      older[0]?.();
      await dialogs.hear(/^That was not the last change of kserve-test\/undone: another one came after it\. Nothing was changed\.$/);
      dialogs.press('Undo');
      older[1]?.();
      await dialogs.hear(/^undone now splits 00002 30 %, 00001 70 %\.$/, limit);
      await untilLens(document, canary(30), limit);
      assert.match(document.getText(), /canaryTrafficPercent: 30/);
      assert.equal((await playground.get('undone')).spec.predictor.canaryTrafficPercent, 30);
    });

    it('where this window has changed nothing, there is nothing to undo', async () => {
      await deployed({ name: 'untouched' });
      await run('undo', on('untouched'));
      assert.deepEqual(dialogs.messages, ['This window has changed nothing on kserve-test/untouched yet: there is nothing to undo.']);
    });
  });

  describe('a canary that cannot serve', () => {
    const troubles = [
      { model: 'broken', says: /^Start Canary of no-broken waits: 00002 .*cannot load its model: .*No model found in gs:\/\/.*broken/ },
      { model: 'crash', says: /^Start Canary of no-crash waits: 00002 .*model server crashes: ModuleNotFoundError: No module named 'sklearn\.linear_model\.logistic'$/ },
    ];
    for (const { model, says } of troubles) {
      it(`${model}: the reason is said, the stable revision serves on, and Abort goes back to it`, async () => {
        const name = `no-${model}`;
        const document = await deployed({ name });
        dialogs.inputs = [`${bucket}/${model}`, '10'];
        dialogs.picks = ['Without tagged URLs'];
        dialogs.press('Start Canary');
        await run('startCanary', on(name, document));
        const { level, buttons } = await dialogs.hear(says, limit);
        assert.deepEqual([level, buttons], ['warning', ['Show']]);
        await until('the lens', () => lensText(document), (text) => /^\$\(warning\) playground · starting canary: 00002 .* \| Back to 00001 \| .*More…$/.test(text));
        dialogs.clear();
        await run('promote', on(name, document));
        assert.equal(dialogs.plans.length, 0);
        assert.match(dialogs.messages.join('\n'), /^00002 is not ready: promoted now, it would take all traffic by itself the moment it becomes ready\./);
        dialogs.press('Abort');
        await run('abort', on(name, document));
        assert.match(dialogs.plans[0]?.message ?? '', /^Abort the canary of \S+ and go back to model-1\?$/);
        await dialogs.hear(/serves 100 % of no-\w+\.$/, limit);
        assert.equal((await playground.get(name)).spec.predictor.model.storageUri, `${bucket}/model-1`);
        assert.match(document.getText(), /storageUri: \S+model-1\n$/);
      });
    }
  });

  it('stop and resume, with a warning about what is lost', async () => {
    const document = await withCanary('stopped');
    dialogs.press('Stop');
    await run('stop', on('stopped', document));
    assert.match(dialogs.plans[0]?.detail ?? '', /Traffic: none\. The pods and the revisions of stopped are deleted\./);
    assert.match(dialogs.plans[0]?.detail ?? '', /Stopping deletes all revisions/);
    await dialogs.hear(/^stopped is stopped\.$/, limit);
    await untilLens(document, '$(debug-pause) playground · stopped | Resume | More…');
    dialogs.clear();
    await run('shift', on('stopped', document));
    await run('promote', on('stopped', document));
    assert.ok(dialogs.messages.includes('The service is stopped. Resume it first.'));
    dialogs.press('Resume');
    await run('resume', on('stopped', document));
    await dialogs.hear(/serves 100 % of stopped\.$/, limit);
    assert.equal((await playground.get('stopped')).metadata.annotations?.['serving.kserve.io/stop'], undefined);
  });

  it('apply brings the file’s fields to the cluster; the diff shows them', async () => {
    const document = await deployed({ name: 'applied' });
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), manifestText({ name: 'applied', percent: 20, model: 'model-2' }));
    await vscode.workspace.applyEdit(edit);
    await run('diff', on('applied', document));
    const live = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kserve-canary-live');
    assert.equal(live?.getText(), manifestText({ name: 'applied' }));
    assert.equal(await lensText(live), '');
    dialogs.press('Apply');
    await run('apply', on('applied', document));
    assert.equal(dialogs.plans[0]?.message, 'Apply the file’s fields to applied?');
    await dialogs.hear(/^applied now splits 00002 20 %, 00001 80 %\.$/, limit);
    await untilLens(document, canary(20));
    assert.equal(document.getText(), manifestText({ name: 'applied', percent: 20, model: 'model-2' }));
  });

  it('More… offers what the line has no room for, and does it', async () => {
    const document = await deployed({ name: 'tagged' });
    dialogs.picks = ['Enable Tagged URLs'];
    dialogs.press('Enable Tagged URLs');
    await run('more', on('tagged', document));
    assert.deepEqual(dialogs.offered, [['Start Canary', 'Enable Tagged URLs', 'Stop', 'Diff: File ↔ Cluster', 'Show in Tree']]);
    assert.match(dialogs.plans[0]?.detail ?? '', /Tagged URLs: on\n/);
    await dialogs.hear(/^00002 serves 100 % of tagged\.$/, limit);
    assert.match(document.getText(), /serving\.kserve\.io\/enable-tag-routing: "true"/);
  });
});
