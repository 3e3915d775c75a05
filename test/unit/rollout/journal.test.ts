import assert from 'node:assert/strict';
import { Journal, type JournalEntry } from '../../../src/rollout/journal.ts';
import { plan } from './support.ts';

const entry = (at: number, more: Partial<JournalEntry> = {}): JournalEntry => ({ uid: 'uid-1', component: 'predictor', at, verb: 'shift', before: plan.facts, after: { ...plan.facts, percent: at }, ...more });

/** Keeps what it is given as a Memento does: as JSON. */
class Storage {
  text: string | undefined;

  get(): unknown {
    return this.text === undefined ? undefined : JSON.parse(this.text) as unknown;
  }

  update(_key: string, value: unknown): Promise<void> {
    this.text = JSON.stringify(value);
    return Promise.resolve();
  }
}

describe('journal', () => {
  it('knows the last entry of each component of each service', async () => {
    const journal = new Journal(new Storage());
    assert.equal(journal.last('uid-1', 'predictor'), undefined);
    await journal.add(entry(1));
    await journal.add(entry(2));
    await journal.add(entry(3, { component: 'transformer' }));
    await journal.add(entry(4, { uid: 'uid-2' }));
    assert.equal(journal.last('uid-1', 'predictor')?.at, 2);
    assert.equal(journal.last('uid-1', 'transformer')?.at, 3);
    assert.equal(journal.last('uid-2', 'predictor')?.at, 4);
    assert.equal(journal.last('uid-2', 'explainer'), undefined);
  });

  it('lives on in its storage', async () => {
    const storage = new Storage();
    await new Journal(storage).add(entry(7));
    assert.deepEqual(new Journal(storage).last('uid-1', 'predictor'), entry(7));
  });

  it('is bounded: the oldest entries go', async () => {
    const storage = new Storage();
    const journal = new Journal(storage);
    for (let at = 0; at < 500; at++) await journal.add(entry(at, { uid: `uid-${String(at)}` }));
    const kept = storage.get() as JournalEntry[];
    assert.equal(kept.length, 200);
    assert.equal(kept[0]?.at, 300);
    assert.equal(journal.last('uid-0', 'predictor'), undefined);
    assert.equal(journal.last('uid-499', 'predictor')?.at, 499);
  });

  it('reads past what is no entry, and writes it away', async () => {
    for (const garbage of ['null', '"text"', '7', '{}', '{"length":3}', '[null, 1, "x", [], {}, {"uid":"uid-1"}]']) {
      const storage = new Storage();
      storage.text = garbage;
      const journal = new Journal(storage);
      assert.equal(journal.last('uid-1', 'predictor'), undefined, garbage);
      await journal.add(entry(1));
      assert.deepEqual(storage.get(), [entry(1)], garbage);
    }
  });

  it('reads past entries whose fields no plan could be made of', () => {
    for (const bad of [{ before: null }, { before: 'all' }, { before: { percent: '10' } }, { at: 'now' }, { verb: 3 }]) {
      const storage = new Storage();
      storage.text = JSON.stringify([{ ...entry(1), ...bad }]);
      assert.equal(new Journal(storage).last('uid-1', 'predictor'), undefined, JSON.stringify(bad));
    }
  });
});
