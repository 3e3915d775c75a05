import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { KubeError } from '../errors.ts';
import { errorMessage } from '../guards.ts';
import type { ClusterIdentity } from '../types.ts';
import type { LoadedKubeconfig } from './load.ts';
import type { ClusterEntry, UserEntry } from './model.ts';

/** One context of a kubeconfig: everything a connection is made of. */
export interface Selection {
  readonly identity: ClusterIdentity;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
}

/** Picks a context, else the current one. Rejects with a KubeError of kind `kubeconfig` for what kubectl refuses too. */
export async function selectContext(config: LoadedKubeconfig, wanted: string | undefined): Promise<Selection> {
  const name = wanted ?? config.currentContext;
  const names = [...config.contexts.keys()].join(', ');
  if (name === undefined) throw problem(`The kubeconfig has no current context. Choose one of: ${names === '' ? '(it has none)' : names}.`);
  const context = config.contexts.get(name);
  if (context === undefined) throw problem(`The kubeconfig has no context "${name}". It has: ${names === '' ? 'none' : names}.`);
  const cluster = config.clusters.get(context.cluster);
  if (cluster === undefined) throw problem(`The context "${name}" names the cluster "${context.cluster}", which the kubeconfig does not have.`);
  // A context without a user is anonymous; one that names a missing user is a mistake.
  const user = context.user === '' ? { name: '', impersonation: {} } : config.users.get(context.user);
  if (user === undefined) throw problem(`The context "${name}" names the user "${context.user}", which the kubeconfig does not have.`);
  check(cluster, user);
  const server = withScheme(cluster, user);
  return {
    cluster: { ...cluster, server },
    user,
    identity: { kubeconfig: config.files, context: name, server, caHash: await hashOfCa(cluster), namespace: context.namespace ?? 'default' },
  };
}

function check(cluster: ClusterEntry, user: UserEntry): void {
  if (cluster.server === '') throw problem(`The cluster "${cluster.name}" of the kubeconfig has no server address.`);
  if (cluster.insecure && (cluster.caData !== undefined || cluster.caFile !== undefined)) {
    // client-go `transport/transport.go`, TLSConfigFor: the two contradict each other.
    throw problem(`The cluster "${cluster.name}" has both a certificate authority and insecure-skip-tls-verify. Remove one of them; kubectl refuses it too.`);
  }
  const certificate = user.certData ?? user.certFile;
  const key = user.keyData ?? user.keyFile;
  if ((certificate === undefined) !== (key === undefined)) throw problem(`The user "${user.name}" has a client ${certificate === undefined ? 'key without a certificate' : 'certificate without a key'}.`);
}

/** The address as a URL without a trailing slash; a bare `host:port` gets its scheme by client-go's rule (`rest/url_utils.go`). */
function withScheme(cluster: ClusterEntry, user: UserEntry): string {
  const tls = cluster.insecure || [cluster.caData, cluster.caFile, user.certData, user.certFile].some((value) => value !== undefined);
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(cluster.server) ? cluster.server : `${tls ? 'https' : 'http'}://${cluster.server}`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) throw problem(`The server address of the cluster "${cluster.name}" is not an http or https URL.`);
  return address.replace(/\/+$/, '');
}

/**
 * Over the certificates themselves, not their text: the same CA as a file and as data, with other line ends or
 * comments, is the same cluster.
 */
async function hashOfCa(cluster: ClusterEntry): Promise<string> {
  const pem = await readCa(cluster);
  if (pem === undefined) return '';
  const certificates = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)];
  const hash = createHash('sha256');
  for (const [, body] of certificates) hash.update(Buffer.from(body ?? '', 'base64'));
  if (certificates.length === 0) hash.update(pem);
  return hash.digest('hex');
}

async function readCa(cluster: ClusterEntry): Promise<string | undefined> {
  if (cluster.caData !== undefined) return Buffer.from(cluster.caData, 'base64').toString('latin1');
  if (cluster.caFile === undefined) return undefined;
  try {
    return await readFile(cluster.caFile, 'latin1');
  } catch (error) {
    throw new KubeError('kubeconfig', `The certificate authority of the cluster "${cluster.name}" cannot be read: ${cluster.caFile}.`, { detail: errorMessage(error) });
  }
}

function problem(message: string): KubeError {
  return new KubeError('kubeconfig', message);
}
