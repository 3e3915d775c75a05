import type { Health, KubeConnection, KubeErrorKind, KubeRequest, Reflector, ReflectorEvents, WatchedResource } from '../../../src/kube/types.ts';
import type { Plan } from '../../../src/kserve/plan.ts';

export const path = '/apis/serving.kserve.io/v1beta1/namespaces/kserve-test/inferenceservices/iris';

/** An InferenceService as JSON from the API server. */
export function service({ name = 'iris', uid = 'uid-1', version = '1', percent, model = 'gs://bucket/model-1' }: { name?: string; uid?: string; version?: string; percent?: number; model?: string } = {}): object {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { namespace: 'kserve-test', name, uid, resourceVersion: version },
    spec: { predictor: { ...(percent !== undefined && { canaryTrafficPercent: percent }), model: { storageUri: model } } },
    status: {
      deploymentMode: 'Knative',
      components: { predictor: {
        latestCreatedRevision: `${name}-predictor-00001`, latestReadyRevision: `${name}-predictor-00001`, latestRolledoutRevision: `${name}-predictor-00001`,
        traffic: [{ revisionName: `${name}-predictor-00001`, latestRevision: true, percent: 100 }],
      } },
    },
  };
}

/** 10 → 30 %. */
export const plan: Plan = {
  verb: { kind: 'shift', percent: 30 },
  service: { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', namespace: 'kserve-test', name: 'iris', uid: 'uid-1' },
  component: 'predictor',
  modelKey: 'model',
  change: { percent: 30 },
  facts: { percent: 10, modelUri: 'gs://bucket/model-1', tagRouting: null, stop: null },
  before: [],
  expected: { shares: [], newRevision: false, tagged: false, stopped: false },
  warnings: [],
};

/** As it leaves `kube/`: an Error with a kind. */
export function kubeError(kind: KubeErrorKind, message: string = kind): Error {
  return Object.assign(new Error(message), { name: 'KubeError', kind });
}

/** Answers each request by the next of the given answers; an Error is thrown. */
export class FakeClient {
  readonly requests: KubeRequest[] = [];
  readonly #answer: (request: KubeRequest, number: number) => unknown;

  constructor(answer: (request: KubeRequest, number: number) => unknown) {
    this.#answer = answer;
  }

  request(request: KubeRequest): Promise<unknown> {
    this.requests.push(request);
    const answer = this.#answer(request, this.requests.length - 1);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  get methods(): string {
    return this.requests.map(({ method }) => method).join(' ');
  }
}

/** One reflector, moved by the test. */
export class FakeReflector {
  readonly resource: WatchedResource;
  readonly items = new Map<string, unknown>();
  health: Health = { state: 'connecting' };
  disposed = 0;
  retried = 0;
  readonly #project: (object: unknown) => unknown;
  readonly #events: ReflectorEvents<unknown>;

  constructor(resource: WatchedResource, project: (object: unknown) => unknown, events: ReflectorEvents<unknown>) {
    this.resource = resource;
    this.#project = project;
    this.#events = events;
  }

  /** One batch of objects, by key; null deletes. */
  change(objects: Readonly<Record<string, object | null>>): void {
    const changes = new Map<string, unknown>();
    for (const [key, object] of Object.entries(objects)) {
      const item = object === null ? undefined : this.#project(object);
      if (item === undefined) this.items.delete(key);
      else this.items.set(key, item);
      changes.set(key, item);
    }
    this.#events.changed(changes);
  }

  turn(health: Health): void {
    this.health = health;
    this.#events.health(health);
  }

  retry(): void {
    this.retried += 1;
  }

  dispose(): void {
    this.disposed += 1;
  }
}

/** A connection whose reflectors are moved by the test. */
export class FakeConnection implements KubeConnection {
  readonly identity = { kubeconfig: [], context: 'fake', server: 'https://fake', caHash: '', namespace: 'default' };
  readonly reflectors: FakeReflector[] = [];

  request(): Promise<unknown> {
    return Promise.reject(kubeError('unreachable'));
  }

  reflect<T>(resource: WatchedResource, project: (object: unknown) => T | undefined, events: ReflectorEvents<T>): Reflector<T> {
    const reflector = new FakeReflector(resource, project, events);
    this.reflectors.push(reflector);
    return reflector as unknown as Reflector<T>;
  }

  of(plural: string): FakeReflector {
    const found = this.reflectors.find(({ resource }) => resource.plural === plural);
    if (!found) throw new Error(`nothing watches ${plural}`);
    return found;
  }

  dispose(): void {
    for (const reflector of this.reflectors) reflector.dispose();
  }
}
