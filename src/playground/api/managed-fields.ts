import { isDeepStrictEqual } from 'node:util';
import { isBuiltin } from './builtin.ts';
import { ApiError, applyConflict, type FieldConflict } from './errors.ts';
import { ancestors, compare, elements, type FieldPath, fromFieldsV1, isFieldsV1, leaves, readable, type Shape, toFieldsV1 } from './field-paths.ts';
import { isRecord } from './fields.ts';
import { merged, without } from './field-merge.ts';
import { schemaOf, typedProblems } from './schema.ts';
import type { ManagedFieldsEntry, NewObject, ResourceType, StoredObject } from './types.ts';

/** Who writes. */
export interface Writer {
  manager: string;
  subresource?: 'status';
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Metadata that belongs to the server: nobody owns it. */
const NOBODYS = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'generation', 'managedFields', 'resourceVersion', 'deletionTimestamp'];

function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}

function shapeOf(type: ResourceType): Shape {
  return { schema: schemaOf(type), isBuiltin: isBuiltin(type), field: '' };
}

/** The part of an object that a write reaches: `…/status` the status, any other write everything else. */
function reached(type: ResourceType, object: NewObject, { subresource }: Writer): { [field: string]: unknown } {
  const { apiVersion: _apiVersion, kind: _kind, metadata, status, ...rest } = object;
  if (subresource === 'status') {
    return { status };
  }
  const isSet = (value: unknown): boolean => typeof value !== 'object' || (value !== null && Object.keys(value).length > 0);
  const owned = Object.fromEntries(Object.entries(metadata).filter(([field, value]) => !NOBODYS.includes(field) && isSet(value)));
  return { ...(isSet(owned) ? { metadata: owned } : {}), ...rest, ...(type.statusSubresource ? {} : { status }) };
}

interface Owner {
  entry: ManagedFieldsEntry;
  paths: Set<FieldPath>;
}

