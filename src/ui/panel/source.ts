/** What a predict panel is handed: one service, as far as a window knows it, and a way to ask its cluster. */
import type { ClusterRequest } from '../../predict/index.ts';
import type { ProtocolId, ServiceKey, VariantId } from './protocol.ts';

export interface PanelAction {
  readonly label: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

export interface PredictVariant {
  readonly id: VariantId;
  /** `Split 10/90`, `Canary 00002`, `Stable 00001`. */
  readonly label: string;
  /** From the status; a variant without one cannot be chosen alone. */
  readonly url?: string;
  /** Whole name of the revision that must answer; absent where the split decides. */
  readonly revision?: string;
  readonly shortRevision?: string;
  /** Percent. */
  readonly share?: number;
  /** Why it cannot be called, and what would change that. */
  readonly unavailable?: { readonly reason: string; readonly action?: PanelAction };
}

export type PredictState =
  | {
    readonly kind: 'ready';
    readonly variants: readonly PredictVariant[];
    /** The name in `/v1/models/<name>`: the service's own for KServe's Python servers. */
    readonly modelName: string;
    /** From the spec, where it says one; the body tells otherwise. */
    readonly protocol?: ProtocolId;
  }
  /** Not connected, deleted, or not read yet: a sentence, and what to do. */
  | { readonly kind: 'absent'; readonly reason: string; readonly next?: string; readonly action?: PanelAction };

export interface PredictSource {
  readonly key: ServiceKey;
  /** The newest state; called again after each `onDidChange`. */
  state(): PredictState;
  readonly onDidChange: (listener: () => void) => { dispose(): unknown };
  /** The user's gateway address for this context, read when it is needed. */
  gatewayOverride(): string | undefined;
  readonly request: ClusterRequest;
  /** Called when the panel has closed. */
  dispose?(): void;
}
