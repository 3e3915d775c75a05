/**
 * A text under several edits in turn, each made against the result of the one before; in the end the edits against the first text.
 * (A piece table: what is left of the first text is never copied, so untouched bytes cannot change.)
 */
import type { TextEdit } from './types.ts';

type Piece = { readonly start: number; readonly end: number } | { readonly text: string };

export interface PieceText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export function startPieces(text: string): PieceText {
  return { text, pieces: [{ start: 0, end: text.length }] };
}

/** @param edits of the current text, in any order, not overlapping; two at one place keep their order. */
export function applyEdits(original: string, current: PieceText, edits: readonly TextEdit[]): PieceText {
  let { pieces } = current;
  const ordered = edits.map((edit, i) => ({ edit, i })).sort((a, b) => b.edit.start - a.edit.start || b.i - a.i);
  for (const { edit } of ordered) pieces = replace(pieces, edit);
  return { text: pieces.map((piece) => ('text' in piece ? piece.text : original.slice(piece.start, piece.end))).join(''), pieces };
}

function replace(pieces: readonly Piece[], { start, end, text }: TextEdit): Piece[] {
  const before: Piece[] = [];
  const after: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const size = 'text' in piece ? piece.text.length : piece.end - piece.start;
    const head = Math.min(size, Math.max(0, start - at));
    const tail = Math.min(size, Math.max(0, end - at));
    if (head > 0) before.push(cut(piece, 0, head));
    if (tail < size) after.push(cut(piece, tail, size));
    at += size;
  }
  return [...before, ...(text === '' ? [] : [{ text }]), ...after];
}

function cut(piece: Piece, from: number, to: number): Piece {
  return 'text' in piece ? { text: piece.text.slice(from, to) } : { start: piece.start + from, end: piece.start + to };
}

/** The edits that lead from the first text to this one, in order, each as small as it gets. */
export function editsOf(original: string, { pieces }: PieceText): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let text = '';
  const flush = (upTo: number): void => {
    if (upTo > at || text !== '') edits.push(...shrink(original, { start: at, end: upTo, text }));
    text = '';
  };
  for (const piece of pieces) {
    if ('text' in piece) text += piece.text;
    else {
      flush(piece.start);
      at = piece.end;
    }
  }
  flush(original.length);
  return edits;
}

/** Without what both ends have in common; nothing when all of it is. Never cuts a CRLF or a surrogate pair in two. */
function shrink(original: string, { start, end, text }: TextEdit): TextEdit[] {
  const old = original.slice(start, end);
  if (old === text) return [];
  const limit = Math.min(old.length, text.length);
  let head = 0;
  while (head < limit && old[head] === text[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  while (head > 0 && splits(old, text, head)) head -= 1;
  while (tail > 0 && splits(old, text, old.length - tail, text.length - tail)) tail -= 1;
  return [{ start: start + head, end: end - tail, text: text.slice(head, text.length - tail) }];
}

function splits(old: string, text: string, atOld: number, atText = atOld): boolean {
  const joined = /^(?:\r\n|[\uD800-\uDBFF][\uDC00-\uDFFF])$/;
  return joined.test(old.slice(atOld - 1, atOld + 1)) || joined.test(text.slice(atText - 1, atText + 1));
}
