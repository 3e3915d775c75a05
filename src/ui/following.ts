import * as vscode from 'vscode';
import { factsOf } from '../kserve/facts.ts';
import { follow, type Progress } from '../kserve/follow.ts';
import type { Plan } from '../kserve/plan.ts';
import { Disposable } from './disposable.ts';
import type { Session } from './session.ts';
import { liveComponent } from './target.ts';

export interface Running {
  readonly plan: Plan;
  readonly progress: Progress;
}

interface Entry extends Running {
  progress: Progress;
  stalledSaid: boolean;
  /** The live copy has shown the service: until then a creation is merely on its way. */
  seen: boolean;
  readonly said: (progress: Progress) => void;
}

/** ms; KServe and Knative have answered a change by then, as recorded. */
const secondLook = 3000;

/** The plans that this window has applied and that have not settled: judged anew whenever their service changes. */
export class Following extends Disposable {
  readonly #session: Session;
  readonly #entries = new Map<string, Entry>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #onDidChange = this.register(new vscode.EventEmitter<ReadonlySet<string>>());

  /** Keys of services whose running plan moved, began or ended. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(session: Session) {
    super();
    this.#session = session;
    this.register(session.onDidChangeServices((keys) => { for (const key of keys) this.#judge(key); }));
    this.register(session.onDidChangeState(() => { if (!session.connected) this.#entries.clear(); }));
  }

  get(key: string): Running | undefined {
    const entry = this.#entries.get(key);
    const uid = this.#session.connected?.live.get(key)?.service.ref.uid;
    return entry && (uid === undefined || uid === entry.plan.service.uid) ? entry : undefined;
  }

  /**
   * Follows a plan from now on. `said` hears of it when it has settled or was overtaken (then following ends), and once when it
   * stalls (then it goes on: a late pod may still come). A newer plan for the service takes the older one's place.
   */
  start(key: string, plan: Plan, said: (progress: Progress) => void): void {
    this.#entries.set(key, { plan, progress: { state: 'applied' }, stalledSaid: false, seen: false, said });
    this.#judge(key);
    // Trouble of before the change is passed over at first (follow.ts); trouble that lasts may send no event.
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#judge(key);
    }, secondLook);
    this.#timers.add(timer);
    this.#onDidChange.fire(new Set([key]));
  }

  override dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    super.dispose();
  }

  #judge(key: string): void {
    const entry = this.#entries.get(key);
    const live = entry && liveComponent(this.#session.connected?.live.get(key), entry.plan.component);
    if (!entry) return;
    if (live?.service.ref.uid !== entry.plan.service.uid) {
      // Deleted, or deleted and made again: nothing will settle any more.
      if (!entry.seen || this.#session.health?.state === 'connecting') return;
      this.#entries.delete(key);
      entry.said({ state: 'overtaken' });
      this.#onDidChange.fire(new Set([key]));
      return;
    }
    entry.seen = true;
    entry.progress = follow(entry.plan, live.rollout, factsOf(live.service, entry.plan.component), entry.progress);
    const { state } = entry.progress;
    if (state === 'settled' || state === 'overtaken') {
      this.#entries.delete(key);
      entry.said(entry.progress);
    } else if (state === 'stalled' && !entry.stalledSaid) {
      entry.stalledSaid = true;
      entry.said(entry.progress);
    }
    this.#onDidChange.fire(new Set([key]));
  }
}
