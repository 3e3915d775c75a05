/** How long each step takes, in milliseconds. `Infinity` never happens. */
export interface Delays {
  /** From a change to KServe's reconcile. */
  kserve: number;
  /** From a change to the reconcile of a Knative Service, Configuration, Route or Revision. */
  service: number;
  configuration: number;
  route: number;
  revision: number;
  /** From a new Ingress to the answer that its load balancer is not ready yet, and from there to ready. */
  ingress: number;
  loadBalancer: number;
  /** From a changed number of replicas to the pods. */
  deployment: number;
  /** From a pod's creation to its containers, and from there to the model being loaded. */
  podStart: number;
  modelLoad: number;
  /** Until a model server that cannot load its model exits. */
  crash: number;
  /** First pause before a failed container is started again; it doubles up to 5 minutes. */
  restartBackoff: number;
  /** Until an unused revision loses its pods. */
  scaleDown: number;
  /** Until a deployment that gets nowhere is given up. */
  progressDeadline: number;
  /** First pause before a refused reconcile is tried again; it doubles. */
  retry: number;
}

export type Step = keyof Delays;

/** About as long as the recorded control plane took, which loads its model in 1.5 s. */
const usualDelays: Delays = {
  kserve: 150,
  service: 30,
  configuration: 30,
  route: 60,
  revision: 30,
  ingress: 60,
  loadBalancer: 250,
  deployment: 30,
  podStart: 150,
  modelLoad: 1_500,
  crash: 1_000,
  restartBackoff: 10_000,
  scaleDown: 60_000,
  progressDeadline: 600_000,
  retry: 1_000,
};

/** With scale 0 nobody waits for these: they happen when `advance` passes them, or when the steps before them have taken as long. */
const patient: ReadonlySet<Step> = new Set(['restartBackoff', 'scaleDown', 'progressDeadline', 'retry']);

/** What Node's timers can wait for, in ms. */
const longestTimer = 2 ** 31 - 1;

interface Entry {
  step: Step;
  due: number;
  order: number;
  act: () => void;
}

/**
 * The playground's own clock, and everything that is to happen on it, in order of time.
 *
 * `scale` stretches it: 1 is life-like, 0.5 twice as fast. With 0 the clock jumps from one thing to the next, one each turn of the
 * event loop, in the same order as with any other scale.
 */
export class Steps {
  readonly #delays: Delays;
  readonly #scale: number;
  readonly #report: (error: unknown) => void;
  readonly #started = performance.now();
  readonly #held = new Set<Step>();
  #entries: Entry[] = [];
  #parked: Entry[] = [];
  #jumped = 0;
  #order = 0;
  #current: number | undefined;
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #waiting: (() => void)[] = [];

  /** `report` is told of what a step throws; the others go on. */
  constructor(delays: Partial<Delays>, scale: number, report: (error: unknown) => void) {
    this.#delays = { ...usualDelays, ...delays };
    this.#scale = scale;
    this.#report = report;
  }

  /**
   * Milliseconds of the playground's own time since its start. While a step happens it is the time when it was due: on a busy machine
   * what follows from it keeps its order.
   */
  get now(): number {
    return this.#current ?? this.#time();
  }

  delay(step: Step): number {
    return this.#delays[step];
  }

  /** Lets `act` happen after the step's delay, or `delay` ms instead. Returns what calls it off. */
  after(step: Step, act: () => void, delay: number = this.#delays[step]): () => void {
    const entry: Entry = { step, due: this.now + delay, order: this.#order++, act };
    if (delay !== Infinity && !this.#stopped) {
      this.#insert(entry);
      this.#arm();
    }
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
      this.#parked = this.#parked.filter((other) => other !== entry);
    };
  }

  /** From now on nothing of this step happens. */
  hold(step: Step): void {
    this.#held.add(step);
  }

  /** What was held back happens now. */
  release(step: Step): void {
    this.#held.delete(step);
    const released = this.#parked.filter((entry) => entry.step === step);
    this.#parked = this.#parked.filter((entry) => entry.step !== step);
    for (const entry of released) {
      this.#insert({ ...entry, due: Math.max(entry.due, this.now) });
    }
    this.#arm();
  }

  /** Moves the clock on; what is due by then happens, in order. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#time() + milliseconds;
    for (let next = this.#entries[0]; next !== undefined && next.due <= until; next = this.#entries[0]) {
      this.#jumped += Math.max(0, next.due - this.#time());
      await this.#runFirst();
    }
    this.#jumped += Math.max(0, until - this.#time());
    this.#arm();
  }

  /** Resolves when there is nothing left to happen but what takes patience or is held. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arm();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#entries = [];
    this.#parked = [];
    this.#tellSettled();
  }

  #insert(entry: Entry): void {
    const later = this.#entries.findIndex(({ due, order }) => due > entry.due || (due === entry.due && order > entry.order));
    this.#entries.splice(later === -1 ? this.#entries.length : later, 0, entry);
  }

  #time(): number {
    return this.#jumped + (this.#scale === 0 ? 0 : (performance.now() - this.#started) / this.#scale);
  }

  /** Sets the alarm for the next entry, or for telling that nothing is left; what happens now does it by itself. */
  #arm(): void {
    if (this.#current !== undefined) {
      return;
    }
    clearImmediate(this.#turn);
    clearTimeout(this.#timer);
    const [first] = this.#entries;
    if (!this.#entries.some(({ step }) => !patient.has(step))) {
      this.#turn = setImmediate(() => this.#tellSettled());
    } else if (this.#scale === 0) {
      this.#turn = setImmediate(() => this.#go());
    }
    if (this.#scale > 0 && first !== undefined) {
      const wait = Math.max(0, (first.due - this.#time()) * this.#scale);
      this.#timer = setTimeout(() => this.#go(), Math.min(longestTimer, wait));
    }
  }

  #go(): void {
    const [first] = this.#entries;
    if (first !== undefined && this.#scale === 0) {
      this.#jumped = Math.max(this.#jumped, first.due);
    }
    if (first === undefined || first.due > this.#time()) {
      this.#arm();
    } else {
      void this.#runFirst().then(() => this.#arm());
    }
  }

  /** Resolves when the store has told of what the entry changed. */
  async #runFirst(): Promise<void> {
    const entry = this.#entries.shift();
    if (entry === undefined) {
      return;
    }
    if (this.#held.has(entry.step)) {
      this.#parked.push(entry);
      return;
    }
    this.#current = entry.due;
    try {
      entry.act();
    } catch (error) {
      this.#report(error);
    }
    await new Promise((resolve) => setImmediate(resolve));
    this.#current = undefined;
  }

  #tellSettled(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}