function owners(entries: readonly ManagedFieldsEntry[] = []): Owner[] {
  return entries.map((entry) => ({ entry, paths: new Set(fromFieldsV1(entry.fieldsV1)) }));
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** The order in which kube-apiserver stores entries: by operation (Apply comes first), time and manager. */
function byOrder(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const keyOf = ({ operation, time = '', manager }: ManagedFieldsEntry): string => `${operation} ${time} ${manager}`;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** The entries again, none that owns nothing. The time of a writer's own entry is now when it owns other fields than before. */
function entriesOf(list: readonly Owner[], own: Owner | undefined): ManagedFieldsEntry[] {
  return list
    .filter(({ paths }) => paths.size > 0)
    .map((owner) => {
      const { entry, paths } = owner;
      const fieldsV1 = toFieldsV1(paths);
      const isSameSet = isDeepStrictEqual(entry.fieldsV1, fieldsV1);
      return isSameSet ? entry : { ...entry, ...(owner === own ? { time: now() } : {}), fieldsV1 };
    })
    .sort(byOrder);
}

function isSame(a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean {
  return a.manager === b.manager && a.operation === b.operation && a.apiVersion === b.apiVersion && a.subresource === b.subresource;
}

/** The writer's own entry, which is added to the list when there is none yet. */
function ownerOf(list: Owner[], type: ResourceType, { manager, subresource }: Writer, operation: 'Apply' | 'Update'): Owner {
  const apiVersion = apiVersionOf(type);
  const entry: ManagedFieldsEntry = {
    manager,
    operation,
    apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: {},
    ...(subresource === undefined ? {} : { subresource }),
  };
  const found = list.find((owner) => isSame(owner.entry, entry));
  if (found !== undefined) {
    return found;
  }
  const made = { entry, paths: new Set<FieldPath>() };
  list.push(made);
  return made;
}

function isEntry(value: unknown): value is ManagedFieldsEntry {
  return (
    isRecord(value) &&
    typeof value.manager === 'string' &&
    typeof value.apiVersion === 'string' &&
    (value.operation === 'Apply' || value.operation === 'Update') &&
    (value.time === undefined || typeof value.time === 'string') &&
    (value.subresource === undefined || typeof value.subresource === 'string') &&
    isFieldsV1(value.fieldsV1)
  );
}

/** The entries that a client hands in: `[{}]` resets them, and what cannot be read is as if it was not there. */
function givenEntries(given: unknown, old: StoredObject | undefined): readonly ManagedFieldsEntry[] {
  if (Array.isArray(given) && given.every(isEntry)) {
    return given;
  }
  const isReset = Array.isArray(given) && given.length === 1 && isDeepStrictEqual(given[0], {});
  return isReset ? [] : (old?.metadata.managedFields ?? []);
}

/**
 * The object with the managed fields that a create, replace or patch gives it (structured-merge-diff's `Updater.Update`): what it
 * adds or changes is the writer's and nobody else's. An object that was made without managed fields stays without them.
 */
export function updated(type: ResourceType, object: NewObject, old: StoredObject | undefined, writer: Writer): NewObject {
  const before = givenEntries(object.metadata.managedFields, old);
  if (old !== undefined && before.length === 0) {
    return { ...object, metadata: { ...object.metadata, managedFields: [] } };
  }
  const shape = shapeOf(type);
  const { added, modified, removed } = compare(
    old === undefined ? new Map() : leaves(reached(type, old, writer), shape),
    leaves(reached(type, object, writer), shape),
  );
  const list = owners(before);
  const own = ownerOf(list, type, writer, 'Update');
  for (const { paths } of list) {
    [...modified, ...removed].forEach((path) => paths.delete(path));
  }
  [...added, ...modified].filter((path) => path !== 'f:metadata').forEach((path) => own.paths.add(path));
  return { ...object, metadata: { ...object.metadata, managedFields: entriesOf(list, own) } };
}

function requireTyped(type: ResourceType, config: NewObject): void {
  const problems = typedProblems(schemaOf(type), config);
  if (problems.length > 0) {
    const { name = '', namespace = '' } = config.metadata;
    const what = `${namespace}/${name}; ${apiVersionOf(type)}, Kind=${type.kind}`;
    const text = problems.length === 1 ? problems.join('') : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
    throw new ApiError(500, '', `failed to create typed patch object (${what}): ${text}`);
  }
}

/** Paths with all above them: who owns a field holds the fields that it lies in. */
function held(paths: Iterable<FieldPath>): Set<FieldPath> {
  return new Set([...paths].flatMap((path) => [...ancestors(path), path]));
}

function conflictsOf(others: readonly Owner[], touched: ReadonlySet<FieldPath>): FieldConflict[] {
  return others.flatMap(({ entry, paths }) =>
    [...paths].filter((path) => touched.has(path)).map((path) => ({ entry, field: readable(path) })),
  );
}

/** Objects that were made without managed fields belong to "before-first-apply". */
function ownersBefore(type: ResourceType, live: StoredObject | undefined): Owner[] {
  const list = owners(live?.metadata.managedFields);
  if (live !== undefined && list.length === 0) {
    const first = ownerOf(list, type, { manager: 'before-first-apply' }, 'Update');
    leaves(reached(type, live, { manager: '' }), shapeOf(type)).forEach((_leaf, path) => first.paths.add(path));
    first.paths.delete('f:metadata');
  }
  return list;
}

/** What kubectl's client-side apply would compare with next time goes along with a server-side apply by kubectl. */
function withLastApplied(object: NewObject, config: NewObject, { manager }: Writer): NewObject {
  const { annotations } = object.metadata;
  return manager === 'kubectl' && annotations?.[LAST_APPLIED] !== undefined
    ? { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${JSON.stringify(config)}\n` } } }
    : object;
}

/**
 * Server-side apply: the live object with the configuration's fields, and without those that the same manager applied before and
 * no longer does. Throws ApiError 409 when others own fields that it changes, unless `force` takes them over.
 */
export function applied(
  type: ResourceType,
  config: NewObject,
  live: StoredObject | undefined,
  writer: Writer & { force: boolean },
): NewObject {
  requireTyped(type, config);
  const shape = shapeOf(type);
  const wanted = reached(type, config, writer);
  const paths = ownPaths(wanted, shape);
  const base = live === undefined ? {} : reached(type, live, writer);
  const whole = merged(base, wanted, shape);
  const { added, modified } = compare(leaves(base, shape), leaves(whole, shape));
  const list = ownersBefore(type, live);
  const own = ownerOf(list, type, writer, 'Apply');
  const others = list.filter((owner) => owner !== own);
  const touched = new Set([...added, ...modified]);
  const conflicts = conflictsOf(others, touched);
  if (conflicts.length > 0 && !writer.force) {
    throw applyConflict(conflicts);
  }
  others.forEach((other) => touched.forEach((path) => other.paths.delete(path)));
  const kept = new Set([...held(paths), ...others.flatMap((other) => [...held(other.paths)])]);
  const dropped = [...held(own.paths)].filter((path) => !kept.has(path));
  own.paths = paths;
  const result = without(whole, dropped.map(elements), shape);
  const isChanged = !isDeepStrictEqual(result, base);
  const managedFields = entriesOf(list, isChanged ? own : undefined);
  const { name, namespace, resourceVersion, uid } = config.metadata;
  const metadata = {
    ...(isRecord(result.metadata) ? result.metadata : live?.metadata),
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(uid === undefined ? {} : { uid }),
    managedFields,
  };
  return withLastApplied({ ...result, apiVersion: config.apiVersion, kind: config.kind, metadata }, config, writer);
}

/** The paths that a configuration lays claim to: its leaves, and the items of its keyed lists. */
function ownPaths(wanted: unknown, shape: Shape): Set<FieldPath> {
  const isItem = (path: FieldPath): boolean => elements(path).at(-1)?.startsWith('k:') === true;
  return new Set([...leaves(wanted, shape)].filter(([path, leaf]) => leaf !== 'container' || isItem(path)).map(([path]) => path));
}
