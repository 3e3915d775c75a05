/**
 * Where a request goes, as separate values with a reason each: the address that is called, the Host header that the gateway
 * routes by, the name that TLS asks for and checks, and the path that is put before the protocol's own.
 */
import { isIP } from 'node:net';
import type { Gateway } from './gateway.ts';
import { plain, type Translate } from './words.ts';

export interface Address {
  /** Name or IP, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'https';
}

export interface Target {
  readonly address: Address;
  /** The Host header, read from a URL in the status: never composed, since domain and tag templates are configurable. */
  readonly host: string;
  /** TLS server name: asked for and checked against the certificate. Only with https, and never an IP (RFC 6066 §3). */
  readonly sni?: string;
  /** PEM of an authority to trust besides the system's. */
  readonly ca?: string;
  /** What stands before `/v1/…`, without a slash at its end; '' mostly. KServe's `pathTemplate` makes one. */
  readonly pathPrefix: string;
  /** One sentence for each part. */
  readonly why: { readonly address: string; readonly host: string; readonly sni?: string; readonly pathPrefix?: string };
}

export interface NoTarget {
  readonly reason: string;
}

export interface TargetInput {
  /** The variant's URL from the status; absent while it has none. */
  readonly url?: string;
  readonly gateway?: Gateway;
  /** The user's own address for this context: `host`, `host:port`, `[::1]:8080`, or with `http://` or `https://` before it. */
  readonly override?: string;
  /** PEM for `ca`. */
  readonly ca?: string;
}

/** `[::1]:8080`, `10.0.0.1:80`. */
export function authority(address: Pick<Address, 'host' | 'port'>): string {
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/** Names inside a cluster, Knative's `network.GetClusterDomainName` default; they lead nowhere through the outer gateway. */
const CLUSTER_LOCAL = /\.svc(\.cluster\.local)?$/;

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** Undefined when it is no address. A scheme is optional; a path, a query or a user is not allowed. */
export function parseOverride(override: string, protocol: 'http' | 'https'): Address | undefined {
  const trimmed = override.trim();
  // A URL parser takes tabs and line ends out silently.
  if (/\s/.test(trimmed)) return undefined;
  const scheme = /^(https?):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  const used = scheme === 'https' ? 'https' : scheme === 'http' ? 'http' : protocol;
  // A URL parser drops a default port, so whether one was written is asked of a scheme that has none.
  const url = parse(`kserve://${trimmed.replace(/^https?:\/\//i, '').replace(/\/$/, '')}`);
  if (!url || url.hostname === '' || url.pathname !== '' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!HOSTNAME.test(host) && isIP(host) === 0) return undefined;
  return { host, port: url.port === '' ? (used === 'https' ? 443 : 80) : Number(url.port), protocol: used };
}

const HOSTNAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;

/** Puts the parts together. Pure: whoever calls it has looked for the gateway before. */
export function target(input: TargetInput, t: Translate = plain): Target | NoTarget {
  if (input.url === undefined) return { reason: t('It has no URL in the service’s status yet.') };
  const url = parse(input.url);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    return { reason: t('The URL in the service’s status is not one that can be called: {0}', input.url) };
  }
  const wanted = url.protocol === 'https:' ? 'https' : 'http';
  let address: Address;
  let why: string;
  if (input.override !== undefined && input.override.trim() !== '') {
    const parsed = parseOverride(input.override, wanted);
    if (!parsed) return { reason: t('The gateway address in your settings is not host:port: {0}', input.override) };
    address = parsed;
    why = t('From your setting for this context.');
  } else if (CLUSTER_LOCAL.test(url.hostname)) {
    return { reason: t('{0} is reachable only inside the cluster. Forward a port to its local gateway and set that as the gateway’s address.', url.hostname) };
  } else if (input.gateway) {
    const { gateway } = input;
    const number = gateway[wanted] ?? gateway.http ?? gateway.https;
    if (number === undefined) return { reason: t('The gateway {0} has no HTTP port.', gateway.service) };
    const protocol = number === gateway[wanted] ? wanted : wanted === 'https' ? 'http' : 'https';
    address = { host: gateway.host, port: number, protocol };
    const found = gateway.via === 'load-balancer' ? t('The load balancer of the Service {0}.', gateway.service)
      : gateway.via === 'external-ip' ? t('The external IP of the Service {0}.', gateway.service)
        : t('A node’s address with the node port of the Service {0}.', gateway.service);
    why = protocol === wanted ? found : t('{0} Over {1}, since the gateway has no port for {2}.', found, protocol, wanted);
  } else {
    return { reason: t('No address of an ingress gateway is known.') };
  }
  const pathPrefix = url.pathname.replace(/\/+$/, '');
  const sni = address.protocol === 'https' && isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? url.hostname : undefined;
  return {
    address,
    host: url.host,
    ...(sni === undefined ? {} : { sni }),
    ...(input.ca === undefined ? {} : { ca: input.ca }),
    pathPrefix,
    why: {
      address: why,
      host: t('From the URL in the service’s status ({0}): the gateway routes by it.', input.url),
      ...(sni === undefined ? {} : { sni: t('The same name, asked for and checked in the TLS handshake.') }),
      ...(pathPrefix === '' ? {} : { pathPrefix: t('The status URL has this path (KServe’s pathTemplate).') }),
    },
  };
}

export function isTarget(value: Target | NoTarget): value is Target {
  return 'address' in value;
}
