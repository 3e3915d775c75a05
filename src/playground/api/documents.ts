import { discover } from './discovery.ts';
import { acceptClauses } from './negotiate.ts';
import { OPENAPI_V2_PROTOBUF, OPENAPI_V2_PROTOBUF_ACCEPTS, openApiV2Protobuf } from './openapi-protobuf.ts';
import { openApiIndex, openApiV2, openApiV3 } from './openapi.ts';
import type { ObjectStore } from './store.ts';

/** What describes the server, ready to send. */
export interface Document {
  body: string | Buffer;
  contentType: string;
}

const VERSION = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.0-kserve-canary-playground',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node-${process.version}`,
  compiler: 'v8',
  platform: `${process.platform}/${process.arch}`,
};

const HEALTH_PATHS = ['/healthz', '/readyz', '/livez'];

function json(body: object, contentType = 'application/json'): Document {
  return { body: `${JSON.stringify(body)}\n`, contentType };
}

/** The document at a path's parts: health, version, discovery, OpenAPI. Undefined when there is none. */
export function findDocument(store: ObjectStore, path: readonly string[], accept: string | undefined): Document | undefined {
  const whole = `/${path.join('/')}`;
  if (HEALTH_PATHS.includes(whole)) {
    return { body: 'ok', contentType: 'text/plain; charset=utf-8' };
  }
  switch (whole) {
    case '/version':
      return json(VERSION);
    case '/openapi/v2':
      return OPENAPI_V2_PROTOBUF_ACCEPTS.includes(acceptClauses(accept)[0]?.mediaType ?? '')
        ? { body: openApiV2Protobuf(store.types), contentType: OPENAPI_V2_PROTOBUF }
        : json(openApiV2(store.types));
    case '/openapi/v3':
      return json(openApiIndex(store.types));
    default:
  }
  if (path[0] === 'openapi' && path[1] === 'v3') {
    const document = openApiV3(store.types, path.slice(2).join('/'));
    return document === undefined ? undefined : json(document);
  }
  const discovery = discover(store.types, path, accept);
  return discovery === undefined ? undefined : json(discovery.body, discovery.contentType);
}
