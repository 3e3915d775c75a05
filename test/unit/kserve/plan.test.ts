import assert from 'node:assert/strict';
import { factsOf, mergePatch } from '../../../src/kserve/facts.ts';
import { follow, type Progress } from '../../../src/kserve/follow.ts';
import { planKnative } from '../../../src/kserve/knative/plan.ts';
import type { InferenceService } from '../../../src/kserve/objects.ts';
import { deployPlan, isRefusal, type Plan, type Refusal, type Verb } from '../../../src/kserve/plan.ts';
import { readRollouts } from '../../../src/kserve/read.ts';
import { createWords } from '../../../src/kserve/words.ts';
import { events, last, pods, revisions } from '../../fixtures/recorded.ts';

const words = createWords((message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])));
const models = 'gs://kfserving-examples/models/sklearn/1.0';

function planned(folder: string, verb: Verb, manifestModelUri?: string): Plan | Refusal {
  const service = last(folder);
  const [rollout] = readRollouts(service, { revisions: revisions(folder), pods: pods(folder) });
  assert.ok(rollout);
  return planKnative(rollout, verb, { facts: factsOf(service, 'predictor'), ...(manifestModelUri !== undefined && { manifestModelUri }) });
}

function plan(folder: string, verb: Verb): Plan {
  const made = planned(folder, verb);
  if (isRefusal(made)) assert.fail(words.refusal(made));
  return made;
}

/** `00002 10, 00001 90`; a revision that does not exist yet is `new`. */
function shares(made: Plan): string {
  return made.expected.shares.map(({ revision, percent }) => `${revision?.slice(-5) ?? 'new'} ${String(percent)}`).join(', ');
}

describe('what a verb is expected to end in', () => {
  const rows: [string, string, Verb, string][] = [
    ['a new model at 10 %', '1-deployed', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-2` }, 'new 10, 00001 90'],
    ['a shift makes no revision', '2b-canary10', { kind: 'shift', percent: 50 }, '00002 50, 00001 50'],
    ['a promotion', '2b-canary10', { kind: 'promote' }, '00002 100'],
    ['an abort', '2b-canary10', { kind: 'abort' }, '00002 0, 00001 100'],
    ['a rollback after a promotion', '3-promoted', { kind: 'roll-back' }, '00002 0, 00001 100'],
    ['a third model while a canary runs takes its place, not the stable one’s', '2b-canary10', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-3` }, 'new 10, 00001 90'],
    ['tags and 10 % after a rollback', '4-rolled-back', { kind: 'start-canary', percent: 10, tagged: true }, 'new 10, 00001 90'],
    ['a percent alone after a promotion brings the old model back', '3-promoted', { kind: 'start-canary', percent: 10 }, '00002 10, 00001 90'],
    ['a percent alone on the first revision splits it with itself', '1-deployed', { kind: 'start-canary', percent: 10 }, '00001 10, 00001 90'],
    ['tags from a promoted state keep the same model on both sides', '3-promoted', { kind: 'start-canary', percent: 10, tagged: true }, 'new 10, 00002 90'],
    ['tags alone when fully rolled out', '3-promoted', { kind: 'tag-urls', enabled: true }, 'new 100'],
    ['undo of a promotion', '3-promoted', { kind: 'undo', of: 'promote', facts: { percent: 10, modelUri: `${models}/model-2`, tagRouting: null, stop: null } }, '00002 10, 00001 90'],
    ['an abort of a canary that cannot start puts the old model back', '2c-canary10-broken-crash', { kind: 'abort' }, 'new 100'],
    ['a rollback while a canary runs ends it, and releases none of its model', '5-tag-routing-10', { kind: 'roll-back' }, '00003 0, 00001 100'],
    ['a rollback of a canary that cannot start, by the earlier model', '2c-canary10-broken-crash', { kind: 'roll-back' }, 'new 100'],
    ['a rollback by model where the previous revision holds the same one', 'trap-annotation-when-rolled-out', { kind: 'roll-back' }, 'new 100'],
  ];
  for (const [name, folder, verb, expected] of rows) it(name, () => { assert.equal(shares(plan(folder, verb)), expected); });

  it('a partial rollback by accident is said before', () => {
    assert.ok(plan('3-promoted', { kind: 'start-canary', percent: 10 }).warnings.some(({ code }) => code === 'partial-rollback'));
  });

  it('a new model after a promotion is no partial rollback', () => {
    assert.deepEqual(plan('3-promoted', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-3` }).warnings, []);
  });

  it('the rollback target that a tag step replaces is said before', () => {
    assert.deepEqual(plan('3-promoted', { kind: 'tag-urls', enabled: true }).warnings.map(({ code }) => code), ['makes-revision', 'replaces-rollback-target']);
  });
});

describe('the patch of a plan', () => {
  it('removes with null, and touches nothing else', () => {
    assert.deepEqual(mergePatch(plan('2b-canary10', { kind: 'promote' })), { spec: { predictor: { canaryTrafficPercent: null } } });
  });

  it('changes model, percent and annotation in one object', () => {
    assert.deepEqual(mergePatch(plan('1-deployed', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-2`, tagged: true })), {
      metadata: { annotations: { 'serving.kserve.io/enable-tag-routing': 'true' } },
      spec: { predictor: { canaryTrafficPercent: 10, model: { storageUri: `${models}/model-2` } } },
    });
  });
});

