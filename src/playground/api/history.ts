import type { Change, ResourceType } from './types.ts';

/** One change with the resourceVersion that it made. */
export interface Recorded {
  version: number;
  type: ResourceType;
  change: Change;
}

/** The last changes of all kinds, as a ring: what a watch from an older version replays. */
export class History {
  readonly #capacity: number;
  #entries: Recorded[] = [];
  #floor: number;

  /** `capacity` in changes; `version` is the resourceVersion that the history begins after. */
  constructor(capacity: number, version: number) {
    this.#capacity = capacity;
    this.#floor = version;
  }

  /** The oldest version that a watch can still begin after. */
  get floor(): number {
    return this.#floor;
  }

  add(entry: Recorded): void {
    this.#entries.push(entry);
    // Dropping half a ring at once keeps the cost of an addition constant.
    if (this.#entries.length >= this.#capacity * 2) {
      this.#dropBefore(this.#entries.length - this.#capacity);
    }
  }

  /** The changes after a version, oldest first; undefined when some of them are no longer kept. */
  since(version: number): Recorded[] | undefined {
    if (version < this.#floor) {
      return undefined;
    }
    const first = this.#entries.findIndex((entry) => entry.version > version);
    return first === -1 ? [] : this.#entries.slice(first);
  }

  /** Forgets everything: every version but the last is expired. */
  clear(): void {
    this.#dropBefore(this.#entries.length);
  }

  #dropBefore(index: number): void {
    const last = this.#entries[index - 1];
    if (last !== undefined) {
      this.#floor = last.version;
      this.#entries = this.#entries.slice(index);
    }
  }
}
