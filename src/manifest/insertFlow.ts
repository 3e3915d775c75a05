/** Adds a key to a flow map (`{ … }`, JSON) in the layout of what is there. */
import type { Addition } from './insertBlock.ts';
import { lineBreakAt, lineEnd, lineStart } from './lines.ts';
import { colonEnd, keyText, pairEnd, pairsOf, pairStart, startOf, type MapNode, type PairNode } from './nodes.ts';
import { placeFor } from './order.ts';
import { Refusal } from './refusal.ts';
import { writeScalar } from './scalars.ts';
import type { TextEdit } from './types.ts';

interface Style {
  /** Keys and strings in double quotes, as JSON has them. */
  readonly quoted: boolean;
  readonly colon: ':' | ': ';
  /** Between items on one line. */
  readonly gap: '' | ' ';
  /** Inside the braces on one line. */
  readonly pad: '' | ' ';
  /** Each item on a line of its own: the line break, the items' indentation and what each level adds. */
  readonly lines?: { readonly eol: string; readonly indent: string; readonly unit: string };
}

/** @param parentMap the map in which `map` is a value, for the layout of an empty `{}` */
export function insertIntoFlow(text: string, map: MapNode, parentMap: MapNode | undefined, addition: Addition): TextEdit[] {
  const open = startOf(map);
  const close = (map.range?.[1] ?? 0) - 1;
  if (text[open] !== '{' || text[close] !== '}') throw new Refusal('The place to change is written in a way that cannot be edited safely.');
  const pairs = pairsOf(map);
  const first = pairs[0];
  if (!first) {
    const style = parentMap?.flow === true ? inner(styleOf(text, parentMap)) : plainStyle(text);
    return [{ start: open, end: close + 1, text: braces(addition, 0, style) }];
  }
  const style = styleOf(text, map);
  const item = written(addition, 0, style);
  const separator = style.lines ? style.lines.eol + style.lines.indent : style.gap;
  const before = placeFor(addition.keys[0] ?? '', pairs.map(keyText));
  const next = pairs[before];
  if (next) return [{ start: pairStart(next), end: pairStart(next), text: `${item},${separator}` }];
  return append(text, pairs, close, item, separator, style);
}

/** `{ key: value }` in place of a value that is not there, inside a flow map. */
export function flowValue(text: string, parentMap: MapNode, addition: Addition): string {
  return braces(addition, 0, inner(styleOf(text, parentMap)));
}

function append(text: string, pairs: readonly PairNode[], close: number, item: string, separator: string, style: Style): TextEdit[] {
  const last = pairs.at(-1);
  const end = last ? pairEnd(last) : close;
  const comma = /^\s*,/.exec(text.slice(end, close))?.[0].length;
  const from = end + (comma ?? 0);
  const line = lineEnd(text, from);
  const trailing = comma === undefined ? '' : ',';
  // Behind a comment of the last item, unless the brace is on that line too.
  const at = style.lines && line < close ? line : from;
  const added: TextEdit = { start: at, end: at, text: separator + item + (style.lines ? trailing : '') };
  if (comma !== undefined) return [added];
  return at === end ? [{ ...added, text: `,${added.text}` }] : [{ start: end, end, text: ',' }, added];
}

function written({ keys, value }: Addition, level: number, style: Style): string {
  const key = writeScalar(keys[level] ?? '', 'double', style.quoted);
  const rest = level === keys.length - 1
    ? writeScalar(value, 'double', style.quoted)
    : braces({ keys, value }, level + 1, inner(style));
  return key + style.colon + rest;
}

/** A map of its own; `style` is that of its items. */
function braces(addition: Addition, level: number, style: Style): string {
  const item = written(addition, level, style);
  if (!style.lines) return `{${style.pad}${item}${style.pad}}`;
  const { eol, indent, unit } = style.lines;
  return `{${eol}${indent}${item}${eol}${indent.slice(0, indent.length - unit.length)}}`;
}

function inner(style: Style): Style {
  return style.lines ? { ...style, lines: { ...style.lines, indent: style.lines.indent + style.lines.unit } } : style;
}

function plainStyle(text: string): Style {
  const quoted = /^\uFEFF?\s*\{\s*"/.test(text);
  return { quoted, colon: ': ', gap: ' ', pad: '' };
}

function styleOf(text: string, map: MapNode): Style {
  const pairs = pairsOf(map);
  const first = pairs[0];
  if (!first) return plainStyle(text);
  const start = pairStart(first);
  const quoted = text[start] === '"';
  const lead = text.slice(startOf(map) + 1, start);
  const colon = colonEnd(first);
  const tight = quoted && colon !== undefined && !/\s/.test(text[colon] ?? ' ');
  const second = pairs[1];
  const tightComma = second ? text[pairStart(second) - 1] === ',' : tight;
  const base: Style = { quoted, colon: tight ? ':' : ': ', gap: tightComma ? '' : ' ', pad: lead.startsWith(' ') ? ' ' : '' };
  if (!lead.includes('\n')) return base;
  const indent = indentOf(text, start);
  const outer = indentOf(text, startOf(map));
  const unit = indent.startsWith(outer) && indent.length > outer.length ? indent.slice(outer.length) : '  ';
  return { ...base, lines: { eol: lineBreakAt(text, startOf(map)), indent, unit } };
}

/** The blanks that the line of `offset` begins with. */
function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}
