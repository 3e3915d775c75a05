import * as vscode from 'vscode';
import { factsOf } from '../../kserve/facts.ts';
import { variant, type Rollout } from '../../kserve/rollout.ts';
import type { Words } from '../../kserve/words.ts';
import type { ManifestDocument } from '../../manifest/types.ts';
import { commands } from '../commands/names.ts';
import { Disposable } from '../disposable.ts';
import type { Following } from '../following.ts';
import { rolloutIcon } from '../icons.ts';
import type { Session } from '../session.ts';
import { section, settings } from '../settings.ts';
import { clusterId, liveComponent, type DocumentRef, type Target } from '../target.ts';
import { backTo, offeredVerbs, type OfferedVerb } from '../verbs.ts';
import { drift, driftWords, manifestFacts } from './drift.ts';
import { keyOf, manifestSelector, toRange, type Manifests } from './manifests.ts';

export interface EditorParts {
  readonly session: Session;
  readonly following: Following;
  readonly manifests: Manifests;
  readonly words: Words;
}

const t = vscode.l10n.t;

/** One line over each InferenceService: which cluster it speaks of and how it stands there, then the verbs that apply. */
export class LensProvider extends Disposable implements vscode.CodeLensProvider {
  readonly #parts: EditorParts;
  readonly #onDidChange = this.register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#onDidChange.event;

  constructor(parts: EditorParts) {
    super();
    this.#parts = parts;
    const refresh = (): void => { this.#onDidChange.fire(); };
    this.register(parts.session.onDidChangeState(refresh));
    this.register(parts.session.onDidChangeServices(refresh));
    this.register(parts.following.onDidChange(refresh));
    this.register(vscode.workspace.onDidChangeConfiguration((change) => { if (change.affectsConfiguration(`${section}.codeLens`)) refresh(); }));
    this.register(vscode.languages.registerCodeLensProvider(manifestSelector, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const mode = settings.codeLens();
    if (mode === 'off') return [];
    return this.#parts.manifests.read(document).filter((manifest) => manifest.certain).flatMap((manifest) => {
      const range = toRange(document, manifest.lens);
      const lenses = this.#line(document, manifest);
      if (mode === 'canaryOnly' && !this.#isCanary(manifest)) return [];
      return lenses.map((command) => new vscode.CodeLens(range, {
        ...command,
        // The editor drops an ordinary space behind an icon.
        title: command.title.replace(/^(\$\([^)]+\)) /, '$1\u00a0'),
        tooltip: command.tooltip ?? t('KServe Canary (setting: kserveCanary.codeLens)'),
      }));
    });
  }

  #isCanary(manifest: ManifestDocument): boolean {
    const { session } = this.#parts;
    const key = session.connected && keyOf(manifest, session.connected.connection.identity.namespace);
    const phase = key === undefined ? undefined : liveComponent(session.connected?.live.get(key), 'predictor')?.rollout.phase;
    return manifest.components.some(({ percent }) => percent !== undefined) || (phase !== undefined && phase !== 'stable');
  }

