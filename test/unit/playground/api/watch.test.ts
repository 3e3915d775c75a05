import assert from 'node:assert/strict';
import { at } from '../../../../src/playground/api/fields.ts';
import type { ResourceType, StoredObject } from '../../../../src/playground/api/types.ts';
import { nameOf, type Playground, startPlayground, versionOf, widget, type WatchEvent, WIDGETS } from './support.ts';

describe('playground API: watches', () => {
  let playground: Playground;
  let type: ResourceType;

  beforeEach(async () => {
    playground = await startPlayground();
    type = playground.store.type('example.com/Widget');
  });

  afterEach(() => playground.stop());

  const create = (name: string, size = 1, labels: object = {}): StoredObject =>
    playground.store.create(type, widget(name, { size }, { labels }));
  const resize = (object: StoredObject, size: number): StoredObject => playground.store.update(type, { ...object, spec: { size } });
  const summary = (events: WatchEvent[]): string[] => events.map((event) => `${event.type} ${nameOf(event.object)}`);

  it('begins with what is there when it names no version', async () => {
    create('b');
    create('a');
    const watch = await playground.watch(`${WIDGETS}?watch=true`);
    create('c');
    assert.deepEqual(summary(await watch.count(3)), ['ADDED a', 'ADDED b', 'ADDED c']);
  });

  it('replays what came after a version, then goes on', async () => {
    const a = create('a');
    const b = create('b');
    playground.store.delete(type, b.metadata);
    const watch = await playground.watch(`${WIDGETS}?watch=1&resourceVersion=${a.metadata.resourceVersion}`);
    resize(a, 2);
    assert.deepEqual(summary(await watch.count(3)), ['ADDED b', 'DELETED b', 'MODIFIED a']);
    const versions = watch.events.map(({ object }) => Number(versionOf(object)));
    assert.deepEqual(versions, [...versions].sort((x, y) => x - y));
  });

  it('watches one object, one namespace, or all', async () => {
    const { store } = playground;
    store.create(store.type('/Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    const one = await playground.watch(`${WIDGETS}/a?watch=true`);
    const inside = await playground.watch(`${WIDGETS}?watch=true`);
    const all = await playground.watch('/apis/example.com/v1/widgets?watch=true');
    store.create(type, widget('a', {}, { namespace: 'other' }));
    create('b');
    create('a');
    assert.deepEqual(summary(await all.count(3)), ['ADDED a', 'ADDED b', 'ADDED a']);
    assert.deepEqual(summary(await inside.count(2)), ['ADDED b', 'ADDED a']);
    assert.equal(at((await one.count(1))[0]?.object, 'metadata', 'namespace'), 'default');
  });

  it('shows an object that begins to match as added and one that ceases to as deleted', async () => {
    const watch = await playground.watch(`${WIDGETS}?watch=true&labelSelector=x%3D1`);
    const a = create('a');
    const matching = playground.store.update(type, { ...a, metadata: { ...a.metadata, labels: { x: '1' } } });
    const ceased = playground.store.update(type, { ...matching, metadata: { ...matching.metadata, labels: {} } });
    assert.deepEqual(summary(await watch.count(2)), ['ADDED a', 'DELETED a']);
    const last = watch.events[1]?.object;
    assert.equal(versionOf(last), ceased.metadata.resourceVersion);
    assert.deepEqual(at(last, 'metadata', 'labels'), { x: '1' });
  });

  it('ends with an ERROR event when the version is no longer kept', async () => {
    const a = create('a');
    create('b');
    playground.store.expireHistory();
    const watch = await playground.watch(`${WIDGETS}?watch=true&resourceVersion=${a.metadata.resourceVersion}`);
    assert.equal(watch.status, 200);
    assert.equal(await watch.ended, true);
    assert.equal(watch.events.length, 1);
    assert.equal(watch.events[0]?.type, 'ERROR');
    assert.equal(at(watch.events[0].object, 'code'), 410);
    assert.equal(at(watch.events[0].object, 'reason'), 'Expired');
    assert.match(String(at(watch.events[0].object, 'message')), /^too old resource version: \d+ \(\d+\)$/);
  });

  it('keeps a bounded history', async () => {
    const small = await startPlayground({ history: 5 });
    try {
      const first = small.store.create(type, widget('first'));
      for (let i = 0; i < 20; i++) {
        small.store.create(type, widget(`w${i}`));
      }
      const watch = await small.watch(`${WIDGETS}?watch=true&resourceVersion=${first.metadata.resourceVersion}`);
      assert.equal((await watch.count(1))[0]?.type, 'ERROR');
    } finally {
      await small.stop();
    }
  });

  it('refuses a version that is no number', async () => {
    const { status, body } = await playground.request(`${WIDGETS}?watch=true&resourceVersion=abc`);
    assert.equal(status, 400);
    assert.match(String(at(body, 'message')), /Invalid value: "abc"/);
  });

  it('sends bookmarks to those who allow them', async () => {
    const quick = await startPlayground({ bookmarkMilliseconds: 5 });
    try {
      const watch = await quick.watch(`${WIDGETS}?watch=true&allowWatchBookmarks=true`);
      const made = quick.store.create(type, widget('a'));
      const bookmark = await watch.find(
        (event) => event.type === 'BOOKMARK' && versionOf(event.object) === made.metadata.resourceVersion,
      );
      assert.equal(at(bookmark.object, 'kind'), 'Widget');
      assert.equal(at(bookmark.object, 'spec'), undefined);
      watch.close();
    } finally {
      await quick.stop();
    }
  });

  it('ends in order at its timeout, after a last bookmark', async () => {
    create('a');
    const watch = await playground.watch(`${WIDGETS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1`);
    assert.equal(await watch.ended, true);
    assert.deepEqual(
      watch.events.map(({ type: event }) => event),
      ['ADDED', 'BOOKMARK'],
    );
    assert.equal(versionOf(watch.events[1]?.object), String(playground.store.version));
  });

  it('streams a list', async () => {
    create('a');
    const watch = await playground.watch(
      `${WIDGETS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    const [added, bookmark] = await watch.count(2);
    assert.equal(added?.type, 'ADDED');
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.deepEqual(at(bookmark.object, 'metadata', 'annotations'), { 'k8s.io/initial-events-end': 'true' });
  });

  it('breaks off when told to', async () => {
    const watch = await playground.watch(`${WIDGETS}?watch=true`);
    playground.server.dropWatches();
    assert.equal(await watch.ended, false);
  });

  it('shows Tables and metadata', async () => {
    create('a', 3);
    const table = await playground.watch(`${WIDGETS}?watch=true`, { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    create('b', 4);
    const [first, second] = await table.count(2);
    assert.deepEqual((at(first?.object, 'rows') as { cells: unknown[] }[])[0]?.cells.slice(0, 3), ['a', 3, null]);
    assert.equal((at(first?.object, 'columnDefinitions') as unknown[]).length, 5);
    assert.equal(at(second?.object, 'columnDefinitions'), null);
    const metadata = await playground.watch(`${WIDGETS}?watch=true`, {
      Accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    });
    const [event] = await metadata.count(1);
    assert.equal(at(event?.object, 'kind'), 'PartialObjectMetadata');
    assert.equal(at(event?.object, 'spec'), undefined);
  });
});
