import { type KubeError, reasonOf } from '../errors.ts';

/**
 * The life of one request: ends with any of its parents, by time, or by hand. `signal.reason` is the KubeError that
 * says which. (Not `AbortSignal.any`: the parents live as long as the window, and the listeners have to go.)
 */
export class Scope {
  readonly #controller: AbortController = new AbortController();
  readonly #parents: readonly AbortSignal[];
  #timer: NodeJS.Timeout | undefined;
  readonly #follow: () => void;

  constructor(parents: readonly AbortSignal[], reason: () => KubeError) {
    this.#parents = parents;
    this.#follow = () => this.abort(reason());
    for (const parent of parents) {
      if (parent.aborted) this.#follow();
      else parent.addEventListener('abort', this.#follow);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the time anew. */
  limit(milliseconds: number, reason: () => KubeError): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort(reason()), milliseconds);
  }

  unlimited(): void {
    clearTimeout(this.#timer);
  }

  abort(reason: KubeError): void {
    this.#controller.abort(reason);
    this.end();
  }

  /** Leaves no timer and no listener behind. */
  end(): void {
    clearTimeout(this.#timer);
    for (const parent of this.#parents) parent.removeEventListener('abort', this.#follow);
  }

  /** Waits for something that cannot be cancelled itself, but not beyond the end of this scope. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    if (signal.aborted) throw reasonOf(signal);
    let stop = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      stop = () => reject(reasonOf(signal));
      signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([promise, ended]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
