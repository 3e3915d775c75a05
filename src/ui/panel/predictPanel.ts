import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Answer, Gateway, NoGateway, PredictRequest, Side, Target } from '../../predict/index.ts';
import { Disposable } from '../disposable.ts';
import { messageOf } from '../errors.ts';
import { pageHtml } from './html.ts';
import { readMessage, readSaved } from './messages.ts';
import type { ActionView, AnswerView, FromPage, HeadView, ProblemView, ProtocolId, ServiceKey, ToPage, VariantId } from './protocol.ts';
import type { PanelAction, PredictSource, PredictState, PredictVariant } from './source.ts';
import { rowsView, sideView, triedSteps, type Outcome, type PredictModule } from './view.ts';

const t = vscode.l10n.t;

/** The webview's type, for `registerWebviewPanelSerializer` and the activation event `onWebviewPanel:…`. */
export const viewType = 'kserveCanary.predict';

/** What every panel of a window shares. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  /** Loads the predict bundle. */
  readonly predict: () => PredictModule;
  /** The last body of each service. */
  readonly memento: vscode.Memento;
}

export interface OpenOptions {
  readonly target?: VariantId;
}

/** A body beyond this is not for an editor in a page. */
const MAX_BODY_FILE = 1_000_000;

const FALLBACK_BODY: Readonly<Record<ProtocolId, string>> = {
  v1: '{\n  "instances": []\n}\n',
  v2: '{\n  "inputs": []\n}\n',
};

/** The panel that sends requests to one service: one for each service, beside its manifest. */
export class PredictPanel extends Disposable {
  static readonly #open = new Map<string, PredictPanel>();

