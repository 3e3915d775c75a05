import type { OwnerReference, StoredObject } from '../api/types.ts';

/** The reference by which a controller's child names it. */
export function controlledBy(owner: StoredObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The name of the controlling owner, if it is of this kind. */
export function ownerName(object: StoredObject, kind: string): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true && owner.kind === kind)?.name;
}
