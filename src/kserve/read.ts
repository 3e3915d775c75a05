import { annotations } from './annotations.ts';
import { defined } from './json.ts';
import { componentNames, type InferenceService } from './objects.ts';
import type { Rollout, RolloutApi } from './rollout.ts';
import { readKnative } from './knative/read.ts';
import type { Surroundings } from './surroundings.ts';

/** One Rollout for each component of an InferenceService, the predictor first. Pure; never throws. */
export function readRollouts(service: InferenceService, surroundings: Surroundings): readonly Rollout[] {
  const api = rolloutApi(service);
  return componentNames
    .filter((component) => service.components[component] !== undefined)
    .map((component) => api === 'Knative' ? readKnative(service, component, surroundings) : unsplit(service, component, api));
}

/** Precedence as in KServe's `utils.GetDeploymentMode`: the status before the annotation; old names are still written. */
function rolloutApi(service: InferenceService): RolloutApi {
  const mode = service.status.deploymentMode ?? service.annotations[annotations.deploymentMode];
  if (mode === 'Standard' || mode === 'RawDeployment') return 'Standard';
  if (mode === 'ModelMesh') return 'None';
  // Before 0.15 no status said the mode, and a service of a minute ago has no status yet.
  return 'Knative';
}

/** What a service in a mode whose split is not read shows: that it is there, whether it answers, and what is ignored. */
function unsplit(service: InferenceService, component: Rollout['component'], api: RolloutApi): Rollout {
  const spec = service.components[component];
  const ready = service.status.conditions.find(({ type }) => type === 'Ready')?.status ?? '';
  const stopped = service.annotations[annotations.stop] === 'true';
  const percent = spec?.canaryTrafficPercent;
  return defined<Rollout>({
    service: service.ref,
    component,
    api,
    phase: stopped ? 'stopped' : ready === 'True' ? 'stable' : ready === '' ? 'deploying' : 'unknown',
    variants: [],
    spec: defined<Rollout['spec']>({ percent, modelUri: spec?.modelUri, modelKey: spec?.modelKey ?? 'model', tagged: false, stopped }),
    revisions: {},
    routeReady: ready === 'True',
    serving: ready === 'True',
    ready,
    url: service.status.url,
    trouble: undefined,
    warnings: percent === undefined ? [] : [{ code: 'percent-ignored', evidence: { percent, mode: service.status.deploymentMode ?? api } }],
  });
}
