import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type * as vscode from 'vscode';
import { Disposable } from './disposable.ts';

const startTimeout = 20_000;

/**
 * The playground as a child of the extension host, on the editor's own Node. It ends with this window: by a signal, or, when the host
 * is killed, because its IPC channel closes.
 */
export class PlaygroundProcess extends Disposable {
  readonly #program: string;
  readonly #storage: string;
  readonly #log: vscode.LogOutputChannel;
  #running: { readonly child: ChildProcess; readonly ready: Promise<string> } | undefined;

  /** `program`: the bundled playground; `storage`: a folder of our own, for its kubeconfig. */
  constructor(program: string, storage: string, log: vscode.LogOutputChannel) {
    super();
    this.#program = program;
    this.#storage = storage;
    this.#log = log;
  }

  /** Starts it, or finds it running; resolves with its kubeconfig when it is ready. */
  async start(): Promise<string> {
    this.#running ??= this.#spawn();
    return this.#running.ready;
  }

  override dispose(): void {
    this.#running?.child.kill('SIGTERM');
    super.dispose();
  }

  #spawn(): { child: ChildProcess; ready: Promise<string> } {
    const kubeconfig = path.join(this.#storage, `playground-${String(process.pid)}.kubeconfig`);
    const child = spawn(process.execPath, [this.#program, '--api-port', '0', '--gateway-port', '0', '--kubeconfig', kubeconfig], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let lastError = '';
    const timer = setTimeout(() => { reject(new Error('it was not ready within 20 seconds')); }, startTimeout);
    onLine(child.stdout, (line) => {
      this.#log.info(`[playground] ${line}`);
      if (line.startsWith('Ready:')) resolve(kubeconfig);
    });
    onLine(child.stderr, (line) => {
      lastError = line;
      this.#log.warn(`[playground] ${line}`);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (this.#running?.child === child) this.#running = undefined;
      reject(new Error(lastError || `it ended with code ${String(code)}`));
      void fs.rm(kubeconfig, { force: true });
    });
    // One that does not start is given up, so that the next click starts another.
    promise.catch(() => {
      child.kill('SIGTERM');
      if (this.#running?.child === child) this.#running = undefined;
    }).finally(() => { clearTimeout(timer); });
    return { child, ready: promise };
  }
}

function onLine(stream: Readable | null, listener: (line: string) => void): void {
  if (stream) createInterface({ input: stream }).on('line', listener);
}
