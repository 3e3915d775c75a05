import type { Ref } from '../../api/types.ts';
import type { Cluster } from '../cluster.ts';
import { sourceAnnotation } from '../kserve/names.ts';
import { PodRun, type Endpoints } from './podRun.ts';

/** The first addresses of a node are its own. */
const firstAddress = 20;

/** The kubelet of the playground's one node: runs each pod once. */
export function kubelet(cluster: Cluster, endpoints: Endpoints): (ref: Ref) => void {
  const known = new Set<string>();
  return (ref) => {
    const pod = cluster.store.get(cluster.types.pod, ref);
    if (pod === undefined || known.has(pod.metadata.uid)) {
      return;
    }
    const address = firstAddress + known.size;
    known.add(pod.metadata.uid);
    const ip = `10.244.${Math.floor(address / 254) % 256}.${(address % 254) + 1}`;
    new PodRun(cluster, endpoints, pod, pod.metadata.annotations?.[sourceAnnotation] ?? '', ip).begin();
  };
}
