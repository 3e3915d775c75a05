import type { Ref, StoredObject } from '../../api/types.ts';
import { apply, putStatus, type Cluster } from '../cluster.ts';
import { isTrue } from '../conditions.ts';
import { at, integer, items, record as fields, strings, text } from '../fields.ts';
import { controlledBy } from '../owner.ts';
import { timestamp } from '../time.ts';
import { sourceAnnotation } from '../kserve/names.ts';
import { templateHash } from './names.ts';
import { podSpec } from './podTemplate.ts';

/**
 * kube-controller-manager's Deployments and ReplicaSets in one: as many pods as wanted, and how many are ready. A Deployment of the
 * playground never changes its template, so it has one ReplicaSet.
 */
export function deploymentReconciler(cluster: Cluster, reconcile: (ref: Ref) => void): (ref: Ref) => void {
  const { store, types, steps } = cluster;
  const recordDeployment = cluster.recorder('deployment-controller');
  const recordReplicaSet = cluster.recorder('replicaset-controller');
  /** Deployments, by uid, whose progress is watched, and those of them that made none in time. */
  const watched = new Set<string>();
  const givenUp = new Set<string>();

  function replicaSetOf(deployment: StoredObject, replicas: number): StoredObject {
    const { name, namespace = '', annotations = {} } = deployment.metadata;
    const hash = templateHash(at(deployment, 'spec', 'template'));
    const template = at(deployment, 'spec', 'template');
    const labels = { ...strings(at(template, 'metadata', 'labels')), 'pod-template-hash': hash };
    const rsName = `${name}-${hash}`;
    const was = integer(at(store.get(types.replicaSet, { namespace, name: rsName }), 'spec', 'replicas')) ?? 0;
    const { object } = apply(cluster, types.replicaSet, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: rsName, namespace, labels, annotations, ownerReferences: [controlledBy(deployment)] },
      spec: {
        replicas,
        selector: { matchLabels: { ...strings(at(deployment, 'spec', 'selector', 'matchLabels')), 'pod-template-hash': hash } },
        template: { ...fields(template), metadata: { ...fields(at(template, 'metadata')), labels } },
      },
    });
    if (was !== replicas) {
      const verb = replicas > was ? 'up' : 'down';
      recordDeployment(deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${verb} replica set ${rsName} from ${was} to ${replicas}`);
    }
    return object;
  }

  function addPod(replicaSet: StoredObject): void {
    const { name, namespace = '' } = replicaSet.metadata;
    const template = at(replicaSet, 'spec', 'template');
    const annotations = strings(at(template, 'metadata', 'annotations'));
    const pod = store.create(types.pod, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: strings(at(template, 'metadata', 'labels')),
        annotations: {
          ...annotations,
          'serving.kserve.io/enable-metric-aggregation': 'false',
          'serving.kserve.io/enable-prometheus-scraping': 'false',
        },
        ownerReferences: [controlledBy(replicaSet)],
      },
      spec: podSpec(template, annotations[sourceAnnotation]),
    });
    putStatus(cluster, types.pod, pod, { phase: 'Pending', qosClass: 'Burstable' });
    recordReplicaSet(replicaSet, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }

  function removePod(replicaSet: StoredObject, pod: StoredObject): void {
    store.delete(types.pod, pod.metadata);
    recordReplicaSet(replicaSet, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }

  function watchProgress(ref: Ref, uid: string): void {
    if (watched.has(uid)) {
      return;
    }
    watched.add(uid);
    steps.after('progressDeadline', () => {
      const now = store.get(types.deployment, ref);
      watched.delete(uid);
      if (now?.metadata.uid === uid && at(now, 'status', 'readyReplicas') === undefined) {
        givenUp.add(uid);
        reconcile(ref);
      }
    });
  }

  return (ref) => {
    const deployment = store.get(types.deployment, ref);
    if (deployment === undefined) {
      return;
    }
    const wanted = integer(at(deployment, 'spec', 'replicas')) ?? 1;
    const replicaSet = replicaSetOf(deployment, wanted);
    const { namespace = '' } = deployment.metadata;
    const labels = { 'pod-template-hash': replicaSet.metadata.labels?.['pod-template-hash'] ?? '' };
    const selector = { ...labels, ...strings(at(deployment, 'spec', 'selector', 'matchLabels')) };
    const pods = store.list(types.pod, { namespace, labels: selector });
    for (let missing = wanted - pods.length; missing > 0; missing--) {
      addPod(replicaSet);
    }
    for (const pod of pods.slice(wanted)) {
      removePod(replicaSet, pod);
    }
    const kept = pods.slice(0, wanted);
    const ready = kept.filter((pod) => isTrue(pod, 'Ready')).length;
    const counts = { replicas: wanted, ready };
    putStatus(cluster, types.replicaSet, replicaSet, replicaSetStatus(replicaSet, counts));
    watchProgress(ref, deployment.metadata.uid);
    const status = deploymentStatus(deployment, replicaSet.metadata.name, counts, givenUp.has(deployment.metadata.uid));
    putStatus(cluster, types.deployment, deployment, status);
  };
}

interface Counts {
  replicas: number;
  ready: number;
}

function replicaSetStatus(replicaSet: StoredObject, { replicas, ready }: Counts): object {
  return {
    ...(ready === 0 ? {} : { availableReplicas: ready, readyReplicas: ready }),
    ...(replicas === 0 ? {} : { fullyLabeledReplicas: replicas }),
    observedGeneration: replicaSet.metadata.generation,
    replicas,
  };
}

function deploymentStatus(deployment: StoredObject, replicaSet: string, { replicas, ready }: Counts, givenUp: boolean): object {
  const conditions = items(at(deployment, 'status', 'conditions'));
  const condition = (type: string, status: string, reason: string, message: string): object => {
    const old = conditions.find((entry) => at(entry, 'type') === type);
    const same = at(old, 'status') === status && at(old, 'reason') === reason;
    const now = timestamp();
    return {
      type,
      status,
      reason,
      message,
      lastTransitionTime: at(old, 'status') === status ? (text(at(old, 'lastTransitionTime')) ?? now) : now,
      lastUpdateTime: same ? (text(at(old, 'lastUpdateTime')) ?? now) : now,
    };
  };
  const available = ready >= replicas;
  const progressed = conditions.some((entry) => at(entry, 'reason') === 'NewReplicaSetAvailable');
  return {
    ...(replicas === 0 ? {} : { replicas, updatedReplicas: replicas }),
    ...(ready === 0 ? {} : { availableReplicas: ready, readyReplicas: ready }),
    ...(available ? {} : { unavailableReplicas: replicas - ready }),
    conditions: [
      available
        ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
        : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'),
      available || progressed
        ? condition('Progressing', 'True', 'NewReplicaSetAvailable', `ReplicaSet "${replicaSet}" has successfully progressed.`)
        : givenUp
          ? condition('Progressing', 'False', 'ProgressDeadlineExceeded', `ReplicaSet "${replicaSet}" has timed out progressing.`)
          : condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${replicaSet}" is progressing.`),
    ],
    observedGeneration: deployment.metadata.generation,
  };
}
