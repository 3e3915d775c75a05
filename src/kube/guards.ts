/** Guards for JSON from outside: `unknown` until one of these has looked at it. */

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The record at `key`, or an empty one: what is not there has no fields. */
export function recordAt(value: unknown, key: string): JsonRecord {
  const found = isRecord(value) ? value[key] : undefined;
  return isRecord(found) ? found : {};
}

/** The text at `key`; undefined where there is none or it is empty (Go's JSON does not tell the two apart). */
export function textAt(value: unknown, key: string): string | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function numberAt(value: unknown, key: string): number | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function listAt(value: unknown, key: string): readonly unknown[] {
  const found: unknown = isRecord(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** The `code` of a Node error (`ECONNREFUSED`, `CERT_HAS_EXPIRED` …). */
export function errorCode(error: unknown): string | undefined {
  return textAt(error, 'code');
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
