import { PredictError } from './errors.ts';
import { authority, type Target } from './target.ts';

/** What goes on the wire, whole: what the panel shows, what `send` sends and what `copyAsCurl` writes are the same thing. */
export interface PredictRequest {
  readonly target: Target;
  readonly method: 'GET' | 'POST';
  /** Below the target's prefix, percent-encoded, with its query. */
  readonly path: string;
  /** Besides Host, Content-Type and Content-Length, which are set by `send`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** RFC 9110 §5.6.2 token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 §5.5 field-value: visible ASCII, space, tab; no line ends, so nothing can be smuggled into the next line. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** RFC 3986 §3.3 and §3.4, percent signs only as escapes. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
/** RFC 9112 §3.2: uri-host with an optional port. */
const HOST = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
/** Set from the request's own parts: a second one, or another, would let two servers on the way read two different requests. */
const RESERVED = new Set(['host', 'content-type', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'te', 'trailer', 'keep-alive', 'proxy-connection']);

/**
 * Exactly `application/json`: KServe's Python server hands the model raw bytes for anything more (a charset, curl's form default)
 * and answers 500 (seen with kserve 0.21.0).
 */
const CONTENT_TYPE = 'application/json';

/** The request target as it stands in the request line. */
export function fullPath(request: PredictRequest): string {
  return request.target.pathPrefix + request.path;
}

/**
 * All headers that are sent, in order, without Content-Length.
 * Throws PredictError `invalid` for whatever could become another request than the one shown.
 */
export function wireHeaders(request: PredictRequest): [name: string, value: string][] {
  const invalid = (detail: string): PredictError => new PredictError({ kind: 'invalid', detail });
  const { host } = request.target;
  if (!HOST.test(host)) throw invalid(`The Host header ${JSON.stringify(host)} has a character that no host name has.`);
  const path = fullPath(request);
  if (!PATH.test(path)) throw invalid(`The path ${JSON.stringify(path)} has a character that must be percent-encoded.`);
  const headers: [string, string][] = [['Host', host]];
  if (request.body !== undefined) headers.push(['Content-Type', CONTENT_TYPE]);
  // Without these a proxy may compress: then sizes and the wire would not be what the panel shows.
  const own = new Set(Object.keys(request.headers ?? {}).map((name) => name.toLowerCase()));
  if (!own.has('accept')) headers.push(['Accept', 'application/json, */*;q=0.5']);
  if (!own.has('accept-encoding')) headers.push(['Accept-Encoding', 'identity']);
  if (!own.has('user-agent')) headers.push(['User-Agent', 'kserve-canary']);
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!TOKEN.test(name)) throw invalid(`${JSON.stringify(name)} is not a header's name.`);
    if (RESERVED.has(name.toLowerCase())) throw invalid(`The header ${name} is set from the request's own parts.`);
    if (!FIELD_VALUE.test(value)) throw invalid(`The header ${name} has a character that a header cannot carry (a line end, a control character or one beyond Latin-1).`);
    headers.push([name, value]);
  }
  return headers;
}

/** The URL that is called, with the address (not the Host) as its authority. */
export function requestUrl(request: PredictRequest): string {
  const { address } = request.target;
  const usual = address.port === (address.protocol === 'https' ? 443 : 80);
  const whole = authority(address);
  return `${address.protocol}://${usual ? whole.slice(0, whole.lastIndexOf(':')) : whole}${fullPath(request)}`;
}
