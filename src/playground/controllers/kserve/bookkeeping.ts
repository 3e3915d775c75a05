import { at, items, text } from '../fields.ts';

/** One entry of a `status.traffic`, as far as the bookkeeping looks. */
export interface Entry {
  revisionName: string;
  latestRevision: boolean;
  percent: number;
}

/** The pair that KServe remembers of what was rolled out. */
export interface RolledOut {
  latest: string | undefined;
  previous: string | undefined;
}

/** The traffic of a Knative status. */
export function entriesOf(status: unknown): Entry[] {
  return items(at(status, 'traffic')).map((entry) => {
    const percent = at(entry, 'percent');
    return {
      revisionName: text(at(entry, 'revisionName')) ?? '',
      latestRevision: at(entry, 'latestRevision') === true,
      percent: typeof percent === 'number' ? percent : 0,
    };
  });
}

/**
 * The traffic part of `inference_service_status.go PropagateStatus`: all traffic on the latest ready revision is a promotion; less
 * than that, although it is the rolled out one and no newer was made, is a rollback to the one before.
 */
export function rolledOut(before: RolledOut, traffic: readonly Entry[], latestReady: string, latestCreated: string): RolledOut {
  let pair = before;
  for (const entry of traffic.filter(({ latestRevision, revisionName }) => latestRevision && revisionName === latestReady)) {
    const all = traffic.filter(({ revisionName }) => revisionName === latestReady).reduce((sum, { percent }) => sum + percent, 0);
    if (pair.latest !== latestReady && entry.percent === 100) {
      pair = { latest: latestReady, previous: pair.latest };
    } else if (
      pair.latest === latestReady &&
      latestReady === latestCreated &&
      entry.percent < 100 &&
      all === 100 &&
      pair.previous !== undefined
    ) {
      pair = { latest: pair.previous, previous: pair.previous };
    }
  }
  return pair;
}
