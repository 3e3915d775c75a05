import { variant, type Rollout } from '../kserve/rollout.ts';

/** The verbs that a view offers for a rollout as it stands. */
export type OfferedVerb = 'start-canary' | 'shift' | 'promote' | 'abort' | 'roll-back' | 'resume';

/** At most three: the next step first, then the way back. */
export function offeredVerbs(rollout: Rollout): readonly OfferedVerb[] {
  if (rollout.api !== 'Knative') return [];
  switch (rollout.phase) {
    case 'stopped': return ['resume'];
    case 'stable': return canRollBack(rollout) ? ['start-canary', 'roll-back'] : ['start-canary'];
    case 'canary': return variant(rollout, 'canary')?.routed === 0 ? ['start-canary', 'promote'] : ['shift', 'promote', 'abort'];
    case 'changing':
    case 'failing': return wayOut(rollout);
    default: return [];
  }
}

/** A canary at 0 % that cannot start is ended by the earlier model only, where that is known. */
function wayOut(rollout: Rollout): readonly OfferedVerb[] {
  const another: readonly OfferedVerb[] = rollout.phase === 'failing' && rollout.serving ? ['start-canary'] : [];
  const starting = variant(rollout, 'starting');
  const stable = variant(rollout, 'stable');
  const aborts = starting && stable && (rollout.spec.percent !== 0 || (starting.trouble !== undefined && stable.modelUri !== undefined));
  return aborts ? [...another, 'abort'] : another;
}

function canRollBack(rollout: Rollout): boolean {
  const stable = variant(rollout, 'stable');
  return rollout.variants.some(({ role, modelUri }) => (role === 'previous' || role === 'superseded') && modelUri !== undefined && modelUri !== stable?.modelUri);
}

/** The revision that `abort` and `roll-back` return to. */
export function backTo(rollout: Rollout): string | undefined {
  if (rollout.phase !== 'stable') return variant(rollout, 'stable')?.shortName;
  const stable = variant(rollout, 'stable');
  return rollout.variants.find(({ role, modelUri }) => role === 'previous' && modelUri !== stable?.modelUri)?.shortName;
}
