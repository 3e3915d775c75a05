import type { Located, ObjectStore } from './store.ts';
import type { Change, OwnerReference, StoredObject } from './types.ts';

function groupKind(reference: { apiVersion: string; kind: string }): string {
  const group = reference.apiVersion.includes('/') ? (reference.apiVersion.split('/')[0] ?? '') : '';
  return `${group}/${reference.kind}`;
}

/** An owner of a kind that is not served can be anywhere: it counts as there. */
function isThere(store: ObjectStore, owner: OwnerReference): boolean {
  return store.findType(groupKind(owner)) === undefined || store.locate(owner.uid) !== undefined;
}

function replaceMetadata(store: ObjectStore, { type, object }: Located, metadata: object): void {
  store.update(type, { ...object, metadata: { ...object.metadata, ...metadata } });
}

/** Deletes an object whose owners are all gone; with some left, drops the references to the others. */
function collect(store: ObjectStore, dependent: Located): void {
  const owners = dependent.object.metadata.ownerReferences ?? [];
  const left = owners.filter((owner) => isThere(store, owner));
  if (left.length === 0) {
    store.delete(dependent.type, dependent.object.metadata);
  } else if (left.length < owners.length) {
    replaceMetadata(store, dependent, { ownerReferences: left });
  }
}

function dropFinalizer(store: ObjectStore, owner: Located, name: string): void {
  const finalizers = owner.object.metadata.finalizers ?? [];
  replaceMetadata(store, owner, { finalizers: finalizers.filter((finalizer) => finalizer !== name) });
}

function orphanDependents(store: ObjectStore, owner: Located): void {
  const { uid } = owner.object.metadata;
  for (const dependent of store.dependents(uid)) {
    const references = dependent.object.metadata.ownerReferences ?? [];
    replaceMetadata(store, dependent, { ownerReferences: references.filter((reference) => reference.uid !== uid) });
  }
  dropFinalizer(store, owner, 'orphan');
}

function deleteInForeground(store: ObjectStore, owner: Located): void {
  const { uid } = owner.object.metadata;
  for (const dependent of store.dependents(uid)) {
    if (dependent.object.metadata.deletionTimestamp === undefined) {
      store.delete(dependent.type, dependent.object.metadata);
    }
  }
  const blocking = store
    .dependents(uid)
    .some(({ object }) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true));
  if (!blocking) {
    dropFinalizer(store, owner, 'foregroundDeletion');
  }
}

/** Empties a namespace that ends, then lets it go. */
function finishNamespace(store: ObjectStore, namespace: Located): void {
  const { name } = namespace.object.metadata;
  let empty = true;
  for (const type of store.types.filter(({ namespaced }) => namespaced)) {
    for (const object of store.list(type, { namespace: name })) {
      if (object.metadata.deletionTimestamp === undefined) {
        store.delete(type, object.metadata);
      }
    }
    empty &&= store.list(type, { namespace: name }).length === 0;
  }
  if (empty) {
    store.update(namespace.type, { ...namespace.object, spec: {} }, { subresource: 'finalize' });
  }
}

/** Goes on with what waits for others to be gone: a foreground deletion, an orphaning, a namespace. */
function goOn(store: ObjectStore, waiting: Located): void {
  const { deletionTimestamp, finalizers = [] } = waiting.object.metadata;
  if (deletionTimestamp === undefined) {
    return;
  }
  if (finalizers.includes('orphan')) {
    orphanDependents(store, waiting);
  } else if (finalizers.includes('foregroundDeletion')) {
    deleteInForeground(store, waiting);
  } else if (waiting.object.kind === 'Namespace' && waiting.object.apiVersion === 'v1') {
    finishNamespace(store, waiting);
  }
}

function namespaceOf(store: ObjectStore, object: StoredObject): Located | undefined {
  const type = store.findType('/Namespace');
  const { namespace } = object.metadata;
  const found = type === undefined || namespace === undefined ? undefined : store.get(type, { name: namespace });
  return type === undefined || found === undefined ? undefined : { type, object: found };
}

/** What kube-controller-manager's garbage collector and namespace controller do upon a change. */
export function collectGarbage(store: ObjectStore, change: Change): void {
  const { uid, ownerReferences = [] } = change.object.metadata;
  if (change.type !== 'DELETED') {
    const current = store.locate(uid);
    if (current === undefined) {
      return;
    }
    goOn(store, current);
    const still = store.locate(uid);
    if (still?.object.metadata.ownerReferences?.length && still.object.metadata.deletionTimestamp === undefined) {
      collect(store, still);
    }
    return;
  }
  for (const dependent of store.dependents(uid)) {
    collect(store, dependent);
  }
  for (const owner of ownerReferences) {
    const waiting = store.locate(owner.uid);
    if (waiting !== undefined) {
      goOn(store, waiting);
    }
  }
  const namespace = namespaceOf(store, change.object);
  if (namespace !== undefined) {
    goOn(store, namespace);
  }
}
