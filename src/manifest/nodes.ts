/** Questions to the parser's nodes: where a pair starts, where its content ends, what a path leads to. */
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Document, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Path } from './types.ts';

export type MapNode = YAMLMap;
export type PairNode = Pair;

export function pairsOf(map: MapNode): PairNode[] {
  return map.items.filter((item) => isPair(item));
}

export function keyText(pair: PairNode): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function findPair(map: MapNode, key: string | number): PairNode | undefined {
  return pairsOf(map).find((pair) => keyText(pair) === String(key));
}

export function isFlow(node: Node): boolean {
  return isCollection(node) && node.flow === true;
}

export function nodeOf(value: unknown): Node | undefined {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : undefined;
}

/** No value is written: `annotations:`. */
export function isBlank(node: Node | undefined): boolean {
  return node === undefined || (isScalar(node) && node.value === null && length(node) === 0);
}

/** No value, `null`, `~`. */
export function isNull(node: Node | undefined): boolean {
  return node === undefined || (isScalar(node) && node.value === null);
}

function length(node: Node): number {
  return node.range ? node.range[1] - node.range[0] : 0;
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where the pair begins: at its `?`, its key's anchor or tag, or its key. */
export function pairStart(pair: PairNode): number {
  const first = pair.srcToken?.start.find(({ type }) => type === 'explicit-key-ind' || type === 'anchor' || type === 'tag');
  const key = nodeOf(pair.key);
  return first?.offset ?? (key ? startOf(key) : 0);
}

export function keyEnd(pair: PairNode): number {
  return nodeOf(pair.key)?.range?.[1] ?? 0;
}

/** Behind the `:`; `undefined` for `{a}` and `? a`. */
export function colonEnd(pair: PairNode): number | undefined {
  const colon = pair.srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon && colon.offset + colon.source.length;
}

/** Behind the colon and the anchor or tag that may follow it. */
function separatorEnd(pair: PairNode): number {
  let end = keyEnd(pair);
  for (const { type, offset, source } of pair.srcToken?.sep ?? []) {
    if (type !== 'space' && type !== 'newline' && type !== 'comment') end = offset + source.length;
  }
  return end;
}

/** Behind the last character that counts; a trailing comment, and the line end, are not part of it. */
export function contentEnd(node: Node): number {
  if (isMap(node) && !isFlow(node)) {
    const last = pairsOf(node).at(-1);
    if (last) return pairEnd(last);
  }
  if (isSeq(node) && !isFlow(node)) {
    const last = nodeOf(node.items.at(-1));
    if (last) return Math.max(startOf(last), contentEnd(last));
  }
  return node.range?.[1] ?? 0;
}

export function pairEnd(pair: PairNode): number {
  const value = nodeOf(pair.value);
  return isBlank(value) || value === undefined ? separatorEnd(pair) : contentEnd(value);
}

export interface BlockScalarParts {
  /** Of the header, `|` or `>-`. */
  readonly header: { readonly start: number; readonly end: number };
  /** A comment behind the header. */
  readonly comment?: string;
  /** Of the text below it. */
  readonly body: { readonly start: number; readonly end: number };
}

export function blockScalarParts(node: Scalar): BlockScalarParts | undefined {
  const token = node.srcToken;
  if (token?.type !== 'block-scalar') return undefined;
  let header: { start: number; end: number } | undefined;
  let comment: string | undefined;
  let start = token.offset;
  for (const prop of token.props) {
    if (!('source' in prop)) continue;
    if (prop.type === 'block-scalar-header') header = { start: prop.offset, end: prop.offset + prop.source.length };
    if (prop.type === 'comment') comment = prop.source;
    start = prop.offset + prop.source.length;
  }
  if (!header) return undefined;
  return { header, ...(comment === undefined ? {} : { comment }), body: { start, end: start + token.source.length } };
}

/** What a walk along a path met. */
export interface Walk {
  /** The nodes from the root on, one for each step that could be made: `nodes[i]` is what `path.slice(0, i)` names. */
  readonly nodes: readonly (Node | undefined)[];
  /** The pairs by which the steps went; `undefined` for an item of a sequence. */
  readonly pairs: readonly (PairNode | undefined)[];
  /** The walk went into an alias (`*base`) after `nodes.length - 1` steps. */
  readonly alias: boolean;
}

export function walk(root: Node, path: Path): Walk {
  const nodes: (Node | undefined)[] = [root];
  const pairs: (PairNode | undefined)[] = [];
  for (const step of path) {
    const here = nodes.at(-1);
    if (isAlias(here)) return { nodes, pairs, alias: true };
    if (isMap(here)) {
      const pair = findPair(here, step);
      if (!pair) break;
      pairs.push(pair);
      nodes.push(nodeOf(pair.value));
    } else if (isSeq(here) && typeof step === 'number' && step >= 0 && step < here.items.length) {
      pairs.push(undefined);
      nodes.push(nodeOf(here.items[step]));
    } else break;
  }
  return { nodes, pairs, alias: isAlias(nodes.at(-1)) };
}

/** The node at `path`, without following aliases. */
export function nodeAt(document: Document, path: Path): Node | undefined {
  const root = nodeOf(document.contents);
  if (!root) return undefined;
  const { nodes } = walk(root, path);
  return nodes.length === path.length + 1 ? nodes.at(-1) : undefined;
}

/** The map gets keys from a `<<`. */
export function hasMerge(map: MapNode): boolean {
  return pairsOf(map).some((pair) => keyText(pair) === '<<');
}
