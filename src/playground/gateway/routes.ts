import type { Ref, StoredObject } from '../api/types.ts';

/** A revision and its part of the requests. */
export interface Share {
  revision: Ref;
  percent: number;
}

interface Rule {
  host: string;
  shares: readonly Share[];
  /** Reachable from outside the cluster. */
  outside: boolean;
}

/** Which revisions answer for which host. */
export class RoutingTable {
  readonly #rules = new Map<string, Rule>();
  readonly #aliases = new Map<string, string>();
  readonly #hostsOf = new Map<string, readonly string[]>();

  /** Puts the rules of an Ingress in place of those that it had before; undefined takes them out. */
  program(ref: Ref, ingress: StoredObject | undefined): void {
    const rules = ingress === undefined ? [] : rulesOf(ingress);
    this.#replace('Ingress', ref, this.#rules, new Map(rules.map((rule) => [rule.host, rule])));
  }

  /** The same for a VirtualService, whose hosts lead to another host inside the cluster. */
  alias(ref: Ref, virtualService: StoredObject | undefined): void {
    const to = virtualService === undefined ? undefined : destinationOf(virtualService);
    const hosts = virtualService === undefined ? [] : list(virtualService['spec'], 'hosts');
    const aliases = hosts.flatMap((host): [string, string][] => (typeof host === 'string' && to !== undefined ? [[host, to]] : []));
    this.#replace('VirtualService', ref, this.#aliases, new Map(aliases));
  }

  /** The shares of a host; undefined for one that nobody has, or that is for the inside only. */
  find(host: string): readonly Share[] | undefined {
    const inside = this.#aliases.get(host);
    const rule = this.#rules.get(inside ?? host);
    return inside !== undefined || rule?.outside === true ? rule?.shares : undefined;
  }

  #replace<T>(kind: string, { namespace = '', name }: Ref, table: Map<string, T>, entries: ReadonlyMap<string, T>): void {
    const owner = `${kind}/${namespace}/${name}`;
    for (const host of this.#hostsOf.get(owner) ?? []) {
      table.delete(host);
    }
    for (const [host, entry] of entries) {
      table.set(host, entry);
    }
    this.#hostsOf.set(owner, [...entries.keys()]);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function list(value: unknown, key: string): readonly unknown[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** The hosts and splits of a Knative Ingress (`networking.internal.knative.dev/v1alpha1`). */
function rulesOf(ingress: StoredObject): Rule[] {
  return list(ingress['spec'], 'rules').flatMap((rule) => {
    const [path] = isObject(rule) ? list(rule['http'], 'paths') : [];
    const shares = list(path, 'splits').flatMap((split) => {
      const { serviceName, serviceNamespace, percent } = isObject(split) ? split : {};
      return typeof serviceName === 'string' && typeof serviceNamespace === 'string' && typeof percent === 'number'
        ? [{ revision: { namespace: serviceNamespace, name: serviceName }, percent }]
        : [];
    });
    const outside = isObject(rule) && rule['visibility'] === 'ExternalIP';
    return list(rule, 'hosts').flatMap((host) => (typeof host === 'string' ? [{ host, shares, outside }] : []));
  });
}

/** The Host that a VirtualService's first route sets on a request. */
function destinationOf(virtualService: StoredObject): string | undefined {
  const [route] = list(virtualService['spec'], 'http');
  const headers = isObject(route) ? route['headers'] : undefined;
  const request = isObject(headers) ? headers['request'] : undefined;
  const set = isObject(request) ? request['set'] : undefined;
  const host = isObject(set) ? set['Host'] : undefined;
  return typeof host === 'string' ? host : undefined;
}

/** One of the shares, at random by its percent: `dice` is from 0 up to but not 1. */
export function choose(shares: readonly Share[], dice: number): Share | undefined {
  const total = shares.reduce((sum, { percent }) => sum + percent, 0);
  let left = dice * total;
  return shares.find(({ percent }) => (left -= percent) < 0) ?? shares.at(-1);
}
