import { isDeepStrictEqual } from 'node:util';
import type { Change, Ref, ResourceType, Store } from '../api/types.ts';
import { openCluster } from './cluster.ts';
import { clusterFaults, type ClusterFault } from './faults.ts';
import { at, text } from './fields.ts';
import { kserveReconciler } from './kserve/reconcile.ts';
import { serviceLabel as inferenceServiceLabel } from './kserve/names.ts';
import { autoscaler } from './knative/autoscaler.ts';
import { configurationReconciler } from './knative/configuration.ts';
import { ingressReconciler, type Program } from './knative/ingress.ts';
import { configurationLabel, routeLabel } from './knative/labels.ts';
import { revisionReconciler } from './knative/revision.ts';
import { routeReconciler } from './knative/route.ts';
import { serviceReconciler } from './knative/service.ts';
import { ownerName } from './owner.ts';
import { workQueue } from './queue.ts';
import type { Steps } from './steps.ts';
import { deploymentReconciler } from './workload/deployment.ts';
import { kubelet } from './workload/kubelet.ts';
import type { Endpoints } from './workload/podRun.ts';

export interface ControllerOptions {
  /** Told of the rules that the ingress gateway is to follow. */
  program: Program;
  /** Told of the model servers that run. */
  endpoints: Endpoints;
}

export interface Controllers {
  /** A request for a revision has come: it is needed, and gets a pod if it has none. */
  touch(revision: Ref): void;
  /** Makes something of the cluster go wrong. Throws when it cannot. */
  order(fault: ClusterFault): void;
  /** Lets go of what a fault holds up. */
  clear(): void;
  stop(): void;
}

/** Starts every controller of the cluster; each hears of the changes that concern it and reconciles one object at a time. */
export function startControllers(store: Store, steps: Steps, options: ControllerOptions): Controllers {
  const cluster = openCluster(store, steps);
  const { types } = cluster;
  const stops: (() => void)[] = [];
  const on = (type: ResourceType, hear: (change: Change) => void): void => {
    stops.push(store.watch(type, hear));
  };
  const sibling = (change: Change, name: string | undefined, enqueue: (ref: Ref) => void): void => {
    const { namespace } = change.object.metadata;
    if (name !== undefined && namespace !== undefined) {
      enqueue({ namespace, name });
    }
  };

  const reconcileKserve = kserveReconciler(cluster);
  const failures = new Map<string, number>();
  const kserve = workQueue(
    steps,
    'kserve',
    (ref) => {
      const key = `${ref.namespace ?? ''}/${ref.name}`;
      if (reconcileKserve(ref) === 'done') {
        failures.delete(key);
        return;
      }
      const tries = failures.get(key) ?? 0;
      failures.set(key, tries + 1);
      steps.after('retry', () => failures.has(key) && kserve(ref), steps.delay('retry') * 2 ** Math.min(tries, 8));
    },
  );
  const service = workQueue(steps, 'service', serviceReconciler(cluster));
  const configuration = workQueue(steps, 'configuration', configurationReconciler(cluster));
  const route = workQueue(steps, 'route', routeReconciler(cluster));
  const ingress = workQueue(steps, 'ingress', ingressReconciler(cluster, options.program));
  const scaler = autoscaler(steps, (ref) => revision(ref));
  const revision = workQueue(steps, 'revision', revisionReconciler(cluster, scaler));
  const deployment = workQueue(steps, 'deployment', deploymentReconciler(cluster, (ref) => deployment(ref)));
  const pods = kubelet(cluster, options.endpoints);
  const faults = clusterFaults(cluster, pods);

  on(types.inferenceService, ({ object }) => kserve(object.metadata));
  on(types.knativeService, (change) => {
    service(change.object.metadata);
    sibling(change, ownerName(change.object, 'InferenceService'), kserve);
  });
  on(types.configuration, (change) => {
    configuration(change.object.metadata);
    sibling(change, ownerName(change.object, 'Service'), service);
    sibling(change, change.object.metadata.name, route);
  });
  on(types.route, (change) => {
    route(change.object.metadata);
    sibling(change, ownerName(change.object, 'Service'), service);
  });
  on(types.revision, (change) => {
    revision(change.object.metadata);
    sibling(change, change.object.metadata.labels?.[configurationLabel], configuration);
    if (change.type === 'DELETED') {
      // A Route follows the revisions that it leads to.
      sibling(change, change.object.metadata.labels?.[configurationLabel], route);
    }
  });
  on(types.ingress, (change) => {
    ingress(change.object.metadata);
    sibling(change, change.object.metadata.labels?.[routeLabel], route);
  });
  on(types.deployment, (change) => {
    deployment(change.object.metadata);
    sibling(change, ownerName(change.object, 'Revision'), revision);
  });
  on(types.pod, (change) => {
    const { object, old } = change;
    pods.run(object.metadata);
    if (change.type === 'DELETED') {
      options.endpoints.remove(object.metadata.uid);
    }
    const replicaSet = ownerName(object, 'ReplicaSet');
    sibling(change, replicaSet?.slice(0, replicaSet.lastIndexOf('-')), deployment);
    // KServe hears of pods only where their init containers change (`controller.go podInitContainersPredicate`).
    const before = at(old, 'status', 'initContainerStatuses');
    if (change.type === 'MODIFIED' && !isDeepStrictEqual(before, at(object, 'status', 'initContainerStatuses'))) {
      sibling(change, text(object.metadata.labels?.[inferenceServiceLabel]), kserve);
    }
  });

  return {
    touch: (ref) => scaler.touch(ref),
    order: (fault) => faults.order(fault),
    clear: () => faults.clear(),
    stop() {
      faults.clear();
      for (const stop of stops) {
        stop();
      }
    },
  };
}

