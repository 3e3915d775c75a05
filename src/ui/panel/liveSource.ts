import * as vscode from 'vscode';
import { commands } from '../commands/names.ts';
import { Disposable } from '../disposable.ts';
import type { Session } from '../session.ts';
import { settings } from '../settings.ts';
import { liveComponent, type Target } from '../target.ts';
import { choices } from './choices.ts';
import type { ServiceKey } from './protocol.ts';
import type { PredictSource, PredictState } from './source.ts';

const t = vscode.l10n.t;

/** A predict panel's view of one live service. It outlives the connection: then it says so. */
export class LiveSource extends Disposable implements PredictSource {
  readonly key: ServiceKey;
  readonly #session: Session;
  readonly #target: Target;
  readonly #onDidChange = this.register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#onDidChange.event;

  constructor(session: Session, target: Target) {
    super();
    this.#session = session;
    this.#target = target;
    const slash = target.key.indexOf('/');
    this.key = {
      context: target.context,
      namespace: target.key.slice(0, slash),
      name: target.key.slice(slash + 1),
      component: target.component,
      ...(target.document && { manifest: target.document.uri }),
    };
    this.register(session.onDidChangeState(() => { this.#onDidChange.fire(); }));
    this.register(session.onDidChangeServices((keys) => { if (keys.has(target.key)) this.#onDidChange.fire(); }));
  }

  /** The target of a panel that was saved with its key. */
  static target({ context, namespace, name, component, manifest }: ServiceKey): Target {
    return {
      key: `${namespace}/${name}`,
      component: component === 'transformer' || component === 'explainer' ? component : 'predictor',
      context,
      ...(manifest !== undefined && { document: { uri: manifest, index: 0 } }),
    };
  }

  state(): PredictState {
    const { connected } = this.#session;
    const { context, key, component } = this.#target;
    if (!connected) return { kind: 'absent', reason: t('Not connected to {0}.', context), action: { label: t('Connect'), command: commands.connect } };
    const now = connected.connection.identity.context;
    if (now !== context) return { kind: 'absent', reason: t('This panel belongs to {0}; the window is on {1} now.', context, now), action: { label: t('Switch Context…'), command: commands.switchContext } };
    const live = liveComponent(connected.live.get(key), component);
    if (live) {
      const enable = { label: t('Enable Tagged URLs'), command: commands.enableTaggedUrls, arguments: [this.#target] };
      return { kind: 'ready', variants: choices(live.rollout, t, enable), modelName: live.service.ref.name };
    }
    return connected.live.health.state === 'connecting'
      ? { kind: 'absent', reason: t('Reading {0}…', context) }
      : { kind: 'absent', reason: t('{0} is not on {1} any more.', key, context) };
  }

  gatewayOverride(): string | undefined {
    return settings.gateway(this.#target.context);
  }

  readonly request: PredictSource['request'] = async (path, query) => {
    const { connected } = this.#session;
    if (!connected) throw new Error(t('Not connected to {0}.', this.#target.context));
    return connected.connection.request({ method: 'GET', path, ...(query && { query }) });
  };
}
