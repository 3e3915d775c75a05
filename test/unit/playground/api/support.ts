import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { BUILTIN_TYPES } from '../../../../src/playground/api/builtin.ts';
import { makeCertificates, type ServerCertificate } from '../../../../src/playground/api/certificates.ts';
import { at } from '../../../../src/playground/api/fields.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../../../src/playground/api/server.ts';
import { ObjectStore } from '../../../../src/playground/api/store.ts';
import type { NewObject, ResourceType } from '../../../../src/playground/api/types.ts';

/** A made-up custom resource: the API knows no KServe. */
export const WIDGET: ResourceType = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  singular: 'widget',
  shortNames: ['wd'],
  categories: ['all'],
  namespaced: true,
  statusSubresource: true,
  generation: true,
  columns: [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
    { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
    { name: 'Colour', type: 'string', jsonPath: '.spec.colour', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

export const TOKEN = 'a-token';
export const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';

export function widget(name: string, spec: object = { size: 1 }, metadata: object = {}): NewObject {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name, namespace: 'default', ...metadata }, spec };
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; undefined when it is none. */
  body: unknown;
}

export interface Request {
  method?: string;
  headers?: { [name: string]: string };
  /** An object is sent as JSON. */
  body?: object | string;
  token?: string;
}

/** How long a test waits for an event, so that a lost one fails the test and not the run. */
const PATIENCE = 5000;

export interface WatchEvent {
  type: string;
  object: unknown;
}

/** An open watch and what it has brought so far. */
export interface Watcher {
  status: number;
  events: WatchEvent[];
  /** Waits for that many events in all. */
  count(wanted: number): Promise<WatchEvent[]>;
  /** Waits for an event. */
  find(wanted: (event: WatchEvent) => boolean): Promise<WatchEvent>;
  /** Waits for its end; true when the server ended it in order, false when the connection broke. */
  ended: Promise<boolean>;
  close(): void;
}

export interface Playground {
  store: ObjectStore;
  server: ApiServer;
  tls: ServerCertificate;
  request(path: string, request?: Request): Promise<Reply>;
  watch(path: string, headers?: { [name: string]: string }): Promise<Watcher>;
  stop(): Promise<void>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function send(
  url: string,
  ca: string,
  agent: Agent | false,
  { method = 'GET', headers = {}, body, token = TOKEN }: Request,
): Promise<IncomingMessage> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const outgoing = httpsRequest(url, {
    method,
    ca,
    agent,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) }),
      ...headers,
    },
  });
  outgoing.end(text);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  // What breaks later shows in the answer.
  outgoing.on('error', () => undefined);
  return incoming;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding('utf8');
  let text = '';
  for await (const chunk of incoming as AsyncIterable<string>) {
    text += chunk;
  }
  return text;
}

function watcher(incoming: IncomingMessage): Watcher {
  const events: WatchEvent[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(line) as WatchEvent));
    waiting.forEach((check) => check());
  });
  incoming.on('error', () => undefined);
  const ended = new Promise<boolean>((resolve) => incoming.on('close', () => resolve(incoming.complete)));
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (): void => {
        waiting.delete(check);
        clearTimeout(timer);
      };
      const check = (): void => {
        const found = look();
        if (found !== undefined) {
          finish();
          resolve(found);
        }
      };
      const fail = (reason: string): void => {
        finish();
        reject(new Error(`${reason}; the watch brought ${JSON.stringify(events)}`));
      };
      const timer = setTimeout(() => fail(`Nothing came within ${PATIENCE} ms`), PATIENCE);
      waiting.add(check);
      void ended.then(() => fail('The watch ended'));
      check();
    });
  return {
    status: incoming.statusCode ?? 0,
    events,
    count: (wanted) => until(() => (events.length >= wanted ? events : undefined)),
    find: (wanted) => until(() => events.find(wanted)),
    ended,
    close: () => incoming.destroy(),
  };
}

/** A running server with a `default` namespace. */
export async function startPlayground(
  options: Partial<ApiServerOptions> & { history?: number; types?: readonly ResourceType[] } = {},
): Promise<Playground> {
  const { history, types = [...BUILTIN_TYPES, WIDGET], ...rest } = options;
  const store = new ObjectStore(types, history === undefined ? {} : { history });
  store.create(store.type('/Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const tls = await makeCertificates();
  const server = await startApiServer({ store, tls, token: TOKEN, ...rest });
  const agent = new Agent({ keepAlive: true });
  return {
    store,
    server,
    tls,
    request: async (path, request = {}) => {
      const incoming = await send(server.url + path, tls.ca, agent, request);
      const text = await textOf(incoming);
      return { status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parsed(text) };
    },
    watch: async (path, headers = {}) => watcher(await send(server.url + path, tls.ca, false, { headers })),
    stop: () => {
      agent.destroy();
      return server.close();
    },
  };
}

export function versionOf(value: unknown): string {
  return String(at(value, 'metadata', 'resourceVersion'));
}

export function nameOf(value: unknown): string {
  return String(at(value, 'metadata', 'name'));
}
