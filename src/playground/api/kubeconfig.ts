import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';

export interface KubeconfigOptions {
  file: string;
  /** Names the context, the cluster and the user. */
  name: string;
  /** `https://127.0.0.1:PORT`. */
  url: string;
  /** PEM. */
  ca: string;
  token: string;
  /** The context's default namespace. */
  namespace?: string;
}

/** Writes a kubeconfig that only its owner can read (mode 0600), and makes its folder. */
export async function writeKubeconfig(options: KubeconfigOptions): Promise<void> {
  const { file, name, url, ca, token, namespace } = options;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } }],
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stringify(config), { mode: 0o600 });
  // The mode above is for a new file only.
  await chmod(file, 0o600);
}
