import type { NewObject, Store } from '../api/types.ts';

/** The modes, addresses and names that clients look up before they look at any InferenceService. */
export interface SeedOptions {
  gatewayPort: number;
}

const namespaces = ['default', 'kube-system', 'kserve', 'kserve-test', 'istio-system', 'knative-serving'];

/** Puts into an empty store what an installed KServe finds there. It says on kube-system what it is. */
export function seed(store: Store, { gatewayPort }: SeedOptions): void {
  for (const name of namespaces) {
    create(store, '/Namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: {
          'kubernetes.io/metadata.name': name,
          ...(name === 'kube-system' ? { 'kserve-canary.dev/playground': 'true' } : {}),
        },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  create(store, '/Service', ingressGateway(gatewayPort));
  for (const config of configurations) {
    create(store, '/ConfigMap', config);
  }
  for (const runtime of runtimes) {
    create(store, 'serving.kserve.io/ClusterServingRuntime', runtime);
  }
}

function create(store: Store, groupKind: string, object: NewObject): void {
  const type = store.type(groupKind);
  const created = store.create(type, object);
  if (type.statusSubresource && object['status'] !== undefined) {
    store.update(type, { ...created, status: object['status'] }, { subresource: 'status' });
  }
}

/** Istio's ingress gateway as its own charts name and label it; its port is the playground gateway's. */
function ingressGateway(port: number): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'istio-ingressgateway',
      namespace: 'istio-system',
      labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    },
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.80',
      clusterIPs: ['10.96.0.80'],
      selector: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
      ports: [{ name: 'http2', port, targetPort: port, protocol: 'TCP' }],
    },
    status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } },
  };
}

/** The keys of KServe's configuration that say how requests come in (`config/configmap/inferenceservice.yaml`). */
const inferenceServiceConfig: NewObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'inferenceservice-config', namespace: 'kserve' },
  data: {
    deploy: JSON.stringify({ defaultDeploymentMode: 'Knative' }),
    ingress: JSON.stringify({
      enableGatewayApi: false,
      ingressGateway: 'knative-serving/knative-ingress-gateway',
      localGateway: 'knative-serving/knative-local-gateway',
      localGatewayService: 'knative-local-gateway.istio-system.svc.cluster.local',
      ingressDomain: 'example.com',
      ingressClassName: 'istio',
      domainTemplate: '{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}',
      urlScheme: 'http',
      disableIstioVirtualHost: false,
      disableIngressCreation: false,
    }),
  },
};

/** Where clients look for the kind of ingress and the domain of a Knative. */
const configurations: readonly NewObject[] = [
  inferenceServiceConfig,
  knativeConfig('config-network', { 'ingress-class': 'istio.ingress.networking.knative.dev' }),
  knativeConfig('config-domain', { 'example.com': '' }),
];

function knativeConfig(name: string, data: { [key: string]: string }): NewObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'knative-serving' }, data };
}

/** A runtime with KServe's Python server, as in KServe v0.20.0 `config/runtimes`. */
function pythonRuntime(format: string, server: string): NewObject {
  const amount = { cpu: '1', memory: '2Gi' };
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ClusterServingRuntime',
    metadata: { name: `kserve-${server}`, annotations: { 'serving.kserve.io/server-type': server } },
    spec: {
      annotations: { 'prometheus.kserve.io/port': '8080', 'prometheus.kserve.io/path': '/metrics' },
      supportedModelFormats: [{ name: format, version: '1', autoSelect: true, priority: 1 }],
      protocolVersions: ['v1', 'v2'],
      containers: [
        {
          name: 'kserve-container',
          image: `kserve/${server}:v0.20.0`,
          args: ['--model_name={{.Name}}', '--model_dir=/mnt/models', '--http_port=8080'],
          securityContext: {
            allowPrivilegeEscalation: false,
            privileged: false,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: amount, limits: amount },
        },
      ],
    },
  };
}

const runtimes = [
  pythonRuntime('sklearn', 'sklearnserver'),
  pythonRuntime('xgboost', 'xgbserver'),
  pythonRuntime('lightgbm', 'lgbserver'),
];
