import { badRequest, expired, tooLargeResourceVersion } from './errors.ts';
import { isRecord } from './fields.ts';
import { selector } from './selectors.ts';
import type { ObjectStore } from './store.ts';
import type { ResourceType, StoredObject } from './types.ts';
import { parseVersion } from './versions.ts';
import type { ListMetadata } from './views.ts';

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
  'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with ' +
  'the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
  'first chunk was returned and now may show up in the list.';

/** Where a paged list goes on: after a key, at the version of its first page; -1 for the version of now. */
interface Token {
  version: number;
  after: string;
}

function writeToken({ version, after }: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url');
}

function readToken(text: string): Token {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isRecord(token) && typeof token.rv === 'number' && typeof token.start === 'string') {
      return { version: token.rv, after: token.start };
    }
  } catch {
    // Answered below.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

function keyOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function parseLimit(value: string | null): number {
  const limit = Number(value ?? 0);
  if (!Number.isInteger(limit)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  return Math.max(0, limit);
}

/** The objects to list and the version that they have together. */
function snapshot(
  store: ObjectStore,
  type: ResourceType,
  query: URLSearchParams,
  token: Token | undefined,
): { version: number; objects: StoredObject[] } {
  if (token !== undefined && token.version !== -1) {
    const objects = store.listAt(type, token.version);
    if (objects === undefined) {
      throw expired(TOO_OLD, writeToken({ ...token, version: -1 }));
    }
    return { version: token.version, objects };
  }
  const asked = parseVersion(query.get('resourceVersion'));
  if (asked !== undefined && asked > store.version) {
    throw tooLargeResourceVersion(asked, store.version);
  }
  if (asked !== undefined && query.get('resourceVersionMatch') === 'Exact') {
    const objects = store.listAt(type, asked);
    if (objects === undefined) {
      throw expired(`The resourceVersion for the provided list is too old.`);
    }
    return { version: asked, objects };
  }
  return { version: store.version, objects: store.list(type) };
}

/**
 * What a list request selects: `limit` and `continue` give pages of one consistent version. Throws ApiError 400, 410 (that
 * version is no longer kept) and 504 (a version that does not exist yet).
 */
export function listObjects(
  store: ObjectStore,
  type: ResourceType,
  namespace: string | undefined,
  query: URLSearchParams,
): { objects: StoredObject[]; metadata: ListMetadata } {
  const matches = selector(type, query);
  const limit = parseLimit(query.get('limit'));
  const given = query.get('continue');
  const token = given === null || given === '' ? undefined : readToken(given);
  const { version, objects } = snapshot(store, type, query, token);
  const all = objects.filter(
    (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (token === undefined || keyOf(object) > token.after) &&
      matches(object),
  );
  const page = limit === 0 ? all : all.slice(0, limit);
  const last = page.at(-1);
  const resourceVersion = String(version);
  if (last === undefined || page.length === all.length) {
    return { objects: page, metadata: { resourceVersion } };
  }
  const isFiltered = Boolean(query.get('labelSelector')) || Boolean(query.get('fieldSelector'));
  return {
    objects: page,
    metadata: {
      resourceVersion,
      continue: writeToken({ version, after: keyOf(last) }),
      ...(isFiltered ? {} : { remainingItemCount: all.length - page.length }),
    },
  };
}
