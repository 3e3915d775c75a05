import type { NewObject, ResourceType, Store, StoredObject } from '../api/types.ts';
import { eventRecorder, type Record } from './events.ts';
import type { Steps } from './steps.ts';

const kinds = {
  inferenceService: 'serving.kserve.io/InferenceService',
  clusterServingRuntime: 'serving.kserve.io/ClusterServingRuntime',
  knativeService: 'serving.knative.dev/Service',
  configuration: 'serving.knative.dev/Configuration',
  route: 'serving.knative.dev/Route',
  revision: 'serving.knative.dev/Revision',
  ingress: 'networking.internal.knative.dev/Ingress',
  virtualService: 'networking.istio.io/VirtualService',
  deployment: 'apps/Deployment',
  replicaSet: 'apps/ReplicaSet',
  pod: '/Pod',
  service: '/Service',
  event: '/Event',
} as const;

/** What every controller works on. */
export interface Cluster {
  store: Store;
  steps: Steps;
  types: { readonly [K in keyof typeof kinds]: ResourceType };
  /** A recorder of Events in a controller's name. */
  recorder(component: string): Record;
}

export function openCluster(store: Store, steps: Steps): Cluster {
  const type = (kind: keyof typeof kinds): ResourceType => store.type(kinds[kind]);
  return {
    store,
    steps,
    types: {
      inferenceService: type('inferenceService'),
      clusterServingRuntime: type('clusterServingRuntime'),
      knativeService: type('knativeService'),
      configuration: type('configuration'),
      route: type('route'),
      revision: type('revision'),
      ingress: type('ingress'),
      virtualService: type('virtualService'),
      deployment: type('deployment'),
      replicaSet: type('replicaSet'),
      pod: type('pod'),
      service: type('service'),
      event: type('event'),
    },
    recorder: (component) => eventRecorder(store, type('event'), component),
  };
}

/** Creates the object, or brings what it says of spec, labels and annotations to the one that is there. */
export function apply(cluster: Cluster, type: ResourceType, wanted: NewObject): { object: StoredObject; created: boolean } {
  const { name = '', namespace = '' } = wanted.metadata;
  const old = cluster.store.get(type, { namespace, name });
  if (old === undefined) {
    return { object: cluster.store.create(type, wanted), created: true };
  }
  const { labels, annotations } = wanted.metadata;
  const object = cluster.store.update(type, {
    ...old,
    spec: wanted['spec'],
    metadata: {
      ...old.metadata,
      ...(labels === undefined ? {} : { labels: { ...old.metadata.labels, ...labels } }),
      ...(annotations === undefined ? {} : { annotations: { ...old.metadata.annotations, ...annotations } }),
    },
  });
  return { object, created: false };
}

/** Writes the status; nothing happens when it says the same already. */
export function putStatus(cluster: Cluster, type: ResourceType, object: StoredObject, status: object): StoredObject {
  return cluster.store.update(type, { ...object, status }, { subresource: 'status' });
}
