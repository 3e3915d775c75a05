import { readFile } from 'node:fs/promises';
import type https from 'node:https';
import { KubeError } from '../errors.ts';
import { errorMessage, isRecord, numberAt } from '../guards.ts';
import type { ClusterEntry, UserEntry } from '../kubeconfig/model.ts';
import { runExecPlugin } from './exec.ts';

/** The name under which a user of ours is held in client-node's KubeConfig, so that only this authenticator takes it. */
export const ownProvider = 'kserve-canary';

/** A token file is read again after a minute, as client-go does (`transport/token_source.go`): kubelets rotate it. */
const tokenFilePeriod = 60_000;

/**
 * Puts a token or a plugin's certificate on a request. In the place of client-node's own authenticators, which hand
 * exec plugins no KUBERNETES_EXEC_INFO, keep the newline of a token file, and spend OIDC refresh tokens, which rotate
 * and so would log kubectl out.
 */
export class Authenticator {
  readonly #user: UserEntry;
  readonly #cluster: ClusterEntry;
  readonly #caData: () => string | undefined;
  readonly #signal: AbortSignal;
  /** When what was applied last stops being good; ms since 1970. */
  expires = Infinity;

  constructor(user: UserEntry, cluster: ClusterEntry, caData: () => string | undefined, signal: AbortSignal) {
    this.#user = user;
    this.#cluster = cluster;
    this.#caData = caData;
    this.#signal = signal;
  }

  isAuthProvider(user: { readonly authProvider?: unknown }): boolean {
    return isRecord(user.authProvider) && user.authProvider['name'] === ownProvider;
  }

  async applyAuthentication(_user: unknown, options: Pick<https.RequestOptions, 'headers' | 'cert' | 'key'>): Promise<void> {
    const { exec, tokenFile, token, authProvider } = this.#user;
    this.expires = Infinity;
    if (exec !== undefined) {
      const credentials = await runExecPlugin(exec, this.#cluster, this.#caData(), this.#signal);
      if (credentials.cert !== undefined) options.cert = credentials.cert;
      if (credentials.key !== undefined) options.key = credentials.key;
      this.expires = credentials.expires ?? Infinity;
      bearer(options, credentials.token);
    } else if (tokenFile !== undefined) {
      // The file wins over `token`, which is the fallback (client-go, NewBearerAuthWithRefreshRoundTripper).
      this.expires = Date.now() + tokenFilePeriod;
      bearer(options, (await readToken(tokenFile, token === undefined)) ?? token);
    } else if (token === undefined && authProvider !== undefined) {
      const id = idToken(authProvider);
      this.expires = id.expires;
      bearer(options, id.token);
    } else bearer(options, token);
  }
}

function bearer(options: Pick<https.RequestOptions, 'headers'>, token: string | undefined): void {
  if (token !== undefined && token !== '') options.headers = Object.assign(options.headers ?? {}, { Authorization: `Bearer ${token}` });
}

async function readToken(file: string, needed: boolean): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (!needed) return undefined;
    throw new KubeError('credentials', `The token file of the kubeconfig cannot be read: ${file}.`, { detail: errorMessage(error) });
  }
}

/** The ID token while it is valid; renewing it is kubectl's, which can write the new refresh token back. */
function idToken(provider: NonNullable<UserEntry['authProvider']>): { token: string; expires: number } {
  if (provider.name !== 'oidc') {
    throw new KubeError('credentials', `The kubeconfig signs in with the auth-provider "${provider.name}", which kubectl has dropped (1.26). Renew the kubeconfig with your cloud's command line.`);
  }
  const token = provider.config['id-token'];
  if (token === undefined || token === '') throw new KubeError('credentials', 'The kubeconfig holds no OIDC token yet. Run any kubectl command on this context to sign in, then try again.');
  const expires = expiryOf(token);
  if (expires < Date.now()) throw new KubeError('credentials', 'The OIDC sign-in has expired. Run any kubectl command on this context to renew it, then try again.');
  return { token, expires };
}

/** `exp` of a JWT (RFC 7519 §4.1.4, seconds) in ms; Infinity where it cannot be read: the server will judge. */
function expiryOf(jwt: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const seconds = numberAt(claims, 'exp');
    return seconds === undefined ? Infinity : seconds * 1000;
  } catch {
    return Infinity;
  }
}
