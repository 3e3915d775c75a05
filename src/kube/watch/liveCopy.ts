import type { JsonRecord } from '../guards.ts';
import { keyOf, versionOf } from './events.ts';
import { compareVersions } from './versions.ts';

type Projection<T> = (object: unknown) => T | undefined;

/** How many deletions are remembered against late events about them. */
const rememberedDeletions = 1000;

/**
 * The state of a reflector, without I/O: what the server is known to hold, what has been delivered, and the difference.
 * No event takes an object back to an older version.
 */
export class LiveCopy<T> {
  readonly #project: Projection<T>;
  readonly #items = new Map<string, T>();
  #pending = new Map<string, T | undefined>();
  /** Of every object, shown or left out. */
  #versions = new Map<string, string>();
  readonly #deleted = new Map<string, string>();
  #listed = '';

  constructor(project: Projection<T>) {
    this.#project = project;
  }

  /** As of the last `take()`. */
  get items(): ReadonlyMap<string, T> {
    return this.#items;
  }

  /** A list that is being read; nothing shows before `replace`. */
  listing(): Listing<T> {
    return new Listing(this.#project, this.#versions);
  }

  /** Takes a whole list as the truth, also where its versions are older: then the cluster was restored or replaced. */
  replace(listing: Listing<T>, version: string): void {
    for (const key of this.#versions.keys()) if (!listing.versions.has(key)) this.#set(key, undefined);
    for (const [key, item] of listing.fresh) this.#set(key, item);
    this.#versions = listing.versions;
    this.#deleted.clear();
    this.#listed = version;
  }

  changed(object: JsonRecord): void {
    const key = keyOf(object);
    const version = versionOf(object) ?? '';
    if (key === undefined || !this.#isNews(key, version)) return;
    this.#versions.set(key, version);
    this.#deleted.delete(key);
    this.#set(key, this.#project(object));
  }

  deleted(object: JsonRecord): void {
    const key = keyOf(object);
    const version = versionOf(object) ?? '';
    if (key === undefined || !this.#isNews(key, version, true)) return;
    this.#versions.delete(key);
    this.#deleted.delete(key);
    this.#deleted.set(key, version);
    const [oldest] = this.#deleted.keys();
    if (this.#deleted.size > rememberedDeletions && oldest !== undefined) this.#deleted.delete(oldest);
    this.#set(key, undefined);
  }

  /** What has changed since the last call, and makes it visible in `items`; undefined where nothing has. */
  take(): ReadonlyMap<string, T | undefined> | undefined {
    if (this.#pending.size === 0) return undefined;
    const changes = this.#pending;
    this.#pending = new Map();
    for (const [key, item] of changes) {
      if (item === undefined) this.#items.delete(key);
      else this.#items.set(key, item);
    }
    return changes;
  }

  get dirty(): boolean {
    return this.#pending.size > 0;
  }

  /**
   * A deletion may carry the version of the object's last change instead of its own (kube-apiserver before 1.10, and
   * aggregated APIs), hence `orSame`.
   */
  #isNews(key: string, version: string, orSame = false): boolean {
    const known = this.#versions.get(key) ?? this.#deleted.get(key);
    const own = known === undefined ? undefined : compareVersions(version, known);
    if (own !== undefined && (own < 0 || (own === 0 && !(orSame && this.#versions.has(key))))) return false;
    // What the list did not show is older than the list, unless it is newer: an event from before it tells nothing.
    const list = compareVersions(version, this.#listed);
    return list === undefined || list > 0 || (orSame && own === 0);
  }

  #set(key: string, item: T | undefined): void {
    if (item === undefined && !this.#items.has(key)) this.#pending.delete(key);
    else this.#pending.set(key, item);
  }
}

/** The pages of one list: objects are projected as they arrive, so that only one page is whole at a time. */
export class Listing<T> {
  readonly versions = new Map<string, string>();
  /** What differs from what was known before. */
  readonly fresh = new Map<string, T | undefined>();
  readonly #project: Projection<T>;
  readonly #known: ReadonlyMap<string, string>;

  constructor(project: Projection<T>, known: ReadonlyMap<string, string>) {
    this.#project = project;
    this.#known = known;
  }

  add(object: JsonRecord): void {
    const key = keyOf(object);
    if (key === undefined) return;
    const version = versionOf(object) ?? '';
    this.versions.set(key, version);
    if (version === '' || this.#known.get(key) !== version) this.fresh.set(key, this.#project(object));
  }
}
