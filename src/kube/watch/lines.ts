import { KubeError } from '../errors.ts';

/** etcd takes objects of 1.5 MB; what is far beyond that is not a watch event. */
const longestLine = 32 << 20;

/**
 * Cuts a stream of bytes into lines. A line is decoded only when it is whole, so a character that two chunks share
 * stays one; only new bytes are searched, so a large event in many chunks costs no more than its length.
 */
export class LineSplitter {
  #rest: Buffer[] = [];
  #length = 0;

  /** The lines that this chunk completes. */
  *push(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** What came after the last line end. */
  end(): string {
    return this.#take();
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#rest.push(part);
    this.#length += part.length;
    if (this.#length > longestLine) throw new KubeError('server', 'The API server sent a watch event without an end.');
  }

  #take(): string {
    const line = Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    this.#length = 0;
    return line;
  }
}