describe('a verb that cannot do what it says', () => {
  const refusals: [string, string, Verb, string, string?][] = [
    ['promotes nothing where there is no canary', '1-deployed', { kind: 'promote' }, 'no-canary'],
    ['promotes no canary that is not ready', '2c-canary10-broken-crash', { kind: 'promote' }, 'canary-not-ready'],
    ['promotes no other model than the one that was tested', '2b-canary10', { kind: 'promote' }, 'other-model-in-file', `${models}/model-3`],
    ['rolls nothing back before a second model came', '1-deployed', { kind: 'roll-back' }, 'nothing-to-roll-back-to'],
    ['does not shift to 100', '2b-canary10', { kind: 'shift', percent: 100 }, 'shift-to-hundred'],
    ['does not take 150 %', '1-deployed', { kind: 'start-canary', percent: 150 }, 'percent-range'],
    ['does not split in Standard mode', 'standard-1-deployed', { kind: 'start-canary', percent: 10 }, 'not-knative'],
    ['changes nothing that is so already', '2b-canary10', { kind: 'shift', percent: 10 }, 'nothing-to-change'],
    ['does not act on a stopped service', 'stop-1-stopped', { kind: 'promote' }, 'stopped'],
  ];
  for (const [name, folder, verb, code, file] of refusals) {
    it(name, () => {
      const made = planned(folder, verb, file);
      assert.ok(isRefusal(made));
      assert.equal(made.refused, code);
      assert.doesNotMatch(words.refusal(made), /undefined|\{\d\}/);
    });
  }
});

describe('a spec whose model has not come yet', () => {
  const service: InferenceService = { ...last('2b-canary10'), components: { predictor: { modelKey: 'model', canaryTrafficPercent: 10, modelUri: `${models}/model-3` } } };
  const [rollout] = readRollouts(service, { revisions: revisions('2b-canary10'), pods: pods('2b-canary10') });
  assert.ok(rollout);

  it('is not promoted: it would take all traffic untested', () => {
    const made = planKnative(rollout, { kind: 'promote' }, { facts: factsOf(service, 'predictor') });
    assert.ok(isRefusal(made));
    assert.match(words.refusal(made), /^model-3 is not ready/);
  });

  it('is expected as a new revision by a shift', () => {
    const made = planKnative(rollout, { kind: 'shift', percent: 20 }, { facts: factsOf(service, 'predictor') });
    assert.ok(!isRefusal(made));
    assert.equal(shares(made), 'new 20, 00001 80');
  });

  it('makes no revision when it is taken back', () => {
    const made = planKnative(rollout, { kind: 'undo', of: 'start-canary', facts: { modelUri: `${models}/model-2` } }, { facts: factsOf(service, 'predictor') });
    assert.ok(!isRefusal(made));
    assert.equal(shares(made), '00002 10, 00001 90');
  });
});

