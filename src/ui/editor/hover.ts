import * as vscode from 'vscode';
import type { Journal } from '../../rollout/journal.ts';
import type { Bundles } from '../bundles.ts';
import { Disposable } from '../disposable.ts';
import { rolloutMarkdown } from '../rolloutMarkdown.ts';
import { clusterId, liveComponent, type Target } from '../target.ts';
import type { EditorParts } from './lens.ts';
import { keyOf, manifestSelector, toRange } from './manifests.ts';

const t = vscode.l10n.t;

/** The live split over the parts of a manifest that a rollout turns on: name, kind, percent, storageUri, the tag annotation. */
export class HoverProvider extends Disposable implements vscode.HoverProvider {
  readonly #parts: EditorParts & { readonly journal: Journal; readonly bundles: Bundles };

  constructor(parts: EditorParts & { readonly journal: Journal; readonly bundles: Bundles }) {
    super();
    this.#parts = parts;
    this.register(vscode.languages.registerHoverProvider(manifestSelector, this));
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const { session, manifests, bundles, words, journal } = this.#parts;
    const documents = manifests.read(document);
    if (documents.length === 0) return undefined;
    const hit = bundles.manifest().hoverAt(documents, document.offsetAt(position));
    if (!hit) return undefined;
    const manifest = documents[hit.document];
    const shown = ['name', 'kind', 'percent', 'storageUri', 'tagAnnotation', 'component'];
    if (!manifest?.certain || manifest.legacy || !shown.includes(hit.mark.what)) return undefined;
    const range = toRange(document, hit.mark.range);
    const { connected } = session;
    if (!connected) return undefined;
    const { context, namespace } = connected.connection.identity;
    const key = keyOf(manifest, namespace);
    const component = hit.mark.component ?? manifest.components[0]?.name ?? 'predictor';
    const live = key === undefined ? undefined : liveComponent(connected.live.get(key), component);
    if (key === undefined || !live) {
      // What is not watched may well be there.
      const watched = connected.namespace === undefined || key?.startsWith(`${connected.namespace}/`) === true;
      return watched && connected.live.health.state === 'live' ? new vscode.Hover(new vscode.MarkdownString().appendText(t('{0} is not deployed on {1}.', key ?? manifest.kind, context)), range) : undefined;
    }
    const target: Target = { key, component, context, cluster: clusterId(connected.connection.identity), document: { uri: document.uri.toString(), index: manifest.index } };
    const markdown = rolloutMarkdown({ context, ...live, health: connected.live.health, words, last: journal.last(live.service.ref.uid, component), target });
    return new vscode.Hover(markdown, range);
  }
}
