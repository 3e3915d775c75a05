import type { Ref, StoredObject } from '../../api/types.ts';
import { putStatus, type Cluster } from '../cluster.ts';
import { conditionList, conditionsOf, unknown, yes, type Verdict } from '../conditions.ts';
import { at } from '../fields.ts';

/** Told of an Ingress whose rules the gateway now follows; undefined when it is gone. */
export type Program = (ref: Ref, ingress: StoredObject | undefined) => void;

/**
 * What net-istio does: it takes up an Ingress, waits for the gateway to follow it, and says so. Only then do the rules hold.
 */
export function ingressReconciler(cluster: Cluster, program: Program): (ref: Ref) => void {
  const { store, types, steps } = cluster;

  function put(ingress: StoredObject, ready: Verdict): void {
    const load = { type: 'LoadBalancerReady', ...ready };
    const list = [load, { type: 'NetworkConfigured', ...yes }, { type: 'Ready', ...ready }];
    const balancer = { ingress: [{ domainInternal: 'istio-ingressgateway.istio-system.svc.cluster.local' }] };
    putStatus(cluster, types.ingress, ingress, {
      ...(ready.status === 'True' ? { publicLoadBalancer: balancer } : {}),
      conditions: conditionList(list, conditionsOf(ingress)),
      observedGeneration: ingress.metadata.generation,
    });
  }

  return (ref) => {
    const ingress = store.get(types.ingress, ref);
    if (ingress === undefined) {
      program(ref, undefined);
      return;
    }
    const { generation, uid } = ingress.metadata;
    if (at(ingress, 'status', 'observedGeneration') === generation) {
      return;
    }
    put(ingress, unknown('Uninitialized', 'Waiting for load balancer to be ready'));
    steps.after('loadBalancer', () => {
      const now = store.get(types.ingress, ref);
      if (now?.metadata.uid === uid && now.metadata.generation === generation) {
        program(ref, now);
        put(now, yes);
      }
    });
  };
}
