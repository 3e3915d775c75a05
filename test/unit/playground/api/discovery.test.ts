import assert from 'node:assert/strict';
import { at } from '../../../../src/playground/api/fields.ts';
import { type Playground, type Reply, startPlayground } from './support.ts';

describe('playground API: discovery', () => {
  let playground: Playground;

  before(async () => {
    playground = await startPlayground();
  });

  after(() => playground.stop());

  const get = async (path: string, accept = 'application/json'): Promise<Reply> => {
    const reply = await playground.request(path, { headers: { Accept: accept } });
    assert.equal(reply.status, 200, reply.text);
    return reply;
  };

  it('says that it is well and that it is a playground', async () => {
    for (const path of ['/healthz', '/readyz', '/livez']) {
      assert.equal((await get(path)).text, 'ok');
    }
    assert.match(String(at((await get('/version')).body, 'gitVersion')), /playground/);
  });

  it('lists groups, versions and resources', async () => {
    assert.deepEqual(at((await get('/api')).body, 'versions'), ['v1']);
    const groups = at((await get('/apis')).body, 'groups') as { name: string; preferredVersion: object }[];
    assert.deepEqual(groups.find(({ name }) => name === 'example.com')?.preferredVersion, {
      groupVersion: 'example.com/v1',
      version: 'v1',
    });
    assert.equal(at((await get('/apis/example.com')).body, 'kind'), 'APIGroup');
    const { body } = await get('/apis/example.com/v1');
    assert.equal(at(body, 'groupVersion'), 'example.com/v1');
    assert.deepEqual(at(body, 'resources'), [
      {
        name: 'widgets',
        singularName: 'widget',
        namespaced: true,
        kind: 'Widget',
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        shortNames: ['wd'],
        categories: ['all'],
      },
      { name: 'widgets/status', singularName: '', namespaced: true, kind: 'Widget', verbs: ['get', 'patch', 'update'] },
    ]);
    const core = at((await get('/api/v1')).body, 'resources') as { name: string }[];
    assert.ok(core.some(({ name }) => name === 'pods'));
  });

  for (const version of ['v2', 'v2beta1']) {
    it(`aggregates discovery in ${version}`, async () => {
      const accept = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`;
      const reply = await get('/apis', accept);
      assert.equal(reply.headers['content-type'], `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`);
      assert.equal(at(reply.body, 'kind'), 'APIGroupDiscoveryList');
      assert.equal(at(reply.body, 'apiVersion'), `apidiscovery.k8s.io/${version}`);
      const items = at(reply.body, 'items') as { metadata: { name: string }; versions: { resources: unknown[] }[] }[];
      const widgets = items.find(({ metadata }) => metadata.name === 'example.com')?.versions[0]?.resources[0];
      assert.equal(at(widgets, 'resource'), 'widgets');
      assert.equal(at(widgets, 'scope'), 'Namespaced');
      assert.deepEqual(at(widgets, 'responseKind'), { group: 'example.com', version: 'v1', kind: 'Widget' });
      const core = at((await get('/api', accept)).body, 'items') as unknown[];
      assert.equal(core.length, 1);
    });
  }

  it('answers 404 for groups and versions that are not there', async () => {
    for (const path of ['/apis/nowhere.com', '/apis/example.com/v9', '/api/v2', '/apis/example.com/v1/x/y/z', '/x', '/openapi/v3/apis/x/v1']) {
      assert.equal((await playground.request(path)).status, 404, path);
      assert.equal((await playground.request(path, { method: 'POST', body: {} })).status, 404, path);
    }
  });

  it('describes itself in OpenAPI', async () => {
    const index = at((await get('/openapi/v3')).body, 'paths', 'apis/example.com/v1', 'serverRelativeURL');
    const { body } = await get(String(index));
    const operation = at(body, 'paths', '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}', 'patch');
    assert.deepEqual(at(operation, 'x-kubernetes-group-version-kind'), { group: 'example.com', version: 'v1', kind: 'Widget' });
    assert.ok((at(operation, 'parameters') as { name: string }[]).some(({ name }) => name === 'fieldValidation'));
    assert.ok(at(body, 'components', 'schemas', 'com.example.v1.Widget'));
    assert.equal(at((await get('/openapi/v2')).body, 'swagger'), '2.0');
    const protobuf = await get('/openapi/v2', 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf');
    assert.equal(protobuf.headers['content-type'], 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    assert.match(protobuf.text, /x-kubernetes-group-version-kind.*group: "example.com"\nversion: v1\nkind: Widget\n/s);
  });

  it('answers reviews', async () => {
    const review = (group: string, plural: string, body: object): Promise<Reply> =>
      playground.request(`/apis/${group}/v1/${plural}`, { method: 'POST', body });
    const access = await review('authorization.k8s.io', 'selfsubjectaccessreviews', {
      spec: { resourceAttributes: { verb: 'patch', resource: 'widgets', group: 'example.com' } },
    });
    assert.equal(access.status, 201);
    assert.equal(at(access.body, 'status', 'allowed'), true);
    assert.equal(at(access.body, 'spec', 'resourceAttributes', 'verb'), 'patch');
    assert.equal((await review('authorization.k8s.io', 'selfsubjectaccessreviews', { spec: {} })).status, 400);
    const rules = await review('authorization.k8s.io', 'selfsubjectrulesreviews', { spec: { namespace: 'default' } });
    assert.ok(at(rules.body, 'status', 'resourceRules'));
    const self = await review('authentication.k8s.io', 'selfsubjectreviews', {});
    assert.equal(at(self.body, 'status', 'userInfo', 'username'), 'playground');
  });
});
