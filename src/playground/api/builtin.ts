import type { NewObject, ResourceType, StoredObject } from './types.ts';

type Builtin = Pick<ResourceType, 'group' | 'kind' | 'plural' | 'singular'> & Partial<ResourceType>;

function builtin(type: Builtin): ResourceType {
  return { version: 'v1', namespaced: true, statusSubresource: false, generation: false, columns: [], ...type };
}

/** A new Namespace is active and held until its contents are gone; its spec is the namespace controller's. */
function namespaceStrategy(object: NewObject, old: StoredObject | undefined): NewObject {
  const { metadata } = object;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' };
  return old === undefined
    ? { ...object, metadata: { ...metadata, labels }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
    : { ...object, metadata: { ...metadata, labels }, spec: old.spec };
}

function pendingPod(pod: NewObject, old: StoredObject | undefined): NewObject {
  return old === undefined ? { ...pod, status: { phase: 'Pending' } } : pod;
}

/** The kinds of Kubernetes itself that a playground serves. */
export const BUILTIN_TYPES: readonly ResourceType[] = [
  builtin({
    group: '',
    kind: 'Namespace',
    plural: 'namespaces',
    singular: 'namespace',
    shortNames: ['ns'],
    namespaced: false,
    statusSubresource: true,
    mutate: namespaceStrategy,
  }),
  builtin({
    group: '',
    kind: 'Pod',
    plural: 'pods',
    singular: 'pod',
    shortNames: ['po'],
    categories: ['all'],
    statusSubresource: true,
    generation: true,
    mutate: pendingPod,
  }),
  builtin({
    group: '',
    kind: 'Service',
    plural: 'services',
    singular: 'service',
    shortNames: ['svc'],
    categories: ['all'],
    statusSubresource: true,
  }),
  builtin({ group: '', kind: 'Event', plural: 'events', singular: 'event', shortNames: ['ev'] }),
  builtin({ group: '', kind: 'ConfigMap', plural: 'configmaps', singular: 'configmap', shortNames: ['cm'] }),
  builtin({ group: '', kind: 'Secret', plural: 'secrets', singular: 'secret' }),
  builtin({
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    singular: 'deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    statusSubresource: true,
    generation: true,
  }),
  builtin({
    group: 'apps',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    singular: 'replicaset',
    shortNames: ['rs'],
    categories: ['all'],
    statusSubresource: true,
    generation: true,
  }),
];

/** Whether a kind belongs to Kubernetes itself rather than to a CustomResourceDefinition: some answers differ. */
export function isBuiltin(type: ResourceType): boolean {
  return !type.group.includes('.') || type.group.endsWith('.k8s.io');
}
