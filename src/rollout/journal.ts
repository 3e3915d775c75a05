import type { Facts, VerbKind } from '../kserve/plan.ts';

/** What this window did to a service: what no object holds. */
export interface JournalEntry {
  /** uid of the InferenceService. */
  readonly uid: string;
  readonly component: string;
  /** ms since 1970. */
  readonly at: number;
  readonly verb: VerbKind;
  /** The fields before and after. */
  readonly before: Facts;
  readonly after: Facts;
}

/** Where the journal lies; VS Code's Memento fits. */
export interface JournalStorage {
  get(key: string): unknown;
  update(key: string, value: readonly JournalEntry[]): PromiseLike<void>;
}

const storageKey = 'journal';
/** Enough for "undo" and "since when"; a release log is another file's job. */
const kept = 200;

export class Journal {
  readonly #storage: JournalStorage;

  constructor(storage: JournalStorage) {
    this.#storage = storage;
  }

  /** The latest entry of a component, or undefined. */
  last(uid: string, component: string): JournalEntry | undefined {
    return this.#entries().findLast((entry) => entry.uid === uid && entry.component === component);
  }

  async add(entry: JournalEntry): Promise<void> {
    await this.#storage.update(storageKey, [...this.#entries(), entry].slice(-kept));
  }

  #entries(): readonly JournalEntry[] {
    const stored = this.#storage.get(storageKey);
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  }
}

function isEntry(value: unknown): value is JournalEntry {
  return typeof value === 'object' && value !== null && 'uid' in value && 'component' in value && 'before' in value && 'after' in value && 'verb' in value && 'at' in value;
}
