/** Cuts a text into its YAML documents without parsing it, so that only the documents that changed need a parse. */

export interface Chunk {
  /** From its `---` (or its directives, or the start of the text) to the next one's. */
  readonly text: string;
  readonly start: number;
  /** Line of `start`, from 0. */
  readonly line: number;
  /** It follows a `...` without a `---`: what precedes may be an ellipsis rather than the end of a document. */
  readonly afterDots: boolean;
  /** The next one does. */
  readonly followedByMore: boolean;
}

interface Marker {
  readonly offset: number;
  readonly dots: boolean;
}

/**
 * The markers at column 0. YAML 1.2 §9.1.2 forbids `---` and `...` there inside scalars too, so no parse is needed to know that they are
 * markers.
 */
function markers(text: string): Marker[] {
  const found: Marker[] = [];
  for (const match of text.matchAll(/(^\uFEFF?|\n)(---|\.\.\.)(?=[ \t\r\n]|$)/g)) {
    found.push({ offset: match.index + (match[1] ?? '').length, dots: match[2] === '...' });
  }
  return found;
}

function afterLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

/** Blank lines, comments and at least one `%` directive: they belong to the document whose `---` follows. */
function isPrologue(text: string): boolean {
  if (!/^\uFEFF?%/.test(text) && !text.includes('\n%')) return false;
  return text.replace(/^\uFEFF/, '').split('\n').every((line) => /^(?:%.*|\s*(?:#.*)?)$/.test(line));
}

/** The pieces, in order and without gaps: joined they are the text. */
export function splitDocuments(text: string): Chunk[] {
  const bounds: { start: number; afterDots: boolean }[] = [{ start: 0, afterDots: false }];
  for (const marker of markers(text)) {
    const last = bounds.at(-1);
    if (last === undefined) break;
    if (marker.dots) {
      bounds.push({ start: afterLine(text, marker.offset), afterDots: true });
    } else if (/^\uFEFF?$/.test(text.slice(last.start, marker.offset)) || isPrologue(text.slice(last.start, marker.offset))) {
      bounds[bounds.length - 1] = { start: last.start, afterDots: false };
    } else {
      bounds.push({ start: marker.offset, afterDots: false });
    }
  }
  const chunks: Chunk[] = [];
  let line = 0;
  bounds.forEach(({ start, afterDots }, i) => {
    const piece = text.slice(start, bounds[i + 1]?.start ?? text.length);
    const next = bounds[i + 1];
    const followedByMore = next?.afterDots === true && hasContent(text.slice(next.start, bounds[i + 2]?.start ?? text.length));
    if (piece !== '' || i === 0) chunks.push({ text: piece, start, line, afterDots, followedByMore });
    line += countLines(piece);
  });
  return chunks;
}

function hasContent(text: string): boolean {
  return text.split('\n').some((line) => !/^\s*(?:#.*)?$/.test(line));
}

export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
