import type { ServerResponse } from 'node:http';
import { expired } from './errors.ts';
import type { Recorded } from './history.ts';
import { listObjects } from './list.ts';
import { type Matcher, selector } from './selectors.ts';
import type { ObjectStore } from './store.ts';
import type { ResourceType, StoredObject, WatchType } from './types.ts';
import { parseVersion } from './versions.ts';
import type { View } from './views.ts';

export interface WatchRequest {
  store: ObjectStore;
  type: ResourceType;
  namespace: string | undefined;
  query: URLSearchParams;
  view: View;
  response: ServerResponse;
  /** Between two bookmarks, for clients that allow them. */
  bookmarkMilliseconds: number;
}

/** Without `timeoutSeconds` a watch lasts 30 to 60 minutes (kube-apiserver's `--min-request-timeout`). */
const MINIMUM_SECONDS = 1800;

/** In milliseconds; beyond it a timer of Node fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A client that reads too slowly is let go before it costs more memory than this. */
const MAXIMUM_BACKLOG = 64 * 1024 * 1024;

/** What a change is to a watcher with selectors: an object that begins to match is added, one that ceases to is deleted. */
function seenAs({ change }: Recorded, matches: Matcher): WatchType | undefined {
  const { type, object, old } = change;
  const before = old !== undefined && matches(old);
  if (type === 'DELETED') {
    return before ? 'DELETED' : undefined;
  }
  if (matches(object)) {
    return before ? 'MODIFIED' : 'ADDED';
  }
  return before ? 'DELETED' : undefined;
}

/**
 * Answers a watch until its timeout, or until the client or `stop` ends it. Throws ApiError before anything is sent; versions
 * that are no longer kept are an ERROR event, as kube-apiserver answers them.
 */
export function serveWatch(request: WatchRequest): { stop: () => void } {
  const { store, type, namespace, query, view, response } = request;
  const selects = selector(type, query);
  const matches: Matcher = (object) => (namespace === undefined || object.metadata.namespace === namespace) && selects(object);
  const asked = parseVersion(query.get('resourceVersion'));
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || MINIMUM_SECONDS * (1 + Math.random());
  const allowsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const sendsInitial = query.get('sendInitialEvents') === 'true';
  let isFirst = true;

  const send = (event: string, object: object): void => {
    response.write(`${JSON.stringify({ type: event, object })}\n`);
    if (response.writableLength > MAXIMUM_BACKLOG) {
      response.destroy();
    }
  };
  const sendObject = (event: WatchType, object: StoredObject): void => {
    send(event, view.event(object, isFirst));
    isFirst = false;
  };
  const bookmark = (annotations?: { [key: string]: string }): void => {
    send('BOOKMARK', view.bookmark(String(store.version), annotations));
  };
  const sendChange = (entry: Recorded): void => {
    const seen = seenAs(entry, matches);
    if (seen === 'DELETED') {
      // An object that ceased to match is shown as it was, at the version of the change.
      const { object, old = object } = entry.change;
      const last = entry.change.type === 'DELETED' ? object : old;
      sendObject(seen, { ...last, metadata: { ...last.metadata, resourceVersion: object.metadata.resourceVersion } });
    } else if (seen !== undefined) {
      sendObject(seen, entry.change.object);
    }
  };

  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();

  const startsNow = asked === undefined || asked === 0 || sendsInitial;
  const from = startsNow ? store.version : asked;
  const watching = store.watchFrom(type, from, sendChange);
  if (watching === undefined) {
    send('ERROR', expired(`too old resource version: ${from} (${store.oldestVersion})`).body);
    response.end();
    return { stop: () => undefined };
  }
  if (startsNow) {
    const initial = listObjects(store, type, namespace, new URLSearchParams({ ...selectorsOf(query) })).objects;
    initial.forEach((object) => sendObject('ADDED', object));
    if (sendsInitial && allowsBookmarks) {
      bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
  }
  watching.past.forEach(sendChange);

  const bookmarks = allowsBookmarks ? setInterval(bookmark, request.bookmarkMilliseconds) : undefined;
  const end = (): void => {
    if (allowsBookmarks) {
      bookmark();
    }
    response.end();
  };
  const timeout = setTimeout(end, Math.min(seconds * 1000, LONGEST_TIMER));
  response.on('close', () => {
    watching.stop();
    clearInterval(bookmarks);
    clearTimeout(timeout);
  });
  return { stop: () => response.destroy() };
}

function selectorsOf(query: URLSearchParams): { [name: string]: string } {
  return { labelSelector: query.get('labelSelector') ?? '', fieldSelector: query.get('fieldSelector') ?? '' };
}
