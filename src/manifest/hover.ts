/** What lies under the cursor. */
import type { Hover, ManifestDocument, Mark } from './types.ts';

/** The smallest mark that holds `offset`; its end counts in, as the cursor stands behind a word as often as in it. */
export function hoverAt(documents: readonly ManifestDocument[], offset: number): Hover | undefined {
  let best: { document: number; mark: Mark } | undefined;
  for (const document of documents) {
    if (offset < document.range.start || offset > document.range.end) continue;
    for (const mark of document.marks) {
      if (offset < mark.range.start || offset > mark.range.end) continue;
      if (!best || length(mark) < length(best.mark)) best = { document: document.index, mark };
    }
  }
  return best;
}

function length({ range }: Mark): number {
  return range.end - range.start;
}
