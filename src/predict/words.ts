/** How this room says things: every sentence goes through a translate function of `vscode.l10n.t`'s shape, which is handed in. */

export type Translate = (message: string, ...args: (string | number | boolean)[]) => string;

/** English as written, with `{0}` … filled in: for tests, logs and callers without a language. */
export const plain: Translate = (message, ...args) => message.replace(/\{(\d+)\}/g, (whole, index: string) => {
  const value = args[Number(index)];
  return value === undefined ? whole : String(value);
});

/** `12 ms`, `1.24 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** `512 B`, `1.4 kB`, `5.2 MB` (powers of 1000, as browsers' network panes count). */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
