import * as vscode from 'vscode';
import type { Manifests } from '../editor/manifests.ts';
import type { DocumentRef } from '../target.ts';
import { askPercent } from './ask.ts';
import { commands } from './names.ts';
import { openManifest, type VerbRunner } from './verbRunner.ts';

const t = vscode.l10n.t;

/** Edits of the manifest alone, for a window that is not connected. */
export function registerEditCommands(parts: { readonly manifests: Manifests; readonly runner: VerbRunner }): vscode.Disposable {
  const { manifests, runner } = parts;
  const edit = async (argument: unknown, percent: (current: number | undefined, name: string) => Promise<number | null | undefined>): Promise<void> => {
    const open = isDocumentRef(argument) ? openManifest(manifests, argument) : undefined;
    const component = open?.manifest.components[0];
    if (!open || !component) {
      void vscode.window.showWarningMessage(t('Open a manifest of an InferenceService first, and use the line above it.'));
      return;
    }
    const value = await percent(typeof component.percent === 'number' ? component.percent : undefined, open.manifest.name ?? '');
    if (value !== undefined) await runner.edit(open, { component: component.name, change: { percent: value } });
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand(commands.editSetCanary, (argument: unknown) => edit(argument, (current, name) => askPercent(t('Set Canary of {0} (this file only)', name), current ?? 10))),
    vscode.commands.registerCommand(commands.editRemovePercent, (argument: unknown) => edit(argument, () => Promise.resolve(null))),
  );
}

function isDocumentRef(value: unknown): value is DocumentRef {
  return typeof value === 'object' && value !== null && 'uri' in value && typeof value.uri === 'string' && 'index' in value && typeof value.index === 'number';
}
