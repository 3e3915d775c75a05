import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { send, target } from '../../src/predict/index.ts';
import { samplesDir } from '../../scripts/lib/paths.mjs';
import { binomialInterval } from './binomial.ts';
import { hasKubectl, kubectlRow, startCluster, type Cluster } from './cluster.ts';
import { patience, until, Workbench } from './workbench.ts';

const namespace = 'kserve-test';
const name = 'sklearn-iris';
const revision = (number: number): string => `${name}-predictor-0000${String(number)}`;
const bucket = 'gs://kfserving-examples/models/sklearn/1.0';

interface Step {
  readonly title: string;
  readonly act: () => Promise<void>;
  /** What the lens says of the state. */
  readonly lens: string;
  /** The rows of the tree. */
  readonly rows: readonly string[];
  /** The lines of the hover's table. */
  readonly hover: readonly string[];
  /** READY, PREV, LATEST, PREVROLLEDOUTREVISION, LATESTREADYREVISION. */
  readonly kubectl: readonly [string, string, string, string, string];
}

describe('the canary walk-through, by mouse and keyboard in a real VS Code', function () {
  this.timeout(patience * 2);

  let cluster: Cluster;
  let workbench: Workbench;
  let folder: string;
  let manifest: string;
  let original: string;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kserve-canary-e2e-'));
    fs.cpSync(samplesDir, folder, { recursive: true });
    manifest = path.join(folder, 'sklearn-iris.yaml');
    original = fs.readFileSync(manifest, 'utf8');
    cluster = await startCluster();
    workbench = await Workbench.open({
      folder,
      openFile: manifest,
      settings: { 'kserveCanary.kubeconfig': cluster.kubeconfig, ...(cluster.gatewayIsGiven && { 'kserveCanary.gateways': { [cluster.context]: cluster.gateway } }) },
    });
  });

  after(async () => {
    await workbench.close();
    await cluster.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.picture(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('opening the manifest connects to nothing', async () => {
    const lens = await until('lens', () => workbench.lens(), (text) => text !== '');
    assert.match(lens, /^not connected \| Connect \| Edit: Set Canary…$/);
  });

  it('showing the tree connects, and says to what', async () => {
    await workbench.showTree();
    await until('tree', () => workbench.tree.innerText(), (text) => text.includes(`${cluster.context} · all namespaces · live`));
    await until('lens', () => workbench.lens(), (text) => text === `${cluster.context} · not deployed | Deploy…`);
    await workbench.picture('0-not-deployed');
  });

  const confirm = async (button: string, says: readonly RegExp[]): Promise<void> => {
    const dialog = await workbench.dialog();
    for (const pattern of [new RegExp(`Cluster ${cluster.context}`), /namespace kserve-test/, ...says]) assert.match(dialog, pattern);
    await workbench.clickInDialog(`${button} in ${cluster.context}`);
  };

  const steps: readonly Step[] = [
    {
      title: '1 deployed',
      act: async () => {
        await workbench.clickLens('Deploy…');
        await confirm('Deploy', [/Deploy sklearn-iris with model-1\?/, /Traffic: new revision 100 %/]);
      },
      lens: '100 % · 00001 · model-1 | Start Canary… | Test… | More…',
      rows: ['sklearn-iris 100 % · 00001', '00001 100 % · stable · model-1'],
      hover: ['stable 100 % 00001 model-1 1 of 1'],
      kubectl: ['True', '', '100', '', revision(1)],
    },
    {
      title: '2 canary 10 %',
      act: async () => {
        await workbench.clickLens('Start Canary…');
        await workbench.answer(/Storage URI of the new model/, `${bucket}/model-2`);
        await workbench.answer(/Percent of the live traffic/, '10');
        await workbench.pick('Without tagged URLs');
        await confirm('Start Canary', [/Start a canary of sklearn-iris with 10 % for model-2\?/, /Traffic: 00001 100 → 90 %, new revision 10 %/, /sklearn-iris\.yaml \(not saved\)/]);
      },
      lens: 'canary 10 % · stable 90 % | Shift… | Promote 00002 | Back to 00001 | Test… | More…',
      rows: ['sklearn-iris canary 10 %', '00002 10 % · canary · model-2', '00001 90 % · stable · model-1'],
      hover: ['canary 10 % 00002 model-2 1 of 1', 'stable 90 % 00001 model-1 1 of 1 prev-sklearn-iris-predictor.…'],
      kubectl: ['True', '90', '10', revision(1), revision(2)],
    },
    {
      title: '3 promoted',
      act: async () => {
        await workbench.clickLens('Promote 00002');
        await confirm('Promote', [/Promote sklearn-iris to model-2\?/, /Traffic: 00002 10 → 100 %, 00001 90 → 0 %/]);
      },
      lens: '100 % · 00002 · model-2 | Start Canary… | Back to 00001 | Test… | More…',
      rows: ['sklearn-iris 100 % · 00002', '00002 100 % · stable · model-2', '00001 previous · model-1'],
      hover: ['stable 100 % 00002 model-2 1 of 1', 'previous – 00001 model-1'],
      kubectl: ['True', '', '100', '', revision(2)],
    },
    {
      title: '4 rolled back',
      act: async () => {
        await workbench.clickLens('Back to 00001');
        await confirm('Roll Back', [/Roll sklearn-iris back to 00001 · model-1\?/, /Traffic: 00002 100 → 0 %, 00001 100 %/]);
      },
      lens: 'canary 0 % (no live traffic) · stable 100 % | Start Canary… | Promote 00002 | Test… | More…',
      rows: ['sklearn-iris canary 0 % (no live traffic)', '00002 0 % · canary · model-2', '00001 100 % · stable · model-1'],
      hover: ['canary 0 % 00002 model-2 1 of 1', 'stable 100 % 00001 model-1'],
      kubectl: ['True', '100', '0', revision(1), revision(2)],
    },
    {
      title: '5 tagged URLs with 10 %',
      act: async () => {
        await workbench.clickLens('Start Canary…');
        await workbench.answer(/Percent of the live traffic/, '10');
        await workbench.pick('With tagged URLs');
        await confirm('Start Canary', [/Start a canary of sklearn-iris with 10 %/, /Traffic: 00002 0 %, 00001 100 → 90 %, new revision 10 %/, /Tagged URLs: on/, /starts a new revision with the same model/]);
      },
      lens: 'canary 10 % · stable 90 % | Shift… | Promote 00003 | Back to 00001 | Test… | More…',
      rows: ['sklearn-iris canary 10 %', '00003 10 % · canary · model-2', '00001 90 % · stable · model-1', '00002 superseded · model-2'],
      hover: ['canary 10 % 00003 model-2 1 of 1 latest-sklearn-iris-predictor.…', 'stable 90 % 00001 model-1 1 of 1 prev-sklearn-iris-predictor.…'],
      kubectl: ['True', '90', '10', revision(1), revision(3)],
    },
  ];

  for (const step of steps) {
    describe(step.title, () => {
      it('is reached by its verb, and the lens says so', async () => {
        await step.act();
        await until('lens', () => workbench.lens(), (text) => text === `${cluster.context} · ${step.lens}`);
      });

      it('the tree shows the same', async () => {
        const known = step.rows.length;
        await until('rows', () => workbench.rows(), (rows) => rows.slice(0, known).join('\n') === step.rows.join('\n'));
      });

      it('the hover shows the same, as a table', async () => {
        const said = await workbench.hover('storageUri');
        for (const line of step.hover) assert.ok(said.includes(line), `${line} is not in: ${said}`);
        await workbench.picture(step.title.replaceAll(/\W+/g, '-').replace(/-$/, ''));
        await workbench.park();
      });

      it('kubectl shows the same', async function () {
        if (!await hasKubectl()) this.skip();
        const [READY, PREV, LATEST, PREVROLLEDOUTREVISION, LATESTREADYREVISION] = step.kubectl;
        const expected = { READY, PREV, LATEST, PREVROLLEDOUTREVISION, LATESTREADYREVISION };
        await until('kubectl get isvc', async () => {
          const row = await kubectlRow(cluster.kubeconfig, namespace, name);
          return JSON.stringify(Object.fromEntries(Object.keys(expected).map((column) => [column, row[column]])));
        }, (row) => row === JSON.stringify(expected));
      });
    });
  }

  describe('requests', () => {
    it('the panel shows the request line, the address and the Host of each revision, and its own model answers', async () => {
      await workbench.clickLens('Test…');
      const panel = workbench.panel();
      const variants = [
        { target: '#target-canary', label: 'Canary 00003', tag: 'latest', predictions: [1, 2] },
        { target: '#target-stable', label: 'Stable 00001', tag: 'prev', predictions: [1, 1] },
      ];
      for (const { target: button, label, tag, predictions } of variants) {
        await panel.locator(button, { hasText: label }).click({ timeout: patience });
        await until('Host', () => panel.locator('#host-line').innerText(), (text) => text === `${tag}-${name}-predictor.${namespace}.example.com`);
        assert.equal(await panel.locator('#request-line').innerText(), `http://${cluster.gateway}/v1/models/${name}:predict`);
        await panel.locator('#send').click();
        await until('status', () => panel.locator('#answer-status').innerText(), (text) => text.includes(label) && text.includes('200 OK') && text.includes('ms'));
        assert.deepEqual(JSON.parse(await panel.locator('#answer-text .cm-content').innerText()), { predictions });
      }
      await workbench.picture('6-panel-stable');
    });

    it('Send to Both shows where the two models differ', async () => {
      const panel = workbench.panel();
      await panel.locator('#send-both').click();
      await until('verdict', () => panel.locator('#verdict').innerText(), (text) => text !== '');
      await workbench.picture('7-panel-both');
      assert.equal(await panel.locator('#verdict').getAttribute('class').then((classes) => classes?.includes('different')), true);
      assert.notEqual(await panel.locator('#answer-text mark').count(), 0);
    });

    it('four hundred requests to the split lie in the exact binomial interval', async () => {
      const [host = '', port = ''] = cluster.gateway.split(':');
      const at = target({ url: `http://${name}.${namespace}.example.com`, override: `${host}:${port}` });
      assert.ok('address' in at);
      const body = fs.readFileSync(path.join(folder, 'iris-input.json'), 'utf8');
      let canary = 0;
      for (let sent = 0; sent < 400; sent++) {
        const answer = await send({ target: at, method: 'POST', path: `/v1/models/${name}:predict`, body });
        assert.equal(answer.status, 200);
        const { predictions } = JSON.parse(answer.body) as { predictions: number[] };
        if (predictions[1] === 2) canary++;
        else assert.deepEqual(predictions, [1, 1]);
      }
      const [low, high] = binomialInterval(400, 0.1, 1e-6);
      assert.ok(low > 0 && high < 200 && canary >= low && canary <= high, `${String(canary)} of 400 went to the canary; expected ${String(low)} to ${String(high)}`);
    });
  });

  describe('the file', () => {
    it('the manifest has the canary’s fields, and every comment and other line as before', async () => {
      const text = await workbench.saveAndRead(manifest);
      const added = text.split('\n').filter((line) => !original.includes(line));
      const kept = original.split('\n').filter((line) => !text.includes(line));
      assert.deepEqual(kept, [`      storageUri: ${bucket}/model-1`]);
      assert.deepEqual(added.map((line) => line.trim()).toSorted(), ['annotations:', 'canaryTrafficPercent: 10', 'serving.kserve.io/enable-tag-routing: "true"', `storageUri: ${bucket}/model-2`]);
    });
  });
});
