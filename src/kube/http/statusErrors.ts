import { KubeError } from '../errors.ts';
import { isRecord, listAt, numberAt, recordAt, textAt } from '../guards.ts';
import type { KubeRequest } from '../types.ts';
import { type ApiPath, parseApiPath, verbOf } from './path.ts';

export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
  readonly location?: string | undefined;
}

type Asked = Pick<KubeRequest, 'method' | 'path' | 'query'>;

/** An answer that is not 2xx, as an error in words. `origin` is `https://host:port`. */
export function refusalError(refusal: Refusal, asked: Asked, origin: string): KubeError {
  const status = parseStatus(refusal.body);
  if (status !== undefined) return statusError(status, refusal.status, asked, origin, refusal.retryAfter);
  return plainError(refusal, asked, origin);
}

/**
 * A `Status` object (apimachinery `meta/v1`): the body of a refusal, or the object of a watch's ERROR event. `code` is the
 * HTTP status where there is one; the object's own is used for events.
 */
export function statusError(status: unknown, code: number, asked: Asked, origin: string, retryAfterHeader?: string): KubeError {
  const path = parseApiPath(asked.path);
  const detail = textAt(status, 'message') ?? textAt(status, 'reason') ?? '';
  const details = recordAt(status, 'details');
  const facts = { status: code, detail };
  switch (code) {
    case 400:
      return denied(detail, 400) ?? new KubeError('invalid', `The cluster does not accept the request: ${clause(detail)}`, facts);
    case 401:
      return unauthorized(origin, detail);
    case 403:
      return forbidden(detail, asked, path);
    case 404: {
      // Only a Status with a name speaks of an object; otherwise the server does not know the resource at all.
      const name = textAt(details, 'name');
      if (name === undefined) return noSuchApi(path, asked, detail);
      const kind = textAt(details, 'kind') ?? path?.plural ?? 'object';
      return new KubeError('not-found', `${kind} "${name}" was not found${kind === 'namespaces' ? '' : inNamespace(path)}.`, facts);
    }
    case 409:
      if (textAt(status, 'reason') === 'AlreadyExists') return new KubeError('already-exists', `${what(path, details)} already exists${inNamespace(path)}.`, facts);
      return new KubeError('conflict', `${what(path, details)} has been changed by someone else in the meantime. Look at the newer state, then try again.`, facts);
    case 410:
      return new KubeError('gone', 'The cluster no longer holds that version of the data. It has to be read anew.', facts);
    case 422:
      return new KubeError('invalid', invalid(detail, details, path), facts);
    case 429:
      return tooMany(origin, detail, seconds(retryAfterHeader) ?? numberAt(details, 'retryAfterSeconds'));
    default:
      return serverError(code, detail, origin, seconds(retryAfterHeader) ?? numberAt(details, 'retryAfterSeconds'));
  }
}

function plainError(refusal: Refusal, asked: Asked, origin: string): KubeError {
  // kube-apiserver answers unknown paths with plain text ("404 page not found"); proxies answer with pages.
  const detail = /<html|<!doctype/i.test(refusal.body) ? 'an HTML page' : refusal.body.trim().slice(0, 500);
  const path = parseApiPath(asked.path);
  switch (refusal.status) {
    case 401:
      return unauthorized(origin, detail);
    case 403:
      return forbidden(detail, asked, path);
    case 404:
      return noSuchApi(path, asked, detail);
    case 410:
      return new KubeError('gone', 'The cluster no longer holds that version of the data. It has to be read anew.', { status: 410, detail });
    case 429:
      return tooMany(origin, detail, seconds(refusal.retryAfter));
  }
  if (refusal.status >= 300 && refusal.status < 400) {
    const target = refusal.location !== undefined && URL.canParse(refusal.location, origin) ? ` to ${new URL(refusal.location, origin).origin}` : '';
    return new KubeError('server', `${origin} redirects${target}: a login page or a proxy stands before the API server. Check the address in the kubeconfig.`, { status: refusal.status });
  }
  return serverError(refusal.status, detail, origin, seconds(refusal.retryAfter));
}

function parseStatus(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) && value['kind'] === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

function unauthorized(origin: string, detail: string): KubeError {
  return new KubeError('unauthorized', `${origin} does not accept the credentials of the kubeconfig. Sign in again (any kubectl command on this context shows whether it works), then try again.`, { status: 401, detail });
}

