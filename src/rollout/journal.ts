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

/** An older version may have written it, and Undo writes what it says to a cluster. */
function isEntry(value: unknown): value is JournalEntry {
  return isRecord(value) && typeof value['uid'] === 'string' && typeof value['component'] === 'string' && typeof value['verb'] === 'string'
    && typeof value['at'] === 'number' && isFacts(value['before']) && isFacts(value['after']);
}

function isFacts(value: unknown): value is Facts {
  return isRecord(value) && (value['percent'] === null || typeof value['percent'] === 'number')
    && [value['modelUri'], value['tagRouting'], value['stop']].every((field) => field === null || typeof field === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
