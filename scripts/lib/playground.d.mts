export interface Playground {
  /** The kubeconfig that it wrote; removed at the end. */
  kubeconfig: string;
  /** What its `Ready:` line says. */
  ready: string;
  /** Private folder, removed at the end. */
  dir: string;
  exited: Promise<number>;
  stop(): Promise<void>;
}

/** Starts dist/playground.js on free ports and waits until it is ready. */
export declare function startPlayground(options?: { args?: string[]; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void }): Promise<Playground>;
