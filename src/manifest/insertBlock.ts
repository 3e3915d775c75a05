/** Adds a key to a block map: whole lines in the file's own indentation, between the lines that are there. */
import { columnOf, isFirstInLine, lineBreakAt, lineEnd } from './lines.ts';
import { colonEnd, keyText, pairEnd, pairsOf, pairStart, type MapNode, type PairNode } from './nodes.ts';
import { placeFor } from './order.ts';
import { writeScalar, type Quote } from './scalars.ts';
import type { Scalar, TextEdit } from './types.ts';

/** Keys from the outermost to the innermost, which gets the value. */
export interface Addition {
  readonly keys: readonly string[];
  readonly value: Scalar;
}

/** @param parent the pair whose value `map` is, when it is a key of a block map */
export function insertIntoBlock(text: string, map: MapNode, parent: PairNode | undefined, addition: Addition, step: number): TextEdit[] {
  const pairs = pairsOf(map);
  const first = pairs[0];
  if (!first) return [];
  const column = columnOf(text, pairStart(first));
  const before = placeFor(addition.keys[0] ?? '', pairs.map(keyText));
  const previous = pairs[before - 1];
  const lines = addedLines(addition, column, step, siblingQuote(text, pairs));
  if (previous) return [insertAfter(text, pairEnd(previous), lines)];
  const colon = parent && colonEnd(parent);
  if (colon !== undefined && lineEnd(text, colon) < pairStart(first) && isFirstInLine(text, pairStart(first))) {
    // Right below the parent, so that a comment above the key that was first stays with that key.
    return [insertAfter(text, colon, lines)];
  }
  const start = pairStart(first);
  const eol = lineBreakAt(text, start);
  return [{ start, end: start, text: lines.map((line, i) => (i === 0 ? line.trimStart() : line)).join(eol) + eol + ' '.repeat(column) }];
}

/** Below a key that has no value yet, or a `null`. */
export function insertBelow(text: string, parent: PairNode, nullEnd: number | undefined, addition: Addition, step: number): TextEdit[] {
  const colon = colonEnd(parent);
  if (colon === undefined) return [];
  const column = columnOf(text, pairStart(parent)) + step;
  const drop: TextEdit[] = nullEnd === undefined ? [] : [{ start: colon, end: nullEnd, text: '' }];
  return [...drop, insertAfter(text, nullEnd ?? colon, addedLines(addition, column, step, 'double'))];
}

function addedLines({ keys, value }: Addition, column: number, step: number, quote: Quote): string[] {
  return keys.map((key, i) => {
    const start = `${' '.repeat(column + i * step)}${writeScalar(key, 'double', false)}:`;
    return i === keys.length - 1 ? `${start} ${writeScalar(value, quote, false)}` : start;
  });
}

/** Lines below the line in which the content ends at `end`, whatever comment it has; `end` may be behind its line break (block scalars). */
function insertAfter(text: string, end: number, lines: readonly string[]): TextEdit {
  const eol = lineBreakAt(text, Math.max(0, end - 1));
  if (end > 0 && text[end - 1] === '\n') return { start: end, end, text: lines.map((line) => line + eol).join('') };
  const at = lineEnd(text, end);
  return { start: at, end: at, text: lines.map((line) => eol + line).join('') };
}

/** Single quotes where the siblings have them. */
function siblingQuote(text: string, pairs: readonly PairNode[]): Quote {
  const tokens = pairs.map((pair) => text.slice(pairEnd(pair) - 1, pairEnd(pair)));
  return tokens.includes("'") && !tokens.includes('"') ? 'single' : 'double';
}
