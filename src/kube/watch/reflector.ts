import { KubeError } from '../errors.ts';
import { numberAt } from '../guards.ts';
import { statusError } from '../http/statusErrors.ts';
import type { Stream, Wire } from '../http/wire.ts';
import type { Health, KubeRequest, Reflector, ReflectorEvents, WatchedResource } from '../types.ts';
import { parseEvent, parseList, versionOf } from './events.ts';
import { LineSplitter } from './lines.ts';
import { LiveCopy } from './liveCopy.ts';
import type { Tuning } from './tuning.ts';
import { compareVersions } from './versions.ts';

/**
 * List, then watch, for ever: one request at a time, so there can be no storm of them.
 *
 * - A clean end or silence: watch again at once, from the last version.
 * - 410 (as status or event): list again at once; the difference is delivered.
 * - A broken connection, 5xx …: the same again after a pause that doubles.
 * - Something that is not the protocol: list again after a pause, since what was lost cannot be known.
 */
export class ListWatch<T> implements Reflector<T> {
  readonly #wire: Wire;
  readonly #resource: WatchedResource;
  readonly #events: ReflectorEvents<T>;
  readonly #tuning: Tuning;
  readonly #copy: LiveCopy<T>;
  readonly #onDispose: () => void;
  readonly #life: AbortController = new AbortController();
  #health: Health = { state: 'connecting' };
  /** Where the next watch begins; undefined: a list comes first. */
  #version: string | undefined;
  /** When the data were last known to be the server's; undefined before the first list. */
  #asOf: number | undefined;
  #failures = 0;
  /** Watches in a row that ended too soon without being failures: cleanly, and by 410. */
  readonly #hasty = { ended: 0, expired: 0 };
  #flush: NodeJS.Immediate | undefined;
  #wake: (() => void) | undefined;

