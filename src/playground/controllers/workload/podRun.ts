import type { Ref, StoredObject } from '../../api/types.ts';
import { modelServer, type ModelServer } from '../../models/server.ts';
import { putStatus, type Cluster } from '../cluster.ts';
import { at, items, text } from '../fields.ts';
import { timestamp } from '../time.ts';
import { podStatus, type PodFacts } from './podStatus.ts';
import { revisionOf } from './podTemplate.ts';
import { crashTrace, storageFailure, type Wish } from './trouble.ts';

/** Told of each model server that a pod runs, and of its end. */
export interface Endpoints {
  add(revision: Ref, pod: string, server: ModelServer): void;
  remove(pod: string): void;
}

export interface PodOrders {
  /** Where its model comes from. */
  source: string;
  /** Asked at each start of a container. */
  wish: () => Wish;
  ip: string;
}

/** A kubelet pauses at most five minutes before it starts a failed container again. */
const longestPause = 300_000;

/** One pod from its start on: it fetches its model, loads it and answers, or fails as the name of the model's source asks. */
export class PodRun {
  readonly #cluster: Cluster;
  readonly #endpoints: Endpoints;
  readonly #ref: Ref;
  readonly #uid: string;
  readonly #source: string;
  readonly #wish: () => Wish;
  readonly #facts: PodFacts;

  constructor(cluster: Cluster, endpoints: Endpoints, pod: StoredObject, { source, wish, ip }: PodOrders) {
    const { name, namespace = '', uid } = pod.metadata;
    this.#cluster = cluster;
    this.#endpoints = endpoints;
    this.#ref = { namespace, name };
    this.#uid = uid;
    this.#source = source;
    this.#wish = wish;
    this.#facts = {
      ip,
      startTime: timestamp(),
      initializer: undefined,
      server: { kind: 'waiting', reason: 'PodInitializing' },
      restarts: 0,
    };
  }

  /** Starts the containers, unless the pod is gone by then. */
  begin(): void {
    this.#cluster.steps.after('podStart', () => {
      const pod = this.#pod();
      if (pod !== undefined) {
        this.#start(pod);
      }
    });
  }

  #pod(): StoredObject | undefined {
    const pod = this.#cluster.store.get(this.#cluster.types.pod, this.#ref);
    return pod?.metadata.uid === this.#uid ? pod : undefined;
  }

  #show(change: Partial<PodFacts>): void {
    const pod = this.#pod();
    if (pod !== undefined) {
      putStatus(this.#cluster, this.#cluster.types.pod, pod, podStatus(pod, Object.assign(this.#facts, change)));
    }
  }

  #start(pod: StoredObject): void {
    const now = timestamp();
    this.#facts.startTime = now;
    if (this.#wish().trouble === 'broken') {
      this.#fail('initializer');
      return;
    }
    const fetched = items(at(pod, 'spec', 'initContainers')).length > 0;
    this.#facts.initializer = fetched ? { kind: 'ended', exitCode: 0, startedAt: now, finishedAt: now } : undefined;
    this.#startServer();
  }

  #startServer(): void {
    const now = timestamp();
    const { trouble, loadTime } = this.#wish();
    this.#show({ server: { kind: 'running', since: now, ready: false } });
    if (trouble === 'crash') {
      this.#cluster.steps.after('crash', () => this.#fail('server'));
    } else {
      this.#cluster.steps.after('modelLoad', () => this.#serve(now), loadTime);
    }
  }

  /** Its revision got other orders: a server that was to stay up does not. */
  reconsider(): void {
    const { server } = this.#facts;
    if (this.#wish().trouble === 'crash' && server.kind === 'running' && server.ready) {
      this.#endpoints.remove(this.#uid);
      this.#fail('server');
    }
  }

  #serve(since: string): void {
    const pod = this.#pod();
    if (pod !== undefined) {
      const revision = { namespace: pod.metadata.namespace ?? '', name: revisionOf(pod) };
      this.#endpoints.add(revision, this.#uid, modelServer(modelName(pod), this.#source));
      this.#show({ server: { kind: 'running', since, ready: true } });
    }
  }

  /** A container exits: it is started again almost at once, and after that only after longer and longer pauses. */
  #fail(part: 'initializer' | 'server'): void {
    const { steps } = this.#cluster;
    const { restarts } = this.#facts;
    const now = timestamp();
    const message = part === 'initializer' ? storageFailure(this.#source) : crashTrace;
    const run = { exitCode: 1, message, startedAt: this.#lastStart(part) ?? now, finishedAt: now };
    this.#show({ [part]: { kind: 'ended', ...run } });
    const first = steps.delay('restartBackoff');
    const pause = restarts === 0 ? first / 10 : Math.min(longestPause, first * 2 ** (restarts - 1));
    if (restarts > 0) {
      this.#show({ [part]: { kind: 'backOff', seconds: pause / 1000, ...run } });
    }
    steps.after('restartBackoff', () => this.#restart(part), pause);
  }

  #lastStart(part: 'initializer' | 'server'): string | undefined {
    const state = this.#facts[part];
    return state?.kind === 'running' ? state.since : undefined;
  }

  #restart(part: 'initializer' | 'server'): void {
    const pod = this.#pod();
    if (pod === undefined) {
      return;
    }
    this.#facts.restarts += 1;
    if (part === 'server') {
      this.#startServer();
    } else if (this.#wish().trouble === 'broken') {
      this.#fail(part);
    } else {
      this.#facts.restarts = 0;
      this.#start(pod);
    }
  }
}

/** The name under which a pod's server answers: the last `--model_name` of its arguments. */
function modelName(pod: StoredObject): string {
  const container = items(at(pod, 'spec', 'containers')).find((entry) => at(entry, 'name') === 'kserve-container');
  const named = items(at(container, 'args')).flatMap((argument) => /^--model_name=(.+)$/.exec(text(argument) ?? '')?.[1] ?? []);
  return named.at(-1) ?? 'model';
}
