import { isDeepStrictEqual } from 'node:util';
import { isRecord } from './fields.ts';
import { fieldSchema } from './schema.ts';
import { listKeys } from './strategic-merge.ts';
import type { FieldsV1, Schema } from './types.ts';

/** A path of `f:`, `k:` and `v:` elements (`fieldpath.Path`), as one string. */
export type FieldPath = string;

const SEPARATOR = '\0';

function join(path: FieldPath, element: string): FieldPath {
  return path === '' ? element : `${path}${SEPARATOR}${element}`;
}

export function elements(path: FieldPath): string[] {
  return path.split(SEPARATOR);
}

/** The paths above a path, the nearest last. */
export function ancestors(path: FieldPath): FieldPath[] {
  const parts = elements(path);
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join(SEPARATOR));
}

/** As error messages write it: `.spec.containers[name="a"].image`. */
export function readable(path: FieldPath): string {
  return elements(path)
    .map((element) => {
      const rest = element.slice(2);
      if (!element.startsWith('k:') && !element.startsWith('v:')) {
        return `.${rest}`;
      }
      const value = JSON.parse(rest) as unknown;
      return isRecord(value)
        ? `[${Object.entries(value)
            .map(([key, inner]) => `${key}=${JSON.stringify(inner)}`)
            .join(',')}]`
        : `[=${JSON.stringify(value)}]`;
    })
    .join('');
}

export function toFieldsV1(paths: Iterable<FieldPath>): FieldsV1 {
  const root: FieldsV1 = {};
  const all = new Set(paths);
  for (const path of [...all].sort()) {
    let node = root;
    for (const element of elements(path)) {
      node = node[element] ??= {};
    }
  }
  for (const path of all) {
    let node: FieldsV1 | undefined = root;
    for (const element of elements(path)) {
      node = node?.[element];
    }
    if (node !== undefined && Object.keys(node).length > 0) {
      node['.'] = {};
    }
  }
  return root;
}

function isElement(element: string): boolean {
  if (!element.startsWith('k:') && !element.startsWith('v:')) {
    return element.startsWith('f:') || element === '.';
  }
  try {
    JSON.parse(element.slice(2));
    return true;
  } catch {
    return false;
  }
}

export function isFieldsV1(value: unknown): value is FieldsV1 {
  return isRecord(value) && Object.entries(value).every(([element, below]) => isElement(element) && isFieldsV1(below));
}

export function fromFieldsV1(fields: FieldsV1, path: FieldPath = ''): FieldPath[] {
  return Object.entries(fields).flatMap(([element, inner]) => {
    if (element === '.') {
      return path === '' ? [] : [path];
    }
    const whole = join(path, element);
    return Object.keys(inner).length === 0 ? [whole] : fromFieldsV1(inner, whole);
  });
}

/** How lists of a kind are merged: those of custom resources as a whole, those of built-in kinds by their items' keys. */
export interface Shape {
  schema: Schema | undefined;
  isBuiltin: boolean;
  /** The name of the field. */
  field: string;
}

export function inner(shape: Shape, field: string): Shape {
  return { schema: fieldSchema(shape.schema, field), isBuiltin: shape.isBuiltin || ['metadata'].includes(field), field };
}

/** The elements of a list's items, when it is one whose items have owners of their own. */
export function itemElements(shape: Shape, items: readonly unknown[]): Map<string, unknown> | undefined {
  if (!shape.isBuiltin || items.length === 0) {
    return undefined;
  }
  if (shape.field === 'finalizers') {
    return new Map(items.map((item) => [`v:${JSON.stringify(item)}`, item]));
  }
  const keys = listKeys(shape.field, items);
  if (keys.length === 0 || !items.every(isRecord)) {
    return undefined;
  }
  const keyOf = (item: { [key: string]: unknown }): string =>
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : undefined)])));
  return new Map(items.filter(isRecord).map((item) => [`k:${keyOf(item)}`, item]));
}

/** A value without parts of its own, or what holds parts. */
export type Leaf = { value: unknown } | 'container';

/** Every path of an object with what stands there. Lists that are merged as a whole are leaves. */
export function leaves(value: unknown, shape: Shape, path: FieldPath = '', found = new Map<FieldPath, Leaf>()): Map<FieldPath, Leaf> {
  const items = Array.isArray(value) ? itemElements(shape, value) : undefined;
  if (items !== undefined) {
    found.set(path, 'container');
    for (const [element, item] of items) {
      leaves(item, { ...inner(shape, ''), schema: shape.schema?.items }, join(path, element), found);
    }
  } else if (isRecord(value) && (path === '' || Object.keys(value).length > 0)) {
    if (path !== '') {
      found.set(path, 'container');
    }
    for (const [key, part] of Object.entries(value)) {
      if (part !== undefined) {
        leaves(part, inner(shape, key), join(path, `f:${key}`), found);
      }
    }
  } else {
    found.set(path, { value });
  }
  return found;
}

export interface Difference {
  added: FieldPath[];
  modified: FieldPath[];
  removed: FieldPath[];
}

export function compare(old: ReadonlyMap<FieldPath, Leaf>, next: ReadonlyMap<FieldPath, Leaf>): Difference {
  return {
    added: [...next.keys()].filter((path) => !old.has(path)),
    modified: [...next].filter(([path, leaf]) => old.has(path) && leaf !== 'container' && !isDeepStrictEqual(old.get(path), leaf)).map(([path]) => path),
    removed: [...old.keys()].filter((path) => !next.has(path)),
  };
}
