/** One entry of a Knative Service's `spec.traffic`. */
export interface TrafficTarget {
  latestRevision: boolean;
  percent: number;
  tag?: 'latest' | 'prev';
  revisionName?: string;
}

/**
 * The traffic that KServe asks Knative for (`ksvc_reconciler.go createKnativeService`). Without a percent, or while no revision
 * has ever had all traffic, everything goes to the latest. `latestRolledout` is what the status said when the reconcile began.
 */
export function desiredTraffic(percent: number | undefined, latestRolledout: string | undefined, tagged: boolean): TrafficTarget[] {
  const share = latestRolledout === undefined ? 100 : (percent ?? 100);
  const latest: TrafficTarget = { latestRevision: true, percent: share, ...(tagged ? { tag: 'latest' } : {}) };
  return latestRolledout === undefined || share >= 100
    ? [latest]
    : [latest, { latestRevision: false, percent: 100 - share, revisionName: latestRolledout, tag: 'prev' }];
}
