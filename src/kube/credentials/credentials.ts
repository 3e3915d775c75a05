import type { Agent } from 'node:http';
import type https from 'node:https';
import { readFileSync } from 'node:fs';
import { KubeError } from '../errors.ts';
import { errorCode, errorMessage } from '../guards.ts';
import type { ClusterEntry, UserEntry } from '../kubeconfig/model.ts';
import { Authenticator, ownProvider } from './authenticator.ts';
import { holdKubeConfig, type HeldKubeConfig } from './kubeConfig.ts';

/** What a request carries to be let in: a snapshot, good until `expires`. */
export interface Credentials {
  readonly tls: Readonly<Pick<https.RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>>;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The agent that goes through the cluster's `proxy-url`. */
  readonly proxy?: Agent;
  readonly expires: number;
}

/** Certificate files are looked at again after five minutes, as client-go does (`transport/cert_rotation.go`). */
const filePeriod = 300_000;
/** A token that ends within this time may not live through the request. */
const leeway = 10_000;
/**
 * A plugin may open a browser. One that delivers what the server refuses is not run again for five minutes, however
 * many watches ask for it.
 */
const pluginPause = 300_000;

/** The credentials of one user for one cluster, got once for all who ask at the same time. */
export class CredentialSource {
  readonly #cluster: ClusterEntry;
  readonly #user: UserEntry;
  readonly #life: AbortController = new AbortController();
  readonly #authenticator: Authenticator;
  #held: Promise<HeldKubeConfig> | undefined;
  #current: Credentials | undefined;
  #flight: Promise<Credentials> | undefined;
  #renewed = -Infinity;

  constructor(cluster: ClusterEntry, user: UserEntry) {
    this.#cluster = cluster;
    this.#user = user;
    this.#authenticator = new Authenticator(user, cluster, () => this.#caData(), this.#life.signal);
  }

  async current(): Promise<Credentials> {
    if (this.#current !== undefined && Date.now() < this.#current.expires) return this.#current;
    this.#flight ??= this.#get().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  /** After a 401 on `refused`: newer ones; undefined where asking again now would not give any. */
  async renew(refused: Credentials): Promise<Credentials | undefined> {
    if (this.#current === refused) {
      if (this.#user.exec !== undefined && Date.now() - this.#renewed < pluginPause) return undefined;
      this.#renewed = Date.now();
      this.#current = undefined;
    }
    return this.current();
  }

  /** Ends a plugin that still runs. */
  dispose(reason: KubeError): void {
    this.#life.abort(reason);
    this.#current?.proxy?.destroy();
  }

  async #get(): Promise<Credentials> {
    this.#held ??= holdKubeConfig(this.#cluster, withOwnProvider(this.#user), this.#authenticator);
    const kubeConfig = await this.#held;
    const options: https.RequestOptions = { headers: {} };
    try {
      await kubeConfig.applyToHTTPSOptions(options);
    } catch (error) {
      if (error instanceof KubeError) throw error;
      const file = errorCode(error) === 'ENOENT' || errorCode(error) === 'EACCES';
      throw new KubeError(file ? 'kubeconfig' : 'credentials', file ? 'A certificate or key file that the kubeconfig names cannot be read.' : 'The credentials of the kubeconfig cannot be used.', {
        detail: errorMessage(error),
      });
    }
    this.#current = this.#snapshot(options);
    return this.#current;
  }

  #snapshot(options: https.RequestOptions): Credentials {
    const { ca, cert, key, servername, rejectUnauthorized, agent, auth } = options;
    const headers: Record<string, string | string[]> = { ...this.#user.impersonation };
    for (const [name, value] of Object.entries(options.headers ?? {})) if (typeof value === 'string') headers[name] = value;
    if (auth !== undefined && auth !== null) headers['Authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
    const files = [this.#cluster.caFile, this.#user.certFile, this.#user.keyFile].some((file) => file !== undefined);
    const proxy = this.#cluster.proxyUrl !== undefined && typeof agent === 'object' ? agent : undefined;
    return {
      tls: {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(servername === undefined ? {} : { servername }),
        ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      },
      headers,
      ...(proxy === undefined ? {} : { proxy }),
      expires: Math.min(this.#authenticator.expires - leeway, files ? Date.now() + filePeriod : Infinity),
    };
  }

  #caData(): string | undefined {
    if (this.#cluster.caData !== undefined || this.#cluster.caFile === undefined) return this.#cluster.caData;
    return readFileSync(this.#cluster.caFile).toString('base64');
  }
}

/** Everything that puts a token on a request goes through the authenticator of ours; certificates and basic auth do not. */
function withOwnProvider(user: UserEntry): UserEntry {
  const { exec, tokenFile, token, authProvider, ...rest } = user;
  const own = [exec, tokenFile, token, authProvider].some((value) => value !== undefined);
  return own ? { ...rest, authProvider: { name: ownProvider, config: {} } } : rest;
}
