import type { NewObject, Ref, StoredObject } from '../../api/types.ts';
import { apply, putStatus, type Cluster } from '../cluster.ts';
import { conditionList, conditionsOf, isTrue, no, overall, unknown, verdictOf, yes, type Verdict } from '../conditions.ts';
import { at, integer, items, text } from '../fields.ts';
import { controlledBy } from '../owner.ts';
import { deploymentSpec } from '../workload/podTemplate.ts';
import type { Autoscaler } from './autoscaler.ts';
import { revisionLabel, revisionUid, routesAnnotation, routingState, routingStateModified } from './labels.ts';

const deploying = unknown('Deploying');

/**
 * Knative's Revision: a Deployment with as many replicas as the autoscaler wants, and whether its pods ever became ready
 * (knative/serving `reconciler/revision`). Once ready it stays so, without pods too.
 */
export function revisionReconciler(cluster: Cluster, autoscaler: Autoscaler): (ref: Ref) => void {
  const { store, types } = cluster;
  const record = cluster.recorder('revision-controller');
  return (ref) => {
    const revision = store.get(types.revision, ref);
    if (revision === undefined) {
      autoscaler.forget(ref);
      return;
    }
    const { name, namespace = '' } = revision.metadata;
    const desired = autoscaler.desiredReplicas(revision);
    const { object: deployment } = apply(cluster, types.deployment, deploymentOf(revision, desired));
    const actual = integer(at(deployment, 'status', 'readyReplicas')) ?? 0;
    const wasReady = isTrue(revision, 'Ready');
    const pods = store.list(types.pod, { namespace, labels: { [revisionLabel]: name } });
    const health = wasReady || actual > 0 ? { resources: yes, container: yes } : troubles(revision, deployment, pods);
    putStatus(cluster, types.revision, revision, {
      actualReplicas: actual,
      desiredReplicas: desired,
      containerStatuses: [{ name: 'kserve-container' }],
      conditions: conditionList(
        [
          { type: 'Active', severity: 'Info', ...activity(desired, actual) },
          { type: 'ContainerHealthy', ...health.container },
          { type: 'Ready', ...overall([health.container, health.resources]) },
          { type: 'ResourcesAvailable', ...health.resources },
        ],
        conditionsOf(revision),
      ),
      observedGeneration: revision.metadata.generation,
    });
    if (!wasReady && actual > 0) {
      record(revision, 'Normal', 'RevisionReady', 'Revision becomes ready upon all resources being ready');
    }
  };
}

function activity(desired: number, actual: number): Verdict {
  if (desired === 0) {
    return no('NoTraffic', 'The target is not receiving traffic.');
  }
  return actual > 0 ? yes : unknown('Queued', 'Requests to the target are being buffered as resources are provisioned.');
}

/** A revision that is not ready says nothing more until its Deployment is given up: then it says what the containers wait for. */
function troubles(
  revision: StoredObject,
  deployment: StoredObject,
  pods: readonly StoredObject[],
): { resources: Verdict; container: Verdict } {
  if (verdictOf(revision, 'Ready')?.status === 'False') {
    return {
      resources: verdictOf(revision, 'ResourcesAvailable') ?? deploying,
      container: verdictOf(revision, 'ContainerHealthy') ?? deploying,
    };
  }
  const progressing = items(at(deployment, 'status', 'conditions')).find((condition) => at(condition, 'type') === 'Progressing');
  if (at(progressing, 'reason') !== 'ProgressDeadlineExceeded') {
    return { resources: deploying, container: deploying };
  }
  const container = items(at(pods[0], 'status', 'containerStatuses')).find((status) => at(status, 'name') === 'kserve-container');
  const ended = at(container, 'lastState', 'terminated');
  if (ended !== undefined) {
    const code = integer(at(ended, 'exitCode')) ?? 1;
    return { resources: deploying, container: no(`ExitCode${code}`, `Container failed with: ${text(at(ended, 'message')) ?? ''}`) };
  }
  const waiting = at(container, 'state', 'waiting');
  return { resources: no(text(at(waiting, 'reason')) ?? 'ProgressDeadlineExceeded', text(at(waiting, 'message'))), container: deploying };
}

function deploymentOf(revision: StoredObject, replicas: number): NewObject {
  const { name, namespace = '', uid } = revision.metadata;
  const { [routingState]: _state, ...inherited } = revision.metadata.labels ?? {};
  const { [routesAnnotation]: _routes, [routingStateModified]: _modified, ...kept } = revision.metadata.annotations ?? {};
  const annotations = Object.fromEntries(Object.entries(kept).filter(([key]) => !key.startsWith('autoscaling.knative.dev/')));
  const labels = { ...inherited, app: name, [revisionLabel]: name, [revisionUid]: uid };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: `${name}-deployment`,
      namespace,
      labels,
      annotations: { ...annotations, 'deployment.kubernetes.io/revision': '1' },
      ownerReferences: [controlledBy(revision)],
    },
    spec: deploymentSpec(revision, { labels, annotations, replicas }),
  };
}
