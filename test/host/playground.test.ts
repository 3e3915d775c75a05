import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Dialogs } from './support/dialogs.ts';
import { lensText, manifestText, openFile, untilLens } from './support/documents.ts';
import { extension } from './support/extension.ts';
import { Playground } from './support/playground.ts';
import { until } from './support/until.ts';

describe('Open Playground', function () {
  this.timeout(60_000);

  let dialogs: Dialogs;
  let playground: Playground | undefined;

  before(() => { dialogs = new Dialogs(); });
  after(() => { dialogs.restore(); });
  afterEach(async () => { await playground?.end(); });

  const opened = async (times?: number): Promise<Playground> => {
    playground = await Playground.open(times);
    return playground;
  };
  const gone = (file: string): Promise<boolean> => until(`${path.basename(file)} is removed`, () => !existsSync(file), (removed) => removed);

  it('two clicks start one program, the extension’s own, and connect to it', async () => {
    const { children } = await opened(2);
    assert.equal(children.length, 1);
    assert.equal(children[0]?.spawnargs[1], path.join(extension().extensionPath, 'dist', 'playground.js'));
    const document = await openFile('playground.yaml', manifestText({ name: 'nothing-yet' }));
    await untilLens(document, '$(circle-outline) playground · not deployed | Deploy…');
    assert.deepEqual(dialogs.said, []);
  });

  it('its kubeconfig is its owner’s alone and goes away with it', async () => {
    const { kubeconfig } = await opened();
    if (process.platform !== 'win32') assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
    await playground?.end();
    await gone(kubeconfig);
  });

  it('killed, it leaves no kubeconfig either; the lens says so, and another click starts another one', async () => {
    const { kubeconfig } = await opened();
    const document = await openFile('playground.yaml', manifestText({ name: 'nothing-yet' }));
    await untilLens(document, '$(circle-outline) playground · not deployed | Deploy…');
    await playground?.end('SIGKILL');
    await gone(kubeconfig);
    await until('the lens tells that what it says is old', () => lensText(document), (text) => text.includes('stale since'));
    const { children } = await opened();
    assert.equal(children.length, 1);
    await untilLens(document, '$(circle-outline) playground · not deployed | Deploy…');
  });

  it('ends when its owner is gone without a word', async () => {
    const { children, kubeconfig } = await opened();
    children[0]?.disconnect();
    await until('the end of the playground', () => children[0]?.exitCode, (code) => code === 0);
    await gone(kubeconfig);
  });
});
