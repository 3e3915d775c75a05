export interface HostOptions {
  /** Which VS Code: the newest (default) or the one that engines.vscode names. */
  version?: 'newest' | 'oldest';
  /** Absolute path of the folder to open. Tests hand in a throw-away copy: they run against real files. */
  folder: string;
  /** Packed extensions to install. */
  vsix?: string | string[];
  /** Absolute path of an extension to load from its sources. */
  extensionPath?: string;
  /** Absolute path of a CommonJS file that exports `run(): Promise<void>`; needs `extensionPath`. */
  testsPath?: string;
  /** Absolute path of a file to show at the start. */
  openFile?: string;
  /** User settings, over the quiet ones. */
  settings?: Record<string, unknown>;
  /** Environment of the server and so of the extension host. */
  env?: Record<string, string>;
  /** A free one by default. */
  port?: number;
  /** Whether the editor may ask the extension gallery (default: no). */
  gallery?: boolean;
  /** Whether HOME is a fresh folder (default: yes). */
  privateHome?: boolean;
}

export interface Host {
  /** What the browser opens: folder, file and extension. */
  url: string;
  /** host:port of the server, as in vscode-remote: addresses. */
  authority: string;
  /** Private folder, removed at the end: data/User/settings.json, extensions/, server.log. */
  dir: string;
  /** The server's log file. */
  log: string;
  pid: number;
  exited: Promise<number>;
  stop(): Promise<void>;
}

export declare const QUIET_SETTINGS: Readonly<Record<string, unknown>>;

/** Starts a private VS Code server, installing that VS Code first where it is missing (Linux x64 only). */
export declare function startHost(options: HostOptions): Promise<Host>;
