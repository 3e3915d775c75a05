/**
 * What an answer means where it is not a prediction. Rests on what was seen from Envoy (Istio, Kourier), Knative's activator and
 * KServe's Python server 0.21: the same status comes from different places, and only the body tells them apart.
 */
import type { Words } from './errors.ts';
import { header, type Answer } from './send.ts';
import type { PredictRequest } from './request.ts';
import { plain, type Translate } from './words.ts';

/** Who answered, as far as it can be told: the model server itself, or something before it. */
export interface Explanation extends Words {
  readonly from: 'gateway' | 'model' | 'login' | 'unknown';
}

function serverMessage(answer: Answer): string | undefined {
  let value: unknown;
  try { value = JSON.parse(answer.body); } catch { return undefined; }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const key of ['error', 'detail', 'message'] as const) {
    const said: unknown = (value as Record<string, unknown>)[key];
    if (typeof said === 'string' && said !== '') return said;
  }
  return undefined;
}

/** Undefined where the answer is what was asked for (2xx). */
export function explain(answer: Answer, request: PredictRequest, t: Translate = plain): Explanation | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const said = serverMessage(answer);
  const { host } = request.target;
  const body = answer.body.trim();
  if (status >= 300 && status < 400) {
    const location = header(answer, 'location') ?? '';
    const login = /dex|oauth|auth|login|openid/i.test(location);
    return {
      from: login ? 'login' : 'gateway',
      title: location === '' ? t('The gateway answered {0}, a redirect without an address.', status) : t('The gateway sends this request elsewhere: {0}', location),
      next: login ? t('That is a login: the gateway asks for a token or a session cookie, which this request does not carry.') : t('Redirects are shown, not followed: the other address would get another request than this one.'),
    };
  }
  switch (status) {
    case 400:
      return { from: said === undefined ? 'unknown' : 'model', title: t('The model server does not accept the body: {0}', said ?? (body.slice(0, 200) || answer.statusText)), next: t('Compare the body with what the model’s protocol asks for (V1: "instances", V2: "inputs").') };
    case 401:
      return { from: 'login', title: t('The gateway asks who you are (401).'), next: t('It wants a token, which this request does not carry.') };
    case 403:
      return {
        from: 'gateway',
        title: /RBAC: access denied/i.test(body) ? t('The mesh refuses the request: RBAC: access denied.') : t('The request is not allowed (403).'),
        next: t('An authorization policy of the gateway or the namespace decides that: it may want a token, or another caller.'),
      };
    case 404:
      if (body === '') {
        return { from: 'gateway', title: t('The gateway knows no host {0} (404 without a body).', host), next: t('The revision may have lost its tag or its traffic a moment ago, or this is another cluster’s gateway.') };
      }
      if (said === undefined || said === 'Not Found') {
        return { from: 'unknown', title: t('There is nothing at {0} (404).', request.path), next: t('The host was found, so the path is wrong: the model may speak the other protocol (V1 or V2).') };
      }
      return { from: 'model', title: t('The model server does not know this model (404): {0}', said), next: t('The host was found and the server runs. Its model may have a name of its own (--model_name).') };
    case 405:
      return { from: 'model', title: t('There is no {0} at {1} (405).', request.method, request.path), next: t('The model may speak the other protocol (V1 or V2).') };
    case 500:
      if (answer.body.includes('byte indices must be integers')) {
        return { from: 'model', title: t('The model got raw bytes instead of JSON (500).'), next: t('KServe’s Python server parses only a Content-Type of exactly application/json. That was sent, so something on the way changed it.') };
      }
      if (/KeyError\s*:\s*'(instances|inputs)'/.test(answer.body)) {
        return { from: 'model', title: t('The body has neither "instances" nor "inputs" (500).'), next: t('V1 wants {"instances": […]}.') };
      }
      return { from: said === undefined ? 'unknown' : 'model', title: said === undefined ? t('The server failed (500).') : t('The model failed (500): {0}', said), next: t('Look at the log of the revision’s pod.') };
    case 501:
      return { from: 'model', title: said ?? t('The model server does not do this (501).'), next: t('The service has no explainer, or the runtime does not implement this path.') };
    case 502:
    case 504:
      return { from: 'gateway', title: t('The gateway got no usable answer from the revision ({0}).', status), next: t('The pod may have crashed or is too slow: look at its log.') };
    case 503:
      if (said !== undefined && /not ready|loading/i.test(said)) {
        return { from: 'model', title: t('The model is still loading (503): {0}', said), next: t('Send again when the revision is ready.') };
      }
      return {
        from: said === undefined ? 'gateway' : 'model',
        title: said === undefined ? t('No pod of the revision takes requests yet (503).') : t('The server is not available (503): {0}', said),
        next: t('It is starting, scaled to zero, or cannot load its model: the tree shows which. Send again when it is ready.'),
      };
    case 413:
      return { from: 'gateway', title: t('The body is too large for the gateway or the model server (413).'), next: t('Send fewer instances at once.') };
    case 415:
      return { from: 'model', title: t('The model server does not take application/json here (415).'), next: t('The path may be another protocol’s.') };
    case 429:
      return { from: 'gateway', title: t('Too many requests (429).'), next: t('A rate limit refused this one: wait, then send again.') };
    default:
      return { from: 'unknown', title: said === undefined ? t('The server answered {0} {1}.', status, answer.statusText) : t('The server answered {0}: {1}', status, said), next: status >= 500 ? t('Look at the log of the revision’s pod.') : t('Look at the body and the headers of the answer.') };
  }
}
