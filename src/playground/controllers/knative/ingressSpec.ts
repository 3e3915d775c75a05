import { localHosts, routeHost } from './hosts.ts';
import type { RoutedTarget } from './targets.ts';

/** The Ingress that Knative makes of a Route: one rule for each host inside and outside, the whole and every tag. */
export function ingressSpec(route: string, namespace: string, traffic: readonly RoutedTarget[]): object {
  const rules = (tag: string | undefined, splits: readonly RoutedTarget[]): object[] => {
    const http = { paths: [{ splits: splits.map((target) => split(namespace, target)) }] };
    return [
      { hosts: localHosts(route, namespace, tag), http, visibility: 'ClusterLocal' },
      { hosts: [routeHost(route, namespace, tag)], http, visibility: 'ExternalIP' },
    ];
  };
  const tagged = traffic.flatMap((target) => (target.tag === undefined ? [] : rules(target.tag, [{ ...target, percent: 100 }])));
  return { httpOption: 'Enabled', rules: [...rules(undefined, sumByRevision(traffic)), ...tagged] };
}

function sumByRevision(traffic: readonly RoutedTarget[]): RoutedTarget[] {
  const sums = new Map<string, RoutedTarget>();
  for (const target of traffic.filter(({ percent }) => percent > 0)) {
    const before = sums.get(target.revisionName);
    sums.set(target.revisionName, { ...target, percent: target.percent + (before?.percent ?? 0) });
  }
  return [...sums.values()];
}

function split(namespace: string, { revisionName, percent }: RoutedTarget): object {
  return {
    appendHeaders: { 'Knative-Serving-Namespace': namespace, 'Knative-Serving-Revision': revisionName },
    percent,
    serviceName: revisionName,
    serviceNamespace: namespace,
    servicePort: 80,
  };
}
