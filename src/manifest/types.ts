/**
 * What the manifest bundle hands out: plain data over the text of a YAML or JSON file. All offsets are UTF-16 code units into the
 * text that was read (what `TextDocument.positionAt` takes).
 */
import type { ComponentName } from '../kserve/objects.ts';

export type { ComponentName };

/** `start` inclusive, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Keys and indices from the root of the InferenceService: `['spec', 'predictor', 'canaryTrafficPercent']`. */
export type Path = readonly (string | number)[];

/** Something in the text that a hover or a diagnostic can stand on. */
export type MarkKind = 'apiVersion' | 'kind' | 'name' | 'namespace' | 'percent' | 'storageUri' | 'tagAnnotation' | 'component';

export interface Mark {
  readonly what: MarkKind;
  /** For `percent`, `storageUri` and `component`. */
  readonly component?: ComponentName;
  readonly path: Path;
  /** The key and its value; for `component` the key alone. */
  readonly range: TextRange;
  /** The value's token with its quotes; absent where there is none (and for `component`). */
  readonly value?: TextRange;
}

export interface ManifestComponent {
  readonly name: ComponentName;
  /** `canaryTrafficPercent`: a number when it is an integer as Kubernetes reads it, else the raw text (`"10"`, `1.5`, `{{ … }}`). */
  readonly percent?: number | string;
  readonly modelUri?: string;
  /**
   * How the model is written: `model` (with `modelFormat`), `containers` (custom), `other` (nothing known), else the old shape's key
   * (`sklearn`, `tensorflow` …), which KServe rewrites to `model` in the cluster.
   */
  readonly shape: string;
  readonly paths: {
    readonly percent: Path;
    /** Where the model URI is, or where it goes; absent when the shape has no place for one. */
    readonly modelUri?: Path;
  };
}

export interface ManifestError {
  /** One line, in the parser's words. */
  readonly message: string;
  readonly range: TextRange;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Why a document is not `certain`. */
export type Uncertainty = 'template' | 'placeholder' | 'ellipsis';

/** One InferenceService in the text: a YAML document, the JSON object, or an item of a `List`. */
export interface ManifestDocument {
  /** Its place in `Manifest.documents`; what `editManifest` takes. */
  readonly index: number;
  /** The object's text: the YAML document between its `---`, or the item of the list. */
  readonly range: TextRange;
  /** Where a lens stands: the line of the first key. */
  readonly lens: TextRange;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  /** `serving.kubeflow.org` and other groups and versions before `serving.kserve.io/v1beta1`: too old, no verbs. */
  readonly legacy: boolean;
  /**
   * False where the text merely happens to parse: a Helm template (`{{` anywhere), a `${…}` in apiVersion, kind, name or namespace, a
   * `...` meant as an ellipsis. No lens and no diagnostic belongs there.
   */
  readonly certain: boolean;
  readonly uncertainty?: Uncertainty;
  /** Some value holds `{{` or `${…}`: not to be deployed as it stands. */
  readonly placeholders: boolean;
  readonly components: readonly ManifestComponent[];
  /** `metadata.annotations`, those whose value is a scalar, as text. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Annotations whose value is not a string (`true` without quotes): the API server refuses them. */
  readonly badAnnotations: readonly string[];
  readonly marks: readonly Mark[];
  /** YAML errors of the document it lies in; `editManifest` refuses while there are any. */
  readonly errors: readonly ManifestError[];
  /** The JSON value, merges and aliases resolved. `undefined` while there are errors. */
  readonly object: unknown;
}

export interface Manifest {
  readonly documents: readonly ManifestDocument[];
}

export type Scalar = string | number | boolean;

/** `set` creates missing parents (maps only); `remove` of what is not there does nothing. */
export type Edit =
  | { readonly op: 'set'; readonly path: Path; readonly value: Scalar }
  | { readonly op: 'remove'; readonly path: Path };

/** Replaces `start`–`end` of the old text. A list of them is in order and does not overlap. */
export interface TextEdit extends TextRange {
  readonly text: string;
}

/** `refused` is a whole sentence for the user. An empty `edits`: the text already says so. */
export type EditResult = { readonly edits: readonly TextEdit[] } | { readonly refused: string };

export interface Hover {
  /** Index into the documents. */
  readonly document: number;
  readonly mark: Mark;
}

/** Reads texts of one file again and again; YAML documents whose text is unchanged are not parsed again. */
export interface ManifestReader {
  read(text: string): Manifest;
}

/** What `require('./manifest.js')` gives. */
export interface ManifestModule {
  readonly readManifest: (text: string) => Manifest;
  readonly createManifestReader: () => ManifestReader;
  readonly editManifest: (text: string, documentIndex: number, edits: readonly Edit[]) => EditResult;
  readonly hoverAt: (documents: readonly ManifestDocument[], offset: number) => Hover | undefined;
}
