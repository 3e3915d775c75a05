import type { ClusterIdentity } from '../kube/types.ts';
import type { ComponentName, InferenceService } from '../kserve/objects.ts';
import type { Rollout } from '../kserve/rollout.ts';
import type { LiveService } from '../rollout/liveCluster.ts';

/** What a verb acts on; plain data, so that it fits into a command's arguments. */
export interface Target {
  /** `namespace/name`. */
  readonly key: string;
  readonly component: ComponentName;
  /** The context that the sender showed: a verb never reaches another one. */
  readonly context: string;
  /** `clusterId` of the cluster it was shown for: two kubeconfigs may use one name of a context. Absent in what was saved. */
  readonly cluster?: string;
  /** The manifest it was sent from. */
  readonly document?: DocumentRef;
}

export interface DocumentRef {
  readonly uri: string;
  /** Place among the InferenceServices of the file. */
  readonly index: number;
}

/** The same for the same API server and CA, however the context is called. */
export function clusterId({ server, caHash }: ClusterIdentity): string {
  return `${server} ${caHash}`;
}

export function isTarget(value: unknown): value is Target {
  return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string' && 'component' in value && 'context' in value;
}

/** A live component together with its rollout. */
export interface LiveComponent {
  readonly service: InferenceService;
  readonly rollout: Rollout;
}

export function liveComponent(live: LiveService | undefined, component: ComponentName): LiveComponent | undefined {
  const rollout = live?.rollouts.find((candidate) => candidate.component === component);
  return live && rollout && { service: live.service, rollout };
}