/**
 * RBAC says what is missing in one fixed sentence (apiserver `endpoints/handlers/responsewriters/errors.go`,
 * forbiddenMessage): `… cannot list resource "pods" in API group "" in the namespace "x"` or `at the cluster scope`.
 * A webhook's or a policy's refusal is 403 as well, but no right would help there.
 */
function forbidden(detail: string, asked: Asked, path: ApiPath | undefined): KubeError {
  const facts = { status: 403, detail };
  const refused = denied(detail, 403);
  if (refused !== undefined) return refused;
  const said = /cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope)?/.exec(detail);
  if (said === null && detail !== '' && !detail.includes('is forbidden: User')) {
    return new KubeError('forbidden', `The cluster refused this: ${clause(detail)}`, facts);
  }
  const verb = said?.[1] ?? verbOf(asked.method, path, asked.query ?? {});
  const plural = said?.[2] ?? [path?.plural ?? asked.path, path?.subresource].filter((part) => part !== undefined).join('/');
  const group = said?.[3] ?? path?.group ?? '';
  const namespace = said === null ? path?.namespace : said[4];
  const where = namespace !== undefined ? ` in namespace ${namespace}` : path?.name === undefined && /^(list|watch)$/.test(verb) ? ' in all namespaces' : '';
  const right = `"${verb}" on ${plural}${group === '' ? '' : `.${group}`}`;
  return new KubeError('forbidden', `You may not ${verb} ${plural}${where}. Ask for the right ${right}${where}.`, facts);
}

/** A webhook's refusal has the status that the webhook chose: 403, 400 or 422. */
function denied(detail: string, status: number): KubeError | undefined {
  const said = /admission webhook "([^"]+)" denied the request(?: without explanation)?:? ?([\s\S]*)/.exec(detail);
  return said === null ? undefined : new KubeError('invalid', `The cluster refused the change: ${clause(said[2] ?? '')} (Admission webhook ${said[1] ?? ''}.)`, { status, detail });
}

function noSuchApi(path: ApiPath | undefined, asked: Asked, detail: string): KubeError {
  const api = path === undefined ? asked.path : `${path.plural}${path.group === '' ? '' : `.${path.group}`}`;
  return new KubeError('no-such-api', `This cluster does not know ${api} (in the version asked for): what brings it is not installed.`, { status: 404, detail });
}

/** The causes name the field: more use than the message, which strings them together. */
function invalid(detail: string, details: unknown, path: ApiPath | undefined): string {
  const causes = listAt(details, 'causes').flatMap((cause) => {
    const words = textAt(cause, 'message');
    const field = textAt(cause, 'field');
    if (words === undefined) return [];
    return [field === undefined || words.startsWith(field) ? words : `${field}: ${words}`];
  });
  return `${what(path, details)} is not valid: ${clause(causes.length > 0 ? causes.join('; ') : detail)}`;
}

function tooMany(origin: string, detail: string, retryAfter: number | undefined): KubeError {
  const wait = retryAfter === undefined ? 'in a moment' : `in ${retryAfter} seconds`;
  return new KubeError('too-many-requests', `${origin} is busy and asks to try again ${wait}.`, { status: 429, detail, retryAfter });
}

function serverError(status: number, detail: string, origin: string, retryAfter: number | undefined): KubeError {
  const words = status >= 500 ? `${origin} has a problem of its own (${status})` : `${origin} answered ${status}`;
  return new KubeError('server', `${words}${detail === '' || detail === 'an HTML page' ? '.' : `: ${clause(detail)}`}`, { status, detail, retryAfter });
}

function what(path: ApiPath | undefined, details: unknown): string {
  const name = textAt(details, 'name') ?? path?.name;
  const kind = textAt(details, 'kind') ?? path?.plural ?? 'object';
  return name === undefined ? `The ${kind} object` : `${kind} "${name}"`;
}

function inNamespace(path: ApiPath | undefined): string {
  return path?.namespace === undefined ? '' : ` in namespace ${path.namespace}`;
}

/** Words of others as the end of a sentence of ours. */
function clause(words: string): string {
  const short = words.trim().length > 600 ? `${words.trim().slice(0, 600)}…` : words.trim();
  return short === '' ? 'it gave no reason.' : /[.!?…]$/.test(short) ? short : `${short}.`;
}

/** Retry-After is seconds or a date (RFC 9110 §10.2.3). */
function seconds(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const value = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(value) ? undefined : Math.max(0, Math.ceil(value));
}
