import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { ApiError } from '../../../../src/playground/api/errors.ts';
import { BUILTIN_TYPES } from '../../../../src/playground/api/builtin.ts';
import { ObjectStore } from '../../../../src/playground/api/store.ts';
import type { OwnerReference, StoredObject } from '../../../../src/playground/api/types.ts';
import { WIDGET, widget } from './support.ts';

function reference(owner: StoredObject, blockOwnerDeletion = false): OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, blockOwnerDeletion };
}

describe('playground API: garbage collection', () => {
  let store: ObjectStore;

  beforeEach(() => {
    store = new ObjectStore([...BUILTIN_TYPES, WIDGET]);
    store.create(store.type('/Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  });

  const create = (name: string, owners: OwnerReference[] = [], metadata: object = {}): StoredObject =>
    store.create(WIDGET, widget(name, {}, { ownerReferences: owners, ...metadata }));
  const names = (): string => store.list(WIDGET).map(({ metadata }) => metadata.name).join(' ');

  it('deletes dependents and theirs after their owner, in the background', async () => {
    const a = create('a');
    const b = create('b', [reference(a)]);
    create('c', [reference(b)]);
    create('d');
    store.delete(WIDGET, a.metadata);
    assert.equal(names(), 'b c d');
    await turn();
    assert.equal(names(), 'd');
  });

  it('keeps what has another owner, without the reference to the lost one', async () => {
    const a = create('a');
    const b = create('b');
    create('c', [reference(a), reference(b)]);
    store.delete(WIDGET, a.metadata);
    await turn();
    assert.equal(names(), 'b c');
    assert.deepEqual(store.get(WIDGET, { namespace: 'default', name: 'c' })?.metadata.ownerReferences, [reference(b)]);
  });

  it('collects what comes after its owner is gone, but not what an unknown kind owns', async () => {
    const a = create('a');
    store.delete(WIDGET, a.metadata);
    create('b', [reference(a)]);
    create('c', [{ apiVersion: 'other.com/v1', kind: 'Thing', name: 'x', uid: 'x' }]);
    await turn();
    assert.equal(names(), 'c');
  });

  it('deletes in the foreground: the owner goes last', async () => {
    const a = create('a');
    const b = create('b', [reference(a, true)], { finalizers: ['example.com/hold'] });
    assert.equal(store.remove(WIDGET, a.metadata, { propagation: 'Foreground' })?.gone, false);
    await turn();
    assert.equal(names(), 'a b');
    const held = store.get(WIDGET, b.metadata);
    assert.ok(held?.metadata.deletionTimestamp);
    store.update(WIDGET, { ...held, metadata: { ...held.metadata, finalizers: [] } });
    await turn();
    assert.equal(names(), '');
  });

  it('orphans dependents on demand', async () => {
    const a = create('a');
    create('b', [reference(a)]);
    store.remove(WIDGET, a.metadata, { propagation: 'Orphan' });
    await turn();
    assert.equal(names(), 'b');
    assert.equal(store.get(WIDGET, { namespace: 'default', name: 'b' })?.metadata.ownerReferences, undefined);
  });

  it('empties a namespace before it goes, and lets nothing new in', async () => {
    const namespaces = store.type('/Namespace');
    const a = create('a', [], { finalizers: ['example.com/hold'] });
    create('b');
    const deletion = store.remove(namespaces, { name: 'default' });
    assert.equal(deletion?.gone, false);
    assert.deepEqual(deletion.object.status, { phase: 'Terminating' });
    assert.throws(
      () => create('c'),
      (error) =>
        error instanceof ApiError &&
        error.code === 403 &&
        error.message.includes('unable to create new content in namespace default because it is being terminated'),
    );
    await turn();
    assert.equal(names(), 'a');
    const held = store.get(WIDGET, a.metadata);
    assert.ok(held);
    store.update(WIDGET, { ...held, metadata: { ...held.metadata, finalizers: [] } });
    await turn();
    assert.equal(names(), '');
    assert.equal(store.get(namespaces, { name: 'default' }), undefined);
  });
});
