/** Reading JSON of unknown shape: what is not there, or of another type, is undefined or empty. */

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => record(inner)[key], value);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function integer(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string values of a map of labels, annotations or the like. */
export function strings(value: unknown): { [key: string]: string } {
  const found: { [key: string]: string } = {};
  for (const [key, entry] of Object.entries(record(value))) {
    if (typeof entry === 'string') {
      found[key] = entry;
    }
  }
  return found;
}
