import type { ManifestDocument } from '../../manifest/types.ts';
import { annotations } from '../../kserve/annotations.ts';
import type { ComponentName } from '../../kserve/objects.ts';
import type { Change, Facts } from '../../kserve/plan.ts';
import { modelName, type Translate, type Words } from '../../kserve/words.ts';

/** The fields of a component as the manifest has them, or undefined while one of them is not a plain value. */
export function manifestFacts(manifest: ManifestDocument, component: ComponentName): Facts | undefined {
  const found = manifest.components.find(({ name }) => name === component);
  if (!found || typeof found.percent === 'string' || manifest.placeholders || manifest.errors.length > 0) return undefined;
  return {
    percent: found.percent ?? null,
    modelUri: found.modelUri ?? null,
    tagRouting: manifest.annotations[annotations.tagRouting] ?? null,
    stop: manifest.annotations[annotations.stop] ?? null,
  };
}

/** What applying the manifest's fields would change in the cluster; empty where they agree. */
export function drift(file: Facts, live: Facts): Change {
  return Object.fromEntries(Object.entries(file).filter(([key, value]) => {
    // A model kept elsewhere (storage.path, a container) is not in the manifest's URI: no difference to speak of.
    if (key === 'modelUri' && (value === null || live.modelUri === null)) return false;
    // `"false"` means what a missing annotation means.
    if ((key === 'tagRouting' || key === 'stop') && value !== 'true' && live[key] !== 'true') return false;
    return live[key as keyof Facts] !== value;
  }));
}

/** `file 20 %, cluster 10 %`, for the first field that differs. */
export function driftWords(file: Facts, live: Facts, words: Words, t: Translate): string {
  const differing = drift(file, live);
  if (differing.modelUri !== undefined) return t('file {0}, cluster {1}', modelName(file.modelUri ?? '') ?? '', modelName(live.modelUri ?? '') ?? '');
  if (differing.percent !== undefined) return t('file {0}, cluster {1}', file.percent === null ? t('without percent') : words.percent(file.percent), live.percent === null ? t('without percent') : words.percent(live.percent));
  if (differing.tagRouting !== undefined) return t('file {0}, cluster {1}', file.tagRouting === 'true' ? t('with tagged URLs') : t('without tagged URLs'), live.tagRouting === 'true' ? t('with tagged URLs') : t('without'));
  return differing.stop !== undefined ? t('file {0}, cluster {1}', file.stop === 'true' ? t('stopped') : t('running'), live.stop === 'true' ? t('stopped') : t('running')) : '';
}
