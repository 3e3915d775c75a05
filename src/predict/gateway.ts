/**
 * Finds the ingress gateway of a cluster through its API server, by the Services that Knative's network layers bring
 * (https://kserve.github.io/website/docs/getting-started/predictive-first-isvc, "Determine the ingress IP and ports").
 */
import { plain, type Translate } from './words.ts';

/** `KubeConnection.request` with GET bound: the parsed JSON of a 2xx answer, else an Error with a `kind` (KubeErrorShape). */
export type ClusterRequest = (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown>;

/** One thing that was tried on the way, for people to read. */
export interface Step {
  /** `istio-system/istio-ingressgateway`. */
  readonly what: string;
  /** What came of it, a sentence. */
  readonly result: string;
  readonly found: boolean;
}

export interface Gateway {
  /** IP or name, IPv6 without brackets. */
  readonly host: string;
  /** The ports for plain HTTP and for TLS, where the Service has them. */
  readonly http?: number;
  readonly https?: number;
  readonly via: 'load-balancer' | 'node-port' | 'external-ip';
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly tried: readonly Step[];
}

export interface NoGateway {
  readonly reason: string;
  readonly tried: readonly Step[];
}

/** Knative's network layers, in the order of their use with KServe. Others (Contour, Gateway API) come later. */
const SERVICES = [
  { namespace: 'istio-system', name: 'istio-ingressgateway' },
  { namespace: 'kourier-system', name: 'kourier' },
] as const;

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Json : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(record) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const port = (value: unknown): number | undefined => (Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536 ? Number(value) : undefined);

interface Ports {
  readonly http?: number;
  readonly https?: number;
}

/** `http2`/`http` and `https` by name (Istio's and Kourier's Services), else by the usual number. `field` says which port is meant. */
function portsOf(service: Json, field: 'port' | 'nodePort'): Ports {
  const ports = list(record(service['spec'])['ports']);
  const named = (names: readonly string[], number: number): number | undefined => {
    for (const name of names) {
      const hit = ports.find((entry) => entry['name'] === name);
      if (hit) return port(hit[field]);
    }
    return port(ports.find((entry) => entry['port'] === number)?.[field]);
  };
  const http = named(['http2', 'http'], 80);
  const https = named(['https'], 443);
  return { ...(http === undefined ? {} : { http }), ...(https === undefined ? {} : { https }) };
}

const hasPort = (ports: Ports): boolean => ports.http !== undefined || ports.https !== undefined;

/** Reads an error that crossed a bundle: only `kind` and `message` are there for sure. */
function failure(error: unknown): { kind: string; message: string } {
  const { kind } = record(error);
  return { kind: text(kind) ?? 'server', message: error instanceof Error ? error.message : String(error) };
}

/**
 * Asks for each known gateway Service until one has an address that can be called from outside: its load balancer, an
 * external IP, or a node with a node port. Never throws: what went wrong is in `tried`, and in one sentence in `reason`.
 */
export async function findGateway(request: ClusterRequest, t: Translate = plain): Promise<Gateway | NoGateway> {
  const tried: Step[] = [];
  for (const { namespace, name } of SERVICES) {
    const what = `${namespace}/${name}`;
    const step = (result: string, found = false): void => { tried.push({ what, result, found }); };
    let service: Json;
    try {
      service = record(await request(`/api/v1/namespaces/${namespace}/services/${name}`));
    } catch (error) {
      const { kind, message } = failure(error);
      if (kind === 'not-found') { step(t('There is no such Service.')); continue; }
      if (kind === 'forbidden') { step(t('You may not read Services in {0}.', namespace)); continue; }
      step(message);
      // The cluster itself does not answer: the other Services would only repeat that.
      return { reason: t('The cluster could not be asked for its ingress gateway: {0}', message), tried };
    }
    const outer = portsOf(service, 'port');
    const ingress = list(record(record(service['status'])['loadBalancer'])['ingress'])[0];
    const balancer = text(ingress?.['ip']) ?? text(ingress?.['hostname']);
    if (balancer !== undefined && hasPort(outer)) {
      step(t('Load balancer {0}.', balancer), true);
      return { host: balancer, ...outer, via: 'load-balancer', service: what, tried };
    }
    const externalIps = record(service['spec'])['externalIPs'];
    const externalIp = Array.isArray(externalIps) ? text(externalIps[0]) : undefined;
    if (externalIp !== undefined && hasPort(outer)) {
      step(t('External IP {0}.', externalIp), true);
      return { host: externalIp, ...outer, via: 'external-ip', service: what, tried };
    }
    const nodePorts = portsOf(service, 'nodePort');
    if (!hasPort(nodePorts)) {
      step(balancer === undefined
        ? t('It has no address outside the cluster: no load balancer, no node port (type {0}).', text(record(service['spec'])['type']) ?? 'ClusterIP')
        : t('Its load balancer has no port named http2, http or https.'));
      continue;
    }
    step(t('Its load balancer has no address yet; it has node port {0}.', nodePorts.http ?? nodePorts.https ?? 0));
    const node = await nodeAddress(request, t);
    tried.push(node.step);
    if (node.address !== undefined) return { host: node.address, ...nodePorts, via: 'node-port', service: what, tried };
  }
  return { reason: t('No address of an ingress gateway was found in this cluster.'), tried };
}

/** A node that the gateway's node port can be called on: a ready one, by its external IP before its internal one. */
async function nodeAddress(request: ClusterRequest, t: Translate): Promise<{ address?: string; step: Step }> {
  const what = t('a node’s address');
  try {
    const nodes = list(record(await request('/api/v1/nodes', { limit: '50' }))['items']);
    const ready = nodes.filter((node) => list(record(node['status'])['conditions']).some((c) => c['type'] === 'Ready' && c['status'] === 'True'));
    for (const type of ['ExternalIP', 'InternalIP', 'Hostname']) {
      for (const node of ready.length > 0 ? ready : nodes) {
        const address = text(list(record(node['status'])['addresses']).find((entry) => entry['type'] === type)?.['address']);
        if (address !== undefined) return { address, step: { what, result: `${type} ${address}`, found: true } };
      }
    }
    return { step: { what, result: t('No node has an address.'), found: false } };
  } catch (error) {
    const { kind, message } = failure(error);
    return { step: { what, result: kind === 'forbidden' ? t('You may not list nodes.') : message, found: false } };
  }
}
