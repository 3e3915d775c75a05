import type { Recorded } from './history.ts';

interface Listener {
  /** Changes up to this version were made before the listener came. */
  since: number;
  hear: (entry: Recorded) => void;
}

/** Tells listeners of changes, in order, in a microtask after the write that made them. */
export class Announcer {
  readonly #listeners = new Set<Listener>();
  #pending: Recorded[] = [];
  #scheduled = false;

  /** `since` is the version at the time of the call. Returns the unsubscriber. */
  listen(since: number, hear: (entry: Recorded) => void): () => void {
    const listener: Listener = { since, hear };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(entry: Recorded): void {
    this.#pending.push(entry);
    if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.#drain());
    }
  }

  #drain(): void {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      for (const entry of batch) {
        this.#tell(entry);
      }
    }
    this.#scheduled = false;
  }

  #tell(entry: Recorded): void {
    for (const listener of [...this.#listeners]) {
      if (entry.version <= listener.since || !this.#listeners.has(listener)) {
        continue;
      }
      try {
        listener.hear(entry);
      } catch (error) {
        // One listener's bug is uncaught, and the others still hear.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
