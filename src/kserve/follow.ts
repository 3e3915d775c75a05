import { changed, sameFacts } from './facts.ts';
import type { Facts, Plan, Share } from './plan.ts';
import { variant, type PodCount, type Rollout, type Trouble } from './rollout.ts';

/** Where a running plan stands. */
export type Progress =
  /** The watch has not delivered the change yet. */
  | { readonly state: 'applied' }
  /** The newest revision is being started. */
  | { readonly state: 'starting'; readonly revision?: string; readonly pods?: PodCount }
  /** Every revision is ready; the route is changing. */
  | { readonly state: 'shifting' }
  /** `coldStart`: the revision that has the traffic has no pod, so the first request waits for one. */
  | { readonly state: 'settled'; readonly shares: readonly Share[]; readonly coldStart?: string }
  | { readonly state: 'stalled'; readonly revision?: string; readonly trouble: Trouble }
  /** The fields are not what the plan wrote: somebody changed them since. */
  | { readonly state: 'overtaken' };

/**
 * Judges a plan against newer objects: never by `status.observedGeneration` (it is the child's) nor by the status alone, but against
 * what was asked for (the whole test of the recordings: shares and tags as planned, each on the planned revision; a template change
 * demands a later created revision with the planned model; `prev` is the rolled-out one).
 */
export function follow(plan: Plan, rollout: Rollout, facts: Facts, last: Progress): Progress {
  const wanted = changed(plan.facts, plan.change);
  if (!sameFacts(facts, wanted)) return sameFacts(facts, plan.facts) && last.state === 'applied' ? { state: 'applied' } : { state: 'overtaken' };
  const { expected } = plan;
  if (expected.stopped) return rollout.phase === 'stopped' ? { state: 'settled', shares: [] } : { state: 'shifting' };
  const newest = rollout.variants.find(({ name }) => name === rollout.revisions.created);
  // Other modes have no revisions: only a creation is followed there.
  if (rollout.api !== 'Knative') return rollout.serving ? { state: 'settled', shares: [] } : { state: 'starting' };
  // What brings the change still has the status of before it, and with it the trouble that the change may cure.
  if (rollout.trouble && last.state !== 'applied') return { state: 'stalled', trouble: rollout.trouble };
  // A template that changed beside the plan (resources, a runtime) made a revision that the plan did not promise.
  if (!expected.newRevision && expected.createdBefore !== undefined && rollout.revisions.created !== undefined && rollout.revisions.created !== expected.createdBefore) return { state: 'overtaken' };
  const wantsNewest = expected.newRevision || (expected.shares[0]?.percent ?? 0) > 0;
  if (expected.newRevision && rollout.revisions.created === plan.expected.createdBefore) return { state: 'starting' };
  if (wantsNewest && rollout.revisions.ready !== rollout.revisions.created) {
    if (newest?.trouble) return { state: 'stalled', revision: newest.shortName, trouble: newest.trouble };
    return { state: 'starting', ...(newest && { revision: newest.shortName }), ...(newest?.pods && { pods: newest.pods }) };
  }
  return rollout.routeReady && asPlanned(plan, rollout) ? settled(rollout) : { state: 'shifting' };
}

function asPlanned({ expected }: Plan, rollout: Rollout): boolean {
  const [first, second] = expected.shares;
  if (!first) return false;
  const newest = rollout.variants.find(({ name }) => name === rollout.revisions.created);
  if (expected.newRevision && first.modelUri !== undefined && newest?.modelUri !== undefined && newest.modelUri !== first.modelUri) return false;
  const routed = new Map(rollout.variants.filter(({ routed: percent }) => percent !== undefined).map(({ name, routed: percent }) => [name, percent ?? 0]));
  const named = expected.shares.map((share) => ({ name: share.revision ?? rollout.revisions.created ?? '', percent: share.percent }));
  const asked = new Map<string, number>();
  for (const { name, percent } of named) asked.set(name, (asked.get(name) ?? 0) + percent);
  for (const [name, percent] of asked) if ((routed.get(name) ?? 0) !== percent) return false;
  for (const [name, percent] of routed) if (percent > 0 && !asked.has(name)) return false;
  if (second) {
    const prev = rollout.variants.find(({ name }) => name === second.revision);
    if (prev?.tag !== 'prev' || second.revision !== rollout.revisions.rolledOut) return false;
  } else if (first.percent === 100 && rollout.revisions.rolledOut !== (first.revision ?? rollout.revisions.created)) return false;
  const canary = variant(rollout, 'canary');
  return !expected.tagged || !canary || canary.tag === 'latest';
}

function settled(rollout: Rollout): Progress {
  const serving = rollout.variants.filter(({ routed }) => routed !== undefined);
  const cold = serving.find(({ routed, pods }) => (routed ?? 0) > 0 && pods?.ready === 0);
  return {
    state: 'settled',
    shares: serving.map(({ name, routed, modelUri }) => ({ revision: name, percent: routed ?? 0, ...(modelUri !== undefined && { modelUri }) })),
    ...(cold && { coldStart: cold.shortName }),
  };
}
