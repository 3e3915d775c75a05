/** The playground against what real controllers did (test/fixtures/recorded): the same steps give the same states in the same order. */
import assert from 'node:assert/strict';
import { bookkeeping, collapsed, health, recorded, startSession, tagged, type Wanted } from './support.ts';

interface RecordedStep extends Wanted {
  /** Undefined: only on the way to a recorded step. */
  folder?: string;
  /** The model does not get loaded before the step's end, or only then. */
  load?: 'not yet' | 'in the end';
  /** States that the real controllers happened to pass through, and the playground does not: by what was recorded, and why. */
  chance?: readonly [state: string, why: string][];
}

const stopped = (value: 'true' | 'false'): { [key: string]: string } => ({ 'serving.kserve.io/stop': value });
const deploy: RecordedStep = { model: 'model-1' };
const canary: RecordedStep = { model: 'model-2', percent: 10 };
const promote: RecordedStep = { model: 'model-2' };
const beforeTheRoute = 'the Configuration was heard of before the Route had changed; seen in two of many rollouts';
const readyBetween = 'the route was ready between the two changes of a rollback; README item 5 has it as seen once or twice';

const scenarios: { [title: string]: readonly RecordedStep[] } = {
  'the walk-through': [
    { ...deploy, folder: '0-created' },
    { ...canary, folder: '2a-canary10-in-flight' },
    { ...promote, folder: '3-promoted' },
    { model: 'model-2', percent: 0, folder: '4-rolled-back' },
    { ...canary, annotations: tagged, folder: '5-tag-routing-10' },
  ],
  'a canary whose model is not there, and the way out': [
    deploy,
    { model: 'model-broken', percent: 10, folder: '2c-canary10-broken-storage' },
    {
      ...deploy,
      folder: '2c-abort-by-old-model',
      chance: [['00001* 10 / 00001 90 prev; rolled out 00001 before –; created 00003 ready 00001', beforeTheRoute]],
    },
  ],
  'a canary whose server exits': [deploy, { model: 'model-crash', percent: 10, folder: '2c-canary10-broken-crash' }],
  'a percent without a new model after a promotion': [
    deploy,
    canary,
    promote,
    {
      ...canary,
      folder: 'trap-percent-only-after-promotion',
      chance: [['00002* 10 / 00002 90 prev; rolled out 00001 before 00001; created 00002 ready 00002', readyBetween]],
    },
  ],
  'a percent without a new model before any promotion': [
    deploy,
    { model: 'model-1', percent: 10, folder: 'trap-percent-only-first-revision' },
  ],
  'a promotion before the canary is ready': [
    deploy,
    { model: 'model-1-slow-15', percent: 10, load: 'not yet', folder: 'trap-promote-not-ready-1-canary' },
    { model: 'model-1-slow-15', load: 'in the end', folder: 'trap-promote-not-ready-2-promoted' },
  ],
  'a percent out of range, and repaired': [
    deploy,
    { model: 'model-2', percent: 150, folder: 'trap-percent-150' },
    {
      ...canary,
      folder: 'trap-percent-150-repaired',
      chance: [['00001* 100; rolled out 00001 before –; created 00002 ready 00001', beforeTheRoute]],
    },
    { model: 'model-2', percent: -1, folder: 'trap-percent-minus-1' },
  ],
  'an annotation alone when rolled out, then a rollback': [
    deploy,
    canary,
    promote,
    { ...promote, annotations: tagged, folder: 'trap-annotation-when-rolled-out' },
    {
      model: 'model-2',
      percent: 0,
      folder: 'trap-annotation-then-rollback',
      chance: [['00003* 0 latest / 00003 100 prev; rolled out 00002 before 00002; created 00003 ready 00003', readyBetween]],
    },
  ],
  'the tag step right after a promotion': [deploy, canary, promote, { ...canary, annotations: tagged, folder: 'trap-tag-step-from-promoted' }],
  'a third model right after a promotion': [
    deploy,
    canary,
    promote,
    { model: 'model-3', percent: 20, folder: 'trap-canary-right-after-promotion' },
  ],
  'a third model during a canary, then 100': [
    deploy,
    canary,
    { model: 'model-3', percent: 10, folder: 'trap-third-model-during-canary' },
    { model: 'model-3', percent: 100, folder: 'trap-percent-100' },
  ],
  'zero percent from creation': [
    { model: 'model-1', percent: 0, folder: 'trap-0-from-creation' },
    { model: 'model-2', percent: 0, folder: 'trap-0-from-creation-next-model' },
  ],
  'stopped during a canary, and started again': [
    deploy,
    canary,
    { ...canary, annotations: stopped('true'), folder: 'stop-1-stopped' },
    { ...canary, annotations: stopped('false'), folder: 'stop-2-started-again' },
  ],
};

/** The states in which no route is on the move: their conditions and model status do not depend on the moment. */
function settled(services: readonly unknown[], skip: ReadonlySet<string>): string[] {
  const states = services
    .filter((service) => !skip.has(bookkeeping(service)))
    .map((service) => `${bookkeeping(service)}\n${health(service)}`);
  return collapsed(states.filter((state) => !state.includes('(moving)')));
}

describe('The playground and the recordings', () => {
  for (const [title, steps] of Object.entries(scenarios)) {
    it(`${title}: the same states in the same order`, async () => {
      const session = await startSession();
      try {
        for (const { folder, load, chance = [], ...wanted } of steps) {
          if (load === 'not yet') {
            session.playground.hold('modelLoad');
          }
          const came = await session.step(wanted, load === 'in the end' ? 'modelLoad' : undefined);
          if (folder !== undefined) {
            const byChance = new Set(chance.map(([state]) => state));
            const truth = recorded(folder);
            // A state that came by chance is one that only has to be missing here if the others around it are there.
            const kept = collapsed(truth.map(bookkeeping));
            const ours = collapsed(came.map(bookkeeping));
            assert.deepEqual(ours, kept.filter((state) => ours.includes(state) || !byChance.has(state)), `${folder}: the bookkeeping`);
            assert.deepEqual(settled(came, byChance), settled(truth, byChance), `${folder}: conditions and model status`);
          }
        }
      } finally {
        await session.playground.close();
      }
    });
  }

  it('keeps few differences', () => {
    const differences = Object.values(scenarios).flatMap((steps) => steps.flatMap(({ chance = [] }) => chance));
    assert.ok(differences.length <= 10, `${differences.length} differences`);
  });
});
