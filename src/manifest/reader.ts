/** The documents of a text; YAML documents that did not change since the last read keep their parse. */
import { readChunk, type Located } from './read.ts';
import { splitDocuments, type Chunk } from './split.ts';
import type { Manifest, ManifestDocument, ManifestReader, Mark, TextRange } from './types.ts';

interface Kept {
  /** Relative to the chunk. */
  readonly located: readonly Located[];
  /** The same, moved to where they were at the last read: typing at the end of a file moves nothing before it. */
  moved?: { readonly start: number; readonly line: number; readonly index: number; readonly documents: readonly ManifestDocument[] };
}

export function createManifestReader(): ManifestReader {
  let kept = new Map<string, Kept[]>();
  return {
    read(text) {
      const next = new Map<string, Kept[]>();
      const documents: ManifestDocument[] = [];
      for (const chunk of splitDocuments(text)) {
        // The dots are part of what was read, so they are part of the key. Equal documents each have their own entry.
        const key = `${chunk.afterDots ? '.' : ''}${chunk.followedByMore ? '…' : ''}|${chunk.text}`;
        const entry = kept.get(key)?.shift() ?? { located: readChunk(chunk) };
        documents.push(...place(entry, chunk, documents.length));
        const entries = next.get(key);
        if (entries) entries.push(entry);
        else next.set(key, [entry]);
      }
      kept = next;
      return { documents };
    },
  };
}

/** Reads once, keeps nothing. Never throws. */
export function readManifest(text: string): Manifest {
  return createManifestReader().read(text);
}

function place(entry: Kept, chunk: Chunk, index: number): readonly ManifestDocument[] {
  const { start, line } = chunk;
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
