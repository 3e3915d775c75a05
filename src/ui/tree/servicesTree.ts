import * as vscode from 'vscode';
import type { Words } from '../../kserve/words.ts';
import type { Rollout, Variant } from '../../kserve/rollout.ts';
import type { Journal } from '../../rollout/journal.ts';
import { healthError } from '../../rollout/liveCluster.ts';
import { Disposable } from '../disposable.ts';
import type { Following } from '../following.ts';
import { rolloutIcon, variantIcon } from '../icons.ts';
import { rolloutMarkdown } from '../rolloutMarkdown.ts';
import type { Session } from '../session.ts';
import { clusterId, liveComponent, type Target } from '../target.ts';
import { offeredVerbs } from '../verbs.ts';
import { emptyState, wayOut } from './emptyState.ts';
import { nodeId, type Node } from './nodes.ts';

export const viewId = 'kserveCanary.services';
const t = vscode.l10n.t;

export interface TreeParts {
  readonly session: Session;
  readonly following: Following;
  readonly journal: Journal;
  readonly words: Words;
}

/** Live rows: service → component (where there are several) → revisions. Only the rows of a service that changed are refreshed. */
export class ServicesTree extends Disposable implements vscode.TreeDataProvider<Node> {
  readonly #parts: TreeParts;
  readonly #view: vscode.TreeView<Node>;
  readonly #onDidChange = this.register(new vscode.EventEmitter<Node | Node[] | undefined>());
  /** One object a row: VS Code compares elements by identity. */
  readonly #nodes = new Map<string, Node>();
  /** What the root showed last: a service that comes or goes changes it, a service that changes does not. */
  #rootKeys = '';
  readonly onDidChangeTreeData = this.#onDidChange.event;

