/** The playground against what real controllers did (test/fixtures/recorded): the same steps give the same states in the same order. */
import assert from 'node:assert/strict';
import { drive, notDriven, recordedFolders, scenarios } from './scenarios.ts';
import { bookkeeping, collapsed, health, recorded } from './support.ts';

const beforeTheRoute = 'the Configuration was heard of before the Route had changed; seen in two of many rollouts';
const readyBetween = 'the route was ready between the two changes of a rollback; README item 5 has it as seen once or twice';

/** States that the real controllers happened to pass through, and the playground does not. */
const differences: readonly { folder: string; state: string; why: string }[] = [
  {
    folder: '2c-abort-by-old-model',
    state: '00001* 10 / 00001 90 prev; rolled out 00001 before –; created 00003 ready 00001',
    why: beforeTheRoute,
  },
  {
    folder: 'trap-percent-only-after-promotion',
    state: '00002* 10 / 00002 90 prev; rolled out 00001 before 00001; created 00002 ready 00002',
    why: readyBetween,
  },
  {
    folder: 'trap-percent-150-repaired',
    state: '00001* 100; rolled out 00001 before –; created 00002 ready 00001',
    why: beforeTheRoute,
  },
  {
    folder: 'trap-annotation-then-rollback',
    state: '00003* 0 latest / 00003 100 prev; rolled out 00002 before 00002; created 00003 ready 00003',
    why: readyBetween,
  },
];

/** What an event of a recording is, and ours: everything that the issue asks for in one line. */
function projected(services: readonly unknown[]): string[] {
  return collapsed(services.map((service) => `${bookkeeping(service)}\n    ${health(service)}`));
}

/**
 * README item 3 of the recordings: when a route changes, its conditions and those that rest on them pass through three reasons, each
 * for 0.1 to 0.4 s and each sometimes missed. What else such a state says is none of the route's: it has to be recorded.
 */
const isMoving = (state: string): boolean => state.includes('(moving)');

function withoutRoute(state: string): string {
  return state.replace(/ (PredictorReady|PredictorRouteReady|Ready|RoutesReady)=\S+( not ready\))?/g, '').replace(/; [^;]*$/, '');
}

/** Ours without the transients that may come, and the recorded states without those that need not. */
function compare(came: readonly unknown[], truth: readonly unknown[], chance: ReadonlySet<string>): { ours: string[]; theirs: string[] } {
  const isChance = (state: string): boolean => chance.has(state.split('\n')[0] ?? '');
  const [ours, theirs] = [projected(came), projected(truth)];
  const known = new Set(theirs.map(withoutRoute));
  const mayCome = (state: string): boolean => (isMoving(state) && known.has(withoutRoute(state))) || isChance(state);
  return {
    ours: collapsed(ours.filter((state) => !mayCome(state))),
    theirs: collapsed(theirs.filter((state) => !isMoving(state) && !isChance(state))),
  };
}

describe('The playground and the recordings', () => {
  for (const [title, steps] of Object.entries(scenarios)) {
    it(`${title}: the same states in the same order`, () =>
      drive(steps, {
        streams: (folder, came) => {
          const chance = differences.filter((difference) => difference.folder === folder).map(({ state }) => state);
          const { ours, theirs } = compare(came, recorded(folder), new Set(chance));
          assert.equal(ours.join('\n'), theirs.join('\n'), folder);
        },
      }));
  }

  it('drives every folder, but those that it has a reason not to', () => {
    const driven = Object.values(scenarios).flatMap((steps) => steps.flatMap(({ folder }) => folder ?? []));
    const left = recordedFolders().filter((folder) => !notDriven.some(([begin]) => folder.startsWith(begin)));
    assert.deepEqual(driven.sort(), left.sort());
  });

  it('keeps few differences', () => {
    assert.ok(differences.length <= 10, `${differences.length} differences`);
    for (const { folder, state } of differences) {
      assert.ok(recorded(folder).some((service) => bookkeeping(service) === state), `${folder}: ${state} was not recorded`);
    }
  });
});
