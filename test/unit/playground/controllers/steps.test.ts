import assert from 'node:assert/strict';
import { Steps } from '../../../../src/playground/controllers/steps.ts';
import { wishOf } from '../../../../src/playground/controllers/workload/trouble.ts';

function rethrow(error: unknown): never {
  throw error;
}

describe('Steps', () => {
  let steps: Steps;
  let done: string[];
  const note = (what: string) => () => {
    done.push(what);
  };
  beforeEach(() => {
    steps = new Steps({ kserve: 100, route: 10, scaleDown: 60_000 }, 0, rethrow);
    done = [];
  });
  afterEach(() => steps.stop());

  it('happen in order of time, not of asking', async () => {
    steps.after('kserve', note('kserve'));
    steps.after('route', note('route'));
    steps.after('route', note('route again'));
    await steps.settled();
    assert.deepEqual(done, ['route', 'route again', 'kserve']);
    assert.equal(steps.now, 100);
  });

  it('that take patience wait for the clock to be moved', async () => {
    steps.after('scaleDown', note('scaleDown'));
    await steps.settled();
    assert.deepEqual(done, []);
    await steps.advance(59_999);
    assert.deepEqual(done, []);
    await steps.advance(1);
    assert.deepEqual(done, ['scaleDown']);
  });

  it('that are held happen at their release', async () => {
    steps.hold('route');
    steps.after('route', note('route'));
    steps.after('kserve', note('kserve'));
    await steps.settled();
    assert.deepEqual(done, ['kserve']);
    steps.release('route');
    await steps.settled();
    assert.deepEqual(done, ['kserve', 'route']);
  });

  it('can be called off, and never happen with an infinite delay', async () => {
    steps.after('route', note('route'))();
    steps.after('kserve', note('kserve'), Infinity);
    await steps.settled();
    await steps.advance(1e9);
    assert.deepEqual(done, []);
  });

  it('that throw are reported, and the others go on', async () => {
    const reported: unknown[] = [];
    const careful = new Steps({}, 0, (error) => reported.push(error));
    const failure = new Error('once');
    careful.after('route', () => {
      throw failure;
    });
    careful.after('kserve', note('kserve'));
    await careful.settled();
    assert.deepEqual([reported, done], [[failure], ['kserve']]);
    careful.stop();
  });

  it('follow real time when they are scaled', async () => {
    const real = new Steps({ kserve: 40, route: 10 }, 0.5, rethrow);
    const began = performance.now();
    real.after('kserve', note('kserve'));
    real.after('route', note('route'));
    await real.settled();
    assert.deepEqual(done, ['route', 'kserve']);
    assert.ok(performance.now() - began >= 19, 'half of 40 ms');
    real.stop();
  });
});

describe('The name of a model\'s source', () => {
  it('asks for trouble or for patience', () => {
    assert.deepEqual(wishOf('gs://bucket/model-1'), { trouble: undefined, loadTime: undefined });
    assert.deepEqual(wishOf('gs://bucket/model-broken'), { trouble: 'broken', loadTime: undefined });
    assert.deepEqual(wishOf('gs://bucket/model-crash'), { trouble: 'crash', loadTime: undefined });
    assert.deepEqual(wishOf('gs://bucket/model-1-slow-20'), { trouble: undefined, loadTime: 20_000 });
  });
});
