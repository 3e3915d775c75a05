import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { ApiError } from '../../../../src/playground/api/errors.ts';
import { ObjectStore } from '../../../../src/playground/api/store.ts';
import type { Change, ResourceType } from '../../../../src/playground/api/types.ts';
import { WIDGET, widget } from './support.ts';

const REF = { namespace: 'default', name: 'a' };

function summary(changes: readonly Change[]): string[] {
  return changes.map(({ type, object }) => `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
}

describe('playground API: store', () => {
  it('announces changes after the write returned, in order, to those who listened before', async () => {
    const store = new ObjectStore([WIDGET]);
    const early: Change[] = [];
    const late: Change[] = [];
    store.watch(WIDGET, (change) => early.push(change));
    const a = store.create(WIDGET, widget('a'));
    store.watch(WIDGET, (change) => late.push(change));
    store.update(WIDGET, { ...a, spec: { size: 2 } });
    store.delete(WIDGET, REF);
    assert.equal(early.length, 0);
    await turn();
    assert.deepEqual(summary(early), ['ADDED a@2', 'MODIFIED a@3', 'DELETED a@4']);
    assert.deepEqual(summary(late), ['MODIFIED a@3', 'DELETED a@4']);
    assert.equal(early[1]?.old, a);
  });

  it('tells a listener nothing after it unsubscribed, and all others what a listener writes', async () => {
    const store = new ObjectStore([WIDGET]);
    const heard: Change[] = [];
    const stop = store.watch(WIDGET, () => assert.fail('unsubscribed'));
    store.watch(WIDGET, ({ type, object }) => {
      if (type === 'ADDED') {
        store.update(WIDGET, { ...object, status: { seen: true } }, { subresource: 'status' });
      }
    });
    store.watch(WIDGET, (change) => heard.push(change));
    store.create(WIDGET, widget('a'));
    stop();
    await turn();
    assert.deepEqual(summary(heard), ['ADDED a@2', 'MODIFIED a@3']);
  });

  it('freezes what it stores and takes no part in what the writer goes on to change', () => {
    const store = new ObjectStore([WIDGET]);
    const spec = { list: [1] };
    const stored = store.create(WIDGET, widget('a', spec));
    spec.list.push(2);
    assert.deepEqual(store.get(WIDGET, REF)?.spec, { list: [1] });
    assert.ok(Object.isFrozen(stored.spec) && Object.isFrozen((stored.spec as typeof spec).list));
  });

  it('lists by namespace and labels in the order of names', () => {
    const store = new ObjectStore([WIDGET]);
    store.create(WIDGET, widget('b', {}, { labels: { x: '1' } }));
    store.create(WIDGET, widget('a', {}, { labels: { x: '1' } }));
    store.create(WIDGET, widget('c', {}, { namespace: 'other', labels: { x: '1' } }));
    store.create(WIDGET, widget('d'));
    const names = store.list(WIDGET, { namespace: 'default', labels: { x: '1' } }).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ['a', 'b']);
    assert.equal(store.list(WIDGET).length, 4);
  });

  it('lists a version of before', () => {
    const store = new ObjectStore([WIDGET]);
    const a = store.create(WIDGET, widget('a'));
    const b = store.create(WIDGET, widget('b'));
    const version = store.version;
    store.update(WIDGET, { ...a, spec: { size: 9 } });
    store.delete(WIDGET, b.metadata);
    store.create(WIDGET, widget('c'));
    assert.deepEqual(store.listAt(WIDGET, version), [a, b]);
    assert.deepEqual(store.listAt(WIDGET, store.version), store.list(WIDGET));
    store.expireHistory();
    assert.equal(store.listAt(WIDGET, version), undefined);
  });

  it('mutates, then validates, with the old object on an update', () => {
    const seen: [unknown, unknown][] = [];
    const type: ResourceType = {
      ...WIDGET,
      mutate: (object) => ({ ...object, spec: { ...(object.spec as object), defaulted: true } }),
      validate: (object, old) => {
        seen.push([object.spec, old?.spec]);
        if ((object.spec as { bad?: boolean }).bad === true) {
          throw new ApiError(400, 'BadRequest', 'bad');
        }
      },
    };
    const store = new ObjectStore([type]);
    const a = store.create(type, widget('a', { size: 1 }));
    store.update(type, { ...a, spec: { size: 2 } });
    store.update(type, { ...a, metadata: REF, status: {} }, { subresource: 'status' });
    assert.throws(() => store.update(type, widget('a', { bad: true })), /bad/);
    assert.deepEqual(seen.slice(0, 2), [
      [{ size: 1, defaulted: true }, undefined],
      [{ size: 2, defaulted: true }, { size: 1, defaulted: true }],
    ]);
    assert.equal(seen.length, 3);
    assert.deepEqual(store.get(type, REF)?.spec, { size: 2, defaulted: true });
  });

  it('gives no generation to kinds that have none, and counts status where it is no subresource', () => {
    const bare: ResourceType = { ...WIDGET, kind: 'Bare', generation: false };
    const plain: ResourceType = { ...WIDGET, kind: 'Plain', statusSubresource: false };
    const store = new ObjectStore([bare, plain]);
    assert.equal(store.create(bare, { ...widget('a'), kind: 'Bare' }).metadata.generation, undefined);
    const made = store.create(plain, { ...widget('a'), kind: 'Plain', status: { x: 1 } });
    assert.deepEqual(made.status, { x: 1 });
    assert.equal(store.update(plain, { ...made, status: { x: 2 } }).metadata.generation, 2);
  });

  it('throws on a kind that it does not serve', () => {
    assert.throws(() => new ObjectStore([]).type('example.com/Widget'), /serves no kind example.com\/Widget/);
  });
});
