import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError, expired, forbidden, unauthorized } from './errors.ts';
import type { Target } from './resources.ts';

/** Which requests a fault meets: all when a field is left out. */
interface Requests {
  /** As in a Role: get, list, watch, create, update, patch, delete, deletecollection. */
  verb?: string;
  /** As `kubectl api-resources` writes it, with a subresource behind it: `inferenceservices.serving.kserve.io`, `pods`, `pods/log`. */
  resource?: string;
  /** How many; all until `clear` without it. */
  times?: number;
}

/** How a Kubernetes API misbehaves. Tests order it; nothing else does. */
export type ApiFault =
  /** 401; once unless `times` says more. */
  | ({ kind: 'unauthorized' } & Requests)
  | ({ kind: 'forbidden' } & Requests)
  | ({ kind: 'tooManyRequests'; retryAfterSeconds: number } & Requests)
  | ({ kind: 'serverError' } & Requests)
  | ({ kind: 'slow'; milliseconds: number } & Requests)
  /** Open watches break off, as by a lost network. */
  | { kind: 'dropWatches'; resource?: string }
  /** Open watches stay open and bring nothing any more. */
  | { kind: 'stallWatches'; resource?: string }
  /** The history is compacted: open watches end with 410, and so does every one from an older version. */
  | { kind: 'expireWatches'; resource?: string }
  /** Each further event of a watch comes twice. */
  | { kind: 'duplicateEvents'; resource?: string; times?: number }
  /** Of each two further events of a watch the second comes first. */
  | { kind: 'reorderEvents'; resource?: string; times?: number }
  /** Open connections answer nothing any more and are not closed either. */
  | { kind: 'halfOpen' }
  /** Connections break off, and no new one is taken until `acceptConnections` or `clear`. */
  | { kind: 'refuseConnections' }
  | { kind: 'acceptConnections' };

type RequestFault = Extract<ApiFault, Requests & { kind: 'unauthorized' | 'forbidden' | 'tooManyRequests' | 'serverError' | 'slow' }>;
type EventFault = Extract<ApiFault, { kind: 'duplicateEvents' | 'reorderEvents' }>;

interface Ordered<F> {
  fault: F;
  left: number;
}

interface OpenWatch {
  resource: string;
  response: ServerResponse;
  stalled: boolean;
  /** An event that waits for the next one to go first. */
  held: string | undefined;
  send: (line: string) => boolean;
}

/** What the server lends to its faults. */
export interface Faulty {
  expireHistory(): void;
  refuse(): Promise<void>;
  accept(): Promise<void>;
}

/** The faults of one API server that are in force. */
export class ApiFaults {
  readonly #watches = new Set<OpenWatch>();
  readonly #sockets = new Set<Socket>();
  readonly #dead = new WeakSet<Socket>();
  #requests: Ordered<RequestFault>[] = [];
  #events: Ordered<EventFault>[] = [];
  #server: Faulty | undefined;

  /** `server` is what the faults of connections and of history act on. */
  serve(server: Faulty): void {
    this.#server = server;
  }

  connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async order(fault: ApiFault): Promise<void> {
    switch (fault.kind) {
      case 'dropWatches':
        this.#watchesOf(fault.resource).forEach(({ response }) => response.destroy());
        return;
      case 'stallWatches':
        this.#watchesOf(fault.resource).forEach((watch) => (watch.stalled = true));
        return;
      case 'expireWatches':
        this.#server?.expireHistory();
        this.#watchesOf(fault.resource).forEach(expireWatch);
        return;
      case 'duplicateEvents':
      case 'reorderEvents':
        this.#events.push({ fault, left: fault.times ?? Infinity });
        return;
      case 'halfOpen':
        this.#sockets.forEach((socket) => this.#cutOff(socket));
        return;
      case 'refuseConnections':
        return this.#server?.refuse();
      case 'acceptConnections':
        return this.#server?.accept();
      default:
        this.#requests.push({ fault, left: fault.times ?? (fault.kind === 'unauthorized' ? 1 : Infinity) });
    }
  }

  /** Whatever was ordered is over; what stalled or is cut off stays so. */
  async clear(): Promise<void> {
    this.#requests = [];
    this.#events = [];
    await this.#server?.accept();
  }

