import { KubeError } from '../errors.ts';
import { isRecord, type JsonRecord, listAt, recordAt, textAt } from '../guards.ts';

/** One line of a watch (Kubernetes documentation, "API concepts: efficient detection of changes"). */
export type WatchEvent =
  | { readonly type: 'changed' | 'deleted'; readonly object: JsonRecord }
  | { readonly type: 'bookmark'; readonly version: string | undefined }
  /** `object` is a Status, or whatever stands in its place. */
  | { readonly type: 'error'; readonly object: unknown };

export interface ListPage {
  readonly items: readonly JsonRecord[];
  readonly version: string;
  /** The token of the next page. */
  readonly next: string | undefined;
}

/** Throws a KubeError of kind `server` for what is no event; undefined for an empty line or a type unknown to us. */
export function parseEvent(line: string): WatchEvent | undefined {
  if (line.trim() === '') return undefined;
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new KubeError('server', 'The API server sent a watch event that is not JSON.');
  }
  const object: unknown = isRecord(event) ? event['object'] : undefined;
  switch (textAt(event, 'type')) {
    case 'ADDED':
    case 'MODIFIED':
      return isRecord(object) ? { type: 'changed', object } : broken();
    case 'DELETED':
      return isRecord(object) ? { type: 'deleted', object } : broken();
    case 'BOOKMARK':
      return { type: 'bookmark', version: versionOf(object) };
    case 'ERROR':
      return { type: 'error', object };
    case undefined:
      return broken();
    default:
      return undefined;
  }
}

function broken(): never {
  throw new KubeError('server', 'The API server sent a watch event without a type or an object.');
}

/** Throws a KubeError of kind `server` for what is no list. */
export function parseList(body: unknown): ListPage {
  const version = versionOf(body);
  if (!isRecord(body) || version === undefined || !(body['items'] === null || Array.isArray(body['items']))) {
    throw new KubeError('server', 'The API server answered with something that is not a list.');
  }
  // Items of built-in kinds carry no kind of their own in a list, while they do in a watch: make them alike.
  const kind = textAt(body, 'kind')?.replace(/List$/, '');
  const apiVersion = textAt(body, 'apiVersion');
  const items = listAt(body, 'items')
    .filter(isRecord)
    .map((item) => (item['kind'] === undefined ? { apiVersion, kind, ...item } : item));
  return { items, version, next: textAt(recordAt(body, 'metadata'), 'continue') };
}

export function versionOf(object: unknown): string | undefined {
  return textAt(recordAt(object, 'metadata'), 'resourceVersion');
}

/** `namespace/name`, and `name` alone where there is no namespace (client-go's MetaNamespaceKeyFunc). */
export function keyOf(object: unknown): string | undefined {
  const metadata = recordAt(object, 'metadata');
  const name = textAt(metadata, 'name');
  const namespace = textAt(metadata, 'namespace');
  return name === undefined || namespace === undefined ? name : `${namespace}/${name}`;
}
