import * as vscode from 'vscode';

export const section = 'kserveCanary';

export type CodeLensMode = 'off' | 'canaryOnly' | 'all';

/** The settings as they stand now; a missing or mistyped one has its default. */
export const settings = {
  kubeconfig: (): string | undefined => nonEmpty(read('kubeconfig')),
  context: (): string | undefined => nonEmpty(read('context')),
  connectAtStartup: (): boolean => read('connectAtStartup') === true,
  codeLens: (): CodeLensMode => {
    const mode = read('codeLens');
    return mode === 'off' || mode === 'canaryOnly' ? mode : 'all';
  },
  /** `host:port` or an origin of the ingress gateway for a context. */
  gateway: (context: string): string | undefined => {
    const gateways: unknown = read('gateways');
    return typeof gateways === 'object' && gateways !== null ? nonEmpty((gateways as Record<string, unknown>)[context]) : undefined;
  },
};

function read(key: string): unknown {
  return vscode.workspace.getConfiguration(section).get<unknown>(key);
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