  /** Does to a request what was ordered for it. Throws ApiError; never resolves on a connection that is cut off. */
  async meet(request: IncomingMessage, response: ServerResponse, target: Target | undefined, query: URLSearchParams): Promise<void> {
    if (this.#dead.has(request.socket)) {
      return new Promise(() => undefined);
    }
    const verb = verbOf(request.method, target, query);
    const resource = target === undefined ? '' : resourceName(target);
    const met = this.#requests.filter(({ fault }) => (fault.verb ?? verb) === verb && (fault.resource ?? resource) === resource);
    for (const ordered of met) {
      ordered.left -= 1;
      this.#requests = this.#requests.filter(({ left }) => left > 0);
      if (ordered.fault.kind === 'slow') {
        const { milliseconds } = ordered.fault;
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
      } else {
        throw refusal(ordered.fault, verb, target);
      }
    }
    if (verb === 'watch') {
      this.#listenIn(resource, response);
    }
  }

  #watchesOf(resource: string | undefined): OpenWatch[] {
    return [...this.#watches].filter((watch) => resource === undefined || watch.resource === resource);
  }

  #cutOff(socket: Socket): void {
    this.#dead.add(socket);
    socket.setTimeout(0);
    // Never uncorked: what is written from now on stays here.
    socket.cork();
  }

  /** Lets the lines of a watch, one event each, go through the faults. */
  #listenIn(resource: string, response: ServerResponse): void {
    const write: (line: string) => boolean = response.write.bind(response);
    const watch: OpenWatch = { resource, response, stalled: false, held: undefined, send: write };
    this.#watches.add(watch);
    response.once('close', () => this.#watches.delete(watch));
    Object.assign(response, { write: (line: string): boolean => watch.stalled || this.#pass(watch, line) });
  }

  #pass(watch: OpenWatch, line: string): boolean {
    const { held } = watch;
    if (held !== undefined) {
      watch.held = undefined;
      watch.send(line);
      return watch.send(held);
    }
    const ordered = this.#events.find(({ fault }) => (fault.resource ?? watch.resource) === watch.resource);
    if (ordered === undefined) {
      return watch.send(line);
    }
    ordered.left -= 1;
    this.#events = this.#events.filter(({ left }) => left > 0);
    if (ordered.fault.kind === 'reorderEvents') {
      watch.held = line;
      return true;
    }
    watch.send(line);
    return watch.send(line);
  }
}

function expireWatch({ response, send }: OpenWatch): void {
  const { body } = expired('The resourceVersion for the provided watch is too old.');
  send(`${JSON.stringify({ type: 'ERROR', object: body })}\n`);
  response.end();
}

function resourceName({ type: { group, plural }, subresource }: Target): string {
  return `${group === '' ? plural : `${plural}.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
}

function verbOf(method: string | undefined, target: Target | undefined, query: URLSearchParams): string {
  const isCollection = target?.name === undefined;
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    default:
      return target === undefined
        ? 'get'
        : ['true', '1'].includes(query.get('watch') ?? '')
          ? 'watch'
          : isCollection
            ? 'list'
            : 'get';
  }
}

function refusal(fault: Exclude<RequestFault, { kind: 'slow' }>, verb: string, target: Target | undefined): ApiError {
  switch (fault.kind) {
    case 'unauthorized':
      return unauthorized();
    case 'tooManyRequests':
      return new ApiError(429, 'TooManyRequests', 'Too many requests, please try again later.', {
        retryAfterSeconds: fault.retryAfterSeconds,
      });
    case 'serverError':
      return new ApiError(500, 'InternalError', 'Internal error occurred: the playground was told to fail');
    case 'forbidden':
      return target === undefined
        ? new ApiError(403, 'Forbidden', `forbidden: User "playground" cannot ${verb} this path`, {})
        : forbidden(target.type, target.name ?? '', mayNot(verb, target));
  }
}

/** As kube-apiserver's authorizer says it. */
function mayNot(verb: string, { type, namespace, subresource }: Target): string {
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const resource = subresource === undefined ? type.plural : `${type.plural}/${subresource}`;
  return `User "playground" cannot ${verb} resource "${resource}" in API group "${type.group}" ${scope}`;
}
