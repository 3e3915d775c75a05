/** What one edit works on: the text of one YAML document, parsed, and the way to the object in it. */
import { isAlias, isMap, visit, type Document, type Node } from 'yaml';
import { columnOf } from './lines.ts';
import { hasMerge, isFlow, nodeOf, pairsOf, pairStart, walk, type Walk } from './nodes.ts';
import { parseChunk } from './parse.ts';
import { Refusal } from './refusal.ts';
import { valueAt } from './data.ts';
import type { Path } from './types.ts';

export interface Target {
  readonly text: string;
  readonly document: Document;
  readonly root: Node;
  /** Data of the whole YAML document. */
  readonly value: unknown;
}

/** @throws Refusal when it cannot be read without errors; `firstLine` (from 0) is the text's place in the file */
export function openTarget(text: string, firstLine: number): Target {
  const parsed = parseChunk(text);
  const error = parsed?.errors[0];
  if (parsed && error) {
    const line = firstLine + text.slice(0, error.start).split('\n').length;
    throw new Refusal(`This document has a YAML error in line ${line}: ${error.message}.`);
  }
  const root = parsed && nodeOf(parsed.document.contents);
  if (!parsed || !root) throw new Refusal('This document cannot be read as YAML.');
  return { text, document: parsed.document, root, value: parsed.value };
}

/** `spec.predictor.canaryTrafficPercent` */
export function pathText(path: Path): string {
  return path.join('.');
}

/**
 * Walks from the root, as far as nodes of the document's own go.
 * @throws Refusal where the way leads through something that another place of the document shares
 */
export function walkOwn(target: Target, path: Path, shown: Path): Walk {
  const found = walk(target.root, path);
  if (found.alias) {
    throw new Refusal(`${pathText(shown)} comes from a YAML alias (*), so it is not changed here: change it where its anchor (&) is, or write it out.`);
  }
  const last = found.nodes.at(-1);
  const inherited = found.nodes.length <= path.length && isMap(last) && hasMerge(last);
  if (inherited && valueAt(target.value, path.slice(0, found.nodes.length)) !== undefined) {
    throw new Refusal(`${pathText(shown)} comes from a YAML merge (<<), so it is not changed here: change it where it is written, or write it out.`);
  }
  const shared = aliasedNames(target.document);
  for (const node of found.nodes) {
    if (node && !isAlias(node) && node.anchor !== undefined && shared.has(node.anchor)) {
      throw new Refusal(`${pathText(shown)} is inside the YAML anchor &${node.anchor}, which other places use too, so it is not changed here.`);
    }
  }
  return found;
}

function aliasedNames(document: Document): Set<string> {
  const names = new Set<string>();
  visit(document, {
    Alias(_key, alias) {
      names.add(alias.source);
    },
  });
  return names;
}

/** The document's own step of indentation: that of the first block map inside a block map. */
export function indentStep(root: Node, text: string): number {
  if (!isMap(root) || isFlow(root)) return 2;
  for (const pair of pairsOf(root)) {
    const value = nodeOf(pair.value);
    const first = isMap(value) && !isFlow(value) ? pairsOf(value)[0] : undefined;
    if (first) return Math.max(1, columnOf(text, pairStart(first)) - columnOf(text, pairStart(pair)));
  }
  for (const pair of pairsOf(root)) {
    const value = nodeOf(pair.value);
    if (value && isMap(value)) continue;
    const items = value && 'items' in value ? value.items : [];
    for (const item of items) {
      const node = nodeOf(item);
      if (node && isMap(node)) return indentStep(node, text);
    }
  }
  return 2;
}
