import assert from 'node:assert/strict';
import { readRollouts } from '../../../src/kserve/read.ts';
import type { Rollout } from '../../../src/kserve/rollout.ts';
import { offeredVerbs } from '../../../src/ui/verbs.ts';
import { last, pods, revisions } from '../../fixtures/recorded.ts';

function rollout(folder: string): Rollout {
  const [predictor] = readRollouts(last(folder), { revisions: revisions(folder), pods: pods(folder) });
  assert.ok(predictor);
  return predictor;
}

describe('the verbs on offer', () => {
  const rows: Record<string, readonly string[]> = {
    '1-deployed': ['start-canary'],
    '2b-canary10': ['shift', 'promote', 'abort'],
    '3-promoted': ['start-canary', 'roll-back'],
    '4-rolled-back': ['start-canary', 'promote'],
    '2c-canary10-broken-storage': ['start-canary', 'abort'],
    'trap-percent-150': ['start-canary'],
    'stop-1-stopped': ['resume'],
    'standard-1-deployed': [],
  };
  for (const [folder, verbs] of Object.entries(rows)) it(folder, () => { assert.deepEqual(offeredVerbs(rollout(folder)), verbs); });
});
