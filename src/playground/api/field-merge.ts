import { inner, itemElements, type Shape } from './field-paths.ts';
import { isRecord } from './fields.ts';

type Fields = { [field: string]: unknown };

function mergedItems(live: readonly unknown[], given: ReadonlyMap<string, unknown>, shape: Shape): unknown[] {
  const result = itemElements(shape, live) ?? new Map<string, unknown>();
  for (const [element, item] of given) {
    const old = result.get(element);
    result.set(element, isRecord(old) && isRecord(item) ? merged(old, item, { ...inner(shape, ''), schema: shape.schema?.items }) : item);
  }
  return [...result.values()];
}

/** A live object with a configuration's fields: objects and keyed lists are merged, all else is replaced. */
export function merged(live: Fields, config: Fields, shape: Shape): Fields {
  const result = { ...live };
  for (const [field, value] of Object.entries(config)) {
    const old = live[field];
    const part = inner(shape, field);
    const items = Array.isArray(value) ? itemElements(part, value) : undefined;
    if (value === undefined || value === null) {
      continue;
    } else if (items !== undefined) {
      result[field] = mergedItems(Array.isArray(old) ? old : [], items, part);
    } else {
      result[field] = isRecord(value) ? merged(isRecord(old) ? old : {}, value, part) : value;
    }
  }
  return result;
}

function withoutOne(value: unknown, [first = '', ...rest]: readonly string[], shape: Shape): unknown {
  if (Array.isArray(value)) {
    const items = itemElements(shape, value);
    const item = items?.get(first);
    if (items === undefined || item === undefined) {
      return value;
    }
    if (rest.length === 0) {
      items.delete(first);
    } else {
      items.set(first, withoutOne(item, rest, inner(shape, '')));
    }
    return [...items.values()];
  }
  const field = first.slice(2);
  if (!isRecord(value) || !Object.hasOwn(value, field)) {
    return value;
  }
  const { [field]: old, ...others } = value;
  return rest.length === 0 ? others : { ...value, [field]: withoutOne(old, rest, inner(shape, field)) };
}

/** An object without what stands at some paths. */
export function without(object: Fields, paths: readonly (readonly string[])[], shape: Shape): Fields {
  const result = paths.reduce<unknown>((rest, path) => withoutOne(rest, path, shape), object);
  return isRecord(result) ? result : {};
}
