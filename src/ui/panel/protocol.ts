/**
 * What the extension and the predict page say to each other. Types only: the page imports nothing else of the extension, and every
 * string that people read comes finished, so that one place translates.
 */

export type VariantId = 'split' | 'canary' | 'stable';
export type ProtocolId = 'v1' | 'v2';

export interface ActionView {
  /** Handed back by `run`; the extension knows what it does. */
  readonly id: string;
  readonly label: string;
}

export interface TargetView {
  readonly id: VariantId;
  readonly label: string;
  readonly tooltip: string;
  readonly chosen: boolean;
  readonly available: boolean;
}

/** Why nothing can be sent to the chosen target. */
export interface ProblemView {
  readonly title: string;
  readonly next?: string;
  readonly tried: readonly { readonly what: string; readonly result: string }[];
  readonly actions: readonly ActionView[];
}

/** Everything above the two panes. */
export interface HeadView {
  readonly service: string;
  /** `on playground · kserve-test`. */
  readonly place: string;
  readonly targets: readonly TargetView[];
  readonly protocol: ProtocolId;
  readonly request?: {
    readonly method: string;
    readonly url: string;
    readonly host: string;
    readonly parts: readonly { readonly name: string; readonly value: string; readonly why: string }[];
  };
  readonly problem?: ProblemView;
  readonly canSend: boolean;
  readonly canSendBoth: boolean;
  /** The tooltip of Send to Both: what it does, or why it cannot. */
  readonly bothTooltip: string;
  /** Kept with the page's state, to find the service again after a reload. */
  readonly key: ServiceKey;
  readonly chosen: VariantId;
}

export interface ServiceKey {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
  readonly component: string;
  /** The manifest beside which the panel was opened, as a URI. */
  readonly manifest?: string;
}

export interface SideView {
  /** Where it was sent, `Canary 00002`: stays true when another target is chosen later. */
  readonly label: string;
  readonly mood: 'ok' | 'warning' | 'error';
  /** `200 OK · 12 ms · 21 B`, and the revision where the label does not say it. */
  readonly summary: string;
  /** The summary's tooltip: how the revision is known. */
  readonly tooltip: string;
  /** Where the answer is not a prediction, or none came. */
  readonly explained?: { readonly title: string; readonly next: string; readonly tried: readonly string[]; readonly actions: readonly ActionView[] };
  readonly body?: { readonly text: string; readonly json: boolean; readonly note?: string };
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `from` and `width` are parts of the whole time, 0 to 1. */
  readonly timing: readonly { readonly label: string; readonly value: string; readonly from: number; readonly width: number }[];
}

export interface SegmentView {
  readonly text: string;
  readonly changed?: true;
}

export type AnswerView =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly text: string }
  | { readonly kind: 'single'; readonly side: SideView }
  | {
    readonly kind: 'both';
    readonly sides: readonly [SideView, SideView];
    readonly verdict: string;
    readonly outcome: 'same' | 'different' | 'incomparable';
    /** Absent where the two cannot be compared: then each side's own body is shown. */
    readonly rows?: readonly { readonly a?: readonly SegmentView[]; readonly b?: readonly SegmentView[] }[];
    readonly rowsNote?: string;
  };

export type ToPage =
  | { readonly type: 'head'; readonly head: HeadView }
  /** Replaces the editor's text. */
  | { readonly type: 'body'; readonly text: string; readonly from: string }
  | { readonly type: 'answer'; readonly answer: AnswerView }
  /** Said once, and read out. */
  | { readonly type: 'note'; readonly text: string };

export type FromPage =
  /** `hasBody`: the page kept a body over a reload and wants no other. */
  | { readonly type: 'ready'; readonly hasBody: boolean }
  | { readonly type: 'choose'; readonly target: VariantId }
  | { readonly type: 'protocol'; readonly protocol: ProtocolId }
  | { readonly type: 'send'; readonly body: string; readonly both: boolean }
  | { readonly type: 'cancel' }
  | { readonly type: 'copyCurl'; readonly body: string }
  | { readonly type: 'openBody' }
  | { readonly type: 'run'; readonly action: string };

/** What the page keeps with `setState`, and what a panel is made from again after a restart. */
export interface SavedState {
  readonly version: 1;
  readonly key?: ServiceKey;
  readonly target?: VariantId;
  readonly protocol?: ProtocolId;
  readonly body?: string;
  readonly bodyFrom?: string;
}
