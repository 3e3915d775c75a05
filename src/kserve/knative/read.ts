import { annotations } from '../annotations.ts';
import { defined } from '../json.ts';
import type { ComponentName, ComponentStatus, Condition, InferenceService, Pod, Revision } from '../objects.ts';
import { lastLine } from '../readPod.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Phase, Role, Rollout, Trouble, Variant } from '../rollout.ts';
import { warn } from './warn.ts';

/** Everything that is decided from the traffic entries, once. */
interface Split {
  /** Percent by revision; several entries may name the same one (rollout-duration, a canary that is not ready). */
  readonly percents: ReadonlyMap<string, number>;
  /** The newest of the entries that follow the latest ready revision. */
  readonly latest?: string;
  /** The revision tagged `prev`. */
  readonly prev?: string;
}

/** Knative mode: traffic, tags and URLs are read from the status, never from names (kserve/kserve `inference_service_status.go`). */
export function readKnative(service: InferenceService, component: ComponentName, surroundings: Surroundings): Rollout {
  const spec = service.components[component] ?? {};
  const status: ComponentStatus = service.status.components[component] ?? { traffic: [] };
  const split = readSplit(status);
  const own = surroundings.revisions
    .filter((revision) => revision.service === service.ref.name && revision.namespace === service.ref.namespace && revision.component === component)
    .toSorted((a, b) => b.generation - a.generation);
  const roles = readRoles(status, split, own);
  const variants = [...roles].map(([name, role]) => readVariant(name, role, { service, component, status, split, own, ...(surroundings.pods && { pods: surroundings.pods }) }));
  const stopped = service.annotations[annotations.stop] === 'true';
  const routeCondition = componentCondition(service, component, 'RouteReady');
  const trouble = serviceTrouble(service, component, status);
  const base: Omit<Rollout, 'phase' | 'warnings'> = defined<Omit<Rollout, 'phase' | 'warnings'>>({
    service: service.ref,
    component,
    api: 'Knative',
    variants,
    spec: defined<Rollout['spec']>({
      percent: spec.canaryTrafficPercent,
      modelUri: spec.modelUri,
      modelKey: spec.modelKey ?? 'model',
      tagged: service.annotations[annotations.tagRouting] === 'true',
      stopped,
    }),
    revisions: defined<Rollout['revisions']>({
      created: status.latestCreatedRevision,
      ready: status.latestReadyRevision,
      rolledOut: status.latestRolledoutRevision,
      previous: status.previousRolledoutRevision,
    }),
    routeReady: (routeCondition?.status ?? 'True') === 'True',
    serving: split.percents.size > 0,
    ready: condition(service, 'Ready')?.status ?? '',
    url: component === 'predictor' ? (service.status.url ?? status.url) : status.url,
    trouble,
  });
  const withPhase = { ...base, phase: readPhase(base, split), warnings: [] };
  return { ...withPhase, warnings: warn(withPhase) };
}

function readSplit(status: ComponentStatus): Split {
  const percents = new Map<string, number>();
  for (const { revisionName, percent } of status.traffic) percents.set(revisionName, (percents.get(revisionName) ?? 0) + percent);
  const latest = status.traffic.filter((entry) => entry.latestRevision).map((entry) => entry.revisionName);
  return defined<Split>({
    percents,
    latest: latest.includes(status.latestReadyRevision ?? '') ? status.latestReadyRevision : latest[0],
    prev: status.traffic.find((entry) => entry.tag === 'prev')?.revisionName,
  });
}

