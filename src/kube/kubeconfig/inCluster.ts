import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import type { Environment } from './files.ts';
import type { Kubeconfig } from './model.ts';

const folder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The identity of the pod this runs in (a dev container or code-server inside a cluster); undefined elsewhere.
 * kubectl falls back to it when there is no kubeconfig (client-go `rest/config.go`, InClusterConfig).
 */
export async function inCluster(environment: Environment): Promise<Kubeconfig | undefined> {
  const host = environment.env['KUBERNETES_SERVICE_HOST'];
  const port = environment.env['KUBERNETES_SERVICE_PORT'];
  if (host === undefined || host === '' || port === undefined || port === '' || !environment.exists(`${folder}/token`)) return undefined;
  const name = 'in-cluster';
  const namespace = await readFile(`${folder}/namespace`, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  return {
    clusters: new Map([[name, { name, server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, caFile: `${folder}/ca.crt`, insecure: false, disableCompression: false }]]),
    users: new Map([[name, { name, tokenFile: `${folder}/token`, impersonation: {} }]]),
    contexts: new Map([[name, { name, cluster: name, user: name, ...(namespace === '' ? {} : { namespace }) }]]),
    currentContext: name,
  };
}
