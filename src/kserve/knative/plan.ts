import { defined } from '../json.ts';
import { changed, effective } from '../facts.ts';
import type { Change, Expectation, Facts, Plan, Refusal, RefusalCode, Share, Verb } from '../plan.ts';
import { variant, type Rollout, type Variant, type Warning } from '../rollout.ts';
import { modelName } from '../words.ts';

/** What the sender of a verb knows beside the rollout. */
export interface PlanContext {
  /** The live fields (`factsOf`). */
  readonly facts: Facts;
  /** The model that the manifest names, where there is one: a promotion must not release another one than was tested. */
  readonly manifestModelUri?: string;
}

/** (Rollout, verb) → Plan for Knative mode, or the reason why the verb cannot do what it says. Pure. */
export function planKnative(rollout: Rollout, verb: Verb, context: PlanContext): Plan | Refusal {
  if (rollout.api !== 'Knative') return refuse(verb, 'not-knative', { api: rollout.api });
  if (rollout.spec.stopped && verb.kind !== 'resume' && verb.kind !== 'undo') return refuse(verb, 'stopped');
  const asked = changeFor(rollout, verb, context);
  if ('refused' in asked) return asked;
  const change = effective(context.facts, asked);
  if (Object.keys(change).length === 0) return refuse(verb, 'nothing-to-change');
  // A custom container or `storage.path`: a storageUri beside it would be another predictor.
  if (typeof change.modelUri === 'string' && context.facts.modelUri === null && verb.kind !== 'undo') return refuse(verb, 'no-storage-uri', { service: rollout.service.name });
  const { expected, warnings } = predict(rollout, context.facts, change);
  return {
    verb,
    service: rollout.service,
    component: rollout.component,
    modelKey: rollout.spec.modelKey,
    change,
    facts: context.facts,
    before: sharesOf(rollout),
    expected,
    warnings: [...warnings, ...verbWarnings(rollout, verb, expected)],
  };
}

/** The fields that a verb sets. */
function changeFor(rollout: Rollout, verb: Verb, context: PlanContext): Change | Refusal {
  const canary = variant(rollout, 'canary');
  const starting = variant(rollout, 'starting');
  switch (verb.kind) {
    case 'start-canary': {
      if (!isPercent(verb.percent)) return refuse(verb, 'percent-range', { percent: verb.percent });
      if (!rollout.serving) return refuse(verb, 'in-flight', { service: rollout.service.name });
      return defined<Change>({
        percent: verb.percent,
        modelUri: verb.modelUri,
        // A second change later would make one more revision: where tags are wanted they come with the canary.
        tagRouting: verb.tagged === true ? 'true' : undefined,
        stop: undefined,
      });
    }
    case 'shift':
      if (!isPercent(verb.percent)) return refuse(verb, 'percent-range', { percent: verb.percent });
      if (!canary && !starting) return refuse(verb, 'no-canary', { service: rollout.service.name });
      if (verb.percent === 100) return refuse(verb, 'shift-to-hundred');
      return { percent: verb.percent };
    case 'promote': {
      if (starting) return refuse(verb, 'canary-not-ready', { revision: starting.shortName });
      if (!canary) return refuse(verb, 'no-canary', { service: rollout.service.name });
      const tested = canary.modelUri;
      // The spec holds another model whose revision has not come (a moment ago, or a spec that KServe refuses).
      if (isPending(rollout, rollout.spec.modelUri)) return refuse(verb, 'canary-not-ready', { revision: modelName(rollout.spec.modelUri) ?? '' });
      if (context.manifestModelUri !== undefined && tested !== undefined && context.manifestModelUri !== tested) {
        return refuse(verb, 'other-model-in-file', { file: context.manifestModelUri, canary: tested, revision: canary.shortName });
      }
      return { percent: null };
    }
    case 'abort':
      return canary ?? starting ? endCanary(rollout, verb, context) : refuse(verb, 'no-canary', { service: rollout.service.name });
    case 'roll-back':
      // While a canary runs the way back is to end it: the newest earlier model may be the canary's own.
      return canary ?? starting ? endCanary(rollout, verb, context) : rollBack(rollout, verb);
    case 'tag-urls':
      return { tagRouting: verb.enabled ? 'true' : null };
    case 'stop':
      return { stop: 'true' };
    case 'resume':
      return rollout.spec.stopped ? { stop: null } : refuse(verb, 'not-stopped', { service: rollout.service.name });
    case 'undo':
    case 'apply':
      return verb.facts;
    case 'deploy':
      return refuse(verb, 'already-there', { service: rollout.service.name });
  }
}

function endCanary(rollout: Rollout, verb: Verb, { facts }: PlanContext): Change | Refusal {
  const stable = variant(rollout, 'stable');
  if (!stable) return refuse(verb, 'nothing-to-roll-back-to', { service: rollout.service.name });
  // At 0 % a revision that cannot start is tried for ever; the way out that was recorded is the old model without a percent.
  const byModel = variant(rollout, 'starting')?.trouble !== undefined && stable.modelUri !== undefined && facts.modelUri !== null;
  return byModel ? { percent: null, modelUri: stable.modelUri } : { percent: 0 };
}

