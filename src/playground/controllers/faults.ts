import type { Ref, StoredObject } from '../api/types.ts';
import type { Cluster } from './cluster.ts';
import { at, text } from './fields.ts';
import { revisionLabel } from './knative/labels.ts';
import type { Kubelet } from './workload/kubelet.ts';
import type { Trouble } from './workload/trouble.ts';

/** What goes wrong in the cluster behind the API. Tests order it; nothing else does. */
export type ClusterFault =
  /**
   * The pods of a revision, which need not exist yet, fail: `storage` finds no model, `crash` ends the server, `slow` takes 15 s to
   * load; `none` heals.
   */
  | { kind: 'breakRevision'; namespace: string; revision: string; trouble: Trouble }
  /** A pod of a revision is gone, as with its node; another one takes its place. */
  | { kind: 'losePod'; namespace: string; revision: string }
  /** Knative's garbage collector takes a revision away. */
  | { kind: 'collectRevision'; namespace: string; revision: string }
  /**
   * The next change of an InferenceService meets the race of issue kserve#1968: the Route follows it before the Configuration does,
   * and KServe takes a canary after a promotion for a rollback.
   */
  | { kind: 'raceCanary'; namespace: string; name: string };

export interface ClusterFaults {
  /** Throws when the cluster is not in the state for it. */
  order(fault: ClusterFault): void;
  /** Ends a race that did not come about. */
  clear(): void;
}

/** The revision that counts as rolled out, and the one before. */
function pairOf(service: StoredObject | undefined): { latest: string | undefined; previous: string | undefined } {
  const component = at(service, 'status', 'components', 'predictor');
  return { latest: text(at(component, 'latestRolledoutRevision')), previous: text(at(component, 'previousRolledoutRevision')) };
}

export function clusterFaults(cluster: Cluster, pods: Kubelet): ClusterFaults {
  const { store, steps, types } = cluster;
  const races = new Set<() => void>();

  function losePod({ namespace = '', name }: Ref): void {
    const [pod] = store.list(types.pod, { namespace, labels: { [revisionLabel]: name } });
    if (pod === undefined) {
      throw new Error(`The revision ${namespace}/${name} has no pod`);
    }
    store.delete(types.pod, pod.metadata);
  }

  function race(ref: Ref): void {
    const { latest, previous } = pairOf(store.get(types.inferenceService, ref));
    if (latest === undefined || previous === undefined || latest === previous) {
      throw new Error(`The InferenceService ${ref.namespace ?? ''}/${ref.name} was not promoted: there is nothing to race`);
    }
    steps.hold('configuration');
    const end = (): void => {
      races.delete(end);
      stop();
      if (races.size === 0) {
        steps.release('configuration');
      }
    };
    const stop = store.watch(types.inferenceService, ({ type, object }) => {
      const isOurs = object.metadata.namespace === ref.namespace && object.metadata.name === ref.name;
      if (isOurs && (type === 'DELETED' || pairOf(object).latest !== latest)) {
        end();
      }
    });
    races.add(end);
  }

  return {
    order(fault) {
      const { namespace } = fault;
      switch (fault.kind) {
        case 'breakRevision':
          pods.trouble({ namespace, name: fault.revision }, fault.trouble);
          return;
        case 'losePod':
          losePod({ namespace, name: fault.revision });
          return;
        case 'collectRevision':
          if (!store.delete(types.revision, { namespace, name: fault.revision })) {
            throw new Error(`There is no revision ${namespace}/${fault.revision}`);
          }
          return;
        case 'raceCanary':
          race({ namespace, name: fault.name });
      }
    },
    clear: () => races.forEach((end) => end()),
  };
}
