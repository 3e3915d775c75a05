import assert from 'node:assert/strict';
import { rolledOut, type Entry, type RolledOut } from '../../../../src/playground/controllers/kserve/bookkeeping.ts';
import { desiredTraffic } from '../../../../src/playground/controllers/kserve/traffic.ts';

const latest = (percent: number, revisionName = '2'): Entry => ({ revisionName, percent, latestRevision: true });
const pinned = (percent: number, revisionName: string): Entry => ({ revisionName, percent, latestRevision: false });

describe('desiredTraffic', () => {
  const cases: [title: string, percent: number | undefined, rolledOut: string | undefined, tagged: boolean, traffic: object[]][] = [
    ['no percent', undefined, '1', false, [{ latestRevision: true, percent: 100 }]],
    ['nothing was ever rolled out', 10, undefined, false, [{ latestRevision: true, percent: 100 }]],
    ['100 is no canary', 100, '1', false, [{ latestRevision: true, percent: 100 }]],
    ['150 goes to Knative as it is', 150, '1', false, [{ latestRevision: true, percent: 150 }]],
    [
      'a canary',
      10,
      '1',
      false,
      [
        { latestRevision: true, percent: 10 },
        { latestRevision: false, percent: 90, revisionName: '1', tag: 'prev' },
      ],
    ],
    [
      'a rollback, tagged',
      0,
      '1',
      true,
      [
        { latestRevision: true, percent: 0, tag: 'latest' },
        { latestRevision: false, percent: 100, revisionName: '1', tag: 'prev' },
      ],
    ],
  ];
  for (const [title, percent, revision, isTagged, traffic] of cases) {
    it(title, () => assert.deepEqual(desiredTraffic(percent, revision, isTagged), traffic));
  }
});

describe('rolledOut', () => {
  const before = (last: string | undefined, previous: string | undefined): RolledOut => ({ latest: last, previous });
  const cases: [title: string, old: RolledOut, traffic: Entry[], ready: string, created: string, pair: RolledOut][] = [
    ['the first revision', before(undefined, undefined), [latest(100, '1')], '1', '1', before('1', undefined)],
    ['a promotion', before('1', undefined), [latest(100)], '2', '2', before('2', '1')],
    ['a canary is none', before('1', undefined), [latest(10), pinned(90, '1')], '2', '2', before('1', undefined)],
    ['a rollback', before('2', '1'), [latest(0), pinned(100, '2')], '2', '2', before('1', '1')],
    ['no rollback without a revision before', before('1', undefined), [latest(10, '1'), pinned(90, '1')], '1', '1', before('1', undefined)],
    ['no rollback while a newer revision is on its way', before('2', '1'), [latest(20), pinned(80, '2')], '2', '3', before('2', '1')],
    ['the route does not lead to the ready revision yet', before('1', undefined), [latest(100, '1')], '2', '2', before('1', undefined)],
    // The race of issue kserve#1968: the route changed before the configuration told of the new revision.
    ['a canary right after a promotion, told too late', before('2', '1'), [latest(20), pinned(80, '2')], '2', '2', before('1', '1')],
  ];
  for (const [title, old, traffic, ready, created, pair] of cases) {
    it(title, () => assert.deepEqual(rolledOut(old, traffic, ready, created), pair));
  }
});
