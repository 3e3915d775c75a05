import type { HostOptions } from './host.mjs';

export interface HostRun {
  /** 0 when the run's promise was fulfilled, another number when not, a sentence when it never ended. */
  code: number | string;
  /** The console of the extension host, mixed with the editor's. */
  log: string[];
  serverLog: string;
}

/** Runs one file (`testsPath`, which exports `run`) in the extension host of a private VS Code, with a page open on it. */
export declare function runInHost(options: HostOptions & Required<Pick<HostOptions, 'extensionPath' | 'testsPath'>>): Promise<HostRun>;
