import { type ChildProcess, spawn } from 'node:child_process';
import { KubeError, reasonOf } from '../errors.ts';
import { errorCode, errorMessage, isRecord, recordAt, textAt } from '../guards.ts';
import type { ClusterEntry, ExecPlugin } from '../kubeconfig/model.ts';

export interface PluginCredentials {
  readonly token?: string;
  /** PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** ms since 1970; undefined: until the server refuses it. */
  readonly expires?: number;
}

/** Two minutes: a device-code login takes a person that long; a plugin that hangs must not hold the view for ever. */
const patience = 120_000;
/** A credential is some kilobytes; more is not one. */
const longestOutput = 1 << 20;

/**
 * Runs a credential plugin once, as kubectl does (`client.authentication.k8s.io/v1`, KEP-541; client-go
 * `plugin/pkg/client/auth/exec/exec.go`). No terminal is offered. Rejects with a KubeError of kind `credentials` that
 * shows what the plugin wrote to stderr.
 */
export async function runExecPlugin(plugin: ExecPlugin, cluster: ClusterEntry, caData: string | undefined, signal: AbortSignal): Promise<PluginCredentials> {
  if (plugin.command === '') throw failure(plugin, 'The kubeconfig names no command for the sign-in program.');
  if (plugin.interactiveMode === 'Always') {
    throw failure(plugin, `The sign-in program ${plugin.command} needs a terminal. Sign in with kubectl in a terminal, or use a login that needs none.`);
  }
  const output = await run(plugin, execInfo(plugin, cluster, caData), signal);
  return readCredential(plugin, output);
}

/** The variable KUBERNETES_EXEC_INFO; the cluster is in it only when the kubeconfig says so. */
function execInfo(plugin: ExecPlugin, cluster: ClusterEntry, caData: string | undefined): string {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecure || undefined,
    'certificate-authority-data': caData,
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execConfig ?? null,
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { ...(plugin.provideClusterInfo ? { cluster: info } : {}), interactive: false },
  });
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function run(plugin: ExecPlugin, info: string, signal: AbortSignal): Promise<Output> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(reasonOf(signal));
      return;
    }
    let child: ChildProcess;
    try {
      child = spawn(plugin.command, plugin.args, {
        cwd: plugin.folder,
        env: { ...process.env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      reject(notStarted(plugin, error));
      return;
    }
    let stdout = '';
    let stderr = '';
    const collect = (stream: 'stdout' | 'stderr'): void => {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        if (stream === 'stdout' && stdout.length < longestOutput) stdout += text;
        if (stream === 'stderr' && stderr.length < longestOutput) stderr += text;
      });
    };
    collect('stdout');
    collect('stderr');
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      finish();
    };
    const stop = (): void => {
      child.kill();
      settle(() => reject(reasonOf(signal)));
    };
    const timer = setTimeout(() => {
      child.kill();
      settle(() => reject(failure(plugin, `The sign-in program ${plugin.command} did not finish within 2 minutes.`, stderr)));
    }, patience);
    signal.addEventListener('abort', stop);
    child.on('error', (error) => settle(() => reject(notStarted(plugin, error))));
    child.on('close', (code, killedBy) =>
      settle(() => {
        if (code === 0) resolve({ stdout, stderr });
        else reject(failure(plugin, `The sign-in program ${plugin.command} failed (${code === null ? `ended by ${killedBy ?? 'a signal'}` : `exit code ${code}`})${lastWords(stderr)}`, stderr));
      }),
    );
  });
}

function readCredential(plugin: ExecPlugin, { stdout, stderr }: Output): PluginCredentials {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    // Not quoted: half a credential is a secret too.
    throw failure(plugin, `The sign-in program ${plugin.command} did not print a credential${lastWords(stderr)}`, stderr);
  }
  if (!isRecord(answer) || answer['kind'] !== 'ExecCredential' || answer['apiVersion'] !== plugin.apiVersion) {
    const got = textAt(answer, 'apiVersion') ?? 'nothing of that kind';
    throw failure(plugin, `The sign-in program ${plugin.command} answered with ${got}, but the kubeconfig asks for ${plugin.apiVersion === '' ? 'no version' : plugin.apiVersion}. Update the program or the kubeconfig.`, stderr);
  }
  const status = recordAt(answer, 'status');
  const token = textAt(status, 'token');
  const cert = textAt(status, 'clientCertificateData');
  const key = textAt(status, 'clientKeyData');
  if ((cert === undefined) !== (key === undefined) || (token === undefined && cert === undefined)) {
    throw failure(plugin, `The sign-in program ${plugin.command} printed neither a token nor a certificate with its key${lastWords(stderr)}`, stderr);
  }
  const expires = Date.parse(textAt(status, 'expirationTimestamp') ?? '');
  return {
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
}

function notStarted(plugin: ExecPlugin, error: unknown): KubeError {
  if (errorCode(error) !== 'ENOENT') return failure(plugin, `The sign-in program ${plugin.command} cannot be started.`, errorMessage(error));
  // An editor started from the desktop has a shorter PATH than a terminal: the usual cause when kubectl works.
  const hint = plugin.installHint === undefined ? '' : ` ${plugin.installHint.trim()}`;
  return failure(plugin, `The sign-in program ${plugin.command} was not found in the PATH of the editor. If it works in a terminal, start the editor from there.${hint}`);
}

function failure(plugin: ExecPlugin, message: string, stderr = ''): KubeError {
  return new KubeError('credentials', message, { detail: stderr.trim() === '' ? `command: ${plugin.command}` : stderr.trim() });
}

/** The last line of stderr as the end of a sentence: that is where programs say why. */
function lastWords(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '.' : `: ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`;
}
