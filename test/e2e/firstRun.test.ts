import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { patience, plain, until, Workbench } from './workbench.ts';

describe('the first two minutes, without a cluster', function () {
  this.timeout(patience * 2);

  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kserve-canary-e2e-'));
    fs.writeFileSync(path.join(folder, 'notes.txt'), 'nothing to do with KServe\n');
    workbench = await Workbench.open({ folder, openFile: path.join(folder, 'notes.txt'), env: { KUBECONFIG: '' }, width: 1000 });
  });

  after(async () => {
    await workbench.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('the empty tree says what is missing, and offers the playground', async () => {
    await workbench.showTree();
    const text = await until('welcome', () => workbench.tree.innerText(), (said) => said.includes('Open Playground'));
    assert.match(text, /No kubeconfig found\./);
    assert.match(text, /Choose a File/);
    await workbench.picture('8-no-kubeconfig');
  });

  it('the playground starts from there, and the tree says that it is one', async () => {
    await workbench.tree.getByRole('button', { name: 'Open Playground' }).click();
    await until('tree', () => workbench.tree.innerText(), (said) => plain(said).includes('playground · all namespaces · live — a small cluster on this machine, not a real one — No InferenceServices here.'));
    await workbench.picture('9-playground-empty');
  });

  it('a sample opens, and deploys from its lens', async () => {
    await workbench.clickRow('Create from Sample');
    await until('lens', () => workbench.lens(), (text) => text === 'playground · not deployed | Deploy…');
    await workbench.clickLens('Deploy…');
    assert.match(await workbench.dialog(), /Cluster playground \(not a real one\) · namespace kserve-test/);
    await workbench.clickInDialog('Deploy in playground');
    await until('lens', () => workbench.lens(), (text) => text.startsWith('playground · 100 % · 00001 · model-1'));
    await until('rows', () => workbench.rows(), (rows) => rows[0] === 'sklearn-iris 100 % · 00001');
  });

  it('the rows read at the narrowest width', async () => {
    await workbench.narrowSideBar();
    await workbench.picture('10-narrow');
    assert.deepEqual((await workbench.rows()).slice(0, 1), ['sklearn-iris 100 % · 00001']);
  });

  it('closing the window ends the playground and removes its kubeconfig', async () => {
    const before = playgrounds();
    assert.equal(before.length, 1);
    await workbench.close();
    await until('playground processes', () => Promise.resolve(playgrounds()), (left) => left.length === 0);
  });

  /** The processes of a playground that an extension host of this test's own folder started. */
  function playgrounds(): string[] {
    return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes('dist/playground.js') && line.includes(workbench.dir));
  }
});
