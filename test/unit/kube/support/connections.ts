import { Connection } from '../../../../src/kube/connection.ts';
import type { ClusterEntry, UserEntry } from '../../../../src/kube/kubeconfig/model.ts';
import { type Tuning, usualTuning } from '../../../../src/kube/watch/tuning.ts';
import type { Health, KubeErrorShape, ReflectorEvents } from '../../../../src/kube/types.ts';

/** Without waiting: every other time of the usual tuning is longer than a test. */
export const hasty: Tuning = { ...usualTuning, pause: () => 1 };

/** A connection to a test's own server; the caller disposes it. */
export function connectTo(server: string, parts: { cluster?: Partial<ClusterEntry>; user?: Partial<UserEntry>; tuning?: Tuning } = {}): Connection {
  return new Connection(
    {
      identity: { kubeconfig: [], context: 'test', server, caHash: '', namespace: 'default' },
      cluster: { name: 'test', server, insecure: false, disableCompression: false, ...parts.cluster },
      user: { name: 'test', impersonation: {}, ...parts.user },
    },
    parts.tuning ?? hasty,
  );
}

/** The error of a promise that has to fail, checked for its shape. */
export async function errorOf(promise: Promise<unknown>): Promise<KubeErrorShape> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && error.name === 'KubeError') return error as unknown as KubeErrorShape;
    throw error;
  }
  throw new Error('expected a failure');
}

/** Remembers what a reflector says; `until` is looked at after each word of it. */
export class Recorder<T> implements ReflectorEvents<T> {
  readonly batches: ReadonlyMap<string, T | undefined>[] = [];
  readonly healths: Health[] = [];
  /** Built from the batches alone. */
  readonly copy = new Map<string, T>();
  readonly #watchers = new Set<() => void>();

  changed(changes: ReadonlyMap<string, T | undefined>): void {
    this.batches.push(changes);
    for (const [key, item] of changes) {
      if (item === undefined) this.copy.delete(key);
      else this.copy.set(key, item);
    }
    this.#look();
  }

  health(health: Health): void {
    this.healths.push(health);
    this.#look();
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (!condition()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }

  get states(): string[] {
    return this.healths.map((health) => health.state);
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
