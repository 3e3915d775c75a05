import type { Ref, StoredObject } from '../../api/types.ts';
import { apply, putStatus, type Cluster } from '../cluster.ts';
import { conditionList, conditionsOf, overall, unknown, verdictOf, yes, type Verdict } from '../conditions.ts';
import { at, record as fields } from '../fields.ts';
import { controlledBy } from '../owner.ts';
import { localHosts, routeHost } from './hosts.ts';
import { ingressSpec } from './ingressSpec.ts';
import { authors, routeLabel } from './labels.ts';
import { markRoutingState } from './routingState.ts';
import { resolveTargets, type RoutedTarget } from './targets.ts';

const finalizer = 'routes.serving.knative.dev';
const notReconciled = unknown('IngressNotConfigured', 'Ingress has not yet been reconciled.');

/** Knative's Route: which revision gets which share, under which hosts (knative/serving `reconciler/route`). */
export function routeReconciler(cluster: Cluster): (ref: Ref) => void {
  const { store, types } = cluster;
  const record = cluster.recorder('route-controller');

  /** Knative's placeholder Services, one for the route and one for each tag: names for the pods of the cluster. */
  function makePlaceholder(route: StoredObject, tag: string | undefined): void {
    const { namespace = '', labels, annotations } = route.metadata;
    const name = `${tag === undefined ? '' : `${tag}-`}${route.metadata.name}`;
    if (store.get(types.service, { namespace, name }) !== undefined) {
      return;
    }
    const service = store.create(types.service, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name,
        namespace,
        labels: { ...labels, [routeLabel]: route.metadata.name },
        annotations: authors(annotations),
        ownerReferences: [controlledBy(route)],
      },
      spec: {
        externalName: 'knative-local-gateway.istio-system.svc.cluster.local',
        ports: [{ appProtocol: 'kubernetes.io/h2c', name: 'http2', port: 80, protocol: 'TCP', targetPort: 80 }],
        sessionAffinity: 'None',
        type: 'ExternalName',
      },
    });
    putStatus(cluster, types.service, service, { loadBalancer: {} });
    record(route, 'Normal', 'Created', `Created placeholder service "${name}"`);
  }

  function dropPlaceholders(route: StoredObject, tags: ReadonlySet<string>): void {
    const { namespace = '', name } = route.metadata;
    for (const { metadata } of store.list(types.service, { namespace, labels: { [routeLabel]: name } })) {
      const tag = metadata.name.slice(0, -`-${name}`.length);
      if (metadata.name !== name && !tags.has(tag)) {
        store.delete(types.service, metadata);
      }
    }
  }

  function routeTo(route: StoredObject, traffic: readonly RoutedTarget[]): StoredObject {
    const { name, namespace = '', labels, annotations } = route.metadata;
    const tags = traffic.flatMap(({ tag }) => tag ?? []);
    makePlaceholder(route, undefined);
    for (const tag of tags) {
      makePlaceholder(route, tag);
    }
    dropPlaceholders(route, new Set(tags));
    const { object: ingress, created } = apply(cluster, types.ingress, {
      apiVersion: 'networking.internal.knative.dev/v1alpha1',
      kind: 'Ingress',
      metadata: {
        name,
        namespace,
        labels: { ...labels, [routeLabel]: name, 'serving.knative.dev/routeNamespace': namespace },
        annotations: { ...authors(annotations), 'networking.knative.dev/ingress.class': 'istio.ingress.networking.knative.dev' },
        ownerReferences: [controlledBy(route)],
      },
      spec: ingressSpec(name, namespace, traffic),
    });
    if (created) {
      record(route, 'Normal', 'Created', `Created Ingress "${name}"`);
    }
    return ingress;
  }

  return (ref) => {
    const found = store.get(types.route, ref);
    if (found === undefined) {
      return;
    }
    if (found.metadata.deletionTimestamp !== undefined) {
      store.update(types.route, { ...found, metadata: { ...found.metadata, finalizers: [] } });
      return;
    }
    const { name, namespace = '' } = found.metadata;
    const held = found.metadata.finalizers?.includes(finalizer) === true;
    const route = held
      ? found
      : store.update(types.route, { ...found, metadata: { ...found.metadata, finalizers: [finalizer] } });
    if (!held) {
      record(route, 'Normal', 'FinalizerUpdate', `Updated "${name}" finalizers`);
    }
    const targets = resolveTargets(
      route,
      (configuration) => store.get(types.configuration, { namespace, name: configuration }),
      (revision) => store.get(types.revision, { namespace, name: revision }) !== undefined,
    );
    const before = fields(route['status']);
    const reached = {
      ...before,
      url: `http://${routeHost(name, namespace)}`,
      observedGeneration: route.metadata.generation,
    };
    if ('status' in targets) {
      const kept = verdictOf(route, 'IngressReady') ?? notReconciled;
      const list = conditions(route, targets, kept, verdictOf(route, 'CertificateProvisioned') ?? unknown());
      putStatus(cluster, types.route, route, { ...reached, conditions: list });
      markRoutingState(cluster, route, []);
      return;
    }
    const ingress = routeTo(route, targets);
    const current = at(ingress, 'status', 'observedGeneration') === ingress.metadata.generation;
    const reachable = current ? (verdictOf(ingress, 'Ready') ?? notReconciled) : notReconciled;
    const certificate: Verdict = { status: 'True', reason: 'TLSNotEnabled', message: 'external-domain-tls is not enabled' };
    putStatus(cluster, types.route, route, {
      ...reached,
      address: { url: `http://${localHosts(name, namespace)[2] ?? ''}` },
      traffic: targets,
      conditions: conditions(route, yes, reachable, certificate),
    });
    markRoutingState(cluster, route, targets);
  };
}

function conditions(route: StoredObject, assigned: Verdict, ingress: Verdict, certificate: Verdict): object[] {
  return conditionList(
    [
      { type: 'AllTrafficAssigned', ...assigned },
      { type: 'CertificateProvisioned', ...certificate },
      { type: 'IngressReady', ...ingress },
      { type: 'Ready', ...overall([assigned, ingress, certificate]) },
    ],
    conditionsOf(route),
  );
}
