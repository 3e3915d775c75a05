import assert from 'node:assert/strict';
import type { Facts } from '../../../src/kserve/plan.ts';
import { drift } from '../../../src/ui/editor/drift.ts';

const live: Facts = { percent: null, modelUri: 'gs://models/1', tagRouting: null, stop: null };

describe('drift of a manifest against the cluster', () => {
  it('an annotation "false" is what a missing one is', () => {
    assert.deepEqual(drift({ ...live, stop: 'false', tagRouting: 'false' }, live), {});
    assert.deepEqual(drift(live, { ...live, stop: 'false' }), {});
    assert.deepEqual(drift(live, { ...live, stop: 'true', tagRouting: 'true' }), { stop: null, tagRouting: null });
  });

  it('a model that one of the two does not name is no difference', () => {
    assert.deepEqual(drift({ ...live, modelUri: null }, live), {});
    assert.deepEqual(drift({ ...live, modelUri: 'gs://models/2' }, live), { modelUri: 'gs://models/2' });
  });
});
