import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../../src/kube/index.ts';
import { textAt, recordAt } from '../../../src/kube/guards.ts';
import type { KubeConnection } from '../../../src/kube/types.ts';
import { type Playground, startPlayground } from '../../../src/playground/playground.ts';
import { errorOf, Recorder } from './support/connections.ts';

/** The whole way, from a kubeconfig file to live objects, against an API server that is not this room's own. */
describe('kube: against the playground', () => {
  let folder: string;
  let playground: Playground;
  let connection: KubeConnection;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kube-playground-'));
    const kubeconfig = path.join(folder, 'config');
    playground = await startPlayground({ kubeconfig, scale: 0 });
    connection = await connect({ kubeconfig });
  });

  after(async () => {
    connection.dispose();
    await playground.close();
    rmSync(folder, { recursive: true });
  });

  const maps = '/api/v1/namespaces/default/configmaps';
  const create = (name: string): Promise<unknown> => connection.request({ method: 'POST', path: maps, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } });
  const nameOf = (object: unknown): string | undefined => textAt(recordAt(object, 'metadata'), 'name');

  it('follows changes, also those that it misses while its watches are broken off', async () => {
    const recorder = new Recorder<string>();
    const reflector = connection.reflect({ groupVersion: 'api/v1', plural: 'configmaps', namespace: 'default' }, nameOf, recorder);
    await recorder.until(() => reflector.health.state === 'live');
    await create('one');
    await recorder.until(() => reflector.items.has('default/one'));
    playground.dropWatches();
    await connection.request({ method: 'DELETE', path: `${maps}/one` });
    await create('two');
    await recorder.until(() => reflector.items.has('default/two') && !reflector.items.has('default/one') && reflector.health.state === 'live');
    reflector.dispose();
  });

  it('names what went wrong', async () => {
    await create('taken');
    assert.equal((await errorOf(create('taken'))).kind, 'already-exists');
    assert.equal((await errorOf(connection.request({ method: 'GET', path: `${maps}/nope` }))).kind, 'not-found');
    assert.equal((await errorOf(connection.request({ method: 'GET', path: '/apis/nope.io/v1/things' }))).kind, 'no-such-api');
    const stale = { metadata: { resourceVersion: '1' }, data: { a: 'b' } };
    assert.equal((await errorOf(connection.request({ method: 'PATCH', path: `${maps}/taken`, contentType: 'application/merge-patch+json', body: stale }))).kind, 'conflict');
  });
});
