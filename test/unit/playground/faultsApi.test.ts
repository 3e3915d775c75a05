/** Every fault of the API, as a client meets it over the wire. */
import assert from 'node:assert/strict';
import { ApiFaults } from '../../../src/playground/api/faults.ts';
import { at } from '../../../src/playground/api/fields.ts';
import { nameOf, type Playground, startPlayground, versionOf, widget, WIDGETS, type Watcher, type WatchEvent } from './api/support.ts';

const WATCH = `${WIDGETS}?watch=true&resourceVersion=`;
const resource = 'widgets.example.com';

describe('Playground faults: the API', () => {
  let faults: ApiFaults;
  let playground: Playground;
  beforeEach(async () => {
    faults = new ApiFaults();
    playground = await startPlayground({ faults });
  });
  afterEach(() => playground.stop());

  const create = (name: string): Promise<unknown> => playground.request(WIDGETS, { method: 'POST', body: widget(name) });
  const status = async (path: string, method = 'GET'): Promise<number> => (await playground.request(path, { method })).status;
  const watch = (): Promise<Watcher> => playground.watch(WATCH + String(playground.store.version));
  const names = (events: readonly WatchEvent[]): string[] => events.map(({ object }) => nameOf(object));

  it('401 once', async () => {
    await faults.order({ kind: 'unauthorized' });
    const refused = await playground.request(WIDGETS);
    assert.equal(refused.status, 401);
    assert.equal(at(refused.body, 'reason'), 'Unauthorized');
    assert.equal(await status(WIDGETS), 200);
  });

  it('403 by verb and resource, in the words of the authorizer', async () => {
    await faults.order({ kind: 'forbidden', verb: 'list', resource });
    const refused = await playground.request(WIDGETS);
    assert.equal(refused.status, 403);
    assert.equal(
      at(refused.body, 'message'),
      'widgets.example.com "" is forbidden: User "playground" cannot list resource "widgets" in API group "example.com" in the namespace "default"',
    );
    assert.equal(await status(`${WIDGETS}/none`), 404, 'another verb');
    assert.equal(await status('/api/v1/namespaces/default/pods'), 200, 'another resource');
    await faults.clear();
    assert.equal(await status(WIDGETS), 200);
  });

  it('403 of every verb by its name', async () => {
    for (const [verb, path, method] of [
      ['get', `${WIDGETS}/a`, 'GET'],
      ['watch', `${WIDGETS}?watch=true`, 'GET'],
      ['create', WIDGETS, 'POST'],
      ['update', `${WIDGETS}/a`, 'PUT'],
      ['patch', `${WIDGETS}/a`, 'PATCH'],
      ['delete', `${WIDGETS}/a`, 'DELETE'],
      ['deletecollection', WIDGETS, 'DELETE'],
    ] as const) {
      await faults.order({ kind: 'forbidden', verb, resource, times: 1 });
      assert.equal(await status(path, method), 403, verb);
    }
    await faults.order({ kind: 'forbidden', verb: 'patch', resource: `${resource}/status`, times: 1 });
    assert.equal(await status(`${WIDGETS}/a`, 'PATCH'), 404, 'the resource itself');
    assert.equal(await status(`${WIDGETS}/a/status`, 'PATCH'), 403, 'its subresource');
  });

  it('429 with Retry-After', async () => {
    await faults.order({ kind: 'tooManyRequests', retryAfterSeconds: 3, times: 1 });
    const { status: code, headers, body } = await playground.request(WIDGETS);
    assert.deepEqual([code, headers['retry-after'], at(body, 'details', 'retryAfterSeconds')], [429, '3', 3]);
    assert.equal(await status(WIDGETS), 200);
  });

  it('500', async () => {
    await faults.order({ kind: 'serverError', times: 2 });
    assert.deepEqual([await status(WIDGETS), await status('/version'), await status(WIDGETS)], [500, 500, 200]);
  });

  it('slow answers', async () => {
    await faults.order({ kind: 'slow', milliseconds: 60, verb: 'list', times: 1 });
    const began = performance.now();
    const slow = playground.request(WIDGETS).then(() => 'slow');
    assert.equal(await Promise.race([slow, playground.request('/version').then(() => 'quick')]), 'quick');
    await slow;
    assert.ok(performance.now() - began >= 59);
  });

  it('a dropped watch breaks off', async () => {
    const open = await watch();
    await faults.order({ kind: 'dropWatches', resource: 'pods' });
    await create('a');
    await open.count(1);
    await faults.order({ kind: 'dropWatches', resource });
    assert.equal(await open.ended, false);
  });

  it('a stalled watch stays open and brings nothing; a new one does', async () => {
    const stalled = await watch();
    await faults.order({ kind: 'stallWatches' });
    const other = await watch();
    await create('a');
    assert.deepEqual(names(await other.count(1)), ['a']);
    assert.deepEqual(stalled.events, []);
    assert.equal(await Promise.race([stalled.ended, other.count(1)]), other.events, 'it has not ended');
  });

  it('a half-open connection answers nothing and does not end; a new one answers', async () => {
    const cutOff = await watch();
    await playground.request(WIDGETS);
    await faults.order({ kind: 'halfOpen' });
    // The agent keeps the connection of the request before for this one.
    const unanswered = playground.request(WIDGETS).catch(() => 'ended');
    const other = await watch();
    playground.store.create(playground.store.type('example.com/Widget'), widget('a'));
    assert.deepEqual(names(await other.count(1)), ['a']);
    assert.deepEqual(cutOff.events, []);
    assert.equal(await Promise.race([unanswered, cutOff.ended, other.count(1)]), other.events);
  });

  it('an expired version: the watch ends with 410, and so does one from before', async () => {
    const version = String(playground.store.version);
    const open = await playground.watch(WATCH + version);
    await create('a');
    await open.count(1);
    await faults.order({ kind: 'expireWatches' });
    assert.equal(await open.ended, true);
    const again = await playground.watch(WATCH + version);
    for (const event of [open.events.at(-1), (await again.count(1))[0]]) {
      assert.deepEqual([event?.type, at(event?.object, 'code'), at(event?.object, 'reason')], ['ERROR', 410, 'Expired']);
    }
    const next = await watch();
    await create('b');
    assert.deepEqual(names(await next.count(1)), ['b'], 'from now on');
  });

  it('duplicated and reordered events', async () => {
    const open = await watch();
    await faults.order({ kind: 'duplicateEvents', resource, times: 1 });
    await create('a');
    await create('b');
    assert.deepEqual(names(await open.count(3)), ['a', 'a', 'b']);
    await faults.order({ kind: 'reorderEvents', times: 1 });
    await create('c');
    await create('d');
    await create('e');
    const versions = (await open.count(6)).map(({ object }) => Number(versionOf(object)));
    assert.deepEqual(names(open.events.slice(3)), ['d', 'c', 'e']);
    assert.ok((versions[3] ?? 0) > (versions[4] ?? 0));
  });

  it('refused connections, until they are taken again on the same port', async () => {
    const open = await watch();
    await faults.order({ kind: 'refuseConnections' });
    assert.equal(await open.ended, false);
    await assert.rejects(playground.request(WIDGETS), { code: 'ECONNREFUSED' });
    await faults.order({ kind: 'acceptConnections' });
    assert.equal((await watch()).status, 200);
    await faults.order({ kind: 'refuseConnections' });
    await faults.clear();
    assert.equal((await watch()).status, 200);
  });
});
