/** Changes single values of one InferenceService in a text and leaves every other byte as it is. */
import { saysWhatWasAsked } from './check.ts';
import { applyEdits, editsOf, startPieces } from './pieces.ts';
import { readChunk } from './read.ts';
import { Refusal } from './refusal.ts';
import { isSpare, removeKey } from './remove.ts';
import { setScalar } from './set.ts';
import { splitDocuments, type Chunk } from './split.ts';
import { openTarget } from './target.ts';
import type { Edit, EditResult, Path, TextEdit } from './types.ts';

/**
 * The smallest text edits that make the document say what is asked: one scalar's token, or whole new or removed lines.
 * Comments, layout, line ends and quotes of everything else stay. The result is parsed again and compared with what was asked;
 * if it says anything else, nothing is edited. Never throws.
 * @param documentIndex as in `ManifestDocument.index`, of the same text
 */
export function editManifest(text: string, documentIndex: number, edits: readonly Edit[]): EditResult {
  try {
    const found = findDocument(text, documentIndex);
    if (!found) return { refused: 'The InferenceService is no longer in this file.' };
    return { edits: editChunk(found.chunk, found.root, edits) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    return { refused: 'The place to change is written in a way that cannot be edited safely.' };
  }
}

function findDocument(text: string, documentIndex: number): { chunk: Chunk; root: Path } | undefined {
  let before = 0;
  for (const chunk of splitDocuments(text)) {
    const located = readChunk(chunk);
    const here = located[documentIndex - before];
    if (here) return { chunk, root: here.root };
    before += located.length;
  }
  return undefined;
}

/** @throws Refusal */
function editChunk(chunk: Chunk, root: Path, edits: readonly Edit[]): TextEdit[] {
  const original = openTarget(chunk.text, chunk.line);
  let state = startPieces(chunk.text);
  for (const edit of edits) {
    const path = [...root, ...edit.path];
    const target = openTarget(state.text, chunk.line);
    if (edit.op === 'set') {
      state = applyEdits(chunk.text, state, setScalar(target, path, edit.path, edit.value));
      continue;
    }
    let removal = removeKey(target, path, edit.path);
    state = applyEdits(chunk.text, state, removal.edits);
    for (let up = edit.path.slice(0, -1); removal.emptied; up = up.slice(0, -1)) {
      const next = openTarget(state.text, chunk.line);
      if (!isSpare(next, [...root, ...up], up)) break;
      removal = removeKey(next, [...root, ...up], up);
      state = applyEdits(chunk.text, state, removal.edits);
    }
  }
  if (!saysWhatWasAsked(chunk.text, state.text, original.value, root, edits)) {
    throw new Refusal('The change cannot be written into this document without changing something else, so nothing was edited.');
  }
  return editsOf(chunk.text, state).map((edit) => ({ start: edit.start + chunk.start, end: edit.end + chunk.start, text: edit.text }));
}
