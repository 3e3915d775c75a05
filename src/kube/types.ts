/** What the rooms above see of a cluster. Nothing here knows KServe or VS Code. */

/** Which cluster a connection speaks to: compared again before anything is changed (`same context name` is not enough). */
export interface ClusterIdentity {
  /** The kubeconfig files that were read, in order of precedence. */
  readonly kubeconfig: readonly string[];
  readonly context: string;
  readonly server: string;
  /** SHA-256 of the CA certificate, hex; '' where there is none. */
  readonly caHash: string;
  /** The namespace of the context, 'default' where it names none. */
  readonly namespace: string;
}

export type KubeErrorKind =
  | 'no-kubeconfig' | 'kubeconfig' | 'credentials'
  | 'unreachable' | 'timeout' | 'tls' | 'cancelled'
  | 'unauthorized' | 'forbidden' | 'no-such-api' | 'not-found' | 'conflict' | 'already-exists' | 'invalid' | 'gone' | 'too-many-requests' | 'server';

/**
 * The one error that leaves `kube/`. It crosses bundles, so nobody asks `instanceof`: read `kind`.
 * `message` is a sentence for the user: what happened, to what, and what to do now.
 */
export interface KubeErrorShape {
  readonly name: 'KubeError';
  readonly kind: KubeErrorKind;
  readonly message: string;
  /** HTTP status where there was an answer. */
  readonly status?: number;
  /** The API server's own words. */
  readonly detail?: string;
  /** Seconds that the server asks to wait (429). */
  readonly retryAfter?: number;
}

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path below the server's address, without query: `/apis/serving.kserve.io/v1beta1/…`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` unless told; `application/merge-patch+json` for a merge patch. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the whole answer must be there; 30,000 unless told. */
  readonly timeout?: number;
}

/** A resource that can be listed and watched. */
export interface WatchedResource {
  /** `apis/serving.kserve.io/v1beta1` or `api/v1`. */
  readonly groupVersion: string;
  readonly plural: string;
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export type Health =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** The data are as of `since` (ms since 1970); a retry runs at `retryAt`. */
  | { readonly state: 'stale'; readonly since: number; readonly retryAt: number; readonly error: KubeErrorShape }
  /** Nothing was ever read, and no retry helps until something changes (403, no such API). */
  | { readonly state: 'failed'; readonly error: KubeErrorShape };

export interface ReflectorEvents<T> {
  /** Whole batches: everything that arrived in one turn of the loop. `undefined` = deleted. Keys are `namespace/name`. */
  changed(changes: ReadonlyMap<string, T | undefined>): void;
  health(health: Health): void;
}

/** A live copy of one resource: list, then watch, for as long as it is not disposed. */
export interface Reflector<T> {
  readonly items: ReadonlyMap<string, T>;
  readonly health: Health;
  /** Tries again now instead of at `retryAt`. */
  retry(): void;
  dispose(): void;
}

/** A connection to one cluster as one user: the only thing through which anything reaches the API server. */
export interface KubeConnection {
  readonly identity: ClusterIdentity;
  /** The parsed JSON body of a 2xx answer. Rejects with a KubeError (see KubeErrorShape). */
  request(request: KubeRequest): Promise<unknown>;
  /** `project` keeps what the caller needs of an object (`unknown`, straight from JSON) and drops the rest; `undefined` leaves it out. */
  reflect<T>(resource: WatchedResource, project: (object: unknown) => T | undefined, events: ReflectorEvents<T>): Reflector<T>;
  /** Ends every reflector, request and socket. */
  dispose(): void;
}

export interface ConnectOptions {
  /** An explicit kubeconfig file; else KUBECONFIG, else ~/.kube/config, as kubectl reads them. */
  readonly kubeconfig?: string;
  /** A context of it; else its current-context. */
  readonly context?: string;
}
