import assert from 'node:assert/strict';
import type { Connection } from '../../../src/kube/connection.ts';
import type { Reflector } from '../../../src/kube/types.ts';
import { usualTuning, type Tuning } from '../../../src/kube/watch/tuning.ts';
import { connectTo, hasty, Recorder } from './support/connections.ts';
import { asRecord, FakeCluster, type Fault, valueOf } from './support/fakeCluster.ts';
import { startServer, type TestServer } from './support/server.ts';

const things = { groupVersion: 'api/v1', plural: 'things' };

describe('kube: reflector', () => {
  let cluster: FakeCluster;
  let server: TestServer;
  let connection: Connection;
  let recorder: Recorder<string>;

  beforeEach(async () => {
    cluster = new FakeCluster();
    server = await startServer(cluster.handle);
    recorder = new Recorder();
  });

  afterEach(async () => {
    connection.dispose();
    await server.close();
  });

  function reflect(tuning: Partial<Tuning> = {}): Reflector<string> {
    connection = connectTo(server.url, { tuning: { ...hasty, ...tuning } });
    return connection.reflect(things, valueOf, recorder);
  }

  /** The kinds of requests so far: `list` or `watch@version`. */
  function asked(): string[] {
    return server.requests.map(({ query }) => (query.get('watch') === 'true' ? `watch@${query.get('resourceVersion') ?? ''}` : 'list'));
  }

  function faults(...queue: (Fault | undefined)[]): void {
    cluster.fault = () => queue.shift();
  }

  async function equal(reflector: Reflector<string>): Promise<void> {
    await recorder.until(() => JSON.stringify(asRecord(reflector.items)) === JSON.stringify(cluster.values()));
    assert.deepEqual(asRecord(recorder.copy), cluster.values());
  }

  it('lists, then follows', async () => {
    cluster.put('a', '1');
    cluster.put('b', '2');
    const reflector = reflect();
    assert.deepEqual(reflector.health, { state: 'connecting' });
    await recorder.until(() => reflector.health.state === 'live');
    assert.deepEqual(recorder.batches, [new Map([['ns/a', '1'], ['ns/b', '2']])]);
    cluster.put('a', '3');
    await equal(reflector);
    cluster.remove('b');
    await equal(reflector);
    assert.deepEqual(recorder.batches.at(-1), new Map([['ns/b', undefined]]));
    assert.deepEqual(asked(), ['list', 'watch@102']);
    assert.deepEqual(recorder.states, ['live']);
  });

  it('asks for pages, bookmarks and an end of its own', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) cluster.put(name, name);
    const reflector = reflect({ pageSize: 2 });
    await recorder.until(() => reflector.health.state === 'live');
    assert.deepEqual(recorder.batches.map((batch) => batch.size), [5]);
    assert.deepEqual(server.requests.map(({ query }) => query.get('limit')), ['2', '2', '2', null]);
    const watch = server.requests.at(-1);
    assert.equal(watch?.query.get('allowWatchBookmarks'), 'true');
    const seconds = Number(watch.query.get('timeoutSeconds'));
    assert.ok(seconds >= 240 && seconds <= 300, `${seconds}`);
  });

  it('speaks to one namespace and selector', async () => {
    connection = connectTo(server.url);
    const reflector = connection.reflect({ groupVersion: 'apis/x.io/v1', plural: 'things', namespace: 'ns', labelSelector: 'a=b,c' }, valueOf, recorder);
    await recorder.until(() => reflector.health.state === 'live');
    for (const request of server.requests) {
      assert.equal(request.path, '/apis/x.io/v1/namespaces/ns/things');
      assert.equal(request.query.get('labelSelector'), 'a=b,c');
    }
  });

  it('begins the list again, in one piece, when it expires between pages', async () => {
    for (const name of ['a', 'b', 'c']) cluster.put(name, name);
    cluster.fault = (request) => {
      if (request.query.has('continue')) cluster.compact();
      return undefined;
    };
    const reflector = reflect({ pageSize: 1 });
    await recorder.until(() => reflector.health.state === 'live');
    await equal(reflector);
    assert.deepEqual(server.requests.slice(0, 3).map(({ query }) => query.get('limit')), ['1', '1', null]);
    assert.deepEqual(recorder.states, ['live']);
  });

  it('leaves out what the projection leaves out', async () => {
    cluster.put('a', 'hidden');
    cluster.put('b', 'shown');
    connection = connectTo(server.url);
    const reflector = connection.reflect(things, (object) => (valueOf(object) === 'hidden' ? undefined : valueOf(object)), recorder);
    await recorder.until(() => reflector.health.state === 'live');
    assert.deepEqual([...reflector.items.keys()], ['ns/b']);
    cluster.put('b', 'hidden');
    await recorder.until(() => reflector.items.size === 0);
    cluster.put('a', 'shown');
    await recorder.until(() => reflector.items.size === 1);
    assert.deepEqual([...recorder.copy], [['ns/a', 'shown']]);
  });

  it('delivers what arrives together in one batch', async () => {
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    const lines: string[] = [];
    for (let index = 0; index < 50; index += 1) lines.push(`${JSON.stringify({ type: 'ADDED', object: { metadata: { namespace: 'ns', name: `n${index}`, resourceVersion: String(1000 + index) }, value: 'x' } })}\n`);
    cluster.say(lines.join(''));
    await recorder.until(() => reflector.items.size === 50);
    assert.deepEqual(recorder.batches.map((batch) => batch.size), [50]);
  });

  it('keeps a character whole that two chunks share', async () => {
    faults(undefined, 'split');
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    cluster.put('a', 'Grüße 🌍 東京');
    await equal(reflector);
  });

  it('watches again at once after a clean end, and stays live', async () => {
    cluster.put('a', '1');
    const reflector = reflect({ pause: () => assert.fail('no pause') });
    await recorder.until(() => reflector.health.state === 'live');
    cluster.endWatches();
    await server.until(() => asked().length === 3);
    cluster.put('a', '2');
    await equal(reflector);
    assert.deepEqual(asked(), ['list', 'watch@101', 'watch@101']);
    assert.deepEqual(recorder.states, ['live']);
  });

  it('goes on from the last bookmark', async () => {
    cluster.put('a', '1');
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    cluster.say(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '777' } } })}\n`);
    cluster.endWatches();
    await server.until(() => asked().length === 3);
    assert.equal(asked()[2], 'watch@777');
  });

  it('goes on from the last version after a cut, delivers what was missed, and said that it was stale', async () => {
    cluster.put('a', '1');
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    const before = Date.now();
    server.cut();
    cluster.put('b', '2');
    await equal(reflector);
    assert.deepEqual(asked(), ['list', 'watch@101', 'watch@101']);
    assert.deepEqual(recorder.states, ['live', 'stale', 'live']);
    const [, stale] = recorder.healths;
    assert.ok(stale?.state === 'stale' && stale.since >= before && stale.error.kind === 'unreachable');
  });

  for (const fault of ['410', 'error-410'] as const) {
    it(`lists at once after 410 as ${fault === '410' ? 'a status' : 'an event'}, and delivers the difference`, async () => {
      cluster.put('gone', '1');
      cluster.put('kept', '1');
      cluster.put('changed', '1');
      faults(undefined, undefined, fault);
      const reflector = reflect({ pause: () => assert.fail('no pause') });
      await recorder.until(() => reflector.health.state === 'live');
      cluster.mute();
      cluster.remove('gone');
      cluster.put('changed', '2');
      cluster.endWatches();
      await equal(reflector);
      assert.deepEqual(recorder.batches.at(-1), new Map([['ns/gone', undefined], ['ns/changed', '2']]));
      assert.equal(asked().filter((kind) => kind === 'list').length, 2);
    });
  }

  it('does not list in a loop when every version expires', async () => {
    cluster.put('a', '1');
    cluster.fault = (_, kind) => (kind === 'watch' ? '410' : undefined);
    const pauses: number[] = [];
    reflect({ pause: (failures) => pauses.push(failures) && 1 });
    await recorder.until(() => pauses.length === 3);
    assert.deepEqual(asked().slice(0, 4), ['list', 'watch@101', 'list', 'watch@101']);
    assert.equal(asked().length, 8);
    assert.deepEqual(pauses, [1, 2, 3]);
  });

  it('does not open watches in a loop when each ends at once', async () => {
    cluster.fault = (_, kind) => (kind === 'watch' ? 'end' : undefined);
    let pauses = 0;
    reflect({ pause: () => (pauses += 1) && 1 });
    await recorder.until(() => recorder.states.includes('stale'));
    assert.equal(asked().length, 5);
  });

  it('lists again after something that is not the protocol', async () => {
    cluster.put('a', '1');
    faults(undefined, 'garbage', undefined, 'error-500', undefined, 'half-line');
    const reflector = reflect();
    await recorder.until(() => recorder.states.filter((state) => state === 'live').length === 4);
    assert.deepEqual(asked().map((kind) => kind.slice(0, 5)), ['list', 'watch', 'list', 'watch', 'list', 'watch', 'list', 'watch']);
    await equal(reflector);
  });

  it('retries with growing waits while it fails, and starts over after success', async () => {
    const waits: number[] = [];
    // The drop comes first: on a connection that was used before, the request is repeated without a word.
    faults('drop', '500', '429', 'garbage');
    const reflector = reflect({ pause: (failures) => waits.push(failures) && 1 });
    await recorder.until(() => reflector.health.state === 'live');
    assert.deepEqual(waits, [1, 2, 3, 4]);
    assert.deepEqual(recorder.states, ['failed', 'failed', 'failed', 'failed', 'live']);
    cluster.put('a', '1');
    await equal(reflector);
    server.cut();
    await recorder.until(() => waits.length === 5);
    assert.equal(waits[4], 1);
  });

  it('waits 1 s doubling to 30 s, at least half of it, or as long as the server asks', () => {
    const error = { name: 'KubeError', kind: 'unreachable', message: '' } as const;
    for (const [failures, whole] of [[1, 1000], [2, 2000], [3, 4000], [5, 16000], [6, 30000], [60, 30000]] as const) {
      const pause = usualTuning.pause(failures, error);
      assert.ok(pause >= whole / 2 && pause <= whole, `${failures}: ${pause}`);
    }
    assert.ok(usualTuning.pause(1, { ...error, kind: 'too-many-requests', retryAfter: 7 }) >= 7000);
    assert.ok(usualTuning.pause(9, { ...error, kind: 'too-many-requests', retryAfter: 1 }) <= 1500);
    assert.ok(usualTuning.pause(1, { ...error, kind: 'too-many-requests', retryAfter: 0 }) >= 1000);
    assert.ok(usualTuning.pause(1, { ...error, kind: 'no-such-api' }) <= 1000);
    assert.ok(usualTuning.pause(9, { ...error, kind: 'no-such-api' }) >= 30_000);
    assert.ok(usualTuning.pause(1, { ...error, kind: 'credentials' }) >= 150_000);
  });

  it('retry() does not wait', async () => {
    faults('500');
    const reflector = reflect({ pause: () => 3_600_000 });
    await recorder.until(() => reflector.health.state === 'failed');
    reflector.retry();
    await recorder.until(() => reflector.health.state === 'live');
    reflector.retry();
    assert.deepEqual(recorder.states, ['failed', 'connecting', 'live']);
    assert.equal(asked().length, 3);
  });

  it('finds a half-open connection by its silence', async () => {
    cluster.put('a', '1');
    const reflector = reflect({ silence: 60, pause: () => assert.fail('no pause') });
    await recorder.until(() => reflector.health.state === 'live');
    cluster.mute();
    cluster.put('a', '2');
    await equal(reflector);
    assert.equal(asked().at(1), 'watch@101');
    assert.equal(asked().at(2), 'watch@101');
    assert.deepEqual(recorder.states, ['live']);
  });

  it('says since when it is stale when silence turns out to be an outage', async () => {
    const reflector = reflect({ silence: 60, pause: () => 3_600_000 });
    await recorder.until(() => reflector.health.state === 'live');
    const live = Date.now();
    cluster.fault = () => 'drop';
    cluster.mute();
    await recorder.until(() => reflector.health.state === 'stale');
    const { health } = reflector;
    assert.ok(health.state === 'stale' && health.since <= live + 30 && health.retryAt > Date.now());
  });

  it('takes no object back: repeated and older events change nothing', async () => {
    faults(undefined, 'repeat');
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    for (const value of ['1', '2', '3']) cluster.put('a', value);
    cluster.put('b', 'x');
    cluster.remove('b');
    cluster.put('c', 'end');
    await recorder.until(() => reflector.items.has('ns/c'));
    assert.deepEqual(asRecord(reflector.items), { 'ns/a': '3', 'ns/c': 'end' });
    cluster.endWatches();
    await server.until(() => asked().length === 3);
    assert.equal(asked()[2], 'watch@106');
  });

  it('disposed, it says nothing more and leaves no connection', async () => {
    cluster.put('a', '1');
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    cluster.put('a', '2');
    reflector.dispose();
    const said = [recorder.batches.length, recorder.healths.length];
    await server.until(() => server.open === 0);
    assert.deepEqual([recorder.batches.length, recorder.healths.length], said);
  });

  it('disposed while it waits, it asks nothing more', async () => {
    faults('500');
    const reflector = reflect({ pause: () => 3_600_000 });
    await recorder.until(() => reflector.health.state === 'failed');
    reflector.dispose();
    connection.dispose();
    await server.until(() => server.open === 0);
    assert.equal(asked().length, 1);
  });

  it('survives a server that is killed and started again on its port', async () => {
    cluster.put('a', '1');
    const port = Number(new URL(server.url).port);
    const reflector = reflect();
    await recorder.until(() => reflector.health.state === 'live');
    await server.close();
    await recorder.until(() => recorder.states.filter((state) => state === 'stale').length >= 3);
    cluster.compact();
    cluster.put('b', '2');
    server = await startServer(cluster.handle, undefined, port);
    await equal(reflector);
    await recorder.until(() => reflector.health.state === 'live');
  });
});
