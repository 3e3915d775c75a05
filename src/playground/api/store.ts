import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Announcer } from './announcer.ts';
import { collectGarbage } from './collector.ts';
import { alreadyExists, ApiError, conflict, forbidden, invalid, notFound } from './errors.ts';
import { History, type Recorded } from './history.ts';
import { immutable } from './immutable.ts';
import { generatedName, metadataCauses } from './names.ts';
import { schemaCauses, schemaOf } from './schema.ts';
import type { Change, NewObject, Ref, ResourceType, Store, StoredMetadata, StoredObject } from './types.ts';

export interface WriteOptions {
  /** Does everything but store and announce. */
  dryRun?: boolean;
}

export interface UpdateOptions extends WriteOptions {
  /** `finalize` writes the spec of a Namespace, which holds the finalizers of its contents. */
  subresource?: 'status' | 'finalize';
}

/** `metav1.DeleteOptions`, as far as it means something here. */
export interface DeleteOptions extends WriteOptions {
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Preconditions. */
  uid?: string;
  resourceVersion?: string;
}

export interface Deletion {
  /** The object as it was last, or as it waits for its finalizers. */
  object: StoredObject;
  /** False while finalizers keep it. */
  gone: boolean;
}

/** An object together with its type. */
export interface Located {
  type: ResourceType;
  object: StoredObject;
}

interface Table {
  type: ResourceType;
  objects: Map<string, StoredObject>;
}

/** Changes kept for watches that begin at an older version. */
const HISTORY = 10_000;

function groupKind(type: ResourceType): string {
  return `${type.group}/${type.kind}`;
}

function keyOf(type: ResourceType, ref: Ref): string {
  return type.namespaced ? `${ref.namespace ?? ''}/${ref.name}` : ref.name;
}

function inOrder(objects: Map<string, StoredObject>, isWanted: (object: StoredObject) => boolean): StoredObject[] {
  const found: [string, StoredObject][] = [];
  for (const entry of objects) {
    if (isWanted(entry[1])) {
      found.push(entry);
    }
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

function withoutVersion(object: StoredObject): unknown {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '' } };
}

/** Everything that a change of the generation rests on. */
function generationFacts(type: ResourceType, object: NewObject): unknown {
  const { metadata: _metadata, status, ...rest } = object;
  return immutable(type.statusSubresource ? rest : { ...rest, status });
}

/** Finalizers of the object, and of a Namespace those of its spec (`kubernetes` stands for its contents). */
function isHeld(object: StoredObject): boolean {
  const spec = object.kind === 'Namespace' && object.apiVersion === 'v1' ? object.spec : undefined;
  const inner = typeof spec === 'object' && spec !== null && 'finalizers' in spec ? spec.finalizers : undefined;
  return (object.metadata.finalizers ?? []).length > 0 || (Array.isArray(inner) && inner.length > 0);
}

/** Metadata that clients may write; the rest is the server's. */
function writable(metadata: Partial<StoredMetadata>): Partial<StoredMetadata> {
  const { generateName, labels, annotations, finalizers, ownerReferences, managedFields } = metadata;
  return {
    ...(generateName ? { generateName } : {}),
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(finalizers && finalizers.length > 0 ? { finalizers: [...new Set(finalizers)] } : {}),
    ...(ownerReferences && ownerReferences.length > 0 ? { ownerReferences } : {}),
    ...(managedFields && managedFields.length > 0 ? { managedFields } : {}),
  };
}

/**
 * All objects in memory, with kube-apiserver's rules for writes: admission, generation, conflicts, finalizers, owner
 * references, and one resourceVersion that all kinds share.
 */
export class ObjectStore implements Store {
  readonly types: readonly ResourceType[];
  readonly #tables = new Map<string, Table>();
  readonly #located = new Map<string, { type: ResourceType; ref: Ref }>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #announcer = new Announcer();
  readonly #history: History;
  #version = 1;

  /** `history`: how many changes are kept for watches that begin at an older version. */
  constructor(types: readonly ResourceType[], options: { history?: number } = {}) {
    this.types = types;
    for (const type of types) {
      this.#tables.set(groupKind(type), { type, objects: new Map() });
    }
    this.#history = new History(options.history ?? HISTORY, this.#version);
    this.#announcer.listen(this.#version, ({ change }) => collectGarbage(this, change));
  }

