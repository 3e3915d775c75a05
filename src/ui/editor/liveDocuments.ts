import * as vscode from 'vscode';
import { Disposable } from '../disposable.ts';
import type { Target } from '../target.ts';

const scheme = 'kserve-canary-live';

/** Read-only documents of what the cluster has: one for each service, so that a diff opened again keeps its tab. */
export class LiveDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #onDidChange = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#onDidChange.event;

  constructor() {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.register(vscode.workspace.onDidCloseTextDocument(({ uri }) => { if (uri.scheme === scheme) this.#texts.delete(uri.toString()); }));
  }

  show({ context, key }: Target, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, authority: '', path: `/${encodeURIComponent(context)}/${key}.yaml` });
    this.#texts.set(uri.toString(), text);
    this.#onDidChange.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }
}
