import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { BUILTIN_TYPES } from './api/builtin.ts';
import { makeCertificates } from './api/certificates.ts';
import { writeKubeconfig } from './api/kubeconfig.ts';
import { startApiServer } from './api/server.ts';
import { ObjectStore } from './api/store.ts';
import type { Ref } from './api/types.ts';
import { startControllers } from './controllers/index.ts';
import { resourceTypes } from './controllers/resources/index.ts';
import { seed } from './controllers/seed.ts';
import { Steps, type Delays, type Step } from './controllers/steps.ts';
import { ModelEndpoints } from './gateway/endpoints.ts';
import { RoutingTable } from './gateway/routes.ts';
import { startGateway } from './gateway/server.ts';

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
  store: ObjectStore;
  /** Nothing of a step happens from now on until its release. */
  hold(step: Step): void;
  release(step: Step): void;
  /** Moves the playground's clock on by so many ms. */
  advance(milliseconds: number): Promise<void>;
  /** Resolves when nothing is left to happen but what takes long (scaling down, back-offs, deadlines) or is held. */
  settled(): Promise<void>;
  /** Breaks off all watches, as a lost network would. */
  dropWatches(): void;
  /** Ends everything and takes the kubeconfig away. */
  close(): Promise<void>;
}

export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const report = options.report ?? ((error: unknown): void => console.error('playground:', error));
  const steps = new Steps(options.delays ?? {}, options.scale ?? 1, report);
  const store = new ObjectStore([...BUILTIN_TYPES, ...resourceTypes]);
  const routes = new RoutingTable();
  const endpoints = new ModelEndpoints();
  const controllers = startControllers(store, steps, { program: (ref, ingress) => routes.program(ref, ingress), endpoints });
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
  const tls = await makeCertificates();
  const token = randomBytes(24).toString('base64url');
  const api = await startApiServer({ store, tls, token, port: options.apiPort ?? 0 }).catch(async (error: unknown) => {
    await gateway.close();
    throw error;
  });
  const { kubeconfig } = options;
  if (kubeconfig !== undefined) {
    await writeKubeconfig({ file: kubeconfig, name: 'playground', url: api.url, ca: tls.ca, token, namespace: 'kserve-test' });
  }
  return {
    url: api.url,
    apiPort: api.port,
    gatewayPort: gateway.port,
    ca: tls.ca,
    token,
    store,
    hold: (step) => steps.hold(step),
    release: (step) => steps.release(step),
    advance: (milliseconds) => steps.advance(milliseconds),
    settled: () => steps.settled(),
    dropWatches: () => api.dropWatches(),
    async close() {
      steps.stop();
      controllers.stop();
      ignoreVirtualServices();
      await Promise.all([api.close(), gateway.close()]);
      if (kubeconfig !== undefined) {
        await rm(kubeconfig, { force: true });
      }
    },
  };
}
