/** The documents of a text; YAML documents that did not change since the last read keep their parse. */
import { readChunk, type Located } from './read.ts';
import { splitDocuments, type Chunk } from './split.ts';
import type { Manifest, ManifestDocument, ManifestReader, Mark, TextRange } from './types.ts';

interface Kept {
  readonly chunk: Chunk;
  /** Relative to the chunk. */
  readonly located: readonly Located[];
  /** The same, moved to where they were at the last read: typing at the end of a file moves nothing before it. */
  moved?: { readonly start: number; readonly line: number; readonly index: number; readonly documents: readonly ManifestDocument[] };
}

export function createManifestReader(): ManifestReader {
  let kept: readonly Kept[] = [];
  return {
    read(text) {
      kept = match(kept, splitDocuments(text));
      const documents: ManifestDocument[] = [];
      for (const entry of kept) {
        for (const document of place(entry, documents.length)) documents.push(document);
      }
      return { documents };
    },
  };
}

/**
 * What is kept of each chunk. A change touches few neighbours, so the chunks are compared from both ends and only what is left in
 * between is looked up: hashing a whole megabyte at each keystroke would cost more than all the rest.
 */
function match(old: readonly Kept[], chunks: readonly Chunk[]): Kept[] {
  const limit = Math.min(old.length, chunks.length);
  let head = 0;
  while (head < limit && same(old[head]?.chunk, chunks[head])) head += 1;
  let tail = 0;
  while (tail < limit - head && same(old[old.length - 1 - tail]?.chunk, chunks[chunks.length - 1 - tail])) tail += 1;
  const between = new Map<string, Kept>();
  for (const entry of old.slice(head, old.length - tail)) between.set(entry.chunk.text, entry);
  return chunks.map((chunk, i) => {
    const entry = i < head ? old[i] : i >= chunks.length - tail ? old[i - chunks.length + old.length] : between.get(chunk.text);
    if (!entry || !same(entry.chunk, chunk)) return { chunk, located: readChunk(chunk) };
    // Equal documents may share one entry, so what moves is a copy.
    return { chunk, located: entry.located, ...(entry.moved ? { moved: entry.moved } : {}) };
  });
}

/** The dots around a document are part of what it says. */
function same(a: Chunk | undefined, b: Chunk | undefined): boolean {
  return a !== undefined && a.afterDots === b?.afterDots && a.followedByMore === b.followedByMore && a.text === b.text;
}

/** Reads once, keeps nothing. Never throws. */
export function readManifest(text: string): Manifest {
  return createManifestReader().read(text);
}

function place(entry: Kept, index: number): readonly ManifestDocument[] {
  const { start, line } = entry.chunk;
  const last = entry.moved;
  if (last?.start === start && last.line === line && last.index === index) return last.documents;
  const documents = entry.located.map(({ document }, i) => move(document, start, line, index + i));
  entry.moved = { start, line, index, documents };
  return documents;
}

function move(document: ManifestDocument, by: number, lines: number, index: number): ManifestDocument {
  const shift = ({ start, end }: TextRange): TextRange => ({ start: start + by, end: end + by });
  return {
    ...document,
    index,
    range: shift(document.range),
    lens: shift(document.lens),
    marks: document.marks.map((mark): Mark => ({
      ...mark,
      range: shift(mark.range),
      ...(mark.value ? { value: shift(mark.value) } : {}),
    })),
    errors: document.errors.map((error) => ({ ...error, range: shift(error.range), line: error.line + lines })),
  };
}
