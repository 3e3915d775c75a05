/**
 * Projections of Kubernetes objects: what the views need of an InferenceService, its revisions and its pods. They are plain data,
 * read by `readInferenceService.ts`, `readRevision.ts` and `readPod.ts`.
 */

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface Condition {
  readonly type: string;
  /** `True`, `False`, `Unknown`. */
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export const componentNames = ['predictor', 'transformer', 'explainer'] as const;
export type ComponentName = (typeof componentNames)[number];

/** An entry of `status.components.<name>.traffic` (Knative's TrafficTarget). */
export interface TrafficEntry {
  readonly revisionName: string;
  readonly latestRevision: boolean;
  readonly percent: number;
  readonly tag?: string;
  /** Only where there is a tag. */
  readonly url?: string;
}

export interface ComponentStatus {
  readonly latestCreatedRevision?: string;
  readonly latestReadyRevision?: string;
  readonly latestRolledoutRevision?: string;
  readonly previousRolledoutRevision?: string;
  readonly traffic: readonly TrafficEntry[];
  readonly url?: string;
}

/** `status.modelStatus` (KServe `inference_service_status.go`); it describes the latest created revision, not what serves. */
export interface ModelStatus {
  readonly transitionStatus?: string;
  readonly targetModelState?: string;
  readonly failureReason?: string;
  readonly failureMessage?: string;
}

export interface ComponentSpec {
  readonly canaryTrafficPercent?: number;
  readonly modelUri?: string;
  /** The key under the component that holds `storageUri`: `model`, or a legacy framework such as `sklearn`. */
  readonly modelKey?: string;
}

export interface InferenceService {
  readonly ref: ObjectRef;
  readonly generation: number;
  /** RFC 3339. */
  readonly created?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly components: Readonly<Partial<Record<ComponentName, ComponentSpec>>>;
  readonly status: {
    readonly url?: string;
    /** `Knative` or `Standard`; before 0.16 `Serverless` or `RawDeployment`; or `ModelMesh`. */
    readonly deploymentMode?: string;
    readonly conditions: readonly Condition[];
    readonly components: Readonly<Partial<Record<ComponentName, ComponentStatus>>>;
    readonly modelStatus: ModelStatus;
  };
}

export interface Revision {
  readonly namespace: string;
  readonly name: string;
  /** The InferenceService it belongs to. */
  readonly service: string;
  readonly component: ComponentName;
  /** `serving.knative.dev/configurationGeneration`: the order of revisions. */
  readonly generation: number;
  /** RFC 3339. */
  readonly created?: string;
  /** `internal.serving.kserve.io/storage-initializer-sourceuri`, which KServe puts on the template. */
  readonly modelUri?: string;
  readonly conditions: readonly Condition[];
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  /** The InferenceService it belongs to. */
  readonly service: string;
  /** `serving.knative.dev/revision`. */
  readonly revision: string;
  readonly ready: boolean;
  readonly phase: string;
  /** Absent while it merely takes its time. */
  readonly trouble?: PodTrouble;
}

/** Why a pod will not get ready by waiting, from its container states. */
export interface PodTrouble {
  readonly kind: 'load' | 'crash' | 'image' | 'schedule' | 'config';
  /** The last line that says something, in the cluster's own words; may be empty. */
  readonly detail: string;
}
