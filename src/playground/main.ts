import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseFault, readFaults, type Fault } from './faults.ts';
import { startPlayground, type Playground } from './playground.ts';

const usage = `Usage: playground [--api-port PORT] [--gateway-port PORT] [--kubeconfig FILE] [--delay SCALE] [--faults FAULTS]

A playground: a small cluster in one process, no real one. It speaks the Kubernetes API with KServe's and Knative's
kinds and answers requests with small models, all on 127.0.0.1, until it is ended.

  --api-port PORT      of the Kubernetes API; a free one without it
  --gateway-port PORT  of the ingress gateway; a free one without it
  --kubeconfig FILE    where to write the kubeconfig, which goes away again at the end
  --delay SCALE        1 is life-like, 0.5 twice as fast, 0 as fast as can be
  --faults FAULTS      for tests: what goes wrong, as JSON or the name of a file with JSON; ipc takes it from the parent process`;

interface Settings {
  apiPort: number;
  gatewayPort: number;
  /** Undefined: in a folder of its own, which goes away with it. */
  kubeconfig: string | undefined;
  scale: number;
  /** In force from the start. */
  faults: readonly Fault[];
  /** More of them may come from the parent process. */
  takesFaults: boolean;
}

async function readSettings(): Promise<Settings> {
  const { values } = parseArgs({
    options: {
      'api-port': { type: 'string', default: '0' },
      'gateway-port': { type: 'string', default: '0' },
      kubeconfig: { type: 'string' },
      delay: { type: 'string', default: '1' },
      faults: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const { faults } = values;
  return {
    apiPort: portOf(values['api-port'], '--api-port'),
    gatewayPort: portOf(values['gateway-port'], '--gateway-port'),
    kubeconfig: values.kubeconfig === undefined ? undefined : resolve(values.kubeconfig),
    scale: scaleOf(values.delay),
    faults: faults === undefined || faults === 'ipc' ? [] : await readFaults(faults),
    takesFaults: faults === 'ipc',
  };
}

function portOf(given: string, option: string): number {
  const port = Number(given);
  if (given.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${option} takes a port from 0 to 65535, not "${given}"`);
  }
  return port;
}

function scaleOf(given: string): number {
  const scale = Number(given);
  if (given.trim() === '' || !Number.isFinite(scale) || scale < 0) {
    throw new Error(`--delay takes a number from 0 up, not "${given}"`);
  }
  return scale;
}

/** Does what the parent process orders, one after the other, and answers each order. */
function takeFaults(playground: Playground): void {
  let last = Promise.resolve();
  const answer = (said: object): void => {
    if (process.connected) {
      process.send?.(said);
    }
  };
  process.on('message', (message: unknown) => {
    last = last
      .then(() => playground.order(parseFault(message)))
      .then(
        () => answer({ kind: 'ordered' }),
        (error: unknown) => answer({ kind: 'refused', message: error instanceof Error ? error.message : String(error) }),
      );
  });
}

async function run(): Promise<void> {
  const { apiPort, gatewayPort, scale, kubeconfig: wanted, faults, takesFaults } = await readSettings();
  const folder = wanted === undefined ? await mkdtemp(join(tmpdir(), 'kserve-canary-playground-')) : undefined;
  const kubeconfig = wanted ?? join(folder ?? '', 'kubeconfig');
  const playground = await startPlayground({ apiPort, gatewayPort, kubeconfig, scale });
  for (const fault of faults) {
    await playground.order(fault);
  }
  if (takesFaults) {
    takeFaults(playground);
  }
  let ending = false;
  const end = (): void => {
    if (!ending) {
      ending = true;
      void playground
        .close()
        .then(() => (folder === undefined ? undefined : rm(folder, { recursive: true, force: true })))
        .finally(() => process.exit(0));
    }
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  if (process.connected) {
    // Started as somebody's child: it ends with its owner, however that one ends.
    process.once('disconnect', end);
  }
  const gateway = `http://127.0.0.1:${playground.gatewayPort}`;
  console.log('This is a playground: a small cluster in one process, not a real one. Nothing in it outlives it.');
  console.log(`Kubernetes API: ${playground.url}`);
  console.log(`Ingress gateway: ${gateway}`);
  console.log(`Ready: ${kubeconfig}`);
  process.send?.({ kind: 'ready', url: playground.url, gateway, kubeconfig });
}

run().catch((error: unknown) => {
  console.error(`The playground did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