/** Role by revision name, in the order in which a Rollout lists its variants. */
function readRoles(status: ComponentStatus, split: Split, own: readonly Revision[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  const { latest, prev, percents } = split;
  const created = status.latestCreatedRevision;
  if (created && created !== status.latestReadyRevision && !percents.has(created)) roles.set(created, 'starting');
  if (latest && prev && latest !== prev) roles.set(latest, 'canary').set(prev, 'stable');
  else if (latest ?? prev) roles.set(latest ?? prev ?? '', 'stable');
  for (const name of percents.keys()) if (!roles.has(name)) roles.set(name, 'superseded');
  if (roles.size === 0 && created) roles.set(created, 'starting');
  for (const { name } of own) {
    if (!roles.has(name)) roles.set(name, name === status.previousRolledoutRevision ? 'previous' : 'superseded');
  }
  return roles;
}

interface VariantContext {
  readonly service: InferenceService;
  readonly component: ComponentName;
  readonly status: ComponentStatus;
  readonly split: Split;
  readonly own: readonly Revision[];
  readonly pods?: readonly Pod[];
}

function readVariant(name: string, role: Role, context: VariantContext): Variant {
  const { service, status, split, own, pods } = context;
  const revision = own.find((candidate) => candidate.name === name);
  const mine = pods?.filter((pod) => pod.revision === name && pod.namespace === service.ref.namespace);
  const tagged = status.traffic.find((entry) => entry.revisionName === name && entry.tag !== undefined && (role === 'stable' ? entry.tag === 'prev' || split.prev === undefined : entry.tag !== 'prev'));
  const isReady = revision?.conditions.find(({ type }) => type === 'Ready')?.status;
  return defined<Variant>({
    name,
    shortName: /-(\d{5,})$/.exec(name)?.[1] ?? name,
    role,
    routed: split.percents.get(name),
    ready: isReady === undefined ? name === status.latestReadyRevision || split.percents.has(name) : isReady === 'True',
    trouble: isReady === 'True' || role === 'superseded' ? undefined : revisionTrouble(name, revision, mine ?? [], context),
    modelUri: revision?.modelUri,
    pods: mine && { ready: mine.filter((pod) => pod.ready).length, total: mine.filter((pod) => pod.phase !== 'Terminating').length },
    tag: tagged?.tag,
    url: tagged?.url,
  });
}

/** The deepest object that tells: a crash loop shows in the pods alone, a failed load in `modelStatus` after a second (`recorded/`, items 1 and 2). */
function revisionTrouble(name: string, revision: Revision | undefined, pods: readonly Pod[], { service, component, status }: VariantContext): Trouble | undefined {
  const pod = pods.find((candidate) => candidate.trouble !== undefined)?.trouble;
  if (pod) return pod;
  const model = service.status.modelStatus;
  const starts = name === status.latestCreatedRevision && name !== status.latestReadyRevision;
  // modelStatus speaks of the predictor's latest created revision, and lastFailureInfo is never cleared after a recovery.
  if (starts && component === 'predictor' && model.transitionStatus === 'BlockedByFailedLoad') {
    return { kind: 'load', detail: lastLine(model.failureMessage) ?? model.failureReason ?? '' };
  }
  const failed = revision?.conditions.find(({ type, status: value }) => type === 'Ready' && value === 'False');
  const told = failed ?? (starts ? revisionFailure(service, component, status) : undefined);
  return told && { kind: 'revision', detail: lastLine(told.message) ?? told.reason ?? '' };
}

/** The component's condition, where it is False only because its newest revision is not ready: then the revision has the trouble. */
function revisionFailure(service: InferenceService, component: ComponentName, status: ComponentStatus): Condition | undefined {
  const failed = componentCondition(service, component, 'Ready');
  if (failed?.status !== 'False' || status.latestCreatedRevision === undefined || status.latestCreatedRevision === status.latestReadyRevision) return undefined;
  return failed.reason === 'RevisionFailed' || (failed.reason === 'RevisionMissing' && status.traffic.length === 0) ? failed : undefined;
}

function serviceTrouble(service: InferenceService, component: ComponentName, status: ComponentStatus): Trouble | undefined {
  // Every condition stays as it was, Ready too, when no runtime supports what the spec asks for (seen with KServe v0.20.0).
  const { transitionStatus, failureMessage, failureReason } = service.status.modelStatus;
  if (component === 'predictor' && transitionStatus === 'InvalidSpec') return { kind: 'service', detail: failureMessage ?? failureReason ?? '' };
  const failed = componentCondition(service, component, 'Ready');
  if (failed?.status !== 'False' || failed.reason === 'Stopped' || revisionFailure(service, component, status)) return undefined;
  return { kind: 'service', detail: failed.message ?? failed.reason ?? '' };
}

function readPhase(rollout: Omit<Rollout, 'phase' | 'warnings'>, split: Split): Phase {
  const { spec, revisions, variants } = rollout;
  if (spec.stopped) return split.percents.size === 0 ? 'stopped' : 'changing';
  const starting = variants.find(({ role }) => role === 'starting');
  const broken = starting?.trouble !== undefined || rollout.trouble !== undefined;
  if (split.percents.size === 0) return broken ? 'failing' : 'deploying';
  if (starting) return broken ? 'failing' : 'changing';
  if (rollout.trouble) return 'failing';
  if (isMoving(rollout, split)) return 'changing';
  return split.prev !== undefined && split.prev !== split.latest ? 'canary' : 'stable';

  function isMoving(of: typeof rollout, { latest, prev, percents }: Split): boolean {
    if (latest !== revisions.ready || revisions.ready !== revisions.created) return true;
    const newest = of.variants.find(({ name }) => name === revisions.created);
    if (newest?.modelUri !== undefined && spec.modelUri !== undefined && newest.modelUri !== spec.modelUri) return true;
    const asked = spec.percent ?? 100;
    if (prev === undefined) return asked < 100 && revisions.rolledOut !== undefined;
    if (asked >= 100) return true;
    return prev !== revisions.rolledOut || (prev !== latest && percents.get(prev) !== 100 - asked);
  }
}

function componentCondition(service: InferenceService, component: ComponentName, type: 'Ready' | 'RouteReady'): Condition | undefined {
  return condition(service, `${component[0]?.toUpperCase() ?? ''}${component.slice(1)}${type}`);
}

function condition(service: InferenceService, type: string): Condition | undefined {
  return service.status.conditions.find((candidate) => candidate.type === type);
}
