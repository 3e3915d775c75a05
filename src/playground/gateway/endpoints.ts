import type { Ref } from '../api/types.ts';
import type { ModelServer } from '../models/server.ts';

/** The model servers that run, by revision. */
export class ModelEndpoints {
  readonly #servers = new Map<string, Map<string, ModelServer>>();
  readonly #waiting = new Map<string, Set<() => void>>();

  add(revision: Ref, pod: string, server: ModelServer): void {
    const key = keyOf(revision);
    const servers = this.#servers.get(key) ?? new Map<string, ModelServer>();
    servers.set(pod, server);
    this.#servers.set(key, servers);
    for (const wake of this.#waiting.get(key) ?? []) {
      wake();
    }
    this.#waiting.delete(key);
  }

  remove(pod: string): void {
    for (const servers of this.#servers.values()) {
      servers.delete(pod);
    }
  }

  /** One of a revision's servers at random; undefined when it has none. */
  find(revision: Ref): ModelServer | undefined {
    const servers = [...(this.#servers.get(keyOf(revision))?.values() ?? [])];
    return servers[Math.floor(Math.random() * servers.length)];
  }

  /** Resolves with true when a revision has a server, with false when the signal says to wait no longer. */
  wait(revision: Ref, signal: AbortSignal): Promise<boolean> {
    const key = keyOf(revision);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting);
      const wake = (): void => resolve(true);
      waiting.add(wake);
      signal.addEventListener('abort', () => {
        waiting.delete(wake);
        resolve(false);
      });
    });
  }
}

function keyOf({ namespace, name }: Ref): string {
  return `${namespace ?? ''}/${name}`;
}
