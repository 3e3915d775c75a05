import assert from 'node:assert/strict';
import { factsOf } from '../../../src/kserve/facts.ts';
import type { Progress } from '../../../src/kserve/follow.ts';
import { planKnative } from '../../../src/kserve/knative/plan.ts';
import { isRefusal, type Plan, type Verb } from '../../../src/kserve/plan.ts';
import { readRollouts } from '../../../src/kserve/read.ts';
import type { Rollout } from '../../../src/kserve/rollout.ts';
import { createWords } from '../../../src/kserve/words.ts';
import { events, last, pods, revisions } from '../../fixtures/recorded.ts';

const words = createWords((message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])));
const models = 'gs://kfserving-examples/models/sklearn/1.0';

function rollout(folder: string): Rollout {
  const [predictor] = readRollouts(last(folder), { revisions: revisions(folder), pods: pods(folder) });
  assert.ok(predictor);
  return predictor;
}

/** As printed, with ordinary spaces. */
function plain(text: string): string {
  return text.replaceAll('\u2009', ' ');
}

describe('the state in words', () => {
  const states: Record<string, string> = {
    '1-deployed': '100 % · 00001 · model-1',
    '2b-canary10': 'canary 10 % · stable 90 %',
    '2c-canary10-broken-storage': 'canary failing: 00002 cannot load its model · 00001 still serves 100 %',
    '2c-canary10-broken-crash': 'canary failing: 00002 its model server crashes · 00001 still serves 100 %',
    '3-promoted': '100 % · 00002 · model-2',
    '4-rolled-back': 'canary 0 % (no live traffic) · stable 100 %',
    '5-tag-routing-10': 'canary 10 % · stable 90 %',
    'stop-1-stopped': 'stopped',
    'standard-2-canaryTrafficPercent-10': '100 % · model-2 · Standard mode',
  };
  for (const [folder, expected] of Object.entries(states)) it(folder, () => { assert.equal(plain(words.state(rollout(folder))), expected); });

  it('a percent has a thin space', () => {
    assert.equal(words.percent(10), '10\u2009%');
  });

  it('in flight it says what it waits for', () => {
    const inFlight = events('2a-canary10-in-flight').find(({ service }) => service.status.components.predictor?.latestCreatedRevision !== service.status.components.predictor?.latestReadyRevision);
    assert.ok(inFlight);
    const [predictor] = readRollouts(inFlight.service, { revisions: [] });
    assert.ok(predictor);
    assert.equal(plain(words.state(predictor)), 'changing: 00002 is starting · stable 100 %');
  });
});

describe('a revision in words', () => {
  it('on screen: its share first', () => {
    assert.deepEqual(rollout('5-tag-routing-10').variants.map((of) => plain(words.variant(of))), ['10 % · canary · model-2', '90 % · stable · model-1', 'superseded · model-2']);
  });

  it('aloud: its role first, and whether it is ready', () => {
    assert.deepEqual(rollout('2b-canary10').variants.map((of) => words.variantAloud(of)), ['canary, revision 00002, 10 percent, ready, model-2', 'stable, revision 00001, 90 percent, ready, model-1']);
  });
});

describe('a plan in words', () => {
  const plans: [string, Verb, string, string][] = [
    ['1-deployed', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-2` }, 'Start a canary of sklearn-iris with 10 % for model-2?', 'Traffic: 00001 100 → 90 %, new revision 10 %'],
    ['2b-canary10', { kind: 'shift', percent: 50 }, 'Shift sklearn-iris to 50 % canary?', 'Traffic: 00002 10 → 50 %, 00001 90 → 50 %'],
    ['2b-canary10', { kind: 'promote' }, 'Promote sklearn-iris to model-2?', 'Traffic: 00002 10 → 100 %, 00001 90 → 0 %'],
    ['2b-canary10', { kind: 'abort' }, 'Abort the canary of sklearn-iris and go back to 00001?', 'Traffic: 00002 10 → 0 %, 00001 90 → 100 %'],
    ['3-promoted', { kind: 'roll-back' }, 'Roll sklearn-iris back to 00001 · model-1?', 'Traffic: 00002 100 → 0 %, 00001 100 %'],
    ['3-promoted', { kind: 'stop' }, 'Stop sklearn-iris?', 'Traffic: none. The pods and the revisions of sklearn-iris are deleted.'],
  ];
  for (const [folder, verb, question, traffic] of plans) {
    it(`${verb.kind} from ${folder}`, () => {
      const made = plan(folder, verb);
      assert.deepEqual([plain(words.question(made)), plain(words.traffic(made))], [question, traffic]);
    });
  }
});

describe('progress in words', () => {
  const made = plan('1-deployed', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-2` });
  const steps: [Progress, string][] = [
    [{ state: 'applied' }, 'starting canary'],
    [{ state: 'starting' }, 'starting canary: waiting for a pod'],
    [{ state: 'starting', revision: '00002', pods: { ready: 0, total: 1 } }, 'starting canary: 00002 · 0 of 1 pods ready'],
    [{ state: 'shifting' }, 'starting canary: the traffic is moving'],
    [{ state: 'stalled', revision: '00002', trouble: { kind: 'load', detail: '' } }, 'starting canary: 00002 cannot load its model'],
    [{ state: 'overtaken' }, 'starting canary: changed by somebody else'],
  ];
  for (const [progress, expected] of steps) it(expected, () => { assert.equal(plain(words.progress(made, progress)), expected); });

  const ends: [Progress, string][] = [
    [{ state: 'settled', shares: [{ revision: 'a-00002', percent: 100 }] }, '00002 serves 100 % of sklearn-iris.'],
    [{ state: 'settled', shares: [{ revision: 'a-00002', percent: 0 }, { revision: 'a-00001', percent: 100 }], coldStart: '00001' }, '00001 serves 100 % of sklearn-iris. 00001 has no running pod yet: the first request waits for a start.'],
    [{ state: 'settled', shares: [{ revision: 'a-00002', percent: 10 }, { revision: 'a-00001', percent: 90 }] }, 'sklearn-iris now splits 00002 10 %, 00001 90 %.'],
    [{ state: 'settled', shares: [] }, 'sklearn-iris serves.'],
    [{ state: 'stalled', revision: '00002', trouble: { kind: 'crash', detail: 'exit code 1' } }, 'Start Canary of sklearn-iris waits: 00002 its model server crashes: exit code 1'],
    [{ state: 'overtaken' }, 'Start Canary of sklearn-iris was overtaken: somebody else changed the service meanwhile.'],
  ];
  for (const [progress, expected] of ends) it(expected, () => { assert.equal(plain(words.outcome(made, progress)), expected); });
});

function plan(folder: string, verb: Verb): Plan {
  const made = planKnative(rollout(folder), verb, { facts: factsOf(last(folder), 'predictor') });
  if (isRefusal(made)) assert.fail(words.refusal(made));
  return made;
}