  /** Opens the panel of a service, or reveals it. */
  static open(parts: PanelParts, source: PredictSource, options: OpenOptions = {}): PredictPanel {
    const existing = PredictPanel.#open.get(id(source.key));
    if (existing) {
      if (options.target) existing.#choose(options.target);
      existing.#panel.reveal(undefined, false);
      source.dispose?.();
      return existing;
    }
    const panel = vscode.window.createWebviewPanel(viewType, t('Predict: {0}', source.key.name), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false }, webviewOptions(parts));
    return new PredictPanel(parts, source, panel, options.target ?? 'split', undefined);
  }

  /** Brings panels back after a reload of the window. `find` makes the source of a service, connected or not. */
  static registerSerializer(parts: PanelParts, find: (key: ServiceKey) => PredictSource | undefined): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const saved = readSaved(state);
        const source = saved && find(saved.key);
        if (!saved || !source || PredictPanel.#open.has(id(saved.key))) {
          panel.dispose();
        } else {
          panel.webview.options = webviewOptions(parts);
          new PredictPanel(parts, source, panel, saved.target ?? 'split', saved.protocol);
        }
        return Promise.resolve();
      },
    });
  }

  readonly #parts: PanelParts;
  readonly #source: PredictSource;
  readonly #panel: vscode.WebviewPanel;
  #chosen: VariantId;
  #protocol: ProtocolId;
  #kind: PredictState['kind'];
  #gateway: Gateway | NoGateway | undefined;
  #lookup: Promise<void> | undefined;
  /** What the buttons of the shown page do. */
  readonly #actions = new Map<string, () => unknown>();
  #answer: AnswerView = { kind: 'none' };
  /** The single answer that is shown. */
  #shown: Answer | undefined;
  #sending: AbortController | undefined;
  /** The page listens; before, messages would be lost. */
  #ready = false;

  private constructor(parts: PanelParts, source: PredictSource, panel: vscode.WebviewPanel, target: VariantId, protocol: ProtocolId | undefined) {
    super();
    this.#parts = parts;
    this.#source = source;
    this.#panel = panel;
    this.#chosen = target;
    const state = source.state();
    this.#kind = state.kind;
    this.#protocol = protocol ?? (state.kind === 'ready' ? state.protocol : undefined) ?? 'v1';
    PredictPanel.#open.set(id(source.key), this);
    this.register(panel.webview.onDidReceiveMessage((message: unknown) => {
      const read = readMessage(message);
      if (read) void this.#receive(read).catch((error: unknown) => { this.#note(messageOf(error)); });
    }));
    this.register(source.onDidChange(() => { this.#changed(); }));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(() => { this.#showHead(); }));
    this.register(vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('kserveCanary.gateways')) this.#showHead(); }));
    panel.onDidDispose(() => { this.dispose(); });
    panel.webview.html = this.#html();
  }

  override dispose(): void {
    if (this.disposed) return;
    this.#sending?.abort();
    PredictPanel.#open.delete(id(this.#source.key));
    super.dispose();
    this.#source.dispose?.();
    this.#panel.dispose();
  }

  #html(): string {
    const { webview } = this.#panel;
    const media = vscode.Uri.joinPath(this.#parts.extensionUri, 'dist', 'media');
    const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString();
    return pageHtml({
      script: uri('predict.js'), style: uri('predict.css'), codicons: uri('codicon.css'),
      source: webview.cspSource, nonce: randomBytes(16).toString('base64'), language: vscode.env.language, mac: process.platform === 'darwin', t,
    });
  }

  #post(message: ToPage): void {
    if (this.#ready && !this.disposed) void this.#panel.webview.postMessage(message);
  }

  #note(text: string): void {
    this.#post({ type: 'note', text });
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#showHead();
        this.#post({ type: 'answer', answer: this.#answer });
        if (!message.hasBody) await this.#loadBody();
        return;
      case 'choose':
        this.#choose(message.target);
        return;
      case 'protocol':
        this.#protocol = message.protocol;
        this.#showHead();
        return;
      case 'send':
        await this.#send(message.body, message.both);
        return;
      case 'cancel':
        this.#sending?.abort();
        return;
      case 'copyCurl':
        await this.#copyCurl(message.body);
        return;
      case 'openBody': {
        if (!this.#shown) return;
        const pretty = this.#parts.predict().pretty(this.#shown.body);
        const document = await vscode.workspace.openTextDocument({ language: pretty === undefined ? 'plaintext' : 'json', content: pretty ?? this.#shown.body });
        await vscode.window.showTextDocument(document, { preview: true });
        return;
      }
      case 'run':
        await this.#actions.get(message.action)?.();
    }
  }

  #choose(target: VariantId): void {
    this.#chosen = target;
    this.#showHead();
  }

  #changed(): void {
    const { kind } = this.#source.state();
    // A new connection may read what the old one could not; a rollout's own steps (several a second) change nothing about the gateway.
    if (kind === 'ready' && this.#kind !== 'ready') this.#gateway = undefined;
    this.#kind = kind;
    this.#showHead();
  }

  readonly #retry = (): void => {
    this.#gateway = undefined;
    this.#showHead();
  };

  #findGateway(): void {
    this.#lookup ??= (async () => {
      const found = await this.#parts.predict().findGateway(this.#source.request, t);
      this.#lookup = undefined;
      this.#gateway = found;
      this.#showHead();
    })();
  }

  /** Where the variant is reached, or why it is not; undefined while the gateway is looked for. */
  #target(variant: PredictVariant): Target | { readonly problem: ProblemView } | undefined {
    const predict = this.#parts.predict();
    if (variant.unavailable) {
      const { reason, action } = variant.unavailable;
      return { problem: { title: reason, tried: [], actions: action ? [this.#action('enable', action)] : [] } };
    }
    const override = this.#source.gatewayOverride();
    if (override === undefined && this.#gateway === undefined) {
      this.#findGateway();
      return undefined;
    }
    const gateway = this.#gateway && 'host' in this.#gateway ? this.#gateway : undefined;
    if (override === undefined && this.#gateway && !gateway) {
      const { reason, tried } = this.#gateway as NoGateway;
      return {
        problem: {
          title: reason, tried: tried.map(({ what, result }) => ({ what, result })),
          next: t('Forward a port to the gateway, or ask for its address, and set it for the context {0} in kserveCanary.gateways (host:port).', this.#source.key.context),
          actions: [this.#action('settings', settingsAction()), this.#retryAction()],
        },
      };
    }
    const target = predict.target({ ...(variant.url === undefined ? {} : { url: variant.url }), ...(gateway ? { gateway } : {}), ...(override === undefined ? {} : { override }) }, t);
    return predict.isTarget(target) ? target : { problem: { title: target.reason, tried: triedSteps(this.#gateway), actions: [this.#action('settings', settingsAction())] } };
  }

  #action(name: string, action: PanelAction): ActionView {
    this.#actions.set(name, () => vscode.commands.executeCommand(action.command, ...(action.arguments ?? [])));
    return { id: name, label: action.label };
  }

  #retryAction(): ActionView {
    this.#actions.set('retry', this.#retry);
    return { id: 'retry', label: t('Look for the Gateway Again') };
  }

  /** The request as it would be sent now. */
  #request(variant: PredictVariant, model: string, body: string | undefined): PredictRequest | { readonly problem: ProblemView } | undefined {
    const target = this.#target(variant);
    if (target === undefined || 'problem' in target) return target;
    return { target, method: 'POST', path: this.#parts.predict().predictPath(this.#protocol, model), ...(body === undefined ? {} : { body }) };
  }

  #showHead(): void {
    if (this.#ready && !this.disposed) this.#post({ type: 'head', head: this.#head() });
  }

  #head(): HeadView {
    const { key } = this.#source;
    const state = this.#source.state();
    const base = { service: key.name, place: t('on {0} · {1}', key.context, key.namespace), protocol: this.#protocol, key, chosen: this.#chosen };
    const nothing = { targets: [], canSend: false, canSendBoth: false, bothTooltip: '' };
    const problem = (title: string, next: string | undefined, actions: readonly ActionView[], tried: ProblemView['tried'] = []): ProblemView => ({ title, ...(next === undefined ? {} : { next }), actions, tried });
    if (state.kind === 'absent') return { ...base, ...nothing, problem: problem(state.reason, state.next, state.action ? [this.#action('absent', state.action)] : []) };
    const { variants, modelName } = state;
    const targets = variants.map((variant) => ({
      id: variant.id,
      label: variant.label,
      tooltip: variant.unavailable?.reason ?? (variant.id === 'split' ? t('The service’s own URL: the split decides which revision answers.') : t('{0} alone, through its tag.', variant.revision ?? variant.label)),
      chosen: variant.id === this.#chosen,
      available: variant.unavailable === undefined,
    }));
    const chosen = variants.find(({ id: variant }) => variant === this.#chosen) ?? variants[0];
    if (!chosen) return { ...base, ...nothing, problem: problem(t('{0} has no revision that could be called.', key.name), undefined, []) };
    const trusted = vscode.workspace.isTrusted;
    const missing = variants.find((variant) => variant.id !== 'split' && variant.unavailable);
    const bothTooltip = missing?.unavailable ? missing.unavailable.reason : t('Sends the body to canary and stable and compares the answers ({0})', process.platform === 'darwin' ? '⇧⌘⏎' : 'Ctrl+Shift+Enter');
    let request: PredictRequest | { readonly problem: ProblemView } | undefined;
    try {
      request = this.#request(chosen, modelName, undefined);
    } catch (error) {
      request = { problem: problem(messageOf(error), undefined, []) };
    }
    if (request === undefined) return { ...base, targets, canSend: false, canSendBoth: false, bothTooltip, problem: problem(t('Looking for the ingress gateway of {0}…', key.context), undefined, []) };
    // Send to Both needs no chosen target that works, only the two.
    const canSendBoth = trusted && missing === undefined && variants.filter((variant) => variant.id !== 'split').length === 2 && this.#gatewayKnown();
    if ('problem' in request) return { ...base, targets, canSend: false, canSendBoth, bothTooltip, problem: request.problem };
    const { address, host, sni, pathPrefix, why } = request.target;
    const predict = this.#parts.predict();
    return {
      ...base, targets, bothTooltip, canSend: trusted, canSendBoth,
      request: {
        method: request.method, url: predict.requestUrl(request), host,
        parts: [
          { name: t('Address'), value: predict.authority(address), why: why.address },
          { name: 'Host', value: host, why: why.host },
          ...(sni === undefined ? [] : [{ name: 'SNI', value: sni, why: why.sni ?? '' }]),
          ...(pathPrefix === '' ? [] : [{ name: t('Path'), value: pathPrefix, why: why.pathPrefix ?? '' }]),
        ],
      },
      ...(trusted ? {} : { problem: problem(t('This workspace is not trusted: no request is sent.'), undefined, [this.#action('trust', { label: t('Manage Workspace Trust'), command: 'workbench.trust.manage' })]) }),
    };
  }

  #gatewayKnown(): boolean {
    return this.#source.gatewayOverride() !== undefined || (this.#gateway !== undefined && 'host' in this.#gateway);
  }

  async #send(body: string, both: boolean): Promise<void> {
    const state = this.#source.state();
    // The page's button may be a moment behind what the service is now.
    if (this.#sending || state.kind !== 'ready' || !vscode.workspace.isTrusted) { this.#showHead(); return; }
    const chosen = state.variants.filter((variant) => (both ? variant.id !== 'split' : variant.id === this.#chosen));
    const requests: { variant: PredictVariant; request: PredictRequest }[] = [];
    for (const variant of chosen) {
      const request = this.#request(variant, state.modelName, body);
      if (request === undefined || 'problem' in request) { this.#showHead(); return; }
      requests.push({ variant, request });
    }
    if (requests.length === 0) return;
    const predict = this.#parts.predict();
    const controller = new AbortController();
    this.#sending = controller;
    this.#show({ kind: 'sending', text: both ? t('Sending to canary and stable…') : t('Sending to {0}…', requests[0] ? nameOf(requests[0].variant) : '') });
    void this.#parts.memento.update(this.#mementoKey(), body.length > MAX_BODY_FILE ? undefined : body);
    const gateway = this.#gateway && 'host' in this.#gateway && this.#source.gatewayOverride() === undefined ? this.#gateway : undefined;
    const outcomes = await Promise.all(requests.map(async ({ variant, request }): Promise<Outcome> => {
      const facts = {
        label: variant.label, name: nameOf(variant), request,
        ...(variant.revision === undefined ? {} : { revision: variant.revision }),
        ...(variant.shortRevision === undefined ? {} : { shortRevision: variant.shortRevision }),
      };
      try {
        return { ...facts, result: { answer: await predict.send(request, { signal: controller.signal }) } };
      } catch (error) {
        return { ...facts, result: { error } };
      }
    }));
    this.#sending = undefined;
    if (this.disposed) return;
    const views = outcomes.map((outcome) => sideView(outcome, gateway, this.#retryAction(), predict, t));
    const [first, second] = views;
    const [one, other] = outcomes;
    this.#shown = !both && one && 'answer' in one.result ? one.result.answer : undefined;
    if (both && first && second && one && other) {
      const side = ({ name, result }: Outcome): Side => ({ label: name, ...('answer' in result ? { answer: result.answer } : {}) });
      const comparison = predict.compare(side(one), side(other), t);
      this.#show({ kind: 'both', sides: [first, second], verdict: comparison.verdict, outcome: comparison.outcome, ...rowsView(comparison, t) });
    } else if (first) {
      this.#show({ kind: 'single', side: first });
    }
  }

  #show(answer: AnswerView): void {
    this.#answer = answer;
    this.#post({ type: 'answer', answer });
  }

  async #copyCurl(body: string): Promise<void> {
    const state = this.#source.state();
    const variant = state.kind === 'ready' ? state.variants.find(({ id: each }) => each === this.#chosen) : undefined;
    const request = state.kind === 'ready' && variant ? this.#request(variant, state.modelName, body) : undefined;
    if (request === undefined || 'problem' in request) { this.#showHead(); return; }
    await vscode.env.clipboard.writeText(this.#parts.predict().copyAsCurl(request));
    this.#note(t('Copied as curl.'));
  }

  #mementoKey(): string {
    const { context, namespace, name, component } = this.#source.key;
    return `predict.body/${context}/${namespace}/${name}/${component}`;
  }

  /** The first `*-input.json` beside the manifest (one that fits the protocol before others), else the last body, else an empty one. */
  async #loadBody(): Promise<void> {
    const found = await this.#bodyFile();
    const last: unknown = this.#parts.memento.get(this.#mementoKey());
    const { text, from } = found ?? (typeof last === 'string' ? { text: last, from: t('as sent last') } : { text: FALLBACK_BODY[this.#protocol], from: '' });
    const state = this.#source.state();
    const spoken = this.#parts.predict().protocolOfBody(text);
    // The spec outranks the body; without it the body's own fields tell which protocol it was written for.
    if (spoken && spoken !== this.#protocol && !(state.kind === 'ready' && state.protocol !== undefined)) {
      this.#protocol = spoken;
      this.#showHead();
    }
    this.#post({ type: 'body', text, from });
  }

  async #bodyFile(): Promise<{ text: string; from: string } | undefined> {
    const { manifest } = this.#source.key;
    if (manifest === undefined) return undefined;
    try {
      const folder = vscode.Uri.joinPath(vscode.Uri.parse(manifest, true), '..');
      const names = (await vscode.workspace.fs.readDirectory(folder))
        .filter(([name, type]) => (type & vscode.FileType.File) !== 0 && name.endsWith('-input.json')).map(([name]) => name).sort();
      let first: { text: string; from: string } | undefined;
      for (const name of names.slice(0, 20)) {
        const uri = vscode.Uri.joinPath(folder, name);
        if ((await vscode.workspace.fs.stat(uri)).size > MAX_BODY_FILE) continue;
        const candidate = { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), from: name };
        if (this.#parts.predict().protocolOfBody(candidate.text) === this.#protocol) return candidate;
        first ??= candidate;
      }
      return first;
    } catch {
      // No folder to look into (an unsaved manifest, a virtual one): the last body serves.
      return undefined;
    }
  }
}

function nameOf(variant: PredictVariant): string {
  switch (variant.id) {
    case 'canary': return t('canary {0}', variant.shortRevision ?? '').trim();
    case 'stable': return t('stable {0}', variant.shortRevision ?? '').trim();
    case 'split': return t('the split');
  }
}

function settingsAction(): PanelAction {
  return { label: t('Open Setting'), command: 'workbench.action.openSettings', arguments: ['kserveCanary.gateways'] };
}

function webviewOptions(parts: PanelParts): vscode.WebviewOptions & vscode.WebviewPanelOptions {
  return { enableScripts: true, enableFindWidget: true, enableCommandUris: false, localResourceRoots: [vscode.Uri.joinPath(parts.extensionUri, 'dist', 'media')] };
}

function id(key: ServiceKey): string {
  return [key.context, key.namespace, key.name, key.component].join('/');
}