  constructor(wire: Wire, resource: WatchedResource, project: (object: unknown) => T | undefined, events: ReflectorEvents<T>, tuning: Tuning, disposed: () => void) {
    this.#wire = wire;
    this.#resource = resource;
    this.#events = events;
    this.#tuning = tuning;
    this.#copy = new LiveCopy(project);
    this.#onDispose = disposed;
    // Not before the caller has the reflector in hand.
    queueMicrotask(() => void this.#run());
  }

  get items(): ReadonlyMap<string, T> {
    return this.#copy.items;
  }

  get health(): Health {
    return this.#health;
  }

  retry(): void {
    if (this.#wake === undefined) return;
    if (this.#health.state === 'failed') this.#report({ state: 'connecting' });
    this.#wake();
  }

  dispose(): void {
    this.#life.abort();
    this.#onDispose();
    clearImmediate(this.#flush);
    this.#wake?.();
  }

  #isDisposed(): boolean {
    return this.#life.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isDisposed()) {
      try {
        if (this.#version === undefined) await this.#list();
        else await this.#watch(this.#version);
      } catch (error) {
        if (this.#isDisposed()) return;
        await this.#pause(error instanceof KubeError ? error : new KubeError('server', 'The cluster view met an error of its own.', { detail: String(error) }));
      }
    }
  }

  async #list(): Promise<void> {
    const { pageSize, listTimeout: timeout } = this.#tuning;
    let listing = this.#copy.listing();
    let query: Record<string, string> = { limit: String(pageSize) };
    for (;;) {
      let page;
      try {
        page = parseList(await this.#wire.json(this.#request(query, timeout)));
      } catch (error) {
        if (!(error instanceof KubeError && error.kind === 'gone' && query['continue'] !== undefined)) throw error;
        // The list took longer than the server keeps its state. Once more in one piece: that cannot expire (client-go's
        // pager does the same, FullListIfExpired).
        listing = this.#copy.listing();
        query = {};
        continue;
      }
      if (this.#isDisposed()) return;
      for (const item of page.items) listing.add(item);
      if (page.next === undefined) {
        this.#copy.replace(listing, page.version);
        this.#version = page.version;
        break;
      }
      query = { limit: String(pageSize), continue: page.next };
    }
    this.#asOf = Date.now();
    this.#deliver();
  }

  async #watch(version: string): Promise<void> {
    const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: version, timeoutSeconds: String(this.#tuning.watchSeconds()) };
    const begun = performance.now();
    try {
      const stream = await this.#wire.open(this.#request(query, this.#tuning.openTimeout));
      if (this.#isDisposed()) {
        stream.end();
        return;
      }
      this.#asOf = Date.now();
      this.#report({ state: 'live' });
      await this.#follow(stream);
    } catch (error) {
      const lived = performance.now() - begun;
      if (lived >= this.#tuning.proven) this.#failures = 0;
      if (!(error instanceof KubeError && error.kind === 'gone')) throw error;
      this.#version = undefined;
      // At once, but not for ever: a server that expires every version it gives must not be asked in a loop.
      if (this.#isHasty('expired', lived, 1)) throw error;
      return;
    }
    // client-go calls it a "very short watch" and waits: a server or proxy that ends every watch would be asked in a loop.
    if (this.#isHasty('ended', performance.now() - begun, 3)) throw new KubeError('unreachable', `${this.#wire.origin} ends every watch at once. Is a proxy in between?`);
  }

  /** Whether more than `allowed` watches in a row ended too soon without bringing anything new. */
  #isHasty(how: 'ended' | 'expired', lived: number, allowed: number): boolean {
    if (lived < this.#tuning.tooShort) return ++this.#hasty[how] > allowed;
    this.#worked();
    return false;
  }

  #worked(): void {
    this.#failures = 0;
    this.#hasty.ended = 0;
    this.#hasty.expired = 0;
  }

  /** Reads a watch to its end. Returns after a clean end or silence. */
  async #follow(stream: Stream): Promise<void> {
    const silent = new KubeError('timeout', 'The watch has gone silent.');
    const { silence } = this.#tuning;
    let heard = Date.now();
    // By the clock on the wall and in small steps: after a sleep of the computer, a timer would still wait its rest.
    const watchdog = setInterval(() => {
      if (Date.now() - heard > silence) stream.abort(silent);
    }, Math.max(5, silence / 12));
    const lines = new LineSplitter();
    try {
      for await (const chunk of stream.chunks) {
        heard = Date.now();
        if (this.#isDisposed()) return;
        if (Buffer.isBuffer(chunk)) for (const line of lines.push(chunk)) this.#handle(line);
      }
      this.#handle(lines.end());
      this.#asOf = Date.now();
    } catch (error) {
      this.#asOf = error === silent ? heard : Date.now();
      if (error !== silent) throw error;
    } finally {
      clearInterval(watchdog);
      stream.end();
    }
  }

  #handle(line: string): void {
    let event;
    try {
      event = parseEvent(line);
    } catch (error) {
      this.#version = undefined;
      throw error;
    }
    if (event === undefined) return;
    if (event.type === 'error') {
      this.#version = undefined;
      throw statusError(event.object, numberAt(event.object, 'code') ?? 500, this.#request({ watch: 'true' }, 0), this.#wire.origin);
    }
    if (event.type === 'bookmark') {
      this.#advance(event.version);
      return;
    }
    if (event.type === 'changed') this.#copy.changed(event.object);
    else this.#copy.deleted(event.object);
    if (this.#advance(versionOf(event.object))) this.#worked();
    if (this.#copy.dirty) this.#flush ??= setImmediate(() => this.#deliver());
  }

  /** The next watch begins at the newest version seen, also where an older event came after it. */
  #advance(version: string | undefined): boolean {
    if (version === undefined || (this.#version !== undefined && (compareVersions(version, this.#version) ?? 1) <= 0)) return false;
    this.#version = version;
    return true;
  }

  #deliver(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    const changes = this.#copy.take();
    if (changes !== undefined && !this.#isDisposed()) tell(() => this.#events.changed(changes));
  }

  #report(health: Health): void {
    if (health.state === this.#health.state && health.state !== 'stale' && health.state !== 'failed') return;
    this.#health = health;
    if (!this.#isDisposed()) tell(() => this.#events.health(health));
  }

  async #pause(error: KubeError): Promise<void> {
    this.#failures += 1;
    const pause = this.#tuning.pause(this.#failures, error);
    const woken = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#report(this.#asOf === undefined ? { state: 'failed', error } : { state: 'stale', since: this.#asOf, retryAt: Date.now() + pause, error });
    await woken;
    this.#wake = undefined;
  }

  #request(query: Record<string, string>, timeout: number): KubeRequest {
    const { groupVersion, namespace, plural, labelSelector } = this.#resource;
    const where = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return {
      method: 'GET',
      path: `/${groupVersion}${where}/${plural}`,
      query: labelSelector === undefined ? query : { ...query, labelSelector },
      timeout,
      signal: this.#life.signal,
    };
  }
}

/** An error of a listener is its own: it surfaces as uncaught, and the reflector goes on. */
function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
