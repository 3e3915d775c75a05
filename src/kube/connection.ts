import { CredentialSource } from './credentials/credentials.ts';
import { Wire } from './http/wire.ts';
import type { Selection } from './kubeconfig/select.ts';
import type { ClusterIdentity, KubeConnection, KubeRequest, Reflector, ReflectorEvents, WatchedResource } from './types.ts';
import { ListWatch } from './watch/reflector.ts';
import type { Tuning } from './watch/tuning.ts';

/** Ten seconds: what has not answered by then is a VPN that is down, not a slow network. */
const connectTimeout = 10_000;

/** Making one opens nothing and runs no credential plugin: the first request does. */
export class Connection implements KubeConnection {
  readonly identity: ClusterIdentity;
  readonly #wire: Wire;
  readonly #tuning: Tuning;
  readonly #reflectors = new Set<Reflector<unknown>>();

  constructor({ identity, cluster, user }: Selection, tuning: Tuning) {
    this.identity = identity;
    this.#tuning = tuning;
    this.#wire = new Wire({ server: cluster.server, compression: !cluster.disableCompression, connectTimeout }, new CredentialSource(cluster, user));
  }

  request(request: KubeRequest): Promise<unknown> {
    return this.#wire.json(request);
  }

  reflect<T>(resource: WatchedResource, project: (object: unknown) => T | undefined, events: ReflectorEvents<T>): Reflector<T> {
    const reflector = new ListWatch(this.#wire, resource, project, events, this.#tuning, () => this.#reflectors.delete(reflector));
    this.#reflectors.add(reflector);
    return reflector;
  }

  dispose(): void {
    for (const reflector of [...this.#reflectors]) reflector.dispose();
    this.#wire.dispose();
  }
}
