import { isDeepStrictEqual } from 'node:util';
import { isRecord } from './fields.ts';

/** `patchMergeKey` of the lists in built-in kinds, by the list's field name (`x-kubernetes-patch-merge-key` in k8s.io/api). */
const MERGE_KEYS: { [field: string]: string } = {
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

/** The keys by which server-side apply tells a list's items apart (`x-kubernetes-list-map-keys`); none when it takes the list as a whole. */
export function listKeys(field: string, items: readonly unknown[]): string[] {
  const key = mergeKey(field, items);
  return key === undefined || items.some((item) => !isRecord(item) || !(key in item)) ? [] : field === 'ports' ? [key, 'protocol'] : [key];
}

type Item = { [key: string]: unknown };

function mergeKey(field: string, items: readonly unknown[]): string | undefined {
  if (field === 'ports') {
    return items.some((item) => isRecord(item) && 'containerPort' in item) ? 'containerPort' : 'port';
  }
  return MERGE_KEYS[field];
}

function mergeList(field: string, old: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (patch.some((item) => isRecord(item) && item.$patch === 'replace')) {
    return patch.filter((item) => !(isRecord(item) && item.$patch === 'replace'));
  }
  if (field === 'finalizers') {
    return [...new Set([...old, ...patch])];
  }
  const key = mergeKey(field, [...old, ...patch]);
  if (key === undefined) {
    return [...patch];
  }
  const result = [...old];
  for (const item of patch.filter(isRecord)) {
    const index = result.findIndex((candidate) => isRecord(candidate) && isDeepStrictEqual(candidate[key], item[key]));
    if (item.$patch === 'delete') {
      result.splice(index, index === -1 ? 0 : 1);
    } else if (index === -1) {
      result.push(mergeMap({}, item));
    } else {
      result[index] = mergeMap(result[index], item);
    }
  }
  return result;
}

function mergeMap(old: unknown, patch: Item): Item {
  const { $patch: directive, $retainKeys: retained, ...changes } = patch;
  if (directive === 'delete') {
    return {};
  }
  const base = directive === 'replace' || !isRecord(old) ? {} : old;
  const result: Item = Object.fromEntries(
    Object.entries(base).filter(([key]) => !Array.isArray(retained) || retained.includes(key)),
  );
  for (const [key, value] of Object.entries(changes)) {
    const [, command, field = ''] = /^\$(deleteFromPrimitiveList|setElementOrder)\/(.+)$/.exec(key) ?? [];
    const before = result[field];
    if (command === 'deleteFromPrimitiveList') {
      result[field] = Array.isArray(before) && Array.isArray(value) ? before.filter((item) => !value.includes(item)) : before;
    } else if (command === 'setElementOrder') {
      continue;
    } else if (value === null) {
      delete result[key];
    } else if (Array.isArray(value)) {
      const list = result[key];
      result[key] = mergeList(key, Array.isArray(list) ? list : [], value);
    } else {
      result[key] = isRecord(value) ? mergeMap(result[key], value) : value;
    }
  }
  return result;
}

/**
 * Kubernetes' strategic merge patch for built-in kinds: maps merge, lists with a merge key merge by it, other lists are
 * replaced; the directives `$patch`, `$retainKeys` and `$deleteFromPrimitiveList` are followed, `$setElementOrder` is not.
 */
export function strategicMerge(old: unknown, patch: Item): Item {
  return mergeMap(old, patch);
}
