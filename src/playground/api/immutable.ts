/** Values made by `immutable`: frozen all the way down, so that a copy may share them. */
const known = new WeakSet<object>();

/**
 * A deeply frozen copy of a JSON value, without its `undefined` fields. Parts that are such copies already are shared, so
 * that the versions of one object cost only what differs.
 */
export function immutable<T>(value: T): T;
export function immutable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || known.has(value)) {
    return value;
  }
  const copy: unknown = Array.isArray(value)
    ? value.map((item: unknown) => immutable(item ?? null))
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([key, field]) => [key, immutable(field)]),
      );
  const frozen = Object.freeze(copy) as object;
  known.add(frozen);
  return frozen;
}
