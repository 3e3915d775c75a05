/** Removes one key with its lines. Comments stay: those above it where they are, its own on a line of its own. */
import { isMap } from 'yaml';
import { commentsOf } from './comments.ts';
import { columnOf, isFirstInLine, lineBreakAt, lineEnd, lineStart, nextLine } from './lines.ts';
import { colonEnd, isFlow, pairEnd, pairsOf, pairStart, startOf, type MapNode, type PairNode } from './nodes.ts';
import { Refusal } from './refusal.ts';
import { pathText, walkOwn, type Target } from './target.ts';
import { isData, valueAt } from './data.ts';
import type { Path, TextEdit } from './types.ts';

export interface Removal {
  readonly edits: readonly TextEdit[];
  /** The map that held the key is `{}` now. */
  readonly emptied: boolean;
}

/** @throws Refusal */
export function removeKey(target: Target, path: Path, shown: Path): Removal {
  const found = walkOwn(target, path, shown);
  if (found.nodes.length <= path.length) return { edits: [], emptied: false };
  const map = found.nodes[path.length - 1];
  const pair = found.pairs[path.length - 1];
  if (!isMap(map) || !pair) throw new Refusal(`${pathText(shown)} is an item of a list, so it is not removed here.`);
  const { text } = target;
  const only = pairsOf(map).length === 1;
  if (isFlow(map)) return { edits: fromFlow(text, map, pair), emptied: only };
  if (!only) return { edits: [fromBlock(text, map, pair)], emptied: false };
  return { edits: emptyBlock(text, map, pair, found.pairs[path.length - 2], shown), emptied: true };
}

/** Whether `{}` at `path` should go too: it has no comment of its own and is not one of the fixed parts of an InferenceService. */
export function isSpare(target: Target, path: Path, shown: Path): boolean {
  const fixed = shown.length < 2 || (shown.length === 2 && shown[0] === 'spec') || typeof shown.at(-1) === 'number';
  const value = valueAt(target.value, path);
  if (fixed || !isData(value) || Object.keys(value).length > 0) return false;
  const { nodes, pairs } = walkOwn(target, path, shown);
  const node = nodes[path.length];
  const pair = pairs[path.length - 1];
  const above = nodes[path.length - 1];
  if (!isMap(node) || !isMap(above) || !pair || node.anchor !== undefined) return false;
  // Inside braces on one line, the comment at the end of the line is that of the whole.
  const end = isFlow(above) ? pairEnd(pair) : lineEnd(target.text, pairEnd(pair));
  return commentsIn(target.text, pairStart(pair), end).length === 0;
}

function commentsIn(text: string, start: number, end: number): string[] {
  return commentsOf(text).filter((comment) => comment.start >= start && comment.end <= end).map((comment) => comment.text);
}

/** Where the last line of the pair ends, before its line break. */
function lastLineEnd(text: string, pair: PairNode): number {
  const end = pairEnd(pair);
  const inBreak = end > 0 && text[end - 1] === '\n';
  return lineEnd(text, inBreak ? end - (text[end - 2] === '\r' ? 2 : 1) : end);
}

function fromBlock(text: string, map: MapNode, pair: PairNode): TextEdit {
  const start = pairStart(pair);
  const end = lastLineEnd(text, pair);
  const comments = commentsIn(text, start, end);
  if (isFirstInLine(text, start)) return wholeLines(text, start, end, comments);
  // The first key of a list's item, behind its dash.
  const next = pairsOf(map)[1];
  const nextStart = next ? pairStart(next) : end;
  if (comments.length === 0 && commentsIn(text, start, nextStart).length === 0) return { start, end: nextStart, text: '' };
  const eol = lineBreakAt(text, start);
  const kept = comments.join(eol + ' '.repeat(columnOf(text, start)));
  const blanks = kept === '' ? /[ \t]*$/.exec(text.slice(lineStart(text, start), start))?.[0].length ?? 0 : 0;
  return { start: start - blanks, end, text: kept };
}

function wholeLines(text: string, start: number, end: number, comments: readonly string[]): TextEdit {
  if (comments.length > 0) return { start, end, text: comments.join(lineBreakAt(text, start) + ' '.repeat(columnOf(text, start))) };
  const from = lineStart(text, start);
  const to = nextLine(text, end);
  if (to > end || from === 0) return { start: from, end: to, text: '' };
  // The last line of a text that ends without a line break: the break before it goes, so that the text still ends without one.
  const breakStart = text[from - 2] === '\r' ? from - 2 : from - 1;
  return { start: Math.max(0, breakStart), end: to, text: '' };
}

/** The only key of a block map: `{}` takes the map's place, behind the parent's colon or behind the dash. */
function emptyBlock(text: string, map: MapNode, pair: PairNode, parent: PairNode | undefined, shown: Path): TextEdit[] {
  const start = pairStart(pair);
  const end = lastLineEnd(text, pair);
  if (!isFirstInLine(text, start)) {
    const comments = commentsIn(text, start, end);
    const eol = lineBreakAt(text, start);
    return [{ start, end, text: ['{}', ...comments].join(comments.length === 1 ? ' ' : eol + ' '.repeat(columnOf(text, start))) }];
  }
  const colon = parent && colonEnd(parent);
  if (!parent || colon === undefined || colon > startOf(map)) throw new Refusal(`Without ${pathText(shown)} nothing of its map would be left, so it is not removed here.`);
  const props = parent.srcToken?.sep?.findLast(({ type }) => type === 'anchor' || type === 'tag');
  const at = props ? props.offset + props.source.length : colon;
  return [{ start: at, end: at, text: ' {}' }, wholeLines(text, start, end, commentsIn(text, start, end))];
}

function fromFlow(text: string, map: MapNode, pair: PairNode): TextEdit[] {
  const pairs = pairsOf(map);
  const i = pairs.indexOf(pair);
  const start = pairStart(pair);
  const end = Math.max(pairEnd(pair), start);
  const next = pairs[i + 1];
  const previous = pairs[i - 1];
  const commented = (from: number, to: number): boolean => commentsIn(text, from, to).length > 0;
  if (next) {
    if (!commented(start, pairStart(next))) return [{ start, end: pairStart(next), text: '' }];
    return [itemAlone(text, start, end)];
  }
  if (previous) {
    const from = pairEnd(previous);
    if (!commented(from, end)) return [{ start: from, end, text: '' }];
    const item = itemAlone(text, start, end);
    const comma = commaBehind(text, end) > end ? from : commaBehind(text, from);
    return [...(comma > from ? [{ start: comma - 1, end: comma, text: '' }] : []), item];
  }
  const close = (map.range?.[1] ?? end + 1) - 1;
  if (!commented(startOf(map), close)) return [{ start: startOf(map) + 1, end: close, text: '' }];
  return [itemAlone(text, start, end)];
}

/** The item with its comma and nothing around it but its line, when that has nothing else: comments are near. */
function itemAlone(text: string, start: number, end: number): TextEdit {
  const to = commaBehind(text, end);
  const alone = isFirstInLine(text, start) && text.slice(to, lineEnd(text, to)).trim() === '';
  return alone ? { start: lineStart(text, start), end: nextLine(text, to), text: '' } : { start, end: to, text: '' };
}

/** Behind the comma that follows, or `at` where none does. */
function commaBehind(text: string, at: number): number {
  return at + (/^\s*,/.exec(text.slice(at))?.[0].length ?? 0);
}
