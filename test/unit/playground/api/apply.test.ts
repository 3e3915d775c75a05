import assert from 'node:assert/strict';
import fc from 'fast-check';
import { at, records } from '../../../../src/playground/api/fields.ts';
import type { ResourceType } from '../../../../src/playground/api/types.ts';
import { BUILTIN_TYPES } from '../../../../src/playground/api/builtin.ts';
import { type Playground, type Reply, startPlayground, versionOf, WIDGET, widget, WIDGETS } from './support.ts';

const TYPED: ResourceType = {
  ...WIDGET,
  fields: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        colour: { type: 'string', enum: ['red', 'blue'] },
        inner: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        list: { type: 'array' },
      },
    },
    status: { type: 'object' },
  },
};

describe('playground API: server-side apply and managed fields', () => {
  let playground: Playground;

  beforeEach(async () => {
    playground = await startPlayground({ types: [...BUILTIN_TYPES, TYPED] });
  });

  afterEach(() => playground.stop());

  const apply = (manager: string, spec: object, options = '', metadata: object = {}): Promise<Reply> =>
    playground.request(`${WIDGETS}/a?fieldManager=${manager}${options}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/apply-patch+yaml' },
      body: widget('a', spec, metadata),
    });
  const merge = (body: object, query = ''): Promise<Reply> =>
    playground.request(`${WIDGETS}/a${query}`, { method: 'PATCH', headers: { 'Content-Type': 'application/merge-patch+json' }, body });
  const owners = ({ body }: Reply): unknown =>
    records(at(body, 'metadata', 'managedFields')).map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]);

  it('makes the object, then leaves it as it is', async () => {
    const first = await apply('one', { size: 1, inner: { a: 1 }, list: [1, 2] }, '', { labels: { l: 'x' } });
    assert.equal(first.status, 201, first.text);
    assert.deepEqual(owners(first), [
      ['one', 'Apply', { 'f:metadata': { 'f:labels': { 'f:l': {} } }, 'f:spec': { 'f:size': {}, 'f:inner': { 'f:a': {} }, 'f:list': {} } }],
    ]);
    const second = await apply('one', { size: 1, inner: { a: 1 }, list: [1, 2] }, '', { labels: { l: 'x' } });
    assert.equal(second.status, 200);
    assert.equal(versionOf(second.body), versionOf(first.body));
  });

  it('takes away what its manager no longer applies, and nothing else', async () => {
    await apply('one', { size: 1, inner: { a: 1, b: 1 }, list: [1] });
    await apply('two', { inner: { b: 1, c: 2 } });
    const { body } = await apply('one', { size: 1 });
    assert.deepEqual(at(body, 'spec'), { size: 1, inner: { b: 1, c: 2 } });
  });

  it('refuses to take a field from another manager, in the words of kube-apiserver', async () => {
    await apply('one', { size: 1 });
    const { status, body } = await apply('two', { size: 2 });
    assert.equal(status, 409);
    assert.deepEqual(body, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.size',
      reason: 'Conflict',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.size' }] },
      code: 409,
    });
    const forced = await apply('two', { size: 2 }, '&force=true');
    assert.deepEqual(owners(forced), [['two', 'Apply', { 'f:spec': { 'f:size': {} } }]]);
    assert.match(String(at((await apply('one', { size: 1 })).body, 'message')), /conflict with "two": \.spec\.size$/);
  });

  it('shares a field that two managers give the same value', async () => {
    await apply('one', { size: 1 });
    assert.equal((await apply('two', { size: 1 })).status, 200);
    assert.deepEqual(at((await apply('one', {})).body, 'spec'), { size: 1 });
  });

  it('knows the fields of creates and patches', async () => {
    await playground.request(`${WIDGETS}?fieldManager=maker`, { method: 'POST', body: widget('a', { size: 1, inner: { x: 1 } }) });
    const changed = await merge({ spec: { size: 2 } }, '?fieldManager=patcher');
    assert.deepEqual(owners(changed), [
      ['maker', 'Update', { 'f:spec': { '.': {}, 'f:inner': { '.': {}, 'f:x': {} } } }],
      ['patcher', 'Update', { 'f:spec': { 'f:size': {} } }],
    ]);
    const { body } = await apply('one', { size: 3, inner: { x: 2 } });
    const message = String(at(body, 'message'));
    assert.match(
      message,
      /^Apply failed with 2 conflicts: conflicts with "maker" using example\.com\/v1:\n- \.spec\.inner\.x\nconflicts with "patcher" using example\.com\/v1:\n- \.spec\.size$/,
    );
    const status = await playground.request(`${WIDGETS}/a/status?fieldManager=s`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: { status: { phase: 'x' } },
    });
    assert.deepEqual(records(at(status.body, 'metadata', 'managedFields')).map((entry) => entry.subresource), [undefined, undefined, 'status']);
  });

  it('tries without doing it', async () => {
    const { status, body } = await apply('one', { size: 1 }, '&dryRun=All');
    assert.equal(status, 201);
    assert.equal(at(body, 'spec', 'size'), 1);
    assert.equal((await playground.request(`${WIDGETS}/a`)).status, 404);
  });

  it('refuses what is no configuration', async () => {
    const refused = async (reply: Promise<Reply>, status: number, message: string): Promise<void> => {
      const { status: given, body } = await reply;
      assert.deepEqual([given, at(body, 'message')], [status, message]);
    };
    await refused(apply('', { size: 1 }), 422, 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
    await refused(apply('one', { size: 1 }, '', { managedFields: [{}] }), 400, 'metadata.managedFields must be nil');
    const prefix = 'failed to create typed patch object (default/a; example.com/v1, Kind=Widget): ';
    await refused(apply('one', { size: 'x' }), 500, `${prefix}.spec.size: expected numeric (int or float), got string`);
    await refused(apply('one', { nope: 1 }), 500, `${prefix}.spec.nope: field not declared in schema`);
    await refused(merge({}, '?force=true'), 422, 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch');
  });

  it('merges the keyed lists of built-in kinds', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments/d';
    const containers = (...items: object[]): object => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'default' },
      spec: { template: { spec: { containers: items } } },
    });
    const applyTo = (manager: string, body: object): Promise<Reply> =>
      playground.request(`${path}?fieldManager=${manager}`, { method: 'PATCH', headers: { 'Content-Type': 'application/apply-patch+yaml' }, body });
    await applyTo('one', containers({ name: 'x', image: '1' }, { name: 'y', image: '1' }));
    await applyTo('two', containers({ name: 'x', args: ['a'] }));
    const { body } = await applyTo('one', containers({ name: 'x', image: '2' }));
    assert.deepEqual(at(body, 'spec', 'template', 'spec', 'containers'), [{ name: 'x', image: '2', args: ['a'] }]);
  });

  it('refuses, warns of or drops fields that the schema does not have', async () => {
    const create = (query: string): Promise<Reply> =>
      playground.request(`${WIDGETS}${query}`, { method: 'POST', body: widget('a', { size: 1, nope: 1, inner: { free: 1 } }) });
    const strict = await create('?fieldValidation=Strict');
    assert.deepEqual(
      [strict.status, at(strict.body, 'message')],
      [400, 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.nope"'],
    );
    const warned = await create('');
    assert.equal(warned.status, 201);
    assert.equal(warned.headers.warning, '299 - "unknown field \\"spec.nope\\""');
    assert.deepEqual(at(warned.body, 'spec'), { size: 1, inner: { free: 1 } });
  });

  it('refuses values that the schema does not take', async () => {
    await playground.request(WIDGETS, { method: 'POST', body: widget('a') });
    const { status, body } = await merge({ spec: { size: 'x', colour: 'green' } });
    assert.equal(status, 422);
    assert.deepEqual(at(body, 'details', 'causes'), [
      { reason: 'FieldValueTypeInvalid', message: 'Invalid value: "string": size in body must be of type integer: "string"', field: 'spec.size' },
      { reason: 'FieldValueNotSupported', message: 'Unsupported value: "green": supported values: "red", "blue"', field: 'spec.colour' },
    ]);
  });

  it('lets two managers apply anything: what both agree on and no other value is in the object', async () => {
    const spec = fc.record(
      { size: fc.nat(2), inner: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(2)), list: fc.array(fc.nat(2), { maxLength: 2 }) },
      { requiredKeys: [] },
    );
    const step = fc.record({ manager: fc.constantFrom('one', 'two'), spec, force: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        await playground.request(`${WIDGETS}/a`, { method: 'DELETE' });
        for (const { manager, spec: wanted, force } of steps) {
          const reply = await apply(manager, wanted, force ? '&force=true' : '');
          assert.ok([200, 201, 409].includes(reply.status), reply.text);
          if (reply.status !== 409) {
            const { inner = {}, ...others } = wanted;
            assert.deepEqual({ ...(at(reply.body, 'spec') as object), inner: {} }, { ...(at(reply.body, 'spec') as object), ...others, inner: {} });
            Object.entries(inner).forEach(([key, value]) => assert.equal(at(reply.body, 'spec', 'inner', key), value));
            const again = await apply(manager, wanted, force ? '&force=true' : '');
            assert.equal(versionOf(again.body), versionOf(reply.body));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
