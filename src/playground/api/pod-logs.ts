import type { ServerResponse } from 'node:http';
import { badRequest, invalid } from './errors.ts';
import { at, records, text } from './fields.ts';
import type { ObjectStore } from './store.ts';
import type { ResourceType, StoredObject } from './types.ts';

export interface LogLine {
  /** RFC 3339. */
  time: string;
  text: string;
}

/** What the first containers of pods print, by the pods' uids. */
export interface PodLogSource {
  lines(pod: string): readonly LogLine[];
  /** Hears every further line. Returns the unsubscriber. */
  listen(pod: string, listener: (line: LogLine) => void): () => void;
}

export interface LogRequest {
  store: ObjectStore;
  type: ResourceType;
  pod: StoredObject;
  query: URLSearchParams;
  response: ServerResponse;
  source: PodLogSource | undefined;
}

/** `PodLogOptions`. */
interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  /** Not earlier than this, in ms since 1970. */
  since: number;
  tail: number;
  limitBytes: number;
}

function names(pod: StoredObject, field: 'containers' | 'initContainers'): string[] {
  return records(at(pod, 'spec', field)).map((container) => text(container.name));
}

/** The container that a request means. Throws ApiError 400 in the words of kube-apiserver (`pkg/registry/core/pod/strategy.go`). */
function containerOf(pod: StoredObject, query: URLSearchParams): string {
  const containers = names(pod, 'containers');
  const initializers = names(pod, 'initContainers');
  const given = query.get('container') ?? '';
  const { name } = pod.metadata;
  if (given === '') {
    const [only = ''] = containers;
    if (containers.length === 1) {
      return only;
    }
    const choice = `choose one of: [${[...initializers, ...containers].join(' ')}]`;
    throw badRequest(`a container name must be specified for pod ${name}, ${choice}`);
  }
  if (![...containers, ...initializers].includes(given)) {
    throw badRequest(`container ${given} is not valid for pod ${name}`);
  }
  return given;
}

function optionsOf(type: ResourceType, { metadata: { name } }: StoredObject, query: URLSearchParams): LogOptions {
  const count = (field: string, least: number): number | undefined => {
    const given = query.get(field);
    const value = Number(given ?? '');
    if (given === null) {
      return undefined;
    }
    if (!Number.isInteger(value)) {
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(given)}: invalid syntax`);
    }
    if (value < least) {
      const message = `Invalid value: ${value}: must be greater than ${least === 0 ? 'or equal to ' : ''}0`;
      throw invalid({ ...type, kind: 'PodLogOptions' }, name, [{ reason: 'FieldValueInvalid', message, field }]);
    }
    return value;
  };
  const seconds = count('sinceSeconds', 1);
  const time = Date.parse(query.get('sinceTime') ?? '');
  return {
    follow: query.get('follow') === 'true',
    timestamps: query.get('timestamps') === 'true',
    since: seconds === undefined ? (Number.isNaN(time) ? 0 : time) : Date.now() - seconds * 1000,
    tail: count('tailLines', 0) ?? Infinity,
    limitBytes: count('limitBytes', 1) ?? Infinity,
  };
}

function statusOf(pod: StoredObject, container: string): unknown {
  const statuses = [...records(at(pod, 'status', 'containerStatuses')), ...records(at(pod, 'status', 'initContainerStatuses'))];
  return statuses.find((status) => status.name === container);
}

/** What a container that has ended left behind: its termination message is the end of its log. */
function lastWords(run: unknown): LogLine[] {
  const words = text(at(run, 'message')).trimEnd();
  return words === '' ? [] : words.split('\n').map((line) => ({ time: text(at(run, 'finishedAt')), text: line }));
}

/** The lines there are. Throws ApiError 400 for a container that has not run (kubelet's `validateContainerLogStatus`). */
function linesOf({ pod, query, source }: LogRequest, container: string): readonly LogLine[] {
  const status = statusOf(pod, container);
  const before = at(status, 'lastState', 'terminated');
  const words = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)}`;
  if (query.get('previous') === 'true') {
    if (before === undefined) {
      throw badRequest(`previous terminated ${words} not found`);
    }
    return lastWords(before);
  }
  const ended = at(status, 'state', 'terminated') ?? before;
  if (at(status, 'state', 'running') === undefined) {
    if (ended === undefined) {
      throw badRequest(`${words} is waiting to start: ${text(at(status, 'state', 'waiting', 'reason')) || 'no reason known'}`);
    }
    return lastWords(ended);
  }
  return container === names(pod, 'containers')[0] ? (source?.lines(pod.metadata.uid) ?? []) : [];
}

/** Answers `…/pods/NAME/log`; the returned function ends a log that is followed. Throws ApiError before anything is sent. */
export function serveLog(request: LogRequest): () => void {
  const { store, type, pod, query, response, source } = request;
  const container = containerOf(pod, query);
  const { follow, timestamps, since, tail, limitBytes } = optionsOf(type, pod, query);
  const lines = linesOf(request, container).filter(({ time }) => Date.parse(time) >= since);
  let left = limitBytes;
  const write = ({ time, text: line }: LogLine): void => {
    const bytes = Buffer.from(`${timestamps ? `${time} ` : ''}${line}\n`).subarray(0, left);
    left -= bytes.length;
    response.write(bytes);
  };
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  lines.slice(tail === Infinity ? 0 : Math.max(0, lines.length - tail)).forEach(write);
  if (!follow || at(statusOf(pod, container), 'state', 'running') === undefined) {
    response.end();
    return () => undefined;
  }
  const { uid } = pod.metadata;
  const isFirst = container === names(pod, 'containers')[0];
  const ignoreLines = isFirst ? source?.listen(uid, write) : undefined;
  const ignorePods = store.watch(type, ({ type: change, object }) => {
    if (object.metadata.uid === uid && (change === 'DELETED' || at(statusOf(object, container), 'state', 'running') === undefined)) {
      response.end();
    }
  });
  response.on('close', () => {
    ignoreLines?.();
    ignorePods();
  });
  return () => response.destroy();
}
