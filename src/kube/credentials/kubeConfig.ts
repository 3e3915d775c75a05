import type { KubeConfig, User } from '@kubernetes/client-node';
import type { ClusterEntry, UserEntry } from '../kubeconfig/model.ts';
import type { Authenticator } from './authenticator.ts';

export type HeldKubeConfig = Pick<KubeConfig, 'applyToHTTPSOptions'>;

/**
 * One context in client-node's KubeConfig, with its faults mended on the way in:
 * - it refuses an http:// server unless TLS verification is off, which means nothing there; kubectl does not;
 * - it prefers a file to inline data, client-go the data (`rest/transport.go`, dataFromSliceOrFile);
 * - it leaves the CA out where there is no user.
 * The library is loaded here and not before: it costs 60 ms bundled.
 */
export async function holdKubeConfig(cluster: ClusterEntry, user: UserEntry, authenticator: Authenticator): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const kubeConfig = new KubeConfig();
  kubeConfig.addAuthenticator(authenticator);
  kubeConfig.loadFromClusterAndUser(
    {
      name: cluster.name === '' ? 'cluster' : cluster.name,
      server: cluster.server,
      skipTLSVerify: cluster.insecure || cluster.server.startsWith('http:'),
      ...(cluster.caData !== undefined ? { caData: cluster.caData } : cluster.caFile !== undefined ? { caFile: cluster.caFile } : {}),
      ...(cluster.tlsServerName === undefined ? {} : { tlsServerName: cluster.tlsServerName }),
      ...(cluster.proxyUrl === undefined ? {} : { proxyUrl: cluster.proxyUrl }),
    },
    heldUser(user),
  );
  return kubeConfig;
}

function heldUser(user: UserEntry): User {
  return {
    name: user.name === '' ? 'user' : user.name,
    ...(user.certData !== undefined ? { certData: user.certData } : user.certFile !== undefined ? { certFile: user.certFile } : {}),
    ...(user.keyData !== undefined ? { keyData: user.keyData } : user.keyFile !== undefined ? { keyFile: user.keyFile } : {}),
    ...(user.authProvider === undefined ? {} : { authProvider: user.authProvider }),
    ...(user.username === undefined ? {} : { username: user.username, password: user.password ?? '' }),
  };
}
