import type { ServerResponse } from 'node:http';
import { type SeenRequest, sendJson, status } from './server.ts';

export interface FakeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string; readonly resourceVersion: string };
  readonly value: string;
}

/** What happens to one request instead of the right answer. */
export type Fault = 'drop' | '500' | '429' | '410' | 'garbage' | 'end' | 'error-410' | 'error-500' | 'half-line' | 'mute' | 'split' | 'repeat' | 'page';

interface Watcher {
  readonly response: ServerResponse;
  /** Half-open: it looks connected and gets nothing. */
  muted: boolean;
  /** Bytes one by one: characters are cut in the middle. */
  readonly split: boolean;
  /** Every event twice, and the ones before it again, the oldest last. */
  readonly repeat: boolean;
}

type Event = { readonly type: string; readonly object: FakeObject };

/** One resource with list, pages, watch, bookmarks and expiry, in memory. `fault` is asked once a request. */
export class FakeCluster {
  readonly objects = new Map<string, FakeObject>();
  readonly watchers = new Set<Watcher>();
  fault: (request: SeenRequest, kind: 'list' | 'watch') => Fault | undefined = () => undefined;
  #version = 100;
  #history: Event[] = [];
  /** Versions below this are expired. */
  #oldest = 0;
  readonly #snapshots = new Map<string, { readonly version: number; readonly items: readonly FakeObject[] }>();

  put(name: string, value: string): void {
    this.#version += 1;
    const object: FakeObject = { apiVersion: 'v1', kind: 'Thing', metadata: { namespace: 'ns', name, resourceVersion: String(this.#version) }, value };
    const type = this.objects.has(name) ? 'MODIFIED' : 'ADDED';
    this.objects.set(name, object);
    this.#tell({ type, object });
  }

  remove(name: string): void {
    const object = this.objects.get(name);
    if (object === undefined) return;
    this.#version += 1;
    this.objects.delete(name);
    this.#tell({ type: 'DELETED', object: { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } } });
  }

  /** Forgets the history: watches from before get 410, and so do pages that are still to come. */
  compact(): void {
    this.#history = [];
    this.#oldest = this.#version;
    this.#snapshots.clear();
  }

  bookmark(): void {
    for (const watcher of this.watchers) this.#write(watcher, { type: 'BOOKMARK', object: { kind: 'Thing', apiVersion: 'v1', metadata: { resourceVersion: String(this.#version) } } });
  }

  /** Writes something of the test's own to every watch that is not half-open: no watch ever skips an event. */
  say(line: string | Buffer): void {
    for (const { response, muted } of this.watchers) if (!muted) response.write(line);
  }

  endWatches(): void {
    for (const { response } of this.watchers) response.end();
  }

  mute(): void {
    for (const watcher of this.watchers) watcher.muted = true;
  }

  values(): Record<string, string> {
    return asRecord(new Map([...this.objects.values()].map(({ metadata, value }) => [`${metadata.namespace}/${metadata.name}`, value])));
  }

  readonly handle = (request: SeenRequest, response: ServerResponse): void => {
    const watch = request.query.get('watch') === 'true';
    const fault = this.fault(request, watch ? 'watch' : 'list');
    if (fault === 'drop') response.socket?.destroy();
    else if (fault === '500') sendJson(response, 500, status(500, 'InternalError', 'etcdserver: leader changed'));
    else if (fault === '429') sendJson(response, 429, status(429, 'TooManyRequests', 'too many requests'));
    else if (fault === '410') sendJson(response, 410, status(410, 'Expired', 'too old resource version'));
    else if (watch) this.#watch(request, response, fault);
    else if (fault === 'garbage') response.end('<html>');
    else this.#list(request, response, fault);
  };

  #list(request: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    const token = request.query.get('continue');
    const [snapshot, offset] = token === null ? [undefined, 0] : [this.#snapshots.get(token.split(':')[0] ?? ''), Number(token.split(':')[1])];
    if (token !== null && snapshot === undefined) {
      sendJson(response, 410, status(410, 'Expired', 'The provided continue parameter is too old'));
      return;
    }
    const { version, items } = snapshot ?? { version: this.#version, items: [...this.objects.values()] };
    const limit = fault === 'page' ? 1 : Number(request.query.get('limit') ?? Infinity);
    const page = items.slice(offset, offset + limit);
    const rest = items.length - offset - page.length;
    if (rest > 0) this.#snapshots.set(String(version), { version, items });
    const metadata = { resourceVersion: String(version), ...(rest > 0 ? { continue: `${version}:${offset + page.length}` } : {}) };
    sendJson(response, 200, { kind: 'ThingList', apiVersion: 'v1', metadata, items: page });
  }

  #watch(request: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const from = Number(request.query.get('resourceVersion'));
    if (fault === 'error-410' || from < this.#oldest) return void response.end(`${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired', 'too old resource version') })}\n`);
    if (fault === 'error-500') return void response.end(`${JSON.stringify({ type: 'ERROR', object: status(500, 'InternalError', 'etcd') })}\n`);
    if (fault === 'garbage') return void response.end('{"type":"ADDED","obj\n');
    if (fault === 'half-line') return void response.end('{"type":"ADDED","obj');
    if (fault === 'end') return void response.end();
    const watcher: Watcher = { response, muted: fault === 'mute', split: fault === 'split', repeat: fault === 'repeat' };
    this.watchers.add(watcher);
    response.on('close', () => this.watchers.delete(watcher));
    for (const event of this.#history) if (Number(event.object.metadata.resourceVersion) > from) this.#write(watcher, event);
  }

  #tell(event: Event): void {
    this.#history.push(event);
    for (const watcher of this.watchers) this.#write(watcher, event);
  }

  #write(watcher: Watcher, event: object): void {
    if (watcher.muted || watcher.response.writableEnded) return;
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    if (watcher.split) for (const byte of line) watcher.response.write(Buffer.of(byte));
    else watcher.response.write(line);
    if (!watcher.repeat) return;
    watcher.response.write(line);
    for (const before of this.#history.slice(-4, -1).reverse()) watcher.response.write(`${JSON.stringify(before)}\n`);
  }
}

/** The projection that the tests use. */
export function valueOf(object: unknown): string | undefined {
  return typeof object === 'object' && object !== null && 'value' in object && typeof object.value === 'string' ? object.value : undefined;
}

export function asRecord(items: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...items].sort(([a], [b]) => (a < b ? -1 : 1)));
}
