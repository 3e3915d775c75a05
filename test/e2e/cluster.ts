/** The cluster of an end-to-end test: the playground, or any other that KSERVE_CANARY_TEST_KUBECONFIG and _GATEWAY name. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connect } from '../../src/kube/index.ts';
import { findGateway } from '../../src/predict/index.ts';
import { startPlayground } from '../../scripts/lib/playground.mjs';

const exec = promisify(execFile);

export interface Cluster {
  readonly kubeconfig: string;
  readonly context: string;
  /** `host:port` of the ingress gateway. */
  readonly gateway: string;
  /** Whether the extension must be told the gateway's address. */
  readonly gatewayIsGiven: boolean;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const given = process.env['KSERVE_CANARY_TEST_KUBECONFIG'];
  const playground = given === undefined ? await startPlayground() : undefined;
  const kubeconfig = given ?? playground?.kubeconfig ?? '';
  const connection = await connect({ kubeconfig });
  try {
    const told = process.env['KSERVE_CANARY_TEST_GATEWAY'];
    const found = told === undefined ? await findGateway((path, query) => connection.request({ method: 'GET', path, ...(query && { query }) })) : undefined;
    if (found && !('host' in found)) throw new Error(found.reason);
    return {
      kubeconfig,
      context: connection.identity.context,
      gateway: told ?? `${found?.host ?? ''}:${String(found?.http ?? '')}`,
      gatewayIsGiven: told !== undefined,
      stop: async () => { await playground?.stop(); },
    };
  } finally {
    connection.dispose();
  }
}

/** Whether kubectl is on the PATH. */
export async function hasKubectl(): Promise<boolean> {
  try {
    await exec('kubectl', ['version', '--client']);
    return true;
  } catch {
    return false;
  }
}

/** `kubectl get isvc` of one service: its cells by column name; '' for an empty one. */
export async function kubectlRow(kubeconfig: string, namespace: string, name: string): Promise<Record<string, string>> {
  const { stdout } = await exec('kubectl', ['--kubeconfig', kubeconfig, 'get', 'isvc', '-n', namespace, name]);
  const [header = '', row = ''] = stdout.split('\n');
  const columns = [...header.matchAll(/\S+/g)];
  return Object.fromEntries(columns.map((column, index) => [column[0], row.slice(column.index, columns[index + 1]?.index).trim()]));
}
