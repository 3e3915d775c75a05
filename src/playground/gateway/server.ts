import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ref } from '../api/types.ts';
import type { ModelEndpoints } from './endpoints.ts';
import { choose, type RoutingTable } from './routes.ts';

export interface GatewayOptions {
  /** 0 takes a free one. */
  port: number;
  routes: RoutingTable;
  endpoints: ModelEndpoints;
  /** Told of each request for a revision before it is answered. */
  touch(revision: Ref): void;
  /** How long a request waits for a revision's first pod, in ms. Knative's own limit is 300 s. */
  patience?: number;
}

export interface Gateway {
  port: number;
  close(): Promise<void>;
}

/** The largest body taken, in bytes: more than any tensor of an iris. */
const largestBody = 16 * 2 ** 20;

/**
 * The ingress gateway on 127.0.0.1: Istio's Envoy and Knative's activator in one. It knows a request's destination by its Host
 * alone. A host that nobody has gets 404 with no body, a revision without a pod is started and waited for.
 */
export function startGateway(options: GatewayOptions): Promise<Gateway> {
  const ending = new AbortController();
  const server = createServer((request, response) => {
    serve(options, request, response, ending.signal).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            ending.abort();
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function serve(options: GatewayOptions, request: IncomingMessage, response: ServerResponse, ending: AbortSignal): Promise<void> {
  const arrived = performance.now();
  const body = await readBody(request);
  if (body === undefined) {
    send(response, 413, 'text/plain', 'Payload Too Large');
    return;
  }
  const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const shares = options.routes.find(host);
  const share = shares === undefined ? undefined : choose(shares, Math.random());
  if (shares === undefined || share === undefined) {
    send(response, 404, undefined, '');
    return;
  }
  options.touch(share.revision);
  if (options.endpoints.find(share.revision) === undefined) {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(options.patience ?? 300_000)]);
    await options.endpoints.wait(share.revision, signal);
  }
  const model = options.endpoints.find(share.revision);
  if (model === undefined) {
    send(response, 503, 'text/plain', 'no healthy upstream');
    return;
  }
  const answer = model.answer({
    method: request.method ?? 'GET',
    path: (request.url ?? '/').replace(/\?.*$/s, ''),
    contentType: request.headers['content-type'],
    body,
  });
  response.setHeader('x-envoy-upstream-service-time', String(Math.round(performance.now() - arrived)));
  send(response, answer.status, answer.contentType, answer.body);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > largestBody) {
      return undefined;
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, contentType: string | undefined, body: string): void {
  response.writeHead(status, {
    server: 'istio-envoy',
    'content-length': Buffer.byteLength(body),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  });
  response.end(body);
}
