import http from 'node:http';
import https from 'node:https';
import type { Credentials, CredentialSource } from '../credentials/credentials.ts';
import { cancelled, KubeError } from '../errors.ts';
import type { KubeRequest } from '../types.ts';
import { readText } from './body.ts';
import { exchange } from './exchange.ts';
import { networkError } from './networkErrors.ts';
import { Scope } from './scope.ts';
import { refusalError } from './statusErrors.ts';

export interface WireSettings {
  /** The server's address, with a path where it has one (Rancher), without a trailing slash. */
  readonly server: string;
  readonly compression: boolean;
  /** Milliseconds until TCP and TLS have to stand: a dead VPN shows at once and not after a whole request's time. */
  readonly connectTimeout: number;
}

/** An open answer that is read as it comes. */
export interface Stream {
  readonly chunks: AsyncIterable<unknown>;
  /** Breaks it off; the reader gets the reason. */
  abort(reason: KubeError): void;
  /** Has to be called when done. */
  end(): void;
}

const usualTimeout = 30_000;
/** Shorter than the 60 s and more after which load balancers and API servers drop idle connections, so we are first. */
const idleConnection = 30_000;
/** TCP keep-alive probes, as client-go sets them: NATs forget quiet connections, and a watch is quiet. */
const probeDelay = 30_000;

/** Requests to one server as one user, over one keep-alive agent. Everything that fails, fails with a KubeError. */
export class Wire {
  readonly origin: string;
  readonly #settings: WireSettings;
  readonly #credentials: CredentialSource;
  readonly #agent: http.Agent;
  readonly #life: AbortController = new AbortController();
  readonly #acceptEncoding: string;

  constructor(settings: WireSettings, credentials: CredentialSource) {
    const url = new URL(settings.server);
    this.#settings = settings;
    this.#credentials = credentials;
    this.origin = url.origin;
    const options = { keepAlive: true, keepAliveMsecs: probeDelay, timeout: idleConnection, scheduling: 'lifo' } as const;
    this.#agent = url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
    // Across this machine's own loopback, packing costs more than it saves.
    const near = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    this.#acceptEncoding = settings.compression && !near ? 'gzip' : 'identity';
  }

  /** The parsed body of a 2xx answer; undefined where it is empty. */
  async json(request: KubeRequest): Promise<unknown> {
    const scope = this.#scope(request.signal);
    try {
      const response = await this.#send(request, scope, request.timeout ?? usualTimeout, this.#acceptEncoding);
      return this.#parse(await readText(response), response.statusCode ?? 0, request);
    } catch (error) {
      throw this.#explained(error, scope, request);
    } finally {
      scope.end();
    }
  }

  /** A 2xx answer as a stream; `request.timeout` is the time until its headers. */
  async open(request: KubeRequest): Promise<Stream> {
    const scope = this.#scope(request.signal);
    try {
      // Unpacked: packed events would wait in the packer's window.
      const response = await this.#send(request, scope, request.timeout ?? usualTimeout, 'identity');
      scope.unlimited();
      return {
        chunks: this.#chunks(response, scope, request),
        abort: (reason) => scope.abort(reason),
        end: () => {
          scope.end();
          response.destroy();
        },
      };
    } catch (error) {
      scope.end();
      throw this.#explained(error, scope, request);
    }
  }

  dispose(): void {
    this.#life.abort();
    this.#credentials.dispose(cancelled());
    this.#agent.destroy();
  }

  #scope(signal: AbortSignal | undefined): Scope {
    return new Scope(signal === undefined ? [this.#life.signal] : [this.#life.signal, signal], cancelled);
  }

  async #send(request: KubeRequest, scope: Scope, timeout: number, encoding: string): Promise<http.IncomingMessage> {
    const late = (): KubeError => new KubeError('timeout', `${this.origin} did not answer within ${timeout / 1000} seconds.${request.method === 'GET' ? '' : ' The change may or may not have been made: look before you repeat it.'}`);
    // A person may have to sign in for the credentials; that is not the server's time.
    const credentials = await scope.wait(this.#credentials.current());
    scope.limit(timeout, late);
    let response = await this.#exchange(request, credentials, scope, encoding);
    if (response.statusCode === 401) {
      scope.unlimited();
      const renewed = await scope.wait(this.#credentials.renew(credentials));
      scope.limit(timeout, late);
      if (renewed !== undefined) {
        response.resume();
        response = await this.#exchange(request, renewed, scope, encoding);
      }
    }
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    // A Status is short; a proxy's page need not be.
    const body = await readText(response, 1 << 20);
    throw refusalError({ status, body, retryAfter: response.headers['retry-after'], location: response.headers.location }, request, this.origin);
  }

  #exchange(request: KubeRequest, credentials: Credentials, scope: Scope, encoding: string): Promise<http.IncomingMessage> {
    const url = new URL(`${this.#settings.server}${request.path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    return exchange({
      url,
      method: request.method,
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': encoding,
        'User-Agent': 'vscode-kserve-canary',
        ...(body === undefined ? {} : { 'Content-Type': request.contentType ?? 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
      },
      ...(body === undefined ? {} : { body }),
      credentials,
      agent: this.#agent,
      signal: scope.signal,
      connectTimeout: this.#settings.connectTimeout,
    });
  }

  #parse(text: string, status: number, request: KubeRequest): unknown {
    if (text === '') return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return value;
    } catch {
      const page = /<html|<!doctype/i.test(text) ? 'an HTML page' : 'something else';
      throw new KubeError('server', `${this.origin} answered ${request.path} with ${page} instead of JSON. Is the address in the kubeconfig that of an API server?`, { status });
    }
  }

  async *#chunks(response: http.IncomingMessage, scope: Scope, request: KubeRequest): AsyncGenerator {
    try {
      const body: AsyncIterable<unknown> = response;
      yield* body;
    } catch (error) {
      throw this.#explained(error, scope, request);
    }
  }

  /** Why it really ended: what was aborted looks like a broken connection to Node. */
  #explained(error: unknown, scope: Scope, request: KubeRequest): KubeError {
    const reason: unknown = scope.signal.aborted ? scope.signal.reason : error;
    return networkError(reason, this.origin, request.method);
  }
}