it('a model that the cluster names in another way than storageUri is not replaced by one', () => {
  const service: InferenceService = { ...last('1-deployed'), components: { predictor: {} } };
  const [rollout] = readRollouts(service, { revisions: [] });
  assert.ok(rollout);
  const made = planKnative(rollout, { kind: 'start-canary', percent: 10, modelUri: `${models}/model-2` }, { facts: factsOf(service, 'predictor') });
  assert.ok(isRefusal(made));
  assert.equal(made.refused, 'no-storage-uri');
});

describe('following a plan through what real controllers did', () => {
  const walk: [string, string, Verb][] = [
    ['2a-canary10-in-flight', '1-deployed', { kind: 'start-canary', percent: 10, modelUri: `${models}/model-2` }],
    ['3-promoted', '2b-canary10', { kind: 'promote' }],
    ['4-rolled-back', '3-promoted', { kind: 'roll-back' }],
    ['5-tag-routing-10', '4-rolled-back', { kind: 'start-canary', percent: 10, tagged: true }],
    ['trap-percent-only-after-promotion', '3-promoted', { kind: 'start-canary', percent: 10 }],
    ['scale0-2-rollback-to-a-revision-at-zero', 'scale0-1-promoted', { kind: 'roll-back' }],
    ['stop-1-stopped', '2b-canary10', { kind: 'stop' }],
    ['2c-abort-by-old-model', '2c-canary10-broken-storage', { kind: 'abort' }],
  ];
  for (const [folder, before, verb] of walk) {
    const made = (): Plan => {
      const stream = events(folder);
      const start = stream.find(({ ms }) => ms <= 0)?.service ?? last(before);
      const [rollout] = readRollouts(start, { revisions: revisions(before), pods: pods(before) });
      assert.ok(rollout);
      const plannedNow = planKnative(rollout, verb, { facts: factsOf(start, 'predictor') });
      if (isRefusal(plannedNow)) assert.fail(words.refusal(plannedNow));
      return plannedNow;
    };

    it(`${folder}: no event before the change is settled, the last one is`, () => {
      const followed = progresses(folder, made());
      for (const [index, { ms }] of events(folder).entries()) if (ms <= 0) assert.notEqual(followed[index]?.state, 'settled', `at ${String(ms)} ms`);
      assert.equal(followed.at(-1)?.state, 'settled');
    });

    it(`${folder}: once settled, it stays so and the shares are the promised ones`, () => {
      const plan = made();
      const followed = progresses(folder, plan);
      const first = followed.findIndex(({ state }) => state === 'settled');
      for (const progress of followed.slice(first)) assert.equal(progress.state === 'settled' || progress.state === 'shifting', true);
      const end = followed.at(-1);
      assert.ok(end?.state === 'settled');
      assert.deepEqual(end.shares.filter(({ percent }) => percent > 0).map(({ percent }) => percent), plan.expected.shares.filter(({ percent }) => percent > 0).map(({ percent }) => percent));
    });
  }

  it('a creation is settled when its revision serves, and not before', () => {
    const stream = events('0-created');
    const first = stream[0]?.service;
    assert.ok(first);
    const followed = progresses('0-created', deployPlan(first.ref, 'predictor', factsOf(first, 'predictor')));
    assert.notEqual(followed[0]?.state, 'settled');
    assert.equal(followed.at(-1)?.state, 'settled');
  });

  for (const folder of ['2c-canary10-broken-storage', '2c-canary10-broken-crash']) {
    it(`${folder}: the plan stalls with the reason, and never settles`, () => {
      const stream = events(folder);
      const start = stream.find(({ ms }) => ms <= 0)?.service;
      const asked = stream.at(-1)?.service;
      assert.ok(start && asked);
      const [rollout] = readRollouts(start, { revisions: [] });
      assert.ok(rollout);
      const { modelUri } = factsOf(asked, 'predictor');
      assert.ok(modelUri);
      const made = planKnative(rollout, { kind: 'start-canary', percent: 10, modelUri }, { facts: factsOf(start, 'predictor') });
      assert.ok(!isRefusal(made));
      const followed = progresses(folder, made);
      assert.equal(followed.at(-1)?.state, 'stalled');
      assert.ok(!followed.some(({ state }) => state === 'settled'));
    });
  }

  it('an abort after Knative gave the canary up is settled by the traffic', () => {
    const before = last('2c-canary10-broken-storage-11-minutes');
    const [start] = readRollouts(before, { revisions: [] });
    assert.ok(start);
    const made = planKnative(start, { kind: 'abort' }, { facts: factsOf(before, 'predictor') });
    assert.ok(!isRefusal(made));
    const after = withPercent(before, 0, before.status.components.predictor?.traffic.map((entry) => ({ ...entry, percent: entry.tag === 'prev' ? 100 : 0 })));
    const [rollout] = readRollouts(after, { revisions: [] });
    assert.ok(rollout);
    assert.equal(follow(made, rollout, factsOf(after, 'predictor'), { state: 'applied' }).state, 'settled');
  });

  it('the trouble of before the change is not said of the change', () => {
    const before = last('trap-percent-150');
    const [start] = readRollouts(before, { revisions: [] });
    assert.ok(start);
    const made = planKnative(start, { kind: 'start-canary', percent: 10 }, { facts: factsOf(before, 'predictor') });
    assert.ok(!isRefusal(made));
    const after = withPercent(before, 10);
    const [rollout] = readRollouts(after, { revisions: [] });
    assert.ok(rollout);
    const first = follow(made, rollout, factsOf(after, 'predictor'), { state: 'applied' });
    assert.notEqual(first.state, 'stalled');
    assert.equal(follow(made, rollout, factsOf(after, 'predictor'), first).state, 'stalled');
  });

  it('a revision that the plan did not promise overtakes it', () => {
    const made = plan('2b-canary10', { kind: 'shift', percent: 50 });
    const other = withPercent(last('5-tag-routing-10'), 50);
    const [rollout] = readRollouts(other, { revisions: [] });
    assert.ok(rollout);
    assert.deepEqual(follow(made, rollout, made.facts.percent === 10 ? { ...made.facts, percent: 50 } : made.facts, { state: 'shifting' }), { state: 'overtaken' });
  });

  it('a creation in Standard mode, which has no revisions, settles when it is ready', () => {
    const service = last('standard-1-deployed');
    const [rollout] = readRollouts(service, { revisions: [] });
    assert.ok(rollout);
    const made = deployPlan(service.ref, 'predictor', factsOf(service, 'predictor'));
    const end = follow(made, rollout, factsOf(service, 'predictor'), { state: 'starting' });
    assert.equal(end.state, 'settled');
    assert.equal(words.outcome(made, end), `${service.ref.name} serves.`);
  });

  it('a change by somebody else overtakes a plan', () => {
    const made = plan('2b-canary10', { kind: 'promote' });
    const other: InferenceService = { ...last('3-promoted'), components: { predictor: { ...last('3-promoted').components.predictor, canaryTrafficPercent: 70 } } };
    const [rollout] = readRollouts(other, { revisions: [] });
    assert.ok(rollout);
    assert.deepEqual(follow(made, rollout, factsOf(other, 'predictor'), { state: 'shifting' }), { state: 'overtaken' });
  });
});

function withPercent(service: InferenceService, canaryTrafficPercent: number, traffic = service.status.components.predictor?.traffic ?? []): InferenceService {
  return {
    ...service,
    components: { predictor: { ...service.components.predictor, canaryTrafficPercent } },
    status: { ...service.status, components: { predictor: { ...service.status.components.predictor, traffic } } },
  };
}

/** The progress after each event; at the last one revisions and pods are those of the step's end. */
function progresses(folder: string, made: Plan): Progress[] {
  const stream = events(folder);
  let progress: Progress = { state: 'applied' };
  return stream.map(({ service }, index) => {
    const end = index === stream.length - 1;
    const [rollout] = readRollouts(service, end ? { revisions: revisions(folder), pods: pods(folder) } : { revisions: [] });
    assert.ok(rollout);
    progress = follow(made, rollout, factsOf(service, 'predictor'), progress);
    return progress;
  });
}
