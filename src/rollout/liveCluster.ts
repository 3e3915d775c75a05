import type { Health, KubeConnection, KubeErrorShape, Reflector } from '../kube/types.ts';
import type { InferenceService, Pod, Revision } from '../kserve/objects.ts';
import { readRollouts } from '../kserve/read.ts';
import { readInferenceService } from '../kserve/readInferenceService.ts';
import { readPod } from '../kserve/readPod.ts';
import { readRevision, serviceLabel } from '../kserve/readRevision.ts';
import type { Rollout } from '../kserve/rollout.ts';

/** Comparing with the locale of each call is slow for thousands of names. */
const collator = new Intl.Collator();

/** One InferenceService as views show it. */
export interface LiveService {
  /** `namespace/name`. */
  readonly key: string;
  readonly service: InferenceService;
  readonly rollouts: readonly Rollout[];
}

export interface LiveClusterEvents {
  /** The services whose Rollout may read differently now; gone ones too. */
  changed(keys: ReadonlySet<string>): void;
  health(health: Health): void;
}

/** Projections grouped by the service they belong to, so that one changed pod touches one service. */
class Grouped<T extends { readonly namespace: string; readonly service: string }> {
  readonly #byKey = new Map<string, T>();
  readonly #byService = new Map<string, Map<string, T>>();

  of(service: string): readonly T[] {
    return [...(this.#byService.get(service)?.values() ?? [])];
  }

  /** Takes in a batch; returns the services that it touched. */
  take(changes: ReadonlyMap<string, T | undefined>): Set<string> {
    const touched = new Set<string>();
    for (const [key, item] of changes) {
      const old = this.#byKey.get(key);
      if (old) touched.add(this.#remove(key, old));
      if (item) touched.add(this.#add(key, item));
    }
    return touched;
  }

  #remove(key: string, item: T): string {
    const service = `${item.namespace}/${item.service}`;
    this.#byKey.delete(key);
    const siblings = this.#byService.get(service);
    siblings?.delete(key);
    if (siblings?.size === 0) this.#byService.delete(service);
    return service;
  }

  #add(key: string, item: T): string {
    const service = `${item.namespace}/${item.service}`;
    this.#byKey.set(key, item);
    const siblings = this.#byService.get(service) ?? new Map<string, T>();
    this.#byService.set(service, siblings.set(key, item));
    return service;
  }
}

/**
 * The InferenceServices of a connection, live: services, revisions and pods are watched, joined by KServe's labels, and read as
 * Rollouts when somebody asks. Revisions and pods may be forbidden: then a Rollout tells what the service alone tells.
 */
export class LiveCluster {
  readonly #services: Reflector<InferenceService>;
  readonly #companions: readonly Reflector<unknown>[];
  readonly #revisions = new Grouped<Revision>();
  readonly #pods = new Grouped<Pod>();
  readonly #cache = new Map<string, LiveService>();
  /** False until the first list, and where it is forbidden: no pods known is not the same as no pods. */
  #podsKnown = false;
  #sorted: readonly string[] | undefined;

  constructor(connection: KubeConnection, scope: { readonly namespace?: string }, events: LiveClusterEvents) {
    const invalidate = (keys: ReadonlySet<string>): void => {
      for (const key of keys) this.#cache.delete(key);
      if (keys.size > 0) events.changed(keys);
    };
    const podsKnown = (known: boolean): boolean => {
      if (known === this.#podsKnown) return false;
      this.#podsKnown = known;
      invalidate(new Set(this.#services.items.keys()));
      return true;
    };
    this.#services = connection.reflect({ groupVersion: 'apis/serving.kserve.io/v1beta1', plural: 'inferenceservices', ...scope }, readInferenceService, {
      changed: (changes) => {
        if (this.#sorted?.length !== this.#services.items.size || [...changes.values()].includes(undefined)) this.#sorted = undefined;
        invalidate(new Set(changes.keys()));
      },
      health: (health) => { events.health(health); },
    });
    this.#companions = [
      connection.reflect({ groupVersion: 'apis/serving.knative.dev/v1', plural: 'revisions', labelSelector: serviceLabel, ...scope }, readRevision, {
        changed: (changes) => { invalidate(this.#revisions.take(changes)); },
        health: () => undefined,
      }),
      connection.reflect({ groupVersion: 'api/v1', plural: 'pods', labelSelector: serviceLabel, ...scope }, readPod, {
        // The first batch is the list: from then on no pod means none, for every service.
        changed: (changes) => {
          const touched = this.#pods.take(changes);
          if (!podsKnown(true)) invalidate(touched);
        },
        health: (health) => { podsKnown(health.state === 'live' || health.state === 'stale'); },
      }),
    ];
  }

  get health(): Health {
    return this.#services.health;
  }

  /** Every service, sorted by namespace and name. */
  get keys(): readonly string[] {
    return this.#sorted ??= [...this.#services.items.keys()].toSorted(collator.compare);
  }

  get(key: string): LiveService | undefined {
    const service = this.#services.items.get(key);
    if (!service) return undefined;
    const known = this.#cache.get(key);
    if (known) return known;
    const live: LiveService = {
      key,
      service,
      rollouts: readRollouts(service, { revisions: this.#revisions.of(key), ...(this.#podsKnown && { pods: this.#pods.of(key) }) }),
    };
    this.#cache.set(key, live);
    return live;
  }

  retry(): void {
    this.#services.retry();
    for (const companion of this.#companions) companion.retry();
  }

  dispose(): void {
    this.#services.dispose();
    for (const companion of this.#companions) companion.dispose();
  }
}

/** The error that a failed or stale health carries. */
export function healthError(health: Health): KubeErrorShape | undefined {
  return health.state === 'failed' || health.state === 'stale' ? health.error : undefined;
}
