import { readFile } from 'node:fs/promises';
import { KubeError } from '../errors.ts';
import { errorCode, errorMessage } from '../guards.ts';
import type { ConnectOptions } from '../types.ts';
import { type Environment, findKubeconfigFiles, pathsOf } from './files.ts';
import { inCluster } from './inCluster.ts';
import type { Kubeconfig } from './model.ts';
import { parseKubeconfig } from './parse.ts';

export interface LoadedKubeconfig extends Kubeconfig {
  /** The files that were there, in order of precedence. */
  readonly files: readonly string[];
}

/** The merged kubeconfig, as kubectl would see it now. Rejects with `no-kubeconfig` or `kubeconfig`. */
export async function loadKubeconfig(options: ConnectOptions, environment: Environment): Promise<LoadedKubeconfig> {
  const { files, explicit } = findKubeconfigFiles(options, environment);
  const paths = pathsOf(environment);
  const read: string[] = [];
  const configs: Kubeconfig[] = [];
  for (const file of files) {
    const text = await readIfThere(file);
    if (text === undefined) continue;
    read.push(file);
    configs.push(parseKubeconfig(text, file, paths));
  }
  if (configs.length > 0) return { ...mergeKubeconfigs(configs), files: read };
  const pod = explicit ? undefined : await inCluster(environment);
  if (pod !== undefined) return { ...pod, files: [] };
  const looked = files.join(', ');
  throw new KubeError('no-kubeconfig', `No kubeconfig was found (${looked}). Choose a file, or create one with your cloud's or cluster's command line.`);
}

/** A missing file is skipped, as kubectl does; one that cannot be read is an error. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    const why = errorCode(error) === 'EISDIR' ? 'it is a folder' : errorCode(error) === 'EACCES' ? 'access is denied' : 'see the detail';
    throw new KubeError('kubeconfig', `The kubeconfig ${file} cannot be read: ${why}.`, { detail: errorMessage(error) });
  }
}

/**
 * The first file that has a name wins with its whole entry; nothing of later entries of that name is mixed in. The
 * first current-context that is not empty wins (client-go `loader.go`, Load; seen with kubectl 1.32).
 */
function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const currentContext = configs.find((config) => config.currentContext !== undefined)?.currentContext;
  return {
    clusters: firstWins(configs.map((config) => config.clusters)),
    users: firstWins(configs.map((config) => config.users)),
    contexts: firstWins(configs.map((config) => config.contexts)),
    ...(currentContext === undefined ? {} : { currentContext }),
  };
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): Map<string, T> {
  const merged = new Map<string, T>();
  for (const map of maps) for (const [name, entry] of map) if (!merged.has(name)) merged.set(name, entry);
  return merged;
}
