import type { Ref } from '../../api/types.ts';
import type { Cluster } from '../cluster.ts';
import { sourceAnnotation } from '../kserve/names.ts';
import { PodRun, type Endpoints } from './podRun.ts';
import { revisionLabel } from '../knative/labels.ts';
import { revisionOf } from './podTemplate.ts';
import { wishFor, wishOf, type Trouble, type Wish } from './trouble.ts';

/** The first addresses of a node are its own. */
const firstAddress = 20;

export interface Kubelet {
  run(pod: Ref): void;
  /** Lets the pods of a revision fail from now on, or no longer; a server that runs crashes at once. */
  trouble(revision: Ref, trouble: Trouble): void;
}

/** The kubelet of the playground's one node: runs each pod once. */
export function kubelet(cluster: Cluster, endpoints: Endpoints): Kubelet {
  const known = new Map<string, PodRun>();
  const troubles = new Map<string, Trouble>();
  const keyOf = ({ namespace, name }: Ref): string => `${namespace ?? ''}/${name}`;
  return {
    run(ref) {
      const pod = cluster.store.get(cluster.types.pod, ref);
      if (pod === undefined || known.has(pod.metadata.uid)) {
        return;
      }
      const { namespace = '', annotations, uid } = pod.metadata;
      const address = firstAddress + known.size;
      const ip = `10.244.${Math.floor(address / 254) % 256}.${(address % 254) + 1}`;
      const source = annotations?.[sourceAnnotation] ?? '';
      const wish = (): Wish => {
        const trouble = troubles.get(keyOf({ namespace, name: revisionOf(pod) }));
        return trouble === undefined ? wishOf(source) : wishFor(trouble);
      };
      const run = new PodRun(cluster, endpoints, pod, { source, wish, ip });
      known.set(uid, run);
      run.begin();
    },
    trouble(revision, trouble) {
      troubles.set(keyOf(revision), trouble);
      const { namespace = '', name } = revision;
      for (const pod of cluster.store.list(cluster.types.pod, { namespace, labels: { [revisionLabel]: name } })) {
        known.get(pod.metadata.uid)?.reconsider();
      }
    },
  };
}
