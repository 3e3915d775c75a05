/** A kubeconfig after parsing: only what a connection needs, paths absolute. */

export interface ClusterEntry {
  readonly name: string;
  /** '' where the file names none. */
  readonly server: string;
  readonly caFile?: string;
  /** Base64 of PEM; wins over the file. */
  readonly caData?: string;
  readonly insecure: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly disableCompression: boolean;
  /** The extension `client.authentication.k8s.io/exec`: handed to exec plugins that ask for cluster info. */
  readonly execConfig?: unknown;
}

export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
  /** The folder of the kubeconfig that names the plugin. */
  readonly folder: string;
}

export interface UserEntry {
  readonly name: string;
  readonly certFile?: string;
  readonly certData?: string;
  readonly keyFile?: string;
  readonly keyData?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  /** Headers of impersonation (`as`, `as-uid`, `as-groups`, `as-user-extra`). */
  readonly impersonation: Readonly<Record<string, string | string[]>>;
  readonly exec?: ExecPlugin;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
}

export interface ContextEntry {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext?: string;
}

/** What is left out when there is nothing: `exactOptionalPropertyTypes` wants absence, not `undefined`. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
