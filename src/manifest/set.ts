/** Sets one scalar: its token is replaced, or the key is added with the parents it lacks. */
import { isMap, isScalar, type Node, type Scalar as ScalarNode } from 'yaml';
import { insertBelow, insertIntoBlock, type Addition } from './insertBlock.ts';
import { flowValue, insertIntoFlow } from './insertFlow.ts';
import { lineEnd } from './lines.ts';
import { blockScalarParts, colonEnd, isBlank, isFlow, isNull, pairsOf, type PairNode, type Walk } from './nodes.ts';
import { Refusal } from './refusal.ts';
import { quoteOf, writeScalar } from './scalars.ts';
import { indentStep, pathText, walkOwn, type Target } from './target.ts';
import type { Path, Scalar, TextEdit } from './types.ts';

/**
 * @param path from the root of the YAML document
 * @param shown the same as the user knows it
 * @throws Refusal
 */
export function setScalar(target: Target, path: Path, shown: Path, value: Scalar): TextEdit[] {
  const found = walkOwn(target, path, shown);
  const depth = found.nodes.length - 1;
  const node = found.nodes[depth];
  if (depth === path.length && !isNull(node)) return replace(target.text, node, shown, value, inFlow(found));
  if (depth === path.length) return fill(target.text, node, found.pairs[depth - 1], value);
  const keys = path.slice(depth).map((key) => {
    if (typeof key === 'number') throw new Refusal(`${pathText(shown)} is not there: items are not added to lists.`);
    return key;
  });
  return add(target, found, { keys, value }, shown);
}

function inFlow({ nodes }: Walk): boolean {
  return nodes.some((node) => node !== undefined && isFlow(node));
}

function replace(text: string, node: Node | undefined, shown: Path, value: Scalar, flow: boolean): TextEdit[] {
  if (!isScalar(node) || !node.range) throw new Refusal(`${pathText(shown)} holds more than a single value, so it is not replaced.`);
  if (node.value === value) return [];
  const [start, end] = node.range;
  const token = text.slice(start, end);
  if (/\{\{|\$\{/.test(token)) throw new Refusal(`${pathText(shown)} is filled in by a template (${token.trim()}), so it is not changed here.`);
  const block = blockScalarParts(node);
  if (block) return replaceBlock(text, node, value);
  const quote = quoteOf(token);
  const always = quote !== 'plain' && typeof value === 'string';
  return [{ start, end, text: writeScalar(value, quote === 'single' ? 'single' : 'double', always || (flow && quote === 'double')) }];
}

/** The header becomes the value and keeps its comment; the lines below it go. */
function replaceBlock(text: string, node: ScalarNode, value: Scalar): TextEdit[] {
  const parts = blockScalarParts(node);
  if (!parts) return [];
  const { header, body } = parts;
  const content = text.slice(body.start, body.end).trimEnd().length;
  const headerLine = lineEnd(text, header.start);
  return [
    { ...header, text: writeScalar(value, 'double', false) },
    ...(content > 0 ? [{ start: headerLine, end: body.start + content, text: '' }] : []),
  ];
}

/** Where nothing, or a `null`, is the value. */
function fill(text: string, node: Node | undefined, pair: PairNode | undefined, value: Scalar): TextEdit[] {
  const written = writeScalar(value, 'double', text.trimStart().startsWith('{'));
  if (!isBlank(node) && node?.range) return [{ start: node.range[0], end: node.range[1], text: written }];
  const colon = pair && colonEnd(pair);
  if (colon === undefined) throw new Refusal('The key to set has no colon, so it is not changed here.');
  return [{ start: colon, end: colon, text: ` ${written}` }];
}

function add(target: Target, found: Walk, addition: Addition, shown: Path): TextEdit[] {
  const { text, root } = target;
  const depth = found.nodes.length - 1;
  const node = found.nodes[depth];
  const parent = found.pairs[depth - 1];
  const above = found.nodes[depth - 1];
  const parentMap = isMap(above) ? above : undefined;
  if (isMap(node)) {
    if (isFlow(node)) return insertIntoFlow(text, node, parentMap, addition);
    if (pairsOf(node).length > 0) return insertIntoBlock(text, node, parent, addition, indentStep(root, text));
  }
  if (!isNull(node) || !parent || !parentMap) {
    throw new Refusal(`${pathText(shown)} cannot be set: ${pathText(shown.slice(0, shown.length - addition.keys.length)) || 'the document'} is not a map.`);
  }
  const written = isBlank(node) ? undefined : node?.range?.[1];
  if (!isFlow(parentMap)) return insertBelow(text, parent, written, addition, indentStep(root, text));
  const colon = colonEnd(parent);
  if (colon === undefined) throw new Refusal('The parent of the key has no colon, so it is not changed here.');
  return [{ start: colon, end: written ?? colon, text: ` ${flowValue(text, parentMap, addition)}` }];
}
