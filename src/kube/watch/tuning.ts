import type { KubeErrorKind, KubeErrorShape } from '../types.ts';

/** The times of a reflector, in ms unless told; tests hand in short ones. */
export interface Tuning {
  readonly pageSize: number;
  /** Until a page of a list has to be there. */
  readonly listTimeout: number;
  /** Until the headers of a watch have to be there. */
  readonly openTimeout: number;
  /** What the server is asked to end a watch after; seconds. */
  watchSeconds(): number;
  /** Silence after which a watch is taken for dead. */
  readonly silence: number;
  /** A watch that lived this long has worked: what fails afterwards is a new failure. */
  readonly proven: number;
  /** A watch that ends sooner than this ended too soon. */
  readonly tooShort: number;
  /** The wait after the given number of failures in a row (1, 2 …). */
  pause(failures: number, error: KubeErrorShape): number;
}

export const usualTuning: Tuning = {
  // As client-go's pager: a page of services is some megabytes.
  pageSize: 500,
  listTimeout: 60_000,
  openTimeout: 30_000,
  // Ended by the server, cleanly, before the five minutes after which many load balancers cut (client-go: 5–10 min);
  // random, so that the watches of a window do not all come back at once.
  watchSeconds: () => 240 + Math.floor(Math.random() * 61),
  // kube-apiserver sends a bookmark about every minute where it has anything to report (KEP-956), so twice that is
  // suspicious. Not proof, since a resource that never changed may get none: the watch is opened anew from where it
  // was, and only when that fails does anybody hear of it.
  silence: 120_000,
  proven: 5_000,
  tooShort: 1_000,
  pause: (failures, error) => pauseAfter(failures, error),
};

/** The longest wait. */
const longest: Partial<Record<KubeErrorKind, number>> = {
  // Nothing helps here but somebody's doing, and nobody tells us when it is done. The first waits are short all the
  // same: an API server that has just started knows neither all its resources nor all its rights (seen with 1.34).
  forbidden: 60_000,
  'no-such-api': 60_000,
};
/** A credential plugin may open a browser: that is not repeated unasked. */
const afterCredentials = 300_000;

/**
 * 1 s doubling to 30 s (as client-go's reflector), between half and the whole of it. A server that says when to come
 * back (Retry-After) knows better: one that starts up says 1 s for a resource that it is still making ready.
 */
function pauseAfter(failures: number, error: KubeErrorShape): number {
  if (error.retryAfter !== undefined) return Math.max(1000, error.retryAfter * 1000) * (1 + Math.random() / 2);
  if (error.kind === 'credentials') return spread(afterCredentials);
  return spread(Math.min(longest[error.kind] ?? 30_000, 1000 * 2 ** Math.min(failures - 1, 6)));
}

function spread(whole: number): number {
  return whole * (0.5 + Math.random() / 2);
}
