import { age } from './age.ts';
import { at, isRecord, number, records, text } from './fields.ts';
import { AGE_COLUMN, type ComputedColumn, computedPrinter, NAME_COLUMN, type Printer } from './printers.ts';
import type { StoredObject } from './types.ts';

function count(value: unknown): number {
  return isRecord(value) ? Object.keys(value).length : 0;
}

function podStatus(pod: StoredObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) {
    return 'Terminating';
  }
  const init = records(at(pod, 'status', 'initContainerStatuses'));
  const failing = init.findIndex((status) => at(status, 'state', 'terminated', 'exitCode') !== 0);
  if (failing !== -1) {
    const reason = at(init[failing], 'state', 'terminated', 'reason') ?? at(init[failing], 'state', 'waiting', 'reason');
    return typeof reason === 'string' && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${failing}/${init.length}`;
  }
  for (const status of records(at(pod, 'status', 'containerStatuses')).reverse()) {
    const reason = at(status, 'state', 'waiting', 'reason') ?? at(status, 'state', 'terminated', 'reason');
    if (typeof reason === 'string' && reason !== '') {
      return reason;
    }
  }
  return text(at(pod, 'status', 'reason')) || text(at(pod, 'status', 'phase')) || 'Unknown';
}

function podRestarts(pod: StoredObject): string {
  const statuses = [
    ...records(at(pod, 'status', 'initContainerStatuses')),
    ...records(at(pod, 'status', 'containerStatuses')),
  ];
  const restarts = statuses.reduce((sum, status) => sum + number(status.restartCount), 0);
  const last = statuses
    .map((status) => text(at(status, 'lastState', 'terminated', 'finishedAt')))
    .sort()
    .at(-1);
  return restarts > 0 && last ? `${restarts} (${age(last)} ago)` : String(restarts);
}

function podReady(pod: StoredObject): string {
  const ready = records(at(pod, 'status', 'containerStatuses')).filter((status) => status.ready === true).length;
  return `${ready}/${records(at(pod, 'spec', 'containers')).length}`;
}

const NONE = '<none>';

function servicePorts(service: StoredObject): string {
  const ports = records(at(service, 'spec', 'ports')).map((port) => {
    const node = number(port.nodePort) > 0 ? `:${number(port.nodePort)}` : '';
    return `${text(port.port)}${node}/${text(port.protocol) || 'TCP'}`;
  });
  return ports.join(',') || NONE;
}

function labelText(labels: unknown): string {
  return isRecord(labels) && count(labels) > 0
    ? Object.entries(labels)
        .map(([key, value]) => `${key}=${text(value)}`)
        .sort()
        .join(',')
    : NONE;
}

function externalAddress(service: StoredObject): string {
  if (at(service, 'spec', 'type') === 'ExternalName') {
    return text(at(service, 'spec', 'externalName'));
  }
  const ingress = records(at(service, 'status', 'loadBalancer', 'ingress')).map((entry) => text(entry.ip) || text(entry.hostname));
  return ingress.join(',') || NONE;
}

function containerColumns(): ComputedColumn[] {
  const containers = (object: StoredObject): { [key: string]: unknown }[] =>
    records(at(object, 'spec', 'template', 'spec', 'containers'));
  return [
    { name: 'Containers', value: (object) => containers(object).map(({ name }) => text(name)).join(','), priority: 1 },
    { name: 'Images', value: (object) => containers(object).map(({ image }) => text(image)).join(','), priority: 1 },
    { name: 'Selector', value: (object) => labelText(at(object, 'spec', 'selector', 'matchLabels')), priority: 1 },
  ];
}

function integer(name: string, ...path: string[]): ComputedColumn {
  return { name, type: 'integer', value: (object) => number(at(object, ...path)) };
}

function wide(name: string, value: (object: StoredObject) => string): ComputedColumn {
  return { name, value: (object) => value(object) || NONE, priority: 1 };
}

function eventCount(event: StoredObject): number {
  return number(at(event, 'series', 'count')) || number(event.count) || 1;
}

function lastSeen(event: StoredObject): string {
  return age(at(event, 'series', 'lastObservedTime') ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp);
}

/** The Tables of built-in kinds as `kubectl get` shows them, by `group/kind`. */
export const BUILTIN_PRINTERS: ReadonlyMap<string, Printer> = new Map([
  ['/Namespace', computedPrinter([NAME_COLUMN, { name: 'Status', value: (object) => text(at(object, 'status', 'phase')) }, AGE_COLUMN])],
  [
    '/Pod',
    computedPrinter([
      NAME_COLUMN,
      { name: 'Ready', value: podReady },
      { name: 'Status', value: podStatus },
      { name: 'Restarts', value: podRestarts },
      AGE_COLUMN,
      wide('IP', (pod) => text(at(pod, 'status', 'podIP'))),
      wide('Node', (pod) => text(at(pod, 'spec', 'nodeName'))),
      wide('Nominated Node', (pod) => text(at(pod, 'status', 'nominatedNodeName'))),
      wide('Readiness Gates', () => NONE),
    ]),
  ],
  [
    '/Service',
    computedPrinter([
      NAME_COLUMN,
      { name: 'Type', value: (service) => text(at(service, 'spec', 'type')) || 'ClusterIP' },
      { name: 'Cluster-IP', value: (service) => text(at(service, 'spec', 'clusterIP')) || NONE },
      { name: 'External-IP', value: externalAddress },
      { name: 'Port(s)', value: servicePorts },
      AGE_COLUMN,
      { name: 'Selector', value: (service) => labelText(at(service, 'spec', 'selector')), priority: 1 },
    ]),
  ],
  [
    '/Event',
    computedPrinter([
      { name: 'Last Seen', value: lastSeen },
      { name: 'Type', value: (event) => text(event.type) },
      { name: 'Reason', value: (event) => text(event.reason) },
      {
        name: 'Object',
        value: (event) => `${text(at(event, 'involvedObject', 'kind')).toLowerCase()}/${text(at(event, 'involvedObject', 'name'))}`,
      },
      { name: 'Subobject', value: (event) => text(at(event, 'involvedObject', 'fieldPath')), priority: 1 },
      {
        name: 'Source',
        value: (event) => text(at(event, 'source', 'component')) || text(event.reportingComponent),
        priority: 1,
      },
      { name: 'Message', value: (event) => text(event.message).trim() },
      {
        name: 'First Seen',
        value: (event) => age(event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp),
        priority: 1,
      },
      { name: 'Count', value: eventCount, type: 'integer', priority: 1 },
      { ...NAME_COLUMN, priority: 1 },
    ]),
  ],
  ['/ConfigMap', computedPrinter([NAME_COLUMN, { name: 'Data', type: 'integer', value: (map) => count(map.data) + count(map.binaryData) }, AGE_COLUMN])],
  [
    '/Secret',
    computedPrinter([
      NAME_COLUMN,
      { name: 'Type', value: (secret) => text(secret.type) || 'Opaque' },
      { name: 'Data', type: 'integer', value: (secret) => count(secret.data) },
      AGE_COLUMN,
    ]),
  ],
  [
    'apps/Deployment',
    computedPrinter([
      NAME_COLUMN,
      {
        name: 'Ready',
        value: (object) => `${number(at(object, 'status', 'readyReplicas'))}/${number(at(object, 'spec', 'replicas') ?? 1)}`,
      },
      integer('Up-to-date', 'status', 'updatedReplicas'),
      integer('Available', 'status', 'availableReplicas'),
      AGE_COLUMN,
      ...containerColumns(),
    ]),
  ],
  [
    'apps/ReplicaSet',
    computedPrinter([
      NAME_COLUMN,
      { name: 'Desired', type: 'integer', value: (object) => number(at(object, 'spec', 'replicas') ?? 1) },
      integer('Current', 'status', 'replicas'),
      integer('Ready', 'status', 'readyReplicas'),
      AGE_COLUMN,
      ...containerColumns(),
    ]),
  ],
]);
