/** Small guards over data of unknown shape. */
import type { Path } from './types.ts';

export type Data = Record<string, unknown>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** An own value at `path`; `undefined` where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here)) here = typeof step === 'number' ? here[step] : undefined;
    else if (isData(here) && Object.hasOwn(here, String(step))) here = here[String(step)];
    else return undefined;
  }
  return here;
}

/** A copy in which nothing is shared: aliases make the parser's data a graph. */
export function copyTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyTree);
  if (!isData(value)) return value;
  const copy: Data = {};
  for (const [key, item] of Object.entries(value)) assign(copy, key, copyTree(item));
  return copy;
}

/** Also for a key named `__proto__`. */
export function assign(target: Data, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
