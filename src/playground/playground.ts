import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { BUILTIN_TYPES } from './api/builtin.ts';
import { makeCertificates, type ServerCertificate } from './api/certificates.ts';
import { ApiFaults, type ApiFault } from './api/faults.ts';
import { writeKubeconfig } from './api/kubeconfig.ts';
import { startApiServer, type ApiServer } from './api/server.ts';
import { ObjectStore } from './api/store.ts';
import type { Ref } from './api/types.ts';
import { startControllers, type Controllers } from './controllers/index.ts';
import { resourceTypes } from './controllers/resources/index.ts';
import { seed } from './controllers/seed.ts';
import { Steps, type Delays, type Step } from './controllers/steps.ts';
import type { Fault } from './faults.ts';
import { ModelEndpoints } from './gateway/endpoints.ts';
import { RoutingTable } from './gateway/routes.ts';
import { startGateway } from './gateway/server.ts';
import { PodLogs } from './podLogs.ts';

export interface PlaygroundOptions {
  /** Where to write the kubeconfig; none is written without it. */
  kubeconfig?: string;
  /** Ports on 127.0.0.1; 0, as without one, takes a free one. */
  apiPort?: number;
  gatewayPort?: number;
  /** How long the steps take, in ms; what is left out takes about as long as in a real cluster. */
  delays?: Partial<Delays>;
  /** Stretches all steps: 1 is life-like, 0 as fast as can be, in the same order. */
  scale?: number;
  /** Told of what went wrong inside; standard error without it. */
  report?: (error: unknown) => void;
}

/** A small cluster in this process: a Kubernetes API, KServe, Knative, an ingress gateway and model servers. */
export interface Playground {
  /** `https://127.0.0.1:PORT`. */
  url: string;
  apiPort: number;
  gatewayPort: number;
  /** PEM, for clients that take no kubeconfig. */
  ca: string;
  token: string;
  /** Another one after a restart without state. */
  readonly store: ObjectStore;
  /** Nothing of a step happens from now on until its release. */
  hold(step: Step): void;
  release(step: Step): void;
  /** Moves the playground's clock on by so many ms. */
  advance(milliseconds: number): Promise<void>;
  /** Resolves when nothing is left to happen but what takes long (scaling down, back-offs, deadlines) or is held. */
  settled(): Promise<void>;
  /** Breaks off all watches, as a lost network would. */
  dropWatches(): void;
  /** Misbehaves; resolves when it does. Rejects when the cluster is not in the state for it. */
  order(fault: Fault): Promise<void>;
  /** Ends everything and takes the kubeconfig away. */
  close(): Promise<void>;
}

interface Cluster {
  store: ObjectStore;
  steps: Steps;
  controllers: Controllers;
  faults: ApiFaults;
  api: ApiServer;
  gatewayPort: number;
  close(): Promise<void>;
}

interface ClusterOptions extends PlaygroundOptions {
  tls: ServerCertificate;
  token: string;
}

async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const report = options.report ?? ((error: unknown): void => console.error('playground:', error));
  const steps = new Steps(options.delays ?? {}, options.scale ?? 1, report);
  const store = new ObjectStore([...BUILTIN_TYPES, ...resourceTypes]);
  const routes = new RoutingTable();
  const endpoints = new ModelEndpoints();
  const logs = new PodLogs();
  const controllers = startControllers(store, steps, {
    program: (ref, ingress) => routes.program(ref, ingress),
    endpoints: logs.hearing(endpoints),
  });
  const ignoreVirtualServices = store.watch(store.type('networking.istio.io/VirtualService'), ({ type, object }) =>
    routes.alias(object.metadata, type === 'DELETED' ? undefined : object),
  );
  const gateway = await startGateway({
    port: options.gatewayPort ?? 0,
    routes,
    endpoints,
    touch: (revision: Ref) => controllers.touch(revision),
  });
  seed(store, { gatewayPort: gateway.port });
  const { tls, token, apiPort = 0 } = options;
  const faults = new ApiFaults();
  const api = await startApiServer({ store, tls, token, logs, port: apiPort, faults }).catch(async (error: unknown) => {
    await gateway.close();
    throw error;
  });
  return {
    store,
    steps,
    controllers,
    faults,
    api,
    gatewayPort: gateway.port,
    async close() {
      steps.stop();
      controllers.stop();
      ignoreVirtualServices();
      await Promise.all([api.close(), gateway.close()]);
    },
  };
}

export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const tls = await makeCertificates();
  const token = randomBytes(24).toString('base64url');
  let cluster = await startCluster({ ...options, tls, token });
  const { api, gatewayPort } = cluster;
  const { kubeconfig } = options;
  if (kubeconfig !== undefined) {
    await writeKubeconfig({ file: kubeconfig, name: 'playground', url: api.url, ca: tls.ca, token, namespace: 'kserve-test' });
  }
  const startAnew = async (): Promise<void> => {
    await cluster.close();
    cluster = await startCluster({ ...options, apiPort: api.port, gatewayPort, tls, token });
  };
  return {
    url: api.url,
    apiPort: api.port,
    gatewayPort,
    ca: tls.ca,
    token,
    get store() {
      return cluster.store;
    },
    hold: (step) => cluster.steps.hold(step),
    release: (step) => cluster.steps.release(step),
    advance: (milliseconds) => cluster.steps.advance(milliseconds),
    settled: () => cluster.steps.settled(),
    dropWatches: () => cluster.api.dropWatches(),
    order: (fault) => (fault.kind === 'restart' && !fault.keepState ? startAnew() : order(cluster, fault)),
    async close() {
      await cluster.close();
      if (kubeconfig !== undefined) {
        await rm(kubeconfig, { force: true });
      }
    },
  };
}

async function order({ controllers, faults, store }: Cluster, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'breakRevision':
    case 'losePod':
    case 'collectRevision':
    case 'raceCanary':
      controllers.order(fault);
      return;
    case 'restart':
      await faults.order({ kind: 'refuseConnections' });
      // A kube-apiserver that starts has no older versions to watch from.
      store.expireHistory();
      return faults.order({ kind: 'acceptConnections' });
    case 'clear':
      controllers.clear();
      return faults.clear();
    default:
      return faults.order(fault satisfies ApiFault);
  }
}
