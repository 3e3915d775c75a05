/** Reading JSON whose shape nobody has promised. */

export function isRecord(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys; undefined when a part of it is missing. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}

export function records(value: unknown): { [key: string]: unknown }[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A string or number as text, else ''. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
