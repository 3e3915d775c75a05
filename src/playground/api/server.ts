import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { stringify as toYaml } from 'yaml';
import { decode, readBody } from './body.ts';
import type { ServerCertificate } from './certificates.ts';
import { findDocument } from './documents.ts';
import { ApiError, badRequest, methodNotAllowed, unauthorized, unknownPath } from './errors.ts';
import type { ApiFaults } from './faults.ts';
import type { PodLogSource } from './pod-logs.ts';
import { answerResource, findTarget } from './resources.ts';
import { answerReview, findReview } from './reviews.ts';
import type { ObjectStore } from './store.ts';

export interface ApiServerOptions {
  /** Serves the types that the store was made with. */
  store: ObjectStore;
  /** 0 or nothing: a free one. */
  port?: number;
  tls: ServerCertificate;
  /** Every request must bear it. */
  token: string;
  /** What the pods print; nothing without it. */
  logs?: PodLogSource;
  /** Between two bookmarks of a watch; a minute when not given. */
  bookmarkMilliseconds?: number;
  /** How it misbehaves; it never does without. */
  faults?: ApiFaults;
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** Breaks the connections of all watches off, as a lost network would. */
  dropWatches(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

function send(response: ServerResponse, code: number, body: string | Buffer, contentType: string): void {
  const data = Buffer.from(body);
  response.writeHead(code, {
    'Content-Type': contentType,
    'Content-Length': data.length,
    'Cache-Control': 'no-cache, private',
  });
  response.end(data);
}

function sendJson(response: ServerResponse, code: number, body: object, contentType = 'application/json'): void {
  send(response, code, `${JSON.stringify(body)}\n`, contentType);
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const failure =
    error instanceof ApiError
      ? error
      : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
  const retryAfter = failure.details?.retryAfterSeconds;
  if (retryAfter !== undefined) {
    response.setHeader('Retry-After', retryAfter);
  }
  sendJson(response, failure.code, failure.body);
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The decoded parts of a path, without empty ones. Throws ApiError 400. */
function pathParts(pathname: string): string[] {
  try {
    return pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw badRequest('invalid URL escape');
  }
}

async function answer(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  onWatch: (stop: () => void) => void,
): Promise<void> {
  if (!isAuthorized(request, options.token)) {
    throw unauthorized();
  }
  const { store, bookmarkMilliseconds = 60_000 } = options;
  const url = new URL(request.url ?? '/', `https://${HOST}`);
  const path = pathParts(url.pathname);
  const target = findTarget(store.types, path);
  await options.faults?.meet(request, response, target, url.searchParams);
  if (target !== undefined) {
    const result = await answerResource({
      store,
      target,
      query: url.searchParams,
      request,
      response,
      bookmarkMilliseconds,
      logs: options.logs,
    });
    if ('stop' in result) {
      onWatch(result.stop);
    } else if (result.yaml) {
      send(response, result.code, toYaml(result.body, { aliasDuplicateObjects: false }), 'application/yaml');
    } else {
      sendJson(response, result.code, result.body);
    }
    return;
  }
  const review = findReview(path);
  if (review !== undefined) {
    if (request.method !== 'POST') {
      throw methodNotAllowed();
    }
    const given = decode(await readBody(request), request.headers['content-type'], review.kind);
    sendJson(response, 201, answerReview(review, given));
    return;
  }
  const document = findDocument(store, path, request.headers.accept);
  if (document === undefined) {
    if (path[0] !== 'api') {
      // Only the groups that are built in answer unknown paths with a Status.
      send(response, 404, '404 page not found\n', 'text/plain; charset=utf-8');
      return;
    }
    throw unknownPath();
  }
  if (request.method !== 'GET') {
    throw methodNotAllowed();
  }
  send(response, 200, document.body, document.contentType);
}

/** Starts a Kubernetes API over HTTPS on 127.0.0.1. Rejects when the port is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, tls, port = 0, faults } = options;
  const watches = new Set<() => void>();
  const server = createServer({ cert: tls.cert, key: tls.key }, (request, response) => {
    response.on('error', () => response.destroy());
    const onWatch = (stop: () => void): void => {
      watches.add(stop);
      response.on('close', () => watches.delete(stop));
    };
    answer(options, request, response, onWatch).catch((error: unknown) => sendError(response, error));
  });
  server.on('clientError', (_error, socket) => {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  const listen = (wanted: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, HOST, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  await listen(port);
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  server.on('secureConnection', (socket) => faults?.connected(socket));
  faults?.serve({
    expireHistory: () => store.expireHistory(),
    refuse: close,
    accept: async () => {
      if (!server.listening) {
        await listen(actual);
      }
    },
  });
  return {
    url: `https://${HOST}:${actual}`,
    port: actual,
    dropWatches: () => [...watches].forEach((stop) => stop()),
    close,
  };
}
