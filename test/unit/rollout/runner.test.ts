import assert from 'node:assert/strict';
import { deploy, run } from '../../../src/rollout/runner.ts';
import { FakeClient, kubeError, path, plan, service } from './support.ts';

describe('runner', () => {
  it('writes the change with uid and resourceVersion of the object it has just read', async () => {
    const client = new FakeClient(({ method }) => method === 'GET' ? service({ percent: 10, version: '41' }) : service({ percent: 30, version: '42' }));
    const applied = await run(client, plan);
    assert.equal(applied.applied, true);
    assert.equal(applied.service.components.predictor?.canaryTrafficPercent, 30);
    assert.deepEqual(client.requests, [
      { method: 'GET', path },
      {
        method: 'PATCH', path, contentType: 'application/merge-patch+json', query: { fieldManager: 'kserve-canary' },
        body: { metadata: { uid: 'uid-1', resourceVersion: '41' }, spec: { predictor: { canaryTrafficPercent: 30 } } },
      },
    ]);
  });

  it('annotations of the change stand beside the precondition', async () => {
    const client = new FakeClient(() => service({ percent: 10 }));
    await run(client, { ...plan, change: { tagRouting: 'true', percent: null } });
    assert.deepEqual(client.requests[1]?.body, {
      metadata: { annotations: { 'serving.kserve.io/enable-tag-routing': 'true' }, uid: 'uid-1', resourceVersion: '1' },
      spec: { predictor: { canaryTrafficPercent: null } },
    });
  });

  it('a dry run asks for one, and for nothing else than it would write', async () => {
    const client = new FakeClient(() => service({ percent: 10 }));
    await run(client, plan, { dryRun: true });
    assert.deepEqual(client.requests[1]?.query, { fieldManager: 'kserve-canary', dryRun: 'All' });
  });

  it('hands its signal to every request', async () => {
    const { signal } = new AbortController();
    const client = new FakeClient(() => service({ percent: 10 }));
    await run(client, plan, { signal });
    assert.ok(client.requests.every((request) => request.signal === signal));
  });

  describe('at a conflict', () => {
    it('reads again and repeats with the new version while the facts are the same', async () => {
      const client = new FakeClient(({ method }, number) => method === 'GET' ? service({ percent: 10, version: String(number) }) : number < 4 ? kubeError('conflict') : service({ percent: 30 }));
      assert.equal((await run(client, plan)).applied, true);
      assert.equal(client.methods, 'GET PATCH GET PATCH GET PATCH');
      assert.deepEqual(client.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion), ['0', '2', '4']);
    });

    it('refuses when the facts are others now', async () => {
      const client = new FakeClient(({ method }, number) => method === 'PATCH' ? kubeError('conflict') : service({ percent: number === 0 ? 10 : 15 }));
      assert.deepEqual(await run(client, plan), { applied: false, why: 'changed-meanwhile' });
      assert.equal(client.methods, 'GET PATCH GET');
    });

    it('gives up after ten', async () => {
      const client = new FakeClient(({ method }) => method === 'PATCH' ? kubeError('conflict') : service({ percent: 10 }));
      assert.deepEqual(await run(client, plan), { applied: false, why: 'busy' });
      assert.equal(client.requests.length, 20);
    });
  });

  for (const [what, object] of [
    ['another percent', service({ percent: 11 })],
    ['no percent', service()],
    ['another model', service({ percent: 10, model: 'gs://bucket/model-9' })],
    ['a stop annotation', { ...service({ percent: 10 }), metadata: { namespace: 'kserve-test', name: 'iris', uid: 'uid-1', annotations: { 'serving.kserve.io/stop': 'true' } } }],
  ] as const) {
    it(`writes nothing over ${what} that the plan has not seen`, async () => {
      const client = new FakeClient(() => object);
      assert.deepEqual(await run(client, plan), { applied: false, why: 'changed-meanwhile' });
      assert.equal(client.methods, 'GET');
    });
  }

  for (const [what, object] of [['another uid', service({ percent: 10, uid: 'uid-2' })], ['what is no object', 'moved'], ['nothing', undefined]] as const) {
    it(`writes nothing to ${what}`, async () => {
      const client = new FakeClient(() => object);
      assert.deepEqual(await run(client, plan), { applied: false, why: 'another-object' });
      assert.equal(client.methods, 'GET');
    });
  }

  it('passes every other error on as it is', async () => {
    for (const failing of ['GET', 'PATCH']) {
      for (const kind of ['forbidden', 'not-found', 'invalid', 'unreachable', 'cancelled'] as const) {
        const error = kubeError(kind);
        const client = new FakeClient(({ method }) => method === failing ? error : service({ percent: 10 }));
        await assert.rejects(run(client, plan), (thrown) => thrown === error);
        assert.equal(client.methods, failing === 'GET' ? 'GET' : 'GET PATCH');
      }
    }
  });

  it('names in paths are escaped', async () => {
    const client = new FakeClient(() => undefined);
    await run(client, { ...plan, service: { ...plan.service, namespace: 'a/b', name: '../x?y' } });
    assert.equal(client.requests[0]?.path, '/apis/serving.kserve.io/v1beta1/namespaces/a%2Fb/inferenceservices/..%2Fx%3Fy');
  });

  describe('deploy', () => {
    const manifest = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'iris', labels: { a: 'b' } }, spec: { predictor: {} } };

    it('creates the manifest’s object in the namespace of its target', async () => {
      const client = new FakeClient(() => service());
      assert.equal((await deploy(client, manifest, 'kserve-test'))?.ref.uid, 'uid-1');
      assert.deepEqual(client.requests, [{
        method: 'POST', path: path.replace('/iris', ''), query: { fieldManager: 'kserve-canary' },
        body: { ...manifest, metadata: { name: 'iris', labels: { a: 'b' }, namespace: 'kserve-test' } },
      }]);
      assert.equal('namespace' in manifest.metadata, false);
    });

    it('dry, asks for a dry run; a refusal passes through', async () => {
      const error = kubeError('already-exists');
      const client = new FakeClient(() => error);
      await assert.rejects(deploy(client, manifest, 'kserve-test', { dryRun: true }), (thrown) => thrown === error);
      assert.deepEqual(client.requests[0]?.query, { fieldManager: 'kserve-canary', dryRun: 'All' });
    });
  });
});
