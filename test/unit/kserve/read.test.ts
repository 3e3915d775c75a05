import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readRollouts } from '../../../src/kserve/read.ts';
import { readInferenceService } from '../../../src/kserve/readInferenceService.ts';
import { readPod } from '../../../src/kserve/readPod.ts';
import { readRevision } from '../../../src/kserve/readRevision.ts';
import type { Rollout } from '../../../src/kserve/rollout.ts';
import { createWords } from '../../../src/kserve/words.ts';
import { events, folders, last, pods, revisions } from '../../fixtures/recorded.ts';

const words = createWords((message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])));

function atEnd(folder: string): Rollout {
  const [predictor] = readRollouts(last(folder), { revisions: revisions(folder), pods: pods(folder) });
  assert.ok(predictor);
  return predictor;
}

/** `00002 canary 10 model-2 1/1`, a line a variant. */
function sketch(rollout: Rollout): string[] {
  return rollout.variants.map((of) => [
    of.shortName, of.role, of.routed ?? '-', of.modelUri?.split('/').at(-1) ?? '?', of.pods ? `${String(of.pods.ready)}/${String(of.pods.total)}` : '?', ...(of.tag === undefined ? [] : [of.tag]),
  ].join(' '));
}

describe('reading a Rollout from what real controllers wrote', () => {
  const expected: Record<string, { phase: string; variants: string[] }> = {
    '1-deployed': { phase: 'stable', variants: ['00001 stable 100 model-1 1/1'] },
    '2b-canary10': { phase: 'canary', variants: ['00002 canary 10 model-2 1/1', '00001 stable 90 model-1 1/1 prev'] },
    '2c-canary10-broken-storage': { phase: 'failing', variants: ['00002 starting - model-broken 0/1', '00001 stable 100 model-1 1/1 prev'] },
    '2c-canary10-broken-crash': { phase: 'failing', variants: ['00002 starting - model-crash 0/1', '00001 stable 100 model-1 1/1 prev'] },
    '3-promoted': { phase: 'stable', variants: ['00002 stable 100 model-2 1/1', '00001 previous - model-1 1/1'] },
    '4-rolled-back': { phase: 'canary', variants: ['00002 canary 0 model-2 1/1', '00001 stable 100 model-1 1/1 prev'] },
    '5-tag-routing-10': { phase: 'canary', variants: ['00003 canary 10 model-2 1/1 latest', '00001 stable 90 model-1 1/1 prev', '00002 superseded - model-2 1/1'] },
    'trap-percent-only-after-promotion': { phase: 'canary', variants: ['00002 canary 10 model-2 1/1', '00001 stable 90 model-1 1/1 prev'] },
    'trap-percent-only-first-revision': { phase: 'stable', variants: ['00001 stable 100 model-1 1/1 prev'] },
  };
  for (const [folder, { phase, variants }] of Object.entries(expected)) {
    it(folder, () => {
      const rollout = atEnd(folder);
      assert.deepEqual({ phase: rollout.phase, variants: sketch(rollout) }, { phase, variants });
    });
  }

  it('a service that was stopped has no variants and does not serve', () => {
    const rollout = atEnd('stop-1-stopped');
    assert.deepEqual([rollout.phase, rollout.serving], ['stopped', false]);
  });

  it('a percent out of range is failing, with Knative’s own words', () => {
    const rollout = atEnd('trap-percent-150');
    assert.equal(rollout.phase, 'failing');
    assert.match(rollout.trouble?.detail ?? '', /expected 0 <= 150 <= 100/);
    assert.deepEqual(rollout.warnings.map(({ code }) => code), ['percent-out-of-range']);
  });

  it('Standard mode ignores the percent, and says so', () => {
    const rollout = atEnd('standard-2-canaryTrafficPercent-10');
    assert.deepEqual([rollout.api, rollout.warnings.map(({ code }) => code)], ['Standard', ['percent-ignored']]);
  });

  it('a failed load is told by its last line', () => {
    const trouble = atEnd('2c-canary10-broken-storage').variants[0]?.trouble;
    assert.equal(trouble?.kind, 'load');
    assert.match(trouble.detail, /No model found in gs:\/\/kfserving-examples/);
  });

  it('a crashing model server, which shows nowhere but in its pod, is found there', () => {
    assert.deepEqual(atEnd('2c-canary10-broken-crash').variants[0]?.trouble, { kind: 'crash', detail: "ModuleNotFoundError: No module named 'sklearn.linear_model.logistic'" });
  });

  it('a failed load is known from the service alone, without its pods', () => {
    const folder = '2c-canary10-broken-storage';
    const [rollout] = readRollouts(last(folder), { revisions: [] });
    assert.equal(rollout?.variants[0]?.trouble?.kind, 'load');
  });

  it('a canary at 0 % warns that its pod stays and that the next model gets nothing', () => {
    assert.deepEqual(atEnd('4-rolled-back').warnings.map(({ code }) => code), ['zero-left-over', 'zero-keeps-pods']);
  });

  it('a tag step right after a promotion leaves the same model on both sides', () => {
    assert.deepEqual(atEnd('trap-tag-step-from-promoted').warnings.map(({ code }) => code), ['same-model']);
  });

  it('a revision that Knative gave up is the revision’s trouble, not the whole service’s', () => {
    const [rollout] = readRollouts(last('2c-canary10-broken-storage-11-minutes'), { revisions: [] });
    assert.deepEqual([rollout?.phase, rollout?.trouble, rollout?.variants[0]?.trouble?.kind], ['failing', undefined, 'load']);
    const [, transformer] = readRollouts(last('transformer-image-unknown-1-deployed'), { revisions: [] });
    assert.deepEqual([transformer?.phase, transformer?.trouble, transformer?.variants[0]?.trouble?.kind], ['failing', undefined, 'revision']);
  });

  it('a model format that no runtime supports is failing, although every condition stays as it was', () => {
    const service = last('1-deployed');
    const modelStatus = { transitionStatus: 'InvalidSpec', targetModelState: 'FailedToLoad', failureReason: 'NoSupportingRuntime', failureMessage: 'No runtime found to support specified framework/version' };
    const [changed] = readRollouts({ ...service, status: { ...service.status, modelStatus } }, { revisions: [] });
    assert.deepEqual([changed?.phase, changed?.trouble?.kind], ['failing', 'service']);
    const conditions = ['IngressReady', 'PredictorReady', 'Ready'].map((type) => ({ type, status: 'Unknown' }));
    const [created] = readRollouts({ ...service, status: { conditions, components: {}, modelStatus } }, { revisions: [] });
    assert.deepEqual([created?.phase, created?.trouble?.detail], ['failing', modelStatus.failureMessage]);
  });

  it('a failed load that was tried again with success is no trouble', () => {
    const labels = { 'serving.kserve.io/inferenceservice': 'x', 'serving.knative.dev/revision': 'x-00001' };
    const loader = { name: 'storage-initializer', state: { terminated: { exitCode: 0 } }, lastState: { terminated: { exitCode: 1, message: 'no network' } } };
    const pod = { metadata: { name: 'x', labels }, status: { initContainerStatuses: [loader], containerStatuses: [{ name: 'kserve-container', state: { waiting: { reason: 'PodInitializing' } } }] } };
    assert.equal(readPod(pod)?.trouble, undefined);
  });

  it('two components give two rollouts', () => {
    assert.deepEqual(readRollouts(last('transformer-2-predictor-canary-10'), { revisions: [] }).map(({ component, phase }) => [component, phase]), [['predictor', 'canary'], ['transformer', 'stable']]);
  });

  it('a healthy walk-through raises no warning but those of the rollback', () => {
    for (const folder of ['1-deployed', '2b-canary10', '3-promoted', '5-tag-routing-10']) assert.deepEqual(atEnd(folder).warnings, [], folder);
  });
});

