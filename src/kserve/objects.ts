/**
 * Projections of Kubernetes objects: what the views need of an InferenceService, its revisions and its pods, read from JSON of
 * unknown shape. A reader never throws: what is missing or of a wrong type is absent.
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

export type ComponentName = 'predictor' | 'transformer' | 'explainer';

/** An entry of `status.components.<name>.traffic` (Knative's TrafficTarget). */
export interface TrafficEntry {
  readonly revisionName?: string;
  readonly latestRevision: boolean;
  readonly percent?: number;
  readonly tag?: string;
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

/** `status.modelStatus` (KServe `inference_service_status.go`); describes the latest created revision, not what serves. */
export interface ModelStatus {
  readonly transitionStatus?: string;
  readonly targetModelState?: string;
  readonly activeModelState?: string;
  readonly failureReason?: string;
  readonly failureMessage?: string;
}

export interface ComponentSpec {
  readonly canaryTrafficPercent?: number;
  readonly modelUri?: string;
}

export interface InferenceService {
  readonly ref: ObjectRef;
  readonly resourceVersion: string;
  readonly generation: number;
  /** RFC 3339. */
  readonly created?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly components: ReadonlyMap<ComponentName, ComponentSpec>;
  readonly status: {
    readonly url?: string;
    readonly deploymentMode?: string;
    readonly conditions: readonly Condition[];
    readonly components: ReadonlyMap<ComponentName, ComponentStatus>;
    readonly modelStatus?: ModelStatus;
  };
}

export interface Revision {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  readonly component: ComponentName;
  /** `serving.knative.dev/configurationGeneration`: the order of revisions. */
  readonly generation: number;
  readonly created?: string;
  /** `internal.serving.kserve.io/storage-initializer-sourceuri`, which KServe puts on the template. */
  readonly modelUri?: string;
  readonly conditions: readonly Condition[];
  readonly actualReplicas?: number;
  readonly desiredReplicas?: number;
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  /** `serving.knative.dev/revision`. */
  readonly revision?: string;
  readonly ready: boolean;
  readonly phase?: string;
  /** Why it does not get ready, from the container states, in Kubernetes' words: `CrashLoopBackOff: …`. */
  readonly trouble?: string;
}
