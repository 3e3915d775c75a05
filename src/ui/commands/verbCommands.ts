import * as vscode from 'vscode';
import { effective, factsOf } from '../../kserve/facts.ts';
import { variant } from '../../kserve/rollout.ts';
import { healthError } from '../../rollout/liveCluster.ts';
import { manifestFacts } from '../editor/drift.ts';
import { clusterId, isTarget, type Target } from '../target.ts';
import type { Node } from '../tree/nodes.ts';
import { viewId, type ServicesTree } from '../tree/servicesTree.ts';
import { offeredVerbs } from '../verbs.ts';
import { askModel, askPercent, askTagged } from './ask.ts';
import { commands } from './names.ts';
import type { RunnerParts, VerbRunner } from './verbRunner.ts';

const t = vscode.l10n.t;

export interface VerbCommandParts extends RunnerParts {
  readonly runner: VerbRunner;
  readonly tree: ServicesTree;
}

/** The commands that change a service. Each takes a Target (lens, hover), a tree row, or nothing (palette: asks). */
export function registerVerbCommands(parts: VerbCommandParts): vscode.Disposable {
  const { runner, journal, words } = parts;
  const on = (id: string, act: (target: Target) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (argument?: unknown) => {
      const target = await targetOf(argument, parts);
      if (target) await act(target);
    });

  return vscode.Disposable.from(
    on(commands.verbs['start-canary'], (target) => startCanary(target, runner)),
    on(commands.verbs.shift, async (target) => {
      const at = runner.resolve(target);
      if (!at) return;
      const percent = await askPercent(t('Shift {0}', at.service.ref.name), Math.min(99, Math.max(0, variant(at.rollout, 'canary')?.routed ?? 0)));
      if (percent !== undefined) await runner.run(target, { kind: 'shift', percent });
    }),
    on(commands.verbs.promote, (target) => runner.run(target, { kind: 'promote' })),
    on(commands.verbs.abort, (target) => runner.run(target, { kind: 'abort' })),
    on(commands.verbs['roll-back'], (target) => runner.run(target, { kind: 'roll-back' })),
    on(commands.verbs.resume, (target) => runner.run(target, { kind: 'resume' })),
    on(commands.enableTaggedUrls, (target) => runner.run(target, { kind: 'tag-urls', enabled: true })),
    on(commands.disableTaggedUrls, (target) => runner.run(target, { kind: 'tag-urls', enabled: false })),
    on(commands.stop, (target) => runner.run(target, { kind: 'stop' })),
    on(commands.deploy, (target) => runner.deploy(target)),
    on(commands.apply, async (target) => {
      const at = runner.resolve(target);
      if (!at) return;
      const change = runner.fileChange(target, at.service, at.open);
      if (!change) void vscode.window.showWarningMessage(t('The fields of the manifest cannot be read: it has errors or holds placeholders.'));
      else await runner.run(target, { kind: 'apply', facts: change });
    }),
    on(commands.undo, async (target: Target & { readonly at?: number }) => {
      const at = runner.resolve(target);
      if (!at) return;
      const last = journal.last(at.service.ref.uid, target.component);
      if (!last) void vscode.window.showWarningMessage(t('This window has changed nothing on {0} yet: there is nothing to undo.', target.key));
      else if (target.at !== undefined && last.at !== target.at) void vscode.window.showWarningMessage(t('That was not the last change of {0}: another one came after it. Nothing was changed.', target.key));
      else await runner.run(target, { kind: 'undo', of: last.verb, facts: effective(last.after, last.before) });
    }),
    on(commands.more, async (target) => {
      const at = runner.resolve(target);
      if (!at) return;
      const last = journal.last(at.service.ref.uid, target.component);
      const knative = at.rollout.api === 'Knative';
      const stopped = at.rollout.spec.stopped;
      const items = [
        ...offeredVerbs(at.rollout).map((verb) => ({ label: words.verb(verb), command: commands.verbs[verb] })),
        ...(knative && !stopped ? [at.rollout.spec.tagged
          ? { label: t('Disable Tagged URLs'), command: commands.disableTaggedUrls }
          : { label: t('Enable Tagged URLs'), detail: t('latest-… for the newest revision; makes a new revision'), command: commands.enableTaggedUrls }] : []),
        ...(knative && !stopped ? [{ label: t('Stop'), detail: t('Deletes the pods and the revisions; the InferenceService stays'), command: commands.stop }] : []),
        ...(last ? [{ label: t('Undo “{0}”', words.verb(last.verb)), command: commands.undo }] : []),
        ...(at.open ? [{ label: t('Diff: File ↔ Cluster'), command: commands.diff }] : []),
        { label: t('Show in Tree'), command: commands.reveal },
      ];
      const picked = await vscode.window.showQuickPick(items, { title: `${target.key} · ${target.context}` });
      if (picked) await vscode.commands.executeCommand(picked.command, target);
    }),
  );
}

async function startCanary(target: Target, runner: VerbRunner): Promise<void> {
  const at = runner.resolve(target);
  if (!at) return;
  const live = factsOf(at.service, target.component);
  const file = at.open && manifestFacts(at.open.manifest, target.component);
  // A custom container names its model in a variable, which a storageUri cannot replace.
  const edited = file?.modelUri != null && live.modelUri !== null && file.modelUri !== live.modelUri ? file.modelUri : undefined;
  // A canary that is kept at 0 % has its model already.
  const waiting = variant(at.rollout, 'canary') !== undefined;
  const modelUri = edited ?? (waiting ? undefined : await askModel(at.rollout));
  if (modelUri === undefined && !waiting) return;
  const percent = await askPercent(t('Start Canary of {0}', at.service.ref.name), 10);
  if (percent === undefined) return;
  const changesModel = modelUri !== undefined && modelUri !== live.modelUri;
  const tagged = await askTagged(at.rollout, changesModel);
  if (tagged === undefined) return;
  await runner.run(target, { kind: 'start-canary', percent, ...(changesModel && { modelUri }), ...(tagged && { tagged }) });
}

/** A command's argument as a target: from a lens or hover, from a tree row, or asked for. */
export async function targetOf(argument: unknown, { session, tree }: Pick<VerbCommandParts, 'session' | 'tree'>): Promise<Target | undefined> {
  if (isTarget(argument)) return argument;
  if (typeof argument === 'object' && argument !== null && 'kind' in argument) return tree.target(argument as Node);
  await session.ready();
  const { connected } = session;
  if (!connected) {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    return undefined;
  }
  const { context } = connected.connection.identity;
  const cluster = clusterId(connected.connection.identity);
  const items = connected.live.keys.flatMap((key) => (connected.live.get(key)?.rollouts ?? []).map((rollout) => ({
    label: key,
    description: rollout.component === 'predictor' ? '' : rollout.component,
    target: { key, component: rollout.component, context, cluster } satisfies Target,
  })));
  if (items.length === 0) {
    void vscode.window.showWarningMessage(healthError(connected.live.health)?.message ?? t('No InferenceServices on {0}.', context));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, { title: t('InferenceServices on {0}', context), placeHolder: t('Which one?') });
  return picked?.target;
}
