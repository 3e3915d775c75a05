import { isDeepStrictEqual } from 'node:util';
import type { Ref, StoredObject } from '../../api/types.ts';
import { apply, putStatus, type Cluster } from '../cluster.ts';
import { conditionList, conditionsOf, overall, unknown, verdictOf, type Verdict } from '../conditions.ts';
import { at, items, record as fields, text } from '../fields.ts';
import { controlledBy } from '../owner.ts';
import { authors, routesAnnotation, serviceLabel, serviceUid } from './labels.ts';

function outOfDate(kind: string): Verdict {
  return unknown('OutOfDate', `The ${kind} is still working to reflect the latest desired specification.`);
}

function isCurrent(child: StoredObject): boolean {
  return at(child, 'status', 'observedGeneration') === child.metadata.generation;
}

/** Knative's Service: a Configuration and a Route of the same name, and the sum of what they say (knative/serving `reconciler/service`). */
export function serviceReconciler(cluster: Cluster): (ref: Ref) => void {
  const { store, types } = cluster;
  const record = cluster.recorder('service-controller');
  return (ref) => {
    const service = store.get(types.knativeService, ref);
    if (service === undefined) {
      return;
    }
    const { name, namespace = '', uid, labels = {}, annotations } = service.metadata;
    const child = {
      name,
      namespace,
      labels: { ...labels, [serviceLabel]: name },
      annotations: authors(annotations),
      ownerReferences: [controlledBy(service)],
    };
    const { object: configuration, created: firstConfiguration } = apply(cluster, types.configuration, {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Configuration',
      metadata: {
        ...child,
        labels: { ...child.labels, [serviceUid]: uid },
        annotations: { ...child.annotations, [routesAnnotation]: name },
      },
      spec: { template: at(service, 'spec', 'template') },
    });
    if (firstConfiguration) {
      record(service, 'Normal', 'Created', `Created Configuration "${name}"`);
    }
    const traffic = items(at(service, 'spec', 'traffic')).map((target) =>
      at(target, 'revisionName') === undefined ? { ...fields(target), configurationName: name } : target,
    );
    const { object: route, created: firstRoute } = apply(cluster, types.route, {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Route',
      metadata: child,
      spec: { traffic },
    });
    if (firstRoute) {
      record(service, 'Normal', 'Created', `Created Route "${name}"`);
    }
    putStatus(cluster, types.knativeService, service, serviceStatus(service, configuration, route));
  };
}

function serviceStatus(service: StoredObject, configuration: StoredObject, route: StoredObject): object {
  const before = fields(service['status']);
  const made = isCurrent(configuration);
  const latestReady = made
    ? text(at(configuration, 'status', 'latestReadyRevisionName'))
    : text(before['latestReadyRevisionName']);
  const configured = made ? (verdictOf(configuration, 'Ready') ?? unknown()) : outOfDate('Configuration');
  const routed = isCurrent(route) ? migrated(route, latestReady) : outOfDate('Route');
  return {
    ...before,
    ...(made
      ? { latestCreatedRevisionName: at(configuration, 'status', 'latestCreatedRevisionName'), latestReadyRevisionName: latestReady }
      : {}),
    ...(isCurrent(route)
      ? { url: at(route, 'status', 'url'), address: at(route, 'status', 'address'), traffic: at(route, 'status', 'traffic') }
      : {}),
    conditions: conditionList(
      [
        { type: 'ConfigurationsReady', ...configured },
        { type: 'Ready', ...overall([routed, configured]) },
        { type: 'RoutesReady', ...routed },
      ],
      conditionsOf(service),
    ),
    observedGeneration: service.metadata.generation,
  };
}

/** A ready Route counts only when it leads where the Service wants it with the newest ready revision. */
function migrated(route: StoredObject, latestReady: string | undefined): Verdict {
  const verdict = verdictOf(route, 'Ready') ?? unknown();
  const facts = (target: unknown): unknown[] => [at(target, 'percent'), at(target, 'tag')];
  const wanted = items(at(route, 'spec', 'traffic')).map((target) => [
    ...facts(target),
    at(target, 'configurationName') === undefined ? at(target, 'revisionName') : latestReady,
  ]);
  const got = items(at(route, 'status', 'traffic')).map((target) => [...facts(target), at(target, 'revisionName')]);
  return verdict.status === 'True' && !isDeepStrictEqual(wanted, got)
    ? unknown('TrafficNotMigrated', 'Traffic is not yet migrated to the latest revision.')
    : verdict;
}
