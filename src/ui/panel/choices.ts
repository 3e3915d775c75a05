import { variant as withRole, type Rollout, type Variant } from '../../kserve/rollout.ts';
import type { Translate } from '../../predict/index.ts';
import type { PanelAction, PredictVariant } from './source.ts';

/** The three choices of a panel for a rollout, with the reason where one cannot be called. Pure. */
export function choices(rollout: Rollout, t: Translate, enableTaggedUrls?: PanelAction): PredictVariant[] {
  const routed = rollout.variants.filter((variant) => (variant.routed ?? 0) > 0);
  const canary = withRole(rollout, 'canary');
  const stable = withRole(rollout, 'stable');
  const [only] = routed;
  const split: PredictVariant = {
    id: 'split',
    label: routed.length > 1 && canary ? t('Split {0}/{1}', canary.routed ?? 0, stable?.routed ?? 0) : t('Service'),
    ...(rollout.url === undefined ? {} : { url: rollout.url }),
    // With one revision in the route there is nothing to draw: it is the one that answers.
    ...(routed.length === 1 && only ? { revision: only.name, shortRevision: only.shortName } : {}),
    ...(rollout.url !== undefined ? {}
      : { unavailable: { reason: rollout.phase === 'stopped' ? t('The service is stopped.') : t('The service has no URL in its status yet: {0}', detailOf(rollout) ?? t('it is being deployed.')) } }),
  };
  return [split, alone('canary', canary, rollout, t, enableTaggedUrls), alone('stable', stable, rollout, t, enableTaggedUrls)];
}

function alone(id: 'canary' | 'stable', variant: Variant | undefined, rollout: Rollout, t: Translate, enableTaggedUrls: PanelAction | undefined): PredictVariant {
  const name = id === 'canary' ? t('Canary') : t('Stable');
  const starting = id === 'canary' ? withRole(rollout, 'starting') : undefined;
  if (!variant && starting) {
    return {
      id, label: `${name} ${starting.shortName}`, revision: starting.name, shortRevision: starting.shortName,
      unavailable: { reason: starting.trouble ? t('{0} cannot start: {1}', starting.shortName, starting.trouble.detail || starting.trouble.kind) : t('{0} is starting: it takes requests when it is ready.', starting.shortName) },
    };
  }
  if (!variant) {
    return {
      id, label: name,
      unavailable: { reason: id === 'canary' ? t('There is no canary now: one revision serves all of {0}.', rollout.service.name) : t('No revision of {0} is stable yet.', rollout.service.name) },
    };
  }
  const label = `${name} ${variant.shortName}`;
  const known = { id, label, revision: variant.name, shortRevision: variant.shortName, ...(variant.routed === undefined ? {} : { share: variant.routed }) };
  if (variant.url !== undefined) return { ...known, url: variant.url };
  // Alone in the route, the service's own URL reaches it and nothing else.
  if (variant.routed === 100 && rollout.url !== undefined) return { ...known, url: rollout.url };
  const tag = id === 'canary' ? 'latest' : 'prev';
  return {
    ...known,
    unavailable: rollout.spec.tagged
      ? { reason: t('{0} has no URL of its own in the status: the tag {1} is not there (yet).', variant.shortName, tag) }
      : {
          reason: t('{0}-… exists only with tagged URLs: {1} can now be reached only through the split.', tag, variant.shortName),
          ...(enableTaggedUrls ? { action: enableTaggedUrls } : {}),
        },
  };
}

function detailOf({ trouble }: Rollout): string | undefined {
  return trouble === undefined || trouble.detail === '' ? undefined : trouble.detail;
}
