import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { plain } from './dialogs.ts';
import { until } from './until.ts';

export interface ServiceText {
  readonly name: string;
  readonly model?: string;
  readonly percent?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const bucket = 'gs://kfserving-examples/models/sklearn/1.0';
export const namespace = 'kserve-test';

/** A manifest with comments and a layout of its own. */
export function manifestText({ name, model = 'model-1', percent, annotations = {} }: ServiceText): string {
  return [
    '# released by hand',
    'apiVersion: serving.kserve.io/v1beta1',
    'kind: InferenceService',
    'metadata:',
    `  name: "${name}"   # quoted`,
    `  namespace: ${namespace}`,
    ...(Object.keys(annotations).length === 0 ? [] : ['  annotations:', ...Object.entries(annotations).map(([key, value]) => `    ${key}: "${value}"`)]),
    'spec:',
    '  predictor:',
    ...(percent === undefined ? [] : [`    canaryTrafficPercent: ${String(percent)}`]),
    '    model:',
    '      modelFormat: { name: sklearn }',
    '      # the model',
    `      storageUri: ${bucket}/${model}`,
    '',
  ].join('\n');
}

/** Writes a file into the workspace and opens it. */
export async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder, 'a folder is open');
  const uri = vscode.Uri.joinPath(folder, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return vscode.workspace.openTextDocument(uri);
}

export async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  return await vscode.commands.executeCommand<vscode.CodeLens[] | undefined>('vscode.executeCodeLensProvider', document.uri) ?? [];
}

/** One line of text for each line that has lenses: `$(pass) playground · 100 % | Start Canary…`. */
export async function lensLines(document: vscode.TextDocument): Promise<string[]> {
  const byLine = new Map<number, string[]>();
  for (const { range, command } of await lenses(document)) {
    byLine.set(range.start.line, [...byLine.get(range.start.line) ?? [], plain(command?.title ?? '')]);
  }
  return [...byLine].sort(([a], [b]) => a - b).map(([, titles]) => titles.join(' | '));
}

export async function lensText(document: vscode.TextDocument): Promise<string> {
  return (await lensLines(document)).join('\n');
}

/** Waits until the lenses over a document read so. */
export async function untilLens(document: vscode.TextDocument, text: string, limit?: number): Promise<void> {
  await until(`the lens “${text}”`, () => lensText(document), (now) => now === text, limit);
}

/** The hover's Markdown where `word` first stands in the text; undefined where there is none. */
export async function hoverOn(document: vscode.TextDocument, word: string): Promise<vscode.MarkdownString | undefined> {
  const at = document.getText().indexOf(word);
  assert.notEqual(at, -1, `${word} is in the text`);
  return hoverAt(document, document.positionAt(at + 1));
}

export async function hoverAt(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.MarkdownString | undefined> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  const [first] = hovers.flatMap(({ contents }) => contents);
  return first as vscode.MarkdownString | undefined;
}

/** Throws away what is unsaved and closes every editor. */
export async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