  #line(document: vscode.TextDocument, manifest: ManifestDocument): vscode.Command[] {
    const { session } = this.#parts;
    const ref: DocumentRef = { uri: document.uri.toString(), index: manifest.index };
    if (manifest.legacy) return [{ title: `$(info) ${t('{0} is too old for canaries: serving.kserve.io/v1beta1 is needed', manifest.apiVersion)}`, command: '' }];
    if (manifest.name === undefined) return [{ title: `$(info) ${t('an InferenceService without metadata.name')}`, command: '' }];
    switch (session.state.kind) {
      case 'disconnected': return [
        { title: `$(debug-disconnect) ${t('not connected')}`, command: '' },
        { title: t('Connect'), command: commands.connect },
        { title: t('Edit: Set Canary…'), command: commands.editSetCanary, arguments: [ref] },
        ...(manifest.components.some(({ percent }) => percent !== undefined) ? [{ title: t('Remove Percent'), command: commands.editRemovePercent, arguments: [ref] }] : []),
      ];
      case 'connecting': return [{ title: `$(loading~spin) ${t('connecting…')}`, command: commands.showTree }];
      case 'failed': return [
        { title: `$(error) ${session.state.error.message}`, command: commands.showTree },
        { title: t('Retry'), command: commands.connect },
        { title: t('Open Playground'), command: commands.openPlayground },
      ];
      case 'connected': return this.#connected(manifest, ref);
    }
  }

  #connected(manifest: ManifestDocument, ref: DocumentRef): vscode.Command[] {
    const { session, words, following } = this.#parts;
    const { connected } = session;
    if (!connected) return [];
    const { context, namespace } = connected.connection.identity;
    const key = keyOf(manifest, namespace) ?? '';
    const health = connected.live.health;
    if (health.state === 'connecting') return [{ title: `$(loading~spin) ${t('{0} · reading…', context)}`, command: commands.showTree }];
    if (health.state === 'failed') return [{ title: `$(error) ${context} · ${health.error.message}`, command: commands.showTree }];
    const stale = health.state === 'stale' ? ` · ${t('stale since {0}', new Date(health.since).toLocaleTimeString())}` : '';
    const components = manifest.components.map(({ name }) => name);
    const component = components[0] ?? 'predictor';
    const target: Target = { key, component, context, cluster: clusterId(connected.connection.identity), document: ref };
    const more: vscode.Command = { title: t('More…'), command: commands.more, arguments: [target] };
    const followed = following.get(key);
    const running = followed?.plan.component === component ? followed : undefined;
    const live = liveComponent(connected.live.get(key), component);
    if (!live) {
      if (connected.namespace !== undefined && !key.startsWith(`${connected.namespace}/`)) {
        return [{ title: `$(circle-slash) ${t('{0} · this window shows namespace {1} only', context, connected.namespace)}`, command: commands.chooseNamespace }];
      }
      return [
        { title: `$(circle-outline) ${context}${stale} · ${t('not deployed')}`, command: commands.showTree },
        { title: t('Deploy…'), command: commands.deploy, arguments: [target] },
      ];
    }
    const show = { command: commands.reveal, arguments: [target] };
    if (running) {
      const icon = running.progress.state === 'stalled' ? '$(warning)' : '$(sync~spin)';
      const verbs = running.progress.state === 'stalled' ? this.#verbs(live.rollout, target) : [];
      return [{ title: `${icon} ${context}${stale} · ${words.progress(running.plan, running.progress)}`, ...show }, ...verbs, more];
    }
    const file = manifestFacts(manifest, component);
    const facts = factsOf(live.service, component);
    if (file && Object.keys(drift(file, facts)).length > 0) {
      return [
        { title: `$(warning) ${context}${stale} · ${driftWords(file, facts, words, t)}`, ...show },
        ...(offeredVerbs(live.rollout).includes('start-canary') && file.modelUri !== facts.modelUri ? [{ title: t('Start Canary…'), command: commands.verbs['start-canary'], arguments: [target] }] : []),
        ...(live.rollout.api === 'Knative' ? [{ title: t('Apply…'), command: commands.apply, arguments: [target] }] : []),
        { title: t('Diff'), command: commands.diff, arguments: [target] },
        { title: t('Test…'), command: commands.test, arguments: [target] },
        more,
      ];
    }
    return [
      { title: `$(${rolloutIcon(live.rollout).id}) ${context}${stale} · ${words.state(live.rollout)}`, ...show },
      ...this.#verbs(live.rollout, target),
      ...(live.rollout.serving ? [{ title: t('Test…'), command: commands.test, arguments: [target] }] : []),
      more,
    ];
  }

  #verbs(rollout: Rollout, target: Target): vscode.Command[] {
    return offeredVerbs(rollout).map((verb) => ({ title: verbTitle(verb, rollout), command: commands.verbs[verb], arguments: [target] }));
  }
}

function verbTitle(verb: OfferedVerb, rollout: Rollout): string {
  switch (verb) {
    case 'start-canary': return t('Start Canary…');
    case 'shift': return t('Shift…');
    case 'promote': return t('Promote {0}', variant(rollout, 'canary')?.shortName ?? '');
    case 'abort':
    case 'roll-back': {
      const revision = backTo(rollout);
      return revision === undefined ? t('Roll Back…') : t('Back to {0}', revision);
    }
    case 'resume': return t('Resume');
  }
}
