import * as vscode from 'vscode';
import type { Health, KubeConnection, KubeErrorShape } from '../kube/types.ts';
import { LiveCluster } from '../rollout/liveCluster.ts';
import type { Bundles } from './bundles.ts';
import { Disposable } from './disposable.ts';
import { asKubeError } from './errors.ts';
import { settings } from './settings.ts';

export type SessionState =
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly connection: KubeConnection; readonly live: LiveCluster; readonly namespace: string | undefined; readonly playground: boolean }
  | { readonly kind: 'failed'; readonly error: KubeErrorShape };

/** What a connection is made with; absent parts come from the settings, then from the kubeconfig. */
export interface ConnectTo {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** One namespace; all when absent. */
  readonly namespace?: string;
}

/**
 * The window's one connection. Nothing connects by itself: showing the tree, a verb or Connect does. The context is pinned when the
 * connection is made.
 */
export class Session extends Disposable {
  readonly #bundles: Bundles;
  readonly #log: vscode.LogOutputChannel;
  readonly #onDidChangeState = this.register(new vscode.EventEmitter<void>());
  readonly #onDidChangeServices = this.register(new vscode.EventEmitter<ReadonlySet<string>>());
  #state: SessionState = { kind: 'disconnected' };
  #target: ConnectTo = {};
  #attempt = 0;

  /** Connected, lost, live, stale … */
  readonly onDidChangeState = this.#onDidChangeState.event;
  /** The keys of services that read differently now. */
  readonly onDidChangeServices = this.#onDidChangeServices.event;

  constructor(bundles: Bundles, log: vscode.LogOutputChannel) {
    super();
    this.#bundles = bundles;
    this.#log = log;
  }

  get state(): SessionState {
    return this.#state;
  }

  get connected(): Extract<SessionState, { kind: 'connected' }> | undefined {
    return this.#state.kind === 'connected' ? this.#state : undefined;
  }

  get health(): Health | undefined {
    return this.connected?.live.health;
  }

  /** Connects as last time, or for the first time; does nothing while connected or connecting. */
  async ensureConnected(): Promise<void> {
    if (this.#state.kind === 'disconnected' || this.#state.kind === 'failed') await this.connect(this.#target);
  }

  /** Connects if need be, and waits until the services have been read once or cannot be. */
  async ready(): Promise<void> {
    await this.ensureConnected();
    while (!this.disposed && (this.#state.kind === 'connecting' || this.health?.state === 'connecting')) {
      await new Promise<void>((resolve) => {
        const once = this.onDidChangeState(() => {
          once.dispose();
          resolve();
        });
      });
    }
  }

  /** Ends the old connection and makes a new one. Never rejects: a failure is a state. */
  async connect(to: ConnectTo): Promise<void> {
    const attempt = ++this.#attempt;
    this.#target = to;
    this.#close();
    this.#set({ kind: 'connecting' });
    const kubeconfig = to.kubeconfig ?? settings.kubeconfig();
    const context = to.context ?? (to.kubeconfig === undefined ? settings.context() : undefined);
    try {
      const connection = await this.#bundles.kube().connect({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) });
      if (this.#isOver(attempt)) {
        connection.dispose();
        return;
      }
      this.#log.info(`Connecting to context ${connection.identity.context} at ${connection.identity.server}`);
      const playground = await isPlayground(connection).catch((error: unknown) => {
        connection.dispose();
        throw error;
      });
      if (this.#isOver(attempt)) {
        connection.dispose();
        return;
      }
      this.#watch(connection, to.namespace, playground);
    } catch (error) {
      if (!this.#isOver(attempt)) this.#fail(error);
    }
  }

  /** Ends the connection and makes it anew, with the credentials read again. */
  async reconnect(): Promise<void> {
    await this.connect(this.#target);
  }

  async showNamespace(namespace: string | undefined): Promise<void> {
    const { namespace: _old, ...rest } = this.#target;
    await this.connect({ ...rest, ...(namespace !== undefined && { namespace }) });
  }

  override dispose(): void {
    this.#attempt++;
    this.#close();
    super.dispose();
  }

  #watch(connection: KubeConnection, namespace: string | undefined, playground: boolean): void {
    const live: LiveCluster = new LiveCluster(connection, namespace === undefined ? {} : { namespace }, {
      changed: (keys) => { this.#onDidChangeServices.fire(keys); },
      health: (health) => {
        if (this.connected && this.connected.live !== live) return;
        this.#log.debug(`InferenceServices: ${health.state}`);
        // Most people may list one namespace only: then the context's own is shown.
        if (health.state === 'failed' && health.error.kind === 'forbidden' && namespace === undefined) {
          live.dispose();
          this.#watch(connection, connection.identity.namespace, playground);
          return;
        }
        this.#onDidChangeState.fire();
      },
    });
    this.#set({ kind: 'connected', connection, live, namespace, playground });
  }

  #fail(error: unknown): void {
    const known = asKubeError(error);
    this.#log.warn(known.message);
    this.#set({ kind: 'failed', error: known });
  }

  #isOver(attempt: number): boolean {
    return this.disposed || attempt !== this.#attempt;
  }

  #set(state: SessionState): void {
    this.#state = state;
    if (this.disposed) return;
    this.#onDidChangeState.fire();
  }

  #close(): void {
    if (this.#state.kind !== 'connected') return;
    this.#state.live.dispose();
    this.#state.connection.dispose();
  }
}

/** The playground says so in its version; reading it is also the first request, which tells whether the cluster can be reached. */
async function isPlayground(connection: KubeConnection): Promise<boolean> {
  const version = await connection.request({ method: 'GET', path: '/version', timeout: 10_000 }).catch((error: unknown) => {
    // Some clusters keep their version to themselves; what may be listed is another question.
    if (asKubeError(error).kind === 'forbidden') return undefined;
    throw error;
  });
  return typeof version === 'object' && version !== null && 'gitVersion' in version && typeof version.gitVersion === 'string' && version.gitVersion.includes('playground');
}
