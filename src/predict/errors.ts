import { plain, type Translate } from './words.ts';

/**
 * `invalid` the request cannot be sent as it is; `dns` the address has no IP; `refused`, `unreachable` nobody listens, no way there;
 * `tls` the certificate or the handshake; `timeout` nothing (or not all) came in time; `closed` the server hung up early;
 * `not-http` what answered does not speak HTTP; `cancelled` the user did; `failed` anything else.
 */
export type PredictErrorKind = 'invalid' | 'dns' | 'refused' | 'unreachable' | 'tls' | 'timeout' | 'closed' | 'not-http' | 'cancelled' | 'failed';

/** Where a request stood when it failed. */
export type Phase = 'dns' | 'connect' | 'tls' | 'wait' | 'download';

export interface PredictErrorFacts {
  readonly kind: PredictErrorKind;
  /** `host:port` that was called. */
  readonly address?: string;
  readonly phase?: Phase;
  /** Node's or OpenSSL's error code: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly code?: string;
  /** What exactly: the original message, or the rule that was broken. */
  readonly detail?: string;
  /** Milliseconds until it failed. */
  readonly after?: number;
  /** Bytes of the body that had come. */
  readonly received?: number;
}

/**
 * The one error that leaves `predict/`. Another bundle catches it, where `instanceof` would be false: read `name` and `kind`
 * (see `isPredictError`).
 */
export class PredictError extends Error implements PredictErrorFacts {
  override readonly name = 'PredictError';
  readonly kind: PredictErrorKind;
  readonly address?: string;
  readonly phase?: Phase;
  readonly code?: string;
  readonly detail?: string;
  readonly after?: number;
  readonly received?: number;

  constructor(facts: PredictErrorFacts, options?: ErrorOptions) {
    super(errorWords(facts, plain).title, options);
    this.kind = facts.kind;
    if (facts.address !== undefined) this.address = facts.address;
    if (facts.phase !== undefined) this.phase = facts.phase;
    if (facts.code !== undefined) this.code = facts.code;
    if (facts.detail !== undefined) this.detail = facts.detail;
    if (facts.after !== undefined) this.after = facts.after;
    if (facts.received !== undefined) this.received = facts.received;
  }
}

export function isPredictError(error: unknown): error is PredictError {
  return error instanceof Error && error.name === 'PredictError' && 'kind' in error;
}

/** What happened in one sentence, and what to do now. */
export interface Words {
  readonly title: string;
  readonly next: string;
}

export function errorWords(facts: PredictErrorFacts, t: Translate): Words {
  const address = facts.address ?? t('the address');
  const detail = facts.detail ?? facts.code ?? '';
  switch (facts.kind) {
    case 'invalid':
      return { title: detail || t('The request is not valid.'), next: t('Nothing was sent.') };
    case 'dns':
      return {
        title: t('The name {0} has no address ({1}).', address, facts.code ?? 'DNS'),
        next: t('Check the name, or set the address of the ingress gateway for this context (setting kserveCanary.gateways, host:port).'),
      };
    case 'refused':
      return {
        title: t('Nothing listens at {0} (connection refused).', address),
        next: t('Is the ingress gateway running, and is this its port? A local cluster often needs a port-forward or a tunnel; set its address as kserveCanary.gateways.'),
      };
    case 'unreachable':
      return {
        title: t('There is no way from here to {0} ({1}).', address, facts.code ?? ''),
        next: t('Is a VPN needed? Else forward a port to the ingress gateway and set its address as kserveCanary.gateways.'),
      };
    case 'tls':
      return tlsWords(facts, address, t);
    case 'timeout':
      return timeoutWords(facts, address, t);
    case 'closed':
      return facts.phase === 'download'
        ? {
            title: t('{0} closed the connection before the whole answer was there ({1} bytes came).', address, facts.received ?? 0),
            next: t('What came is not the answer. The server may have crashed while it answered: look at the pod, then send again.'),
          }
        : {
            title: t('{0} closed the connection without an answer.', address),
            next: t('The server may have crashed on this request, or a proxy on the way cut it: look at the pod, then send again.'),
          };
    case 'not-http':
      return {
        title: t('What answers at {0} does not speak HTTP ({1}).', address, detail),
        next: t('The port may be the HTTPS one, or gRPC: check the address and its protocol.'),
      };
    case 'cancelled':
      return { title: t('Cancelled.'), next: t('The model may still be working on the request that was sent.') };
    case 'failed':
      return { title: t('The request to {0} failed: {1}', address, detail), next: t('Send again, or copy it as curl to look closer.') };
  }
}

function tlsWords(facts: PredictErrorFacts, address: string, t: Translate): Words {
  switch (facts.code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        title: t('The certificate of {0} is for another name: {1}', address, facts.detail ?? ''),
        next: t('The name that is checked is the Host of the request. Was the right gateway called?'),
      };
    case 'CERT_HAS_EXPIRED':
      return { title: t('The certificate of {0} has expired.', address), next: t('It must be renewed on the gateway; nothing was sent.') };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return {
        title: t('The certificate of {0} is not signed by an authority that is trusted here ({1}).', address, facts.code),
        next: t('Add the gateway’s CA to the system’s certificates; nothing was sent.'),
      };
    default:
      return {
        title: t('No secure connection to {0}: {1}', address, facts.detail ?? facts.code ?? ''),
        next: t('The port may speak plain HTTP: check the address and its protocol.'),
      };
  }
}

function timeoutWords(facts: PredictErrorFacts, address: string, t: Translate): Words {
  const seconds = Math.max(0.1, Math.round((facts.after ?? 0) / 100) / 10);
  switch (facts.phase) {
    case 'wait':
      return {
        title: t('{0} took the request and had not answered after {1} s.', address, seconds),
        next: t('A model that was scaled to zero may still be starting: send again, or give it more time.'),
      };
    case 'download':
      return {
        title: t('The answer of {0} was not complete after {1} s ({2} bytes came).', address, seconds, facts.received ?? 0),
        next: t('The model is slow or streams without end: give it more time.'),
      };
    default:
      return {
        title: t('{0} could not be reached within {1} s.', address, seconds),
        next: t('A firewall may drop the packets, or the address is only reachable inside the cluster’s network: try a VPN, or forward a port and set kserveCanary.gateways.'),
      };
  }
}
