import type { StoredObject } from '../../api/types.ts';
import type { Cluster } from '../cluster.ts';
import { at, items, text } from '../fields.ts';
import { timestamp } from '../time.ts';
import { configurationLabel, routesAnnotation, routingState, routingStateModified } from './labels.ts';
import type { RoutedTarget } from './targets.ts';

/**
 * Marks the revisions that a Route leads to, now or as soon as they are ready, as `active`, and the others that were as `reserve`
 * (knative/serving `reconciler/labeler`).
 */
export function markRoutingState(cluster: Cluster, route: StoredObject, traffic: readonly RoutedTarget[]): void {
  const { store, types } = cluster;
  const { name, namespace = '' } = route.metadata;
  const wanted = new Set(traffic.map(({ revisionName }) => revisionName));
  const configurations = new Set<string>();
  for (const target of items(at(route, 'spec', 'traffic'))) {
    const configuration = text(at(target, 'configurationName'));
    if (configuration !== undefined) {
      configurations.add(configuration);
      const status = store.get(types.configuration, { namespace, name: configuration })?.['status'];
      for (const field of ['latestCreatedRevisionName', 'latestReadyRevisionName']) {
        wanted.add(text(at(status, field)) ?? '');
      }
    }
  }
  for (const configuration of configurations) {
    for (const revision of store.list(types.revision, { namespace, labels: { [configurationLabel]: configuration } })) {
      const state = wanted.has(revision.metadata.name) ? 'active' : 'reserve';
      const { labels = {}, annotations = {} } = revision.metadata;
      const { [routesAnnotation]: _routes, ...rest } = annotations;
      if (labels[routingState] !== state) {
        store.update(types.revision, {
          ...revision,
          metadata: {
            ...revision.metadata,
            labels: { ...labels, [routingState]: state },
            annotations: {
              ...rest,
              ...(state === 'active' ? { [routesAnnotation]: name } : {}),
              [routingStateModified]: timestamp(),
            },
          },
        });
      }
    }
  }
}