/** By traffic where the previous revision stands and holds another model; else by model, as a new revision. */
function rollBack(rollout: Rollout, verb: Verb): Change | Refusal {
  const current = variant(rollout, 'stable');
  const earlier = rollout.variants.filter(({ role, modelUri }) => (role === 'previous' || role === 'superseded') && modelUri !== undefined && modelUri !== current?.modelUri);
  const previous = earlier.find(({ role }) => role === 'previous');
  if (previous) return { percent: 0 };
  const model = earlier[0]?.modelUri;
  return model === undefined ? refuse(verb, 'nothing-to-roll-back-to', { service: rollout.service.name }) : { percent: null, modelUri: model };
}

/**
 * What the controllers make of a change: `createKnativeService` (desired traffic) and `PropagateStatus` (the rolled-out pair) of
 * kserve/kserve, both run to their end. A template change (model, tag annotation) makes a revision; a percent does not.
 */
function predict(rollout: Rollout, facts: Facts, change: Change): { expected: Expectation; warnings: Warning[] } {
  const after = changed(facts, change);
  const warnings: Warning[] = [];
  const stopped = after.stop === 'true';
  const restarted = facts.stop === 'true' && !stopped;
  // Against the newest revision, not the spec: the spec's own model may not have come yet, or be taken back before it came.
  const otherModel = modelOf(rollout, rollout.revisions.created) === undefined ? change.modelUri !== undefined : isPending(rollout, after.modelUri ?? undefined);
  const newRevision = !stopped && (restarted || change.tagRouting !== undefined || otherModel);
  const { created, rolledOut, previous } = rollout.revisions;
  const newest: Omit<Share, 'percent'> = newRevision
    ? defined<Omit<Share, 'percent'>>({ revision: null, modelUri: after.modelUri ?? undefined })
    : named(rollout, created);
  const expect = (shares: readonly Share[]): Expectation => defined<Expectation>({
    shares: shares.filter(({ percent }, index) => index === 0 || percent > 0),
    newRevision,
    createdBefore: created,
    tagged: after.tagRouting === 'true',
    stopped,
  });
  if (stopped) {
    if (variant(rollout, 'canary')) warnings.push({ code: 'stop-forgets-revisions', evidence: {} });
    return { expected: expect([]), warnings };
  }
  const percent = after.percent ?? 100;
  if (percent >= 100 || rolledOut === undefined || restarted) return { expected: expect([{ ...newest, percent: 100 }]), warnings };
  const returns = !newRevision && rolledOut === created && previous !== undefined;
  return { expected: expect([{ ...newest, percent }, { ...named(rollout, returns ? previous : rolledOut), percent: 100 - percent }]), warnings };
}

function verbWarnings(rollout: Rollout, verb: Verb, expected: Expectation): Warning[] {
  const warnings: Warning[] = [];
  const canary = variant(rollout, 'canary');
  const stable = variant(rollout, 'stable');
  const target = rollout.variants.find(({ name }) => name === expected.shares[1]?.revision);
  if (verb.kind === 'start-canary' && !expected.newRevision && stable && !canary && target && target.name !== stable.name) {
    warnings.push({ code: 'partial-rollback', evidence: { percent: expected.shares[1]?.percent ?? 0, revision: target.shortName, model: target.modelUri ?? '' } });
  }
  if (verb.kind === 'tag-urls' || (verb.kind === 'start-canary' && verb.tagged === true && verb.modelUri === undefined)) {
    warnings.push({ code: 'makes-revision', evidence: {} });
    if (!canary && stable && rollout.spec.percent === undefined) warnings.push({ code: 'replaces-rollback-target', evidence: { revision: stable.shortName } });
  }
  const cold = expected.shares.map((share) => rollout.variants.find(({ name }) => name === share.revision)).find((of, index) => of?.pods?.total === 0 && (expected.shares[index]?.percent ?? 0) > (of.routed ?? 0));
  if (cold) warnings.push({ code: 'cold-start', evidence: { revision: cold.shortName } });
  const failing = variant(rollout, 'starting');
  if ((verb.kind === 'abort' || verb.kind === 'roll-back') && failing && expected.newRevision) warnings.push({ code: 'abort-by-model', evidence: { revision: failing.shortName } });
  if ((verb.kind === 'abort' || verb.kind === 'roll-back') && expected.shares[0]?.percent === 0) {
    const kept = rollout.variants.find(({ name }) => name === expected.shares[0]?.revision);
    if (kept?.pods && kept.pods.total > 0) warnings.push({ code: 'zero-keeps-pods', evidence: { canary: kept.shortName, pods: kept.pods.total } });
  }
  return warnings;
}

/** The split as routed now, newest first. */
function sharesOf(rollout: Rollout): readonly Share[] {
  return rollout.variants.filter(({ routed }) => routed !== undefined).map(shareOf);
}

function shareOf({ name, routed, modelUri }: Variant): Share {
  return defined<Share>({ revision: name, percent: routed ?? 0, modelUri });
}

function named(rollout: Rollout, name: string | undefined): Omit<Share, 'percent'> {
  return defined<Omit<Share, 'percent'>>({ revision: name ?? null, modelUri: modelOf(rollout, name) });
}

function modelOf(rollout: Rollout, name: string | undefined): string | undefined {
  return rollout.variants.find((candidate) => candidate.name === name)?.modelUri;
}

/** The newest revision does not hold the model that the spec asks for: another revision is to come. */
function isPending(rollout: Rollout, modelUri: string | undefined): boolean {
  const newest = modelOf(rollout, rollout.revisions.created);
  return newest !== undefined && modelUri !== undefined && newest !== modelUri;
}

function isPercent(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100;
}

function refuse(verb: Verb, refused: RefusalCode, evidence: Refusal['evidence'] = {}): Refusal {
  return { refused, verb, evidence };
}

