import { variant, type Rollout, type Warning } from '../rollout.ts';

/** The traps that the objects show at this moment (footguns of KServe's Knative mode). */
export function warn(rollout: Rollout): readonly Warning[] {
  const warnings: Warning[] = [];
  const { percent } = rollout.spec;
  if (percent !== undefined && (percent < 0 || percent > 100)) warnings.push({ code: 'percent-out-of-range', evidence: { percent } });
  const canary = variant(rollout, 'canary');
  const stable = variant(rollout, 'stable');
  if (rollout.phase !== 'canary' || !canary || !stable) return warnings;
  if (canary.modelUri !== undefined && canary.modelUri === stable.modelUri) {
    warnings.push({ code: 'same-model', evidence: { stable: stable.shortName, canary: canary.shortName, model: canary.modelUri } });
  }
  if (canary.routed === 0) {
    warnings.push({ code: 'zero-left-over', evidence: { canary: canary.shortName } });
    if (canary.pods && canary.pods.total > 0) warnings.push({ code: 'zero-keeps-pods', evidence: { canary: canary.shortName, pods: canary.pods.total } });
  }
  return warnings;
}
