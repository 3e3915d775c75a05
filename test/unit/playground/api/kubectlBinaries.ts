import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** A kubectl of this machine. */
export interface Binary {
  /** `kubectl`, or `kubectl.1.27`. */
  name: string;
  file: string;
}

const VERSIONED = /^(kubectl\.1\.\d+)(\.exe)?$/;

function versionedIn(folder: string): Binary[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((entry) => {
    const name = VERSIONED.exec(entry)?.[1];
    return name === undefined ? [] : [{ name, file: join(folder, entry) }];
  });
}

/**
 * Every `kubectl.1.NN` on the PATH or beside a kubectl's real file, and the `kubectl` of the PATH, unless it is a vendor's dispatcher,
 * which has such files beside it and starts one of them.
 */
export function findKubectls(): Binary[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const plain = folders
    .flatMap((folder) => ['kubectl', 'kubectl.exe'].map((name) => join(folder, name)))
    .filter((file) => existsSync(file));
  const beside = plain.map((file) => dirname(realpathSync(file)));
  const [first] = plain;
  const isDispatcher = first !== undefined && versionedIn(dirname(realpathSync(first))).length > 0;
  const found = [
    ...(first === undefined || isDispatcher ? [] : [{ name: 'kubectl', file: first }]),
    ...[...new Set([...folders, ...beside])].flatMap(versionedIn),
  ];
  const byName = new Map(found.toReversed().map((binary) => [binary.name, binary]));
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end, at most 20 seconds. */
export function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** A command that goes on until it is ended. */
export interface Running {
  /** Resolves when it has printed what is wanted; rejects when it ends before, or after 10 seconds. */
  prints(wanted: RegExp): Promise<RegExpExecArray>;
  end(): Promise<void>;
}

export function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child: ChildProcess = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let text = '';
  const checks = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    text += chunk.toString();
    checks.forEach((check) => check());
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return {
    prints: (wanted) =>
      new Promise((resolve, reject) => {
        const fail = (): void => reject(new Error(`kubectl ${args.join(' ')} did not print ${wanted.source} but: ${text}`));
        const timer = setTimeout(fail, 10_000);
        const check = (): void => {
          const match = wanted.exec(text);
          if (match !== null) {
            clearTimeout(timer);
            checks.delete(check);
            resolve(match);
          }
        };
        checks.add(check);
        void ended.then(fail);
        check();
      }),
    end: async () => {
      child.kill();
      await ended;
    },
  };
}