  constructor(parts: TreeParts) {
    super();
    this.#parts = parts;
    const { session, following } = parts;
    this.#view = this.register(vscode.window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true }));
    this.register(this.#view.onDidChangeVisibility(({ visible }) => { if (visible) void session.ensureConnected(); }));
    this.register(session.onDidChangeState(() => { this.#stateChanged(); }));
    this.register(session.onDidChangeServices((keys) => { this.#servicesChanged(keys); }));
    this.register(following.onDidChange((keys) => { this.#servicesChanged(keys); }));
    this.#stateChanged();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.#item(node);
    item.id = nodeId(node);
    return item;
  }

  getChildren(node?: Node): Node[] {
    const { connected, state } = this.#parts.session;
    // Rows are asked for only when the tree is shown, and showing it connects.
    if (state.kind === 'disconnected') void this.#parts.session.ensureConnected();
    if (!node) {
      const empty = emptyState(this.#parts.session);
      if (empty) return wayOut(empty).map((action) => this.#node(action));
    }
    if (!connected) return [];
    if (!node) {
      const namespaces = new Set(connected.live.keys.map(namespaceOf));
      return namespaces.size > 1
        ? [...namespaces].map((namespace) => this.#node({ kind: 'namespace', namespace }))
        : connected.live.keys.map((key) => this.#node({ kind: 'service', key }));
    }
    switch (node.kind) {
      case 'namespace': return connected.live.keys.filter((key) => namespaceOf(key) === node.namespace).map((key) => this.#node({ kind: 'service', key }));
      case 'service': {
        const rollouts = connected.live.get(node.key)?.rollouts ?? [];
        const [only] = rollouts;
        return rollouts.length > 1
          ? rollouts.map(({ component }) => this.#node({ kind: 'component', key: node.key, component }))
          : only ? this.#revisions(node.key, only) : [];
      }
      case 'component': {
        const rollout = connected.live.get(node.key)?.rollouts.find(({ component }) => component === node.component);
        return rollout ? this.#revisions(node.key, rollout) : [];
      }
      case 'revision':
      case 'action': return [];
    }
  }

  getParent(node: Node): Node | undefined {
    const { connected } = this.#parts.session;
    switch (node.kind) {
      case 'action':
      case 'namespace': return undefined;
      case 'service': {
        const namespaces = new Set(connected?.live.keys.map(namespaceOf));
        return namespaces.size > 1 ? this.#node({ kind: 'namespace', namespace: namespaceOf(node.key) }) : undefined;
      }
      case 'component': return this.#node({ kind: 'service', key: node.key });
      case 'revision': {
        const several = (connected?.live.get(node.key)?.rollouts.length ?? 0) > 1;
        return this.#node(several ? { kind: 'component', key: node.key, component: node.component } : { kind: 'service', key: node.key });
      }
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const { connected } = this.#parts.session;
    if (node.kind === 'namespace' || node.kind === 'action' || !connected) return item;
    const component = node.kind === 'service' ? undefined : node.component;
    const service = connected.live.get(node.key);
    const live = liveComponent(service, component ?? service?.rollouts[0]?.component ?? 'predictor');
    if (!live) return item;
    const { journal, words } = this.#parts;
    item.tooltip = rolloutMarkdown({ context: connected.connection.identity.context, ...live, health: connected.live.health, words, last: journal.last(live.service.ref.uid, live.rollout.component) });
    return item;
  }

  async reveal(key: string): Promise<void> {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    if (this.#parts.session.connected?.live.get(key)) {
      await this.#view.reveal(this.#node({ kind: 'service', key }), { select: true, focus: true, expand: true });
    }
  }

  /** What a verb from this row acts on. */
  target(node: Node): Target | undefined {
    const { connected } = this.#parts.session;
    if (!connected || node.kind === 'namespace' || node.kind === 'action') return undefined;
    const component = node.kind === 'service' ? connected.live.get(node.key)?.rollouts[0]?.component : node.component;
    return { key: node.key, component: component ?? 'predictor', context: connected.connection.identity.context, cluster: clusterId(connected.connection.identity) };
  }

  #revisions(key: string, { component, variants }: Rollout): Node[] {
    return variants.map(({ name }) => this.#node({ kind: 'revision', key, component, name }));
  }

  #node(node: Node): Node {
    const id = nodeId(node);
    const known = this.#nodes.get(id);
    if (known) return known;
    this.#nodes.set(id, node);
    return node;
  }

  #item(node: Node): vscode.TreeItem {
    const { session } = this.#parts;
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    switch (node.kind) {
      case 'action': {
        const item = new vscode.TreeItem(node.label, None);
        item.iconPath = new vscode.ThemeIcon(node.icon);
        item.command = { command: node.command, title: node.label };
        return item;
      }
      case 'namespace': {
        const item = new vscode.TreeItem(node.namespace, Expanded);
        item.iconPath = new vscode.ThemeIcon('symbol-namespace');
        return item;
      }
      case 'service': {
        const live = session.connected?.live.get(node.key);
        const [first] = live?.rollouts ?? [];
        const item = new vscode.TreeItem(node.key.slice(node.key.indexOf('/') + 1), live && first && first.phase !== 'stable' ? Expanded : Collapsed);
        item.contextValue = 'service';
        if (first) this.#describe(item, node.key, first);
        return item;
      }
      case 'component': {
        const rollout = session.connected?.live.get(node.key)?.rollouts.find(({ component }) => component === node.component);
        const item = new vscode.TreeItem(node.component, Expanded);
        item.contextValue = 'component';
        if (rollout) this.#describe(item, node.key, rollout);
        return item;
      }
      case 'revision': {
        const rollout = session.connected?.live.get(node.key)?.rollouts.find(({ component }) => component === node.component);
        const variant = rollout?.variants.find(({ name }) => name === node.name);
        const item = new vscode.TreeItem(variant?.shortName ?? node.name, None);
        if (variant) this.#describeRevision(item, variant);
        return item;
      }
    }
  }

  #describe(item: vscode.TreeItem, key: string, rollout: Rollout): void {
    const { words, following } = this.#parts;
    const followed = following.get(key);
    const running = followed?.plan.component === rollout.component ? followed : undefined;
    const worst = rollout.warnings.map((warning) => words.warningShort(warning)).find((text) => text !== '');
    const state = running ? words.progress(running.plan, running.progress) : words.stateShort(rollout);
    item.description = [state, running ? undefined : worst].filter((part) => part !== undefined).join(' · ');
    item.iconPath = running && running.progress.state !== 'stalled' ? new vscode.ThemeIcon('sync~spin') : rolloutIcon(rollout);
    item.contextValue = [item.contextValue, rollout.api.toLowerCase(), rollout.serving ? 'serving' : '', ...offeredVerbs(rollout)].filter((word) => word).join(' ');
    item.accessibilityInformation = { label: [typeof item.label === 'string' ? item.label : '', running ? state : words.state(rollout), running ? undefined : worst].filter((part) => part !== undefined).join(', ') };
  }

  #describeRevision(item: vscode.TreeItem, variant: Variant): void {
    const { words } = this.#parts;
    item.description = words.variant(variant);
    item.iconPath = variantIcon(variant);
    item.contextValue = ['revision', variant.role, variant.url === undefined ? '' : 'tagged'].filter((word) => word).join(' ');
    item.accessibilityInformation = { label: words.variantAloud(variant) };
  }

  #servicesChanged(keys: ReadonlySet<string>): void {
    const { connected } = this.#parts.session;
    if (!connected) return;
    this.#updateHeader();
    const rootKeys = this.#root();
    if (rootKeys !== this.#rootKeys) {
      this.#rootKeys = rootKeys;
      this.#onDidChange.fire(undefined);
      return;
    }
    const nodes = [...keys].map((key) => this.#nodes.get(nodeId({ kind: 'service', key }))).filter((node) => node !== undefined);
    if (nodes.length > 0) this.#onDidChange.fire(nodes);
  }

  #root(): string {
    return this.#parts.session.connected?.live.keys.join('\n') ?? '';
  }

  #stateChanged(): void {
    this.#updateHeader();
    this.#rootKeys = this.#root();
    if (!this.#parts.session.connected) this.#nodes.clear();
    this.#onDidChange.fire(undefined);
  }

  #updateHeader(): void {
    const { session } = this.#parts;
    const { connected } = session;
    const empty = emptyState(session);
    void vscode.commands.executeCommand('setContext', 'kserveCanary.state', empty ?? 'shown');
    const where = connected && [connected.connection.identity.context, connected.namespace ?? t('all namespaces'), healthShort(connected.live.health)].join(' · ');
    this.#view.description = where ?? '';
    // Alone in its container a view shows no description: its first line says it, at any width. Beside a message no welcome
    // content is shown, so the states that have one there have none.
    const welcomed = empty === 'no-kubeconfig' || empty === 'no-kserve' || empty === 'connecting' || empty === 'disconnected';
    const error = session.state.kind === 'failed' ? session.state.error : connected && healthError(connected.live.health);
    this.#view.message = welcomed ? '' : [
      where,
      connected?.playground === true ? t('a small cluster on this machine, not a real one') : undefined,
      empty === 'empty' ? t('No InferenceServices here.') : error?.message,
    ].filter((part) => part !== undefined).join(' — ');
  }
}

function healthShort(health: Session['health'] & object): string {
  switch (health.state) {
    case 'live': return t('live');
    case 'connecting': return t('connecting');
    case 'stale': return t('stale since {0}', new Date(health.since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
    case 'failed': return t('unavailable');
  }
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
