import * as vscode from 'vscode';
import { factsOf } from '../../kserve/facts.ts';
import { variant } from '../../kserve/rollout.ts';
import type { LiveDocuments } from '../editor/liveDocuments.ts';
import { manifestEdits } from '../editor/manifestEdits.ts';
import { LiveSource } from '../panel/liveSource.ts';
import { PredictPanel, type PanelParts } from '../panel/predictPanel.ts';
import type { VariantId } from '../panel/protocol.ts';
import { nodeId, type Node } from '../tree/nodes.ts';
import { commands } from './names.ts';
import { targetOf, type VerbCommandParts } from './verbCommands.ts';

const t = vscode.l10n.t;

export interface OpenCommandParts extends VerbCommandParts {
  readonly panel: PanelParts;
  readonly liveDocuments: LiveDocuments;
}

/** The commands that open something and change nothing. */
export function registerOpenCommands(parts: OpenCommandParts): vscode.Disposable {
  const { session, tree, runner, panel, liveDocuments } = parts;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commands.test, async (argument?: unknown) => {
      const target = await targetOf(argument, parts);
      if (!target) return;
      const open = runner.manifest(target);
      const withDocument = target.document || !open ? target : { ...target, document: { uri: open.document.uri.toString(), index: open.manifest.index } };
      const chosen = variantOf(argument, session.connected?.live.get(target.key)?.rollouts.find(({ component }) => component === target.component));
      PredictPanel.open(panel, new LiveSource(session, withDocument), chosen ? { target: chosen } : {});
    }),
    vscode.commands.registerCommand(commands.reveal, async (argument?: unknown) => {
      const target = await targetOf(argument, parts);
      if (target) await tree.reveal(target.key);
    }),
    vscode.commands.registerCommand(commands.diff, async (argument?: unknown) => {
      const target = await targetOf(argument, parts);
      const at = target && runner.resolve(target);
      if (!target || !at) return;
      if (!at.open) {
        void vscode.window.showWarningMessage(t('No open manifest holds {0}.', target.key));
        return;
      }
      // The other side is the file with the cluster's values: what differs is what a verb would change, and nothing else.
      const { modelUri, ...others } = factsOf(at.service, target.component);
      const hasModel = modelUri !== null && at.open.manifest.components.some(({ name, paths }) => name === target.component && paths.modelUri !== undefined);
      const edits = manifestEdits(at.open.manifest, { component: target.component, change: hasModel ? { modelUri, ...others } : others });
      const text = at.open.document.getText();
      const result = parts.bundles.manifest().editManifest(text, at.open.manifest.index, edits);
      if ('refused' in result) {
        void vscode.window.showWarningMessage(result.refused);
        return;
      }
      const cluster = result.edits.toReversed().reduce((now, { start, end, text: inserted }) => now.slice(0, start) + inserted + now.slice(end), text);
      const uri = liveDocuments.show(target, cluster);
      await vscode.commands.executeCommand('vscode.diff', uri, at.open.document.uri, t('{0}: {1} ↔ file', at.service.ref.name, target.context));
    }),
    vscode.commands.registerCommand(commands.copyUrl, async (node?: Node) => {
      const target = node && tree.target(node);
      const rollout = target && session.connected?.live.get(target.key)?.rollouts.find(({ component }) => component === target.component);
      const url = node?.kind === 'revision' ? rollout?.variants.find(({ name }) => name === node.name)?.url : rollout?.url;
      if (url === undefined) void vscode.window.showWarningMessage(t('{0} has no URL of its own.', node ? nodeId(node).split(':').at(-1) ?? '' : ''));
      else await vscode.env.clipboard.writeText(url);
    }),
  );
}

/** A hover's link or a row may name the variant to test. */
function variantOf(argument: unknown, rollout: Parameters<typeof variant>[0] | undefined): VariantId | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if ('variant' in argument && (argument.variant === 'canary' || argument.variant === 'stable' || argument.variant === 'split')) return argument.variant;
  if (!('kind' in argument) || argument.kind !== 'revision' || !('name' in argument) || !rollout) return undefined;
  return argument.name === variant(rollout, 'canary')?.name ? 'canary' : argument.name === variant(rollout, 'stable')?.name ? 'stable' : undefined;
}
