import type * as vscode from 'vscode';

/** An owner of disposables: what it registers goes with it, and what comes late goes at once. */
export class Disposable implements vscode.Disposable {
  readonly #owned = new Set<{ dispose(): unknown }>();
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  protected register<T extends { dispose(): unknown }>(owned: T): T {
    if (this.#disposed) owned.dispose();
    else this.#owned.add(owned);
    return owned;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const owned of this.#owned) owned.dispose();
    this.#owned.clear();
  }
}
