import type { StoredObject } from '../../api/types.ts';
import { at, items, record, text } from '../fields.ts';
import { configurationLabel, revisionLabel, revisionUid, serviceLabel } from '../knative/labels.ts';

interface Template {
  labels: { [key: string]: string };
  annotations: { [key: string]: string };
  replicas: number;
}

const locked = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true };

/** The Deployment of a revision: the model's container, and Knative's queue-proxy in front of it. */
export function deploymentSpec(revision: StoredObject, { labels, annotations, replicas }: Template): object {
  const spec = record(revision['spec']);
  return {
    progressDeadlineSeconds: 600,
    replicas,
    revisionHistoryLimit: 0,
    selector: { matchLabels: { [revisionUid]: revision.metadata.uid } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: {
      metadata: { labels, annotations: { ...annotations, 'kubectl.kubernetes.io/default-container': 'kserve-container' } },
      spec: {
        containers: [modelContainer(revision), queueProxy(revision)],
        dnsPolicy: 'ClusterFirst',
        enableServiceLinks: false,
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
        securityContext: {},
        ...(text(spec['serviceAccountName']) === undefined ? {} : { serviceAccountName: text(spec['serviceAccountName']) }),
        terminationGracePeriodSeconds: spec['timeoutSeconds'],
      },
    },
  };
}

function modelContainer(revision: StoredObject): object {
  const [container] = items(at(revision, 'spec', 'containers'));
  const { readinessProbe: _probedByQueueProxy, ...rest } = record(container);
  const { labels = {}, name } = revision.metadata;
  return {
    ...rest,
    env: [
      ...items(rest['env']),
      { name: 'PORT', value: '8080' },
      { name: 'K_REVISION', value: name },
      { name: 'K_CONFIGURATION', value: labels[configurationLabel] },
      { name: 'K_SERVICE', value: labels[serviceLabel] },
    ],
    imagePullPolicy: 'IfNotPresent',
    ports: [{ containerPort: 8080, name: 'user-port', protocol: 'TCP' }],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function queueProxy(revision: StoredObject): object {
  const { labels = {}, name, namespace = '' } = revision.metadata;
  const port = (containerPort: number, portName: string): object => ({ containerPort, name: portName, protocol: 'TCP' });
  return {
    name: 'queue-proxy',
    image: 'gcr.io/knative-releases/knative.dev/serving/cmd/queue:v1.21.1',
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'SERVING_NAMESPACE', value: namespace },
      { name: 'SERVING_SERVICE', value: labels[serviceLabel] },
      { name: 'SERVING_CONFIGURATION', value: labels[configurationLabel] },
      { name: 'SERVING_REVISION', value: name },
      { name: 'QUEUE_SERVING_PORT', value: '8012' },
      { name: 'USER_PORT', value: '8080' },
    ],
    ports: [port(9090, 'http-autometric'), port(9091, 'http-usermetric'), port(8012, 'queue-port'), port(8112, 'https-port')],
    readinessProbe: {
      failureThreshold: 3,
      httpGet: { httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }], path: '/', port: 8012, scheme: 'HTTP' },
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
    resources: { requests: { cpu: '25m' } },
    securityContext: { ...locked, readOnlyRootFilesystem: true, seccompProfile: { type: 'RuntimeDefault' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  };
}

/**
 * A pod's spec from its template: KServe's webhook adds the storage initializer when there is a model to fetch, and the scheduler
 * the node.
 */
export function podSpec(template: unknown, source: string | undefined): object {
  const spec = record(at(template, 'spec'));
  const volume = 'kserve-provision-location';
  const mount = { mountPath: '/mnt/models', name: volume };
  const containers = items(spec['containers']).map((container) =>
    at(container, 'name') === 'kserve-container' && source !== undefined
      ? { ...record(container), volumeMounts: [{ ...mount, readOnly: true }] }
      : container,
  );
  const initializer = {
    name: 'storage-initializer',
    image: 'kserve/storage-initializer:v0.20.0',
    imagePullPolicy: 'IfNotPresent',
    args: [source, '/mnt/models'],
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '100Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [mount],
  };
  return {
    ...spec,
    containers,
    ...(source === undefined
      ? {}
      : { initContainers: [initializer], volumes: [{ emptyDir: {}, name: volume }] }),
    nodeName: 'node-1',
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    serviceAccount: text(spec['serviceAccountName']) ?? 'default',
    serviceAccountName: text(spec['serviceAccountName']) ?? 'default',
  };
}

/** The revision that a pod belongs to. */
export function revisionOf(pod: StoredObject): string {
  return pod.metadata.labels?.[revisionLabel] ?? '';
}