describe('reading every recorded event', () => {
  for (const folder of folders) {
    it(`${folder}: the routed shares are the status’s, and no event is without words`, () => {
      for (const { service } of events(folder)) {
        for (const rollout of readRollouts(service, { revisions: revisions(folder), pods: pods(folder) })) {
          const total = rollout.variants.reduce((sum, { routed }) => sum + (routed ?? 0), 0);
          assert.ok(total === 0 || total === 100, `shares sum to ${String(total)}`);
          assert.notEqual(words.state(rollout), '');
          assert.equal(rollout.variants.filter(({ role }) => role === 'stable').length <= 1, true);
        }
      }
    });
  }
});

describe('reading malformed objects', () => {
  it('never throws, and an object without a name is nobody’s', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      assert.equal(readInferenceService({ spec: value, status: value }), undefined);
      const service = readInferenceService({ metadata: { name: 'x', annotations: value, labels: value }, spec: { predictor: value, transformer: { model: value } }, status: { conditions: value, components: { predictor: value, transformer: { traffic: value } }, modelStatus: value } });
      assert.ok(service);
      const revision = readRevision({ metadata: { name: 'x', labels: { 'serving.kserve.io/inferenceservice': 'x', 'serving.knative.dev/configurationGeneration': value } }, status: value });
      const pod = readPod({ metadata: { name: 'x', labels: { 'serving.kserve.io/inferenceservice': 'x', 'serving.knative.dev/revision': 'x' } }, status: { conditions: value, containerStatuses: value, initContainerStatuses: [value] } });
      for (const rollout of readRollouts(service, { revisions: revision ? [revision] : [], pods: pod ? [pod] : [] })) assert.notEqual(words.state(rollout), '');
    }), { numRuns: 2000 });
  });
});