  /** The version of the last change. */
  get version(): number {
    return this.#version;
  }

  type(name: string): ResourceType {
    return this.#table(name).type;
  }

  /** As `type`, but undefined when the kind is not served. */
  findType(name: string): ResourceType | undefined {
    return this.#tables.get(name)?.type;
  }

  get(type: ResourceType, ref: Ref): StoredObject | undefined {
    return this.#table(groupKind(type)).objects.get(keyOf(type, ref));
  }

  /** In the order of etcd's keys: by namespace and name. */
  list(type: ResourceType, options: { namespace?: string; labels?: { [key: string]: string } } = {}): StoredObject[] {
    const wanted = Object.entries(options.labels ?? {});
    return inOrder(this.#table(groupKind(type)).objects, ({ metadata: { namespace, labels = {} } }) => {
      const isInside = options.namespace === undefined || namespace === options.namespace;
      return isInside && wanted.every(([key, value]) => labels[key] === value);
    });
  }

  /** The objects as they were at a version, in the order of `list`; undefined when the history does not reach back to it. */
  listAt(type: ResourceType, version: number): StoredObject[] | undefined {
    const later = this.#history.since(version);
    if (later === undefined) {
      return undefined;
    }
    const objects = new Map(this.#table(groupKind(type)).objects);
    for (const { type: changed, change } of later.reverse()) {
      if (groupKind(changed) !== groupKind(type)) {
        continue;
      }
      const key = keyOf(type, change.object.metadata);
      if (change.old === undefined) {
        objects.delete(key);
      } else {
        objects.set(key, change.old);
      }
    }
    return inOrder(objects, () => true);
  }

  /** Throws ApiError 404 (no such namespace), 403 (namespace ends), 409 AlreadyExists, 422, and what admission throws. */
  create(type: ResourceType, object: NewObject, options: WriteOptions = {}): StoredObject {
    this.#requireNamespace(type, object.metadata);
    const { status: _status, ...withoutStatus } = object;
    const given: NewObject = type.statusSubresource ? { ...withoutStatus, metadata: object.metadata } : object;
    const named = this.#named(type, given);
    const admitted = type.mutate?.(immutable(named), undefined) ?? named;
    this.#validate(type, admitted, undefined);
    const { name = '', namespace } = admitted.metadata;
    const ref: Ref = type.namespaced ? { name, namespace: namespace ?? '' } : { name };
    if (this.get(type, ref) !== undefined) {
      throw alreadyExists(type, name);
    }
    return this.#store(
      type,
      {
        ...admitted,
        metadata: {
          ...writable(admitted.metadata),
          ...ref,
          uid: randomUUID(),
          resourceVersion: '',
          ...(type.generation ? { generation: 1 } : {}),
          creationTimestamp: now(),
        },
      },
      undefined,
      options,
    );
  }

  /** Throws ApiError 404, 409 Conflict (resourceVersion, uid), 422, and what admission throws. */
  update(type: ResourceType, object: NewObject, options: UpdateOptions = {}): StoredObject {
    const { name = '', namespace } = object.metadata;
    const old = this.get(type, type.namespaced ? { name, namespace: namespace ?? '' } : { name });
    if (old === undefined) {
      throw notFound(type, name);
    }
    this.#requireUnchanged(type, object.metadata, old);
    const admitted = this.#admitUpdate(type, object, old, options);
    const { generation, creationTimestamp, uid, deletionTimestamp } = old.metadata;
    const changed = !isDeepStrictEqual(generationFacts(type, admitted), generationFacts(type, old));
    const next = immutable<StoredObject>({
      ...admitted,
      metadata: {
        ...writable({ ...admitted.metadata, managedFields: object.metadata.managedFields ?? old.metadata.managedFields ?? [] }),
        name,
        ...(type.namespaced ? { namespace: namespace ?? '' } : {}),
        uid,
        resourceVersion: '',
        ...(generation === undefined ? {} : { generation: changed ? generation + 1 : generation }),
        creationTimestamp,
        ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      },
    });
    if (deletionTimestamp !== undefined && !isHeld(next)) {
      return this.#erase(type, next, old, options);
    }
    return isDeepStrictEqual(withoutVersion(next), withoutVersion(old)) ? old : this.#store(type, next, old, options);
  }

  delete(type: ResourceType, ref: Ref): boolean {
    return this.remove(type, ref) !== undefined;
  }

  /** As `delete`, with the choices that a client has. Throws ApiError 409 when a precondition fails; undefined when it was not there. */
  remove(type: ResourceType, ref: Ref, options: DeleteOptions = {}): Deletion | undefined {
    const old = this.get(type, ref);
    if (old === undefined) {
      return undefined;
    }
    const { uid, resourceVersion, finalizers = [], deletionTimestamp, generation } = old.metadata;
    if (options.uid !== undefined && options.uid !== uid) {
      const cause = `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
      throw conflict(type, ref.name, cause);
    }
    if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
      const cause = `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
      throw conflict(type, ref.name, cause);
    }
    const kept = finalizers.filter((finalizer) => finalizer !== 'foregroundDeletion' && finalizer !== 'orphan');
    const added = options.propagation === 'Foreground' ? ['foregroundDeletion'] : options.propagation === 'Orphan' ? ['orphan'] : [];
    const next = immutable<StoredObject>({
      ...old,
      metadata: {
        ...old.metadata,
        finalizers: options.propagation === undefined ? finalizers : [...kept, ...added],
        ...(generation === undefined || deletionTimestamp !== undefined ? {} : { generation: generation + 1 }),
        deletionTimestamp: deletionTimestamp ?? now(),
      },
      ...(type.kind === 'Namespace' && type.group === '' ? { status: { phase: 'Terminating' } } : {}),
    });
    if (!isHeld(next)) {
      return { object: this.#erase(type, old, old, options), gone: true };
    }
    return isDeepStrictEqual(next, old) ? { object: old, gone: false } : { object: this.#store(type, next, old, options), gone: false };
  }

  watch(type: ResourceType, listener: (change: Change) => void): () => void {
    const wanted = groupKind(type);
    return this.#announcer.listen(this.#version, (entry) => {
      if (groupKind(entry.type) === wanted) {
        listener(entry.change);
      }
    });
  }

  /**
   * The changes of a type after a version, and then every further one: nothing between them is lost or doubled. Undefined when
   * the history no longer reaches back to the version.
   */
  watchFrom(
    type: ResourceType,
    version: number,
    listener: (entry: Recorded) => void,
  ): { past: Recorded[]; stop: () => void } | undefined {
    const wanted = groupKind(type);
    const past = this.#history.since(version)?.filter((entry) => groupKind(entry.type) === wanted);
    if (past === undefined) {
      return undefined;
    }
    const stop = this.#announcer.listen(Math.max(version, this.#version), (entry) => {
      if (groupKind(entry.type) === wanted) {
        listener(entry);
      }
    });
    return { past, stop };
  }

  /** The oldest version that a watch can begin after. */
  get oldestVersion(): number {
    return this.#history.floor;
  }

  /** Forgets the history, as etcd's compaction does: a watch from any version but the last gets 410. */
  expireHistory(): void {
    this.#history.clear();
  }

  /** The object with a uid. */
  locate(uid: string): Located | undefined {
    const found = this.#located.get(uid);
    const object = found === undefined ? undefined : this.get(found.type, found.ref);
    return found === undefined || object === undefined ? undefined : { type: found.type, object };
  }

  /** The objects whose owner references name a uid. */
  dependents(uid: string): Located[] {
    return [...(this.#dependents.get(uid) ?? [])].map((dependent) => this.locate(dependent)).filter((found) => found !== undefined);
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) {
      throw new Error(`The playground serves no kind ${name}`);
    }
    return table;
  }

  #requireNamespace(type: ResourceType, metadata: Partial<StoredMetadata>): void {
    const namespaces = this.findType('/Namespace');
    if (!type.namespaced || namespaces === undefined) {
      return;
    }
    const name = metadata.namespace ?? '';
    const namespace = this.get(namespaces, { name });
    if (namespace === undefined) {
      throw notFound(namespaces, name);
    }
    if (namespace.metadata.deletionTimestamp !== undefined) {
      const refusal = forbidden(
        type,
        metadata.name ?? '',
        `unable to create new content in namespace ${name} because it is being terminated`,
      );
      throw new ApiError(refusal.code, refusal.reason, refusal.message, {
        ...refusal.details,
        causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
      });
    }
  }

  #named(type: ResourceType, object: NewObject): NewObject {
    const { name, generateName, namespace } = object.metadata;
    if (name || !generateName) {
      return object;
    }
    let chosen = generatedName(generateName);
    while (this.get(type, { name: chosen, namespace: namespace ?? '' }) !== undefined) {
      chosen = generatedName(generateName);
    }
    return { ...object, metadata: { ...object.metadata, name: chosen } };
  }

  #requireUnchanged(type: ResourceType, given: Partial<StoredMetadata>, old: StoredObject): void {
    const { uid, resourceVersion, name, namespace } = old.metadata;
    if (given.uid && given.uid !== uid) {
      const key = ['', type.group, type.plural, namespace, name].filter((part) => part !== undefined).join('/');
      const cause =
        `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
        `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`;
      throw conflict(type, name, cause);
    }
    if (given.resourceVersion && given.resourceVersion !== resourceVersion) {
      throw conflict(type, name);
    }
  }

  #admitUpdate(type: ResourceType, object: NewObject, old: StoredObject, { subresource }: UpdateOptions): NewObject {
    if (subresource === 'finalize') {
      return { ...old, spec: object.spec };
    }
    if (subresource === 'status') {
      this.#requireSchema(type, { metadata: old.metadata, status: object.status });
      return { ...old, status: object.status };
    }
    const { status: _status, ...rest } = object;
    const given: NewObject = type.statusSubresource
      ? ({ ...rest, ...('status' in old ? { status: old.status } : {}) })
      : object;
    const admitted = type.mutate?.(immutable(given), old) ?? given;
    this.#validate(type, admitted, old);
    return admitted;
  }

  #validate(type: ResourceType, object: NewObject, old: StoredObject | undefined): void {
    this.#requireSchema(type, object);
    type.validate?.(immutable(object), old);
  }

  #requireSchema(type: ResourceType, object: { metadata: Partial<StoredMetadata>; [field: string]: unknown }): void {
    const causes = [...metadataCauses(type, object), ...schemaCauses(schemaOf(type), object)];
    if (causes.length > 0) {
      throw invalid(type, object.metadata.name ?? '', causes);
    }
  }

  #store(type: ResourceType, object: StoredObject, old: StoredObject | undefined, options: WriteOptions): StoredObject {
    const version = options.dryRun === true ? this.#version : this.#version + 1;
    // A dry run shows the version of the object that it would change, and none for one that it would create.
    const shown = options.dryRun === true ? (old?.metadata.resourceVersion ?? '') : String(version);
    const stored = immutable<StoredObject>({ ...object, metadata: { ...object.metadata, resourceVersion: shown } });
    if (options.dryRun === true) {
      return stored;
    }
    this.#version = version;
    this.#table(groupKind(type)).objects.set(keyOf(type, stored.metadata), stored);
    this.#index(type, stored, old);
    this.#record(type, old === undefined ? { type: 'ADDED', object: stored } : { type: 'MODIFIED', object: stored, old });
    return stored;
  }

  #erase(type: ResourceType, last: StoredObject, old: StoredObject, options: WriteOptions): StoredObject {
    if (options.dryRun === true) {
      return last;
    }
    this.#version += 1;
    const object = immutable<StoredObject>({ ...last, metadata: { ...last.metadata, resourceVersion: String(this.#version) } });
    this.#table(groupKind(type)).objects.delete(keyOf(type, old.metadata));
    this.#index(type, undefined, old);
    this.#record(type, { type: 'DELETED', object, old });
    return object;
  }

  #index(type: ResourceType, next: StoredObject | undefined, old: StoredObject | undefined): void {
    for (const { uid } of old?.metadata.ownerReferences ?? []) {
      const set = this.#dependents.get(uid);
      set?.delete(old?.metadata.uid ?? '');
      if (set?.size === 0) {
        this.#dependents.delete(uid);
      }
    }
    if (next === undefined) {
      this.#located.delete(old?.metadata.uid ?? '');
      return;
    }
    this.#located.set(next.metadata.uid, { type, ref: next.metadata });
    for (const { uid } of next.metadata.ownerReferences ?? []) {
      const set = this.#dependents.get(uid) ?? new Set();
      set.add(next.metadata.uid);
      this.#dependents.set(uid, set);
    }
  }

  #record(type: ResourceType, change: Change): void {
    const entry: Recorded = { version: this.#version, type, change };
    this.#history.add(entry);
    this.#announcer.announce(entry);
  }
}
