/** What the playground's API server and its controllers say to each other. Nothing here knows KServe. */

/** A JSON value as it lies in an object. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface StoredMetadata {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  /** Counts changes of everything but metadata and status, from 1; absent for kinds that have none (Pod, Event, Namespace …). */
  generation?: number;
  /** RFC 3339, whole seconds, UTC. */
  creationTimestamp: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  ownerReferences?: OwnerReference[];
  generateName?: string;
  managedFields?: readonly ManagedFieldsEntry[];
}

/** `metav1.ManagedFieldsEntry`: the fields that one writer has set last. */
export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: FieldsV1;
  subresource?: string;
}

/** Keys: `f:<field>`, `k:<JSON of a list item's keys>`, `v:<JSON of a set's item>`; `.` is the field itself where others lie below it. */
export interface FieldsV1 {
  [key: string]: FieldsV1;
}

/** A structural schema (OpenAPI v3), as far as the playground needs it. Fields that it does not name are pruned. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  format?: 'int32' | 'int64';
  description?: string;
  properties?: { readonly [field: string]: Schema };
  additionalProperties?: Schema;
  items?: Schema;
  enum?: readonly string[];
  'x-kubernetes-preserve-unknown-fields'?: true;
}

/** A whole object as stored. Frozen: a writer makes a new one. */
export interface StoredObject {
  apiVersion: string;
  kind: string;
  metadata: StoredMetadata;
  [field: string]: unknown;
}

/** What a client or controller hands in: the server fills in the rest of the metadata. */
export interface NewObject {
  apiVersion: string;
  kind: string;
  metadata: Partial<StoredMetadata>;
  [field: string]: unknown;
}

/** A printer column as in a CustomResourceDefinition's `additionalPrinterColumns` (subset of JSONPath: `.a.b`, `[?(@.k=='v')]`). */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'date' | 'boolean';
  jsonPath: string;
  priority?: number;
  format?: string;
  description?: string;
}

/** One resource that the API serves. */
export interface ResourceType {
  /** '' for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  namespaced: boolean;
  /** Writes to the object leave `status` alone and `…/status` writes only that. */
  statusSubresource: boolean;
  /** False for kinds whose metadata carry no generation. */
  generation: boolean;
  columns: readonly Column[];
  /** Schemas of the fields besides apiVersion, kind and metadata; without it anything goes. */
  fields?: { readonly [field: string]: Schema };
  /** Mutating admission, before validation: returns the object to store. Throws an ApiError to refuse. */
  mutate?(object: NewObject, old: StoredObject | undefined): NewObject;
  /** Validating admission. Throws an ApiError to refuse. */
  validate?(object: NewObject, old: StoredObject | undefined): void;
}

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED';
export interface Change {
  type: WatchType;
  object: StoredObject;
  /** The object before a MODIFIED or DELETED. */
  old?: StoredObject;
}

export interface Ref {
  namespace?: string;
  name: string;
}

/**
 * The store behind the API server, for controllers in the same process. Every call is synchronous; every write bumps one
 * resourceVersion that all kinds share, and is announced to the listeners, in order, after the call returned.
 */
export interface Store {
  /** The type of a kind, by `group/kind` (`serving.kserve.io/InferenceService`, `/Pod`). Throws when it is not served. */
  type(groupKind: string): ResourceType;
  get(type: ResourceType, ref: Ref): StoredObject | undefined;
  list(type: ResourceType, options?: { namespace?: string; labels?: { [key: string]: string } }): StoredObject[];
  /** Throws ApiError 409 AlreadyExists. */
  create(type: ResourceType, object: NewObject): StoredObject;
  /**
   * Replaces an object (or, with `subresource: 'status'`, its status). A no-op write stores nothing and announces nothing.
   * With a `metadata.resourceVersion` that is not the stored one throws ApiError 409 Conflict.
   */
  update(type: ResourceType, object: NewObject, options?: { subresource?: 'status' }): StoredObject;
  /** Deletes; dependents go by the owner-reference garbage collector. False when it was not there. */
  delete(type: ResourceType, ref: Ref): boolean;
  /** Hears every change of a type from now on. Returns the unsubscriber. */
  watch(type: ResourceType, listener: (change: Change) => void): () => void;
}
