import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ConnectOptions } from '../types.ts';

/** What the rules below read of the world; handed in, so that the Windows rules are tested on every system. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly exists: (file: string) => boolean;
}

export function processEnvironment(): Environment {
  return { env: process.env, platform: process.platform, cwd: process.cwd(), exists: existsSync };
}

export function pathsOf(environment: Environment): path.PlatformPath {
  return environment.platform === 'win32' ? path.win32 : path.posix;
}

export interface KubeconfigFiles {
  /** Absolute, in order of precedence, without repeats; some may not exist. */
  readonly files: readonly string[];
  /** Whether the user named the file: then it has to exist, as for `kubectl --kubeconfig`. */
  readonly explicit: boolean;
}

/**
 * The files kubectl would read: the explicit one alone; else those of KUBECONFIG; else ~/.kube/config
 * (client-go `tools/clientcmd/loader.go`, NewDefaultClientConfigLoadingRules and Load).
 */
export function findKubeconfigFiles(options: ConnectOptions, environment: Environment): KubeconfigFiles {
  const paths = pathsOf(environment);
  if (options.kubeconfig !== undefined && options.kubeconfig !== '') {
    // A setting, unlike a shell, does not expand ~ for its user.
    const file = options.kubeconfig.replace(/^~(?=$|[/\\])/, () => homeDirectory(environment));
    return { files: [paths.resolve(environment.cwd, file)], explicit: true };
  }
  const variable = environment.env['KUBECONFIG'];
  const named = variable === undefined || variable === '' ? [paths.join(homeDirectory(environment), '.kube', 'config')] : splitList(variable, environment.platform);
  // Empty entries (a trailing separator) are skipped; relative ones are relative to the working folder.
  const files = named.filter((file) => file !== '').map((file) => paths.resolve(environment.cwd, file));
  return { files: [...new Set(files)], explicit: false };
}

/** Go's `filepath.SplitList`: `:`; on Windows `;`, where quotes protect a separator and are removed. */
function splitList(list: string, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return list.split(':');
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of list) {
    if (character === '"') quoted = !quoted;
    else if (character === ';' && !quoted) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

/**
 * The home folder by client-go's rules (`util/homedir/homedir.go`): $HOME; on Windows the first of %HOME%,
 * %HOMEDRIVE%%HOMEPATH%, %USERPROFILE% that holds a kubeconfig, else the first of %HOME%, %USERPROFILE%,
 * %HOMEDRIVE%%HOMEPATH% that exists.
 */
function homeDirectory(environment: Environment): string {
  const { env, exists, platform } = environment;
  const home = env['HOME'] ?? '';
  if (platform !== 'win32') return home === '' ? homedir() : home;
  const drive = env['HOMEDRIVE'] !== undefined && env['HOMEPATH'] !== undefined ? path.win32.join(env['HOMEDRIVE'], env['HOMEPATH']) : '';
  const profile = env['USERPROFILE'] ?? '';
  const withConfig = [home, drive, profile].find((folder) => folder !== '' && exists(path.win32.join(folder, '.kube', 'config')));
  const set = [home, profile, drive].filter((folder) => folder !== '');
  return withConfig ?? set.find(exists) ?? set[0] ?? homedir();
}
