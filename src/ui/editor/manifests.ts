import * as vscode from 'vscode';
import type { ManifestDocument, TextRange } from '../../manifest/types.ts';
import type { Bundles } from '../bundles.ts';

type ManifestReader = ReturnType<ReturnType<Bundles['manifest']>['createManifestReader']>;

/** Shown nowhere but in files that a person edits: diff and `git:` views show an older text, which no verb may act on. */
export const manifestSelector: vscode.DocumentSelector = ['yaml', 'json', 'jsonc'].flatMap((language) => [{ language, scheme: 'file' }, { language, scheme: 'untitled' }]);

/** The InferenceServices of the open documents, parsed once a version, for lens, hover and edits alike. */
export class Manifests {
  readonly #bundles: Bundles;
  readonly #readers = new WeakMap<vscode.TextDocument, ManifestReader>();
  readonly #parsed = new WeakMap<vscode.TextDocument, { readonly version: number; readonly documents: readonly ManifestDocument[] }>();

  constructor(bundles: Bundles) {
    this.#bundles = bundles;
  }

  read(document: vscode.TextDocument): readonly ManifestDocument[] {
    const known = this.#parsed.get(document);
    if (known?.version === document.version) return known.documents;
    const text = document.getText();
    const documents = text.includes('InferenceService') ? this.#reader(document).read(text).documents : [];
    this.#parsed.set(document, { version: document.version, documents });
    return documents;
  }

  /** The open documents that hold a service, the visible ones first. */
  find(key: string, defaultNamespace: string): { readonly document: vscode.TextDocument; readonly manifest: ManifestDocument } | undefined {
    const visible = vscode.window.visibleTextEditors.map((editor) => editor.document);
    const others = vscode.workspace.textDocuments.filter((document) => !visible.includes(document));
    for (const document of [...visible, ...others]) {
      if (vscode.languages.match(manifestSelector, document) === 0) continue;
      const manifest = this.read(document).find((candidate) => candidate.certain && !candidate.legacy && keyOf(candidate, defaultNamespace) === key);
      if (manifest) return { document, manifest };
    }
    return undefined;
  }

  #reader(document: vscode.TextDocument): ManifestReader {
    const known = this.#readers.get(document);
    if (known) return known;
    const reader = this.#bundles.manifest().createManifestReader();
    this.#readers.set(document, reader);
    return reader;
  }
}

/** `namespace/name`, the key under which the live store knows the service. */
export function keyOf(manifest: ManifestDocument, defaultNamespace: string): string | undefined {
  return manifest.name === undefined ? undefined : `${manifest.namespace ?? defaultNamespace}/${manifest.name}`;
}

export function toRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
