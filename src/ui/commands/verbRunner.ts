import * as vscode from 'vscode';
import { changed, factsOf } from '../../kserve/facts.ts';
import type { Progress } from '../../kserve/follow.ts';
import { planKnative } from '../../kserve/knative/plan.ts';
import { deployPlan, isRefusal, type Change, type Plan, type Verb } from '../../kserve/plan.ts';
import type { Words } from '../../kserve/words.ts';
import type { ManifestDocument } from '../../manifest/types.ts';
import type { Journal } from '../../rollout/journal.ts';
import { deploy, run, type NotApplied } from '../../rollout/runner.ts';
import type { Bundles } from '../bundles.ts';
import { drift, manifestFacts } from '../editor/drift.ts';
import { manifestEdits } from '../editor/manifestEdits.ts';
import { keyOf, type Manifests } from '../editor/manifests.ts';
import { asKubeError } from '../errors.ts';
import type { Following } from '../following.ts';
import type { Session, SessionState } from '../session.ts';
import { clusterId, liveComponent, type DocumentRef, type LiveComponent, type Target } from '../target.ts';
import { commands } from './names.ts';

const t = vscode.l10n.t;

export interface RunnerParts {
  readonly session: Session;
  readonly following: Following;
  readonly manifests: Manifests;
  readonly bundles: Bundles;
  readonly journal: Journal;
  readonly words: Words;
  readonly log: vscode.LogOutputChannel;
}

/** The manifest of a target as it is now. */
export interface OpenManifest {
  readonly document: vscode.TextDocument;
  readonly manifest: ManifestDocument;
}

type Connected = Extract<SessionState, { kind: 'connected' }>;

/**
 * A verb from click to end: plan, ask, dry run, cluster, file, follow. The cluster comes first: when it refuses, the file is
 * untouched. The file is changed in one undo step and left unsaved.
 */
