import type { Ref, StoredObject } from '../../api/types.ts';
import { putStatus, type Cluster } from '../cluster.ts';
import { conditionList, conditionsOf, isTrue, no, unknown, verdictOf, yes, type Verdict } from '../conditions.ts';
import { at, record as fields, strings, text } from '../fields.ts';
import { controlledBy } from '../owner.ts';
import { timestamp } from '../time.ts';
import {
  authors,
  configurationGeneration,
  configurationLabel,
  configurationUid,
  creator,
  routingState,
  routingStateModified,
  serviceLabel,
  serviceUid,
} from './labels.ts';

/**
 * Knative's Configuration: one Revision for each of its generations, named by it, and which of them is ready (knative/serving
 * `reconciler/configuration`).
 */
export function configurationReconciler(cluster: Cluster): (ref: Ref) => void {
  const { store, types } = cluster;
  const record = cluster.recorder('configuration-controller');

  function make(configuration: StoredObject, name: string): StoredObject {
    const { namespace = '', generation = 1, uid, labels = {}, annotations } = configuration.metadata;
    const template = at(configuration, 'spec', 'template');
    const revision = store.create(types.revision, {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: {
        name,
        namespace,
        labels: {
          ...strings(at(template, 'metadata', 'labels')),
          [configurationLabel]: configuration.metadata.name,
          [configurationGeneration]: String(generation),
          [configurationUid]: uid,
          [routingState]: 'pending',
          [serviceLabel]: labels[serviceLabel] ?? '',
          [serviceUid]: labels[serviceUid] ?? '',
        },
        annotations: {
          ...strings(at(template, 'metadata', 'annotations')),
          ...authors(annotations, [creator]),
          [routingStateModified]: timestamp(),
        },
        ownerReferences: [controlledBy(configuration)],
      },
      spec: at(template, 'spec'),
    });
    record(configuration, 'Normal', 'Created', `Created Revision "${name}"`);
    return revision;
  }

  /** The newest ready revision, never one older than the last. */
  function newestReady(configuration: StoredObject): string | undefined {
    const { namespace = '', name } = configuration.metadata;
    const last = text(at(configuration, 'status', 'latestReadyRevisionName'));
    const revisions = store.list(types.revision, { namespace, labels: { [configurationLabel]: name } });
    const age = (revision: StoredObject): number => Number(revision.metadata.labels?.[configurationGeneration] ?? 0);
    const oldest = revisions.find(({ metadata }) => metadata.name === last);
    const ready = revisions
      .filter((revision) => isTrue(revision, 'Ready') && (oldest === undefined || age(revision) >= age(oldest)))
      .sort((a, b) => age(b) - age(a));
    return ready[0]?.metadata.name ?? last;
  }

  return (ref) => {
    const configuration = store.get(types.configuration, ref);
    if (configuration === undefined) {
      return;
    }
    const { namespace = '', generation = 1 } = configuration.metadata;
    const name = `${configuration.metadata.name}-${String(generation).padStart(5, '0')}`;
    const revision = store.get(types.revision, { namespace, name }) ?? make(configuration, name);
    const before = fields(configuration['status']);
    const latestReady = newestReady(configuration);
    const verdict = configured(revision, latestReady === name);
    putStatus(cluster, types.configuration, configuration, {
      ...before,
      latestCreatedRevisionName: name,
      ...(latestReady === undefined ? {} : { latestReadyRevisionName: latestReady }),
      conditions: conditionList([{ type: 'Ready', ...verdict }], conditionsOf(configuration)),
      observedGeneration: generation,
    });
    if (verdict.status === 'False' && verdictOf(configuration, 'Ready')?.status !== 'False') {
      record(configuration, 'Warning', 'LatestCreatedFailed', `Latest created revision "${name}" has failed`);
    }
    if (latestReady !== undefined && latestReady !== before['latestReadyRevisionName']) {
      if (before['latestReadyRevisionName'] === undefined) {
        record(configuration, 'Normal', 'ConfigurationReady', 'Configuration becomes ready');
      }
      record(configuration, 'Normal', 'LatestReadyUpdate', `LatestReadyRevisionName updated to "${latestReady}"`);
    }
  };
}

function configured(revision: StoredObject, isLatestReady: boolean): Verdict {
  const verdict = verdictOf(revision, 'Ready');
  if (isLatestReady) {
    return yes;
  }
  return verdict?.status === 'False'
    ? no('RevisionFailed', `Revision "${revision.metadata.name}" failed with message: ${verdict.message ?? ''}.`)
    : unknown();
}
