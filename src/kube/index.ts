/**
 * The entry of the lazy bundle `dist/kube.js`: talking to a cluster. What crosses is plain data and KubeErrors; see
 * types.ts for the contract.
 */
import { Connection } from './connection.ts';
import { findKubeconfigFiles, processEnvironment } from './kubeconfig/files.ts';
import { loadKubeconfig } from './kubeconfig/load.ts';
import { selectContext } from './kubeconfig/select.ts';
import type { ConnectOptions, KubeConnection } from './types.ts';
import { usualTuning } from './watch/tuning.ts';

/** One context of a kubeconfig, as a user chooses among them. */
export interface ContextSummary {
  readonly name: string;
  readonly cluster: string;
  /** '' where the cluster is not in the kubeconfig. */
  readonly server: string;
  readonly namespace?: string;
  readonly user?: string;
}

/**
 * A connection to the context of the kubeconfig. Reads files only: nothing is sent and no credential plugin runs before
 * the first request. Rejects with a KubeError (`no-kubeconfig`, `kubeconfig`).
 */
export async function connect(options: ConnectOptions = {}): Promise<KubeConnection> {
  const config = await loadKubeconfig(options, processEnvironment());
  return new Connection(await selectContext(config, options.context), usualTuning);
}

/** The contexts in the order of the files. Rejects with a KubeError (`no-kubeconfig`, `kubeconfig`). */
export async function listContexts(options: ConnectOptions = {}): Promise<{ contexts: ContextSummary[]; current?: string }> {
  const config = await loadKubeconfig(options, processEnvironment());
  const contexts = [...config.contexts.values()].map(({ name, cluster, user, namespace }) => ({
    name,
    cluster,
    server: config.clusters.get(cluster)?.server ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    ...(user === '' ? {} : { user }),
  }));
  return { contexts, ...(config.currentContext === undefined ? {} : { current: config.currentContext }) };
}

/** The files to watch for changes, absolute, in order of precedence; some may not exist yet. */
export function kubeconfigFiles(options: ConnectOptions = {}): string[] {
  return [...findKubeconfigFiles(options, processEnvironment()).files];
}