export class VerbRunner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** What a target names now, or undefined after saying why it cannot be acted on. */
  resolve(target: Target): (LiveComponent & { readonly connected: Connected; readonly open: OpenManifest | undefined }) | undefined {
    const connected = this.connected(target);
    if (!connected) return undefined;
    const live = liveComponent(connected.live.get(target.key), target.component);
    if (!live) {
      void vscode.window.showWarningMessage(absentWords(target, connected));
      return undefined;
    }
    return { ...live, connected, open: this.manifest(target) };
  }

  /** The connection, if it is the one that the target names. */
  connected(target: Pick<Target, 'context' | 'cluster'>): Connected | undefined {
    const { connected } = this.#parts.session;
    if (connected?.connection.identity.context === target.context) {
      if (target.cluster === undefined || target.cluster === clusterId(connected.connection.identity)) return connected;
      void vscode.window.showWarningMessage(t('This was shown for another cluster that is called {0} too. Nothing was changed.', target.context));
      return undefined;
    }
    void vscode.window.showWarningMessage(connected
      ? t('This was shown for {0}, but the window is on {1} now. Nothing was changed.', target.context, connected.connection.identity.context)
      : t('Not connected to {0}. Nothing was changed.', target.context));
    return undefined;
  }

  manifest(target: Target): OpenManifest | undefined {
    const { manifests, session } = this.#parts;
    const namespace = session.connected?.connection.identity.namespace ?? 'default';
    if (!target.document) return manifests.find(target.key, namespace);
    const found = openManifest(manifests, target.document);
    return found && keyOf(found.manifest, namespace) === target.key ? found : undefined;
  }

  /** Runs a verb. Resolves when it was refused, cancelled or applied; its end is said later. */
  async run(target: Target, verb: Verb): Promise<void> {
    const at = this.resolve(target);
    if (!at) return;
    const { words } = this.#parts;
    const file = at.open && manifestFacts(at.open.manifest, target.component);
    const planned = planKnative(at.rollout, verb, {
      facts: factsOf(at.service, target.component),
      ...(verb.kind === 'promote' && file?.modelUri != null && { manifestModelUri: file.modelUri }),
    });
    if (isRefusal(planned)) {
      void vscode.window.showWarningMessage(words.refusal(planned));
      return;
    }
    if (!await this.#ask(planned, at.connected, at.open)) return;
    let sent = false;
    try {
      // A dry run asks the admission webhooks first: what they refuse changes nothing.
      for (const dryRun of [true, false]) {
        sent = !dryRun;
        const applied = await run(at.connected.connection, planned, { dryRun });
        if (!applied.applied) {
          void vscode.window.showWarningMessage(`${notAppliedWords(applied.why)} ${t('Nothing was changed.')}`);
          return;
        }
      }
    } catch (error) {
      this.#refused(words.verb(verb.kind), error, sent);
      return;
    }
    await this.#afterwards(target, planned, at.open);
  }

  /** Creates the service of a manifest. */
  async deploy(target: Target): Promise<void> {
    const connected = this.connected(target);
    const open = this.manifest(target);
    if (!connected) return;
    if (!open) {
      void vscode.window.showWarningMessage(t('The manifest of {0} is not open any more.', target.key));
      return;
    }
    const problem = open.manifest.errors[0];
    if (problem || open.manifest.placeholders || !isObject(open.manifest.object)) {
      void vscode.window.showWarningMessage(problem
        ? t('This manifest cannot be deployed: YAML error in line {0}: {1}', problem.line, problem.message)
        : t('This manifest is a template: it cannot be deployed as it stands.'));
      return;
    }
    const { words } = this.#parts;
    const facts = manifestFacts(open.manifest, target.component) ?? { percent: null, modelUri: null, tagRouting: null, stop: null };
    const [namespace = '', name = ''] = target.key.split('/');
    const draft = deployPlan({ apiVersion: open.manifest.apiVersion, kind: open.manifest.kind, namespace, name, uid: '' }, target.component, facts);
    if (!await this.#ask(draft, connected, undefined)) return;
    let sent = false;
    try {
      await deploy(connected.connection, open.manifest.object, namespace, { dryRun: true });
      sent = true;
      const created = await deploy(connected.connection, open.manifest.object, namespace);
      if (!created) return;
      await this.#afterwards(target, deployPlan(created.ref, target.component, factsOf(created, target.component)), undefined);
    } catch (error) {
      this.#refused(words.verb('deploy'), error, sent);
    }
  }

  /** What the manifest says and the cluster does not; undefined where there is no manifest to read. */
  fileChange(target: Target, service: LiveComponent['service'], open: OpenManifest | undefined): Change | undefined {
    const file = open && manifestFacts(open.manifest, target.component);
    return file && drift(file, factsOf(service, target.component));
  }

  /** Edits the manifest alone, in one undo step; says why when the edit does not fit. */
  async edit(open: OpenManifest, plan: Pick<Plan, 'component' | 'change'>): Promise<boolean> {
    const result = this.#parts.bundles.manifest().editManifest(open.document.getText(), open.manifest.index, manifestEdits(open.manifest, plan));
    if ('refused' in result) {
      void vscode.window.showWarningMessage(t('The file was not edited: {0}', result.refused));
      return false;
    }
    if (result.edits.length === 0) return true;
    const change = new vscode.WorkspaceEdit();
    for (const { start, end, text } of result.edits) {
      change.replace(open.document.uri, new vscode.Range(open.document.positionAt(start), open.document.positionAt(end)), text);
    }
    return vscode.workspace.applyEdit(change);
  }

  /** The plan, before anything happens. */
  async #ask(plan: Plan, { connection, playground }: Connected, open: OpenManifest | undefined): Promise<boolean> {
    const { words } = this.#parts;
    const { context } = connection.identity;
    const detail = [
      `${t('Cluster {0}', playground ? t('{0} (not a real one)', context) : context)} · ${t('namespace {0}', plan.service.namespace)}`,
      words.traffic(plan),
      ...(plan.change.modelUri == null ? [] : [t('Model: {0} → {1}', plan.facts.modelUri ?? '–', plan.change.modelUri)]),
      ...(plan.change.tagRouting === 'true' ? [t('Tagged URLs: on')] : []),
      open ? t('Changes: the cluster; {0} (not saved)', vscode.workspace.asRelativePath(open.document.uri)) : t('Changes: the cluster'),
      ...plan.warnings.map((warning) => `⚠ ${words.warning(warning)}`),
    ].join('\n');
    const yes = t('{0} in {1}', words.verb(plan.verb.kind), context);
    return await vscode.window.showInformationMessage(words.question(plan), { modal: true, detail }, yes) === yes;
  }

  async #afterwards(target: Target, plan: Plan, open: OpenManifest | undefined): Promise<void> {
    const { journal, following, log, words } = this.#parts;
    log.info(`${words.question(plan)} Applied in ${target.context}. ${words.traffic(plan)}`);
    const at = Date.now();
    following.start(target.key, plan, (progress) => { void this.#say(target, plan, at, progress); });
    // Before the file, whose edit may fail: the Undo of the change rests on it.
    if (plan.verb.kind !== 'deploy') {
      await journal.add({ uid: plan.service.uid, component: plan.component, at, verb: plan.verb.kind, before: plan.facts, after: changed(plan.facts, plan.change) });
    }
    if (open) {
      // By its key again: documents may have been added above it meanwhile.
      const now = this.manifest({ ...target, document: { uri: open.document.uri.toString(), index: open.manifest.index } });
      if (now) await this.edit(now, plan);
    }
  }

  /** The end, once: what happened, and what one may want next. */
  async #say(target: Target, plan: Plan, at: number, progress: Progress): Promise<void> {
    const { words, log } = this.#parts;
    const sentence = words.outcome(plan, progress);
    log.info(sentence);
    if (progress.state === 'settled') {
      const undo = t('Undo');
      const test = t('Test');
      const actions = plan.expected.stopped ? [undo] : plan.verb.kind === 'deploy' ? [test] : [undo, test];
      const chosen = await vscode.window.showInformationMessage(sentence, ...actions);
      if (chosen === undo) await vscode.commands.executeCommand(commands.undo, { ...target, at });
      else if (chosen === test) await vscode.commands.executeCommand(commands.test, target);
      return;
    }
    const show = t('Show');
    if (await vscode.window.showWarningMessage(sentence, show) === show) await vscode.commands.executeCommand(commands.reveal, target);
  }

  /** `sent`: the change itself was on its way, so that without an answer nobody knows whether it was made. */
  #refused(verb: string, error: unknown, sent: boolean): void {
    const known = asKubeError(error);
    this.#parts.log.warn(`${verb}: ${known.message}`);
    const unknown = sent && ['unreachable', 'timeout', 'tls', 'cancelled', 'server'].includes(known.kind);
    void vscode.window.showErrorMessage(`${unknown ? t('{0}: no answer to the change; it may have been made or not.', verb) : t('{0} was refused; nothing was changed.', verb)} ${known.message}`);
  }
}

export function openManifest(manifests: Manifests, ref: DocumentRef): OpenManifest | undefined {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === ref.uri);
  const manifest = document && manifests.read(document).find(({ index }) => index === ref.index);
  return document && manifest && { document, manifest };
}

/** Why a service is not shown: what was not read may be there all the same. */
function absentWords({ key, context }: Target, { namespace, live }: Connected): string {
  if (namespace !== undefined && !key.startsWith(`${namespace}/`)) return t('{0} is not shown: this window shows namespace {1} only.', key, namespace);
  return live.health.state === 'connecting' || live.health.state === 'failed' ? t('The services of {0} have not been read.', context) : t('{0} is not deployed on {1}.', key, context);
}

function notAppliedWords(why: NotApplied): string {
  switch (why) {
    case 'changed-meanwhile': return t('Somebody changed the service meanwhile, so the plan is out of date.');
    case 'another-object': return t('The service was deleted and made again meanwhile, so the plan is out of date.');
    case 'busy': return t('The API server answered “conflict” ten times in a row.');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
