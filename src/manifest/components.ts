/** The components of an InferenceService's spec, in whichever shape they are written. */
import { isData, textOf, valueAt, type Data } from './data.ts';
import type { ComponentName, ManifestComponent, Path } from './types.ts';

const NAMES: readonly ComponentName[] = ['predictor', 'transformer', 'explainer'];

/** Frameworks that were keys of their own before `model` (KServe `predictor.go PredictorSpec`, `explainer.go ExplainerSpec`). */
const FRAMEWORKS = [
  'sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm', 'paddle', 'art', 'alibi',
] as const;

/** A custom container's model: KServe's storage initializer downloads what this variable names. */
const STORAGE_VARIABLE = 'STORAGE_URI';

/**
 * @param spec the value of `spec`
 * @param percentText the raw text of a percent that is not an integer
 */
export function readComponents(spec: unknown, percentText: (path: Path) => string | undefined): ManifestComponent[] {
  const components: ManifestComponent[] = [];
  for (const name of NAMES) {
    if (!isData(spec) || !Object.hasOwn(spec, name)) continue;
    const value = spec[name];
    const path: Path = ['spec', name];
    const percentPath: Path = [...path, 'canaryTrafficPercent'];
    const model = findModel(isData(value) ? value : {}, path, name);
    const percent = readPercent(valueAt(value, ['canaryTrafficPercent']), percentText(percentPath));
    components.push({
      name,
      ...(percent === undefined ? {} : { percent }),
      ...(model.uri === undefined ? {} : { modelUri: model.uri }),
      shape: model.shape,
      paths: { percent: percentPath, ...(model.path ? { modelUri: model.path } : {}) },
    });
  }
  return components;
}

interface Model {
  readonly shape: string;
  readonly uri?: string;
  readonly path?: Path;
}

function findModel(component: Data, path: Path, name: ComponentName): Model {
  for (const shape of ['model', ...FRAMEWORKS]) {
    if (Object.hasOwn(component, shape)) return withUri(component, { shape, path: [...path, shape, 'storageUri'] }, [shape, 'storageUri']);
  }
  const containers = component['containers'];
  if (Array.isArray(containers)) {
    for (const [i, container] of containers.entries()) {
      const env = valueAt(container, ['env']);
      const j = Array.isArray(env) ? env.findIndex((item) => valueAt(item, ['name']) === STORAGE_VARIABLE) : -1;
      const inside = ['containers', i, 'env', j, 'value'];
      if (j >= 0) return withUri(component, { shape: 'containers', path: [...path, ...inside] }, inside);
    }
    return { shape: 'containers' };
  }
  // A partial document (a Kustomize overlay) may name nothing of the model: a predictor's model would go where KServe's documentation has it.
  return name === 'predictor' ? { shape: 'other', path: [...path, 'model', 'storageUri'] } : { shape: 'other' };
}

function withUri(component: Data, model: Model, inside: Path): Model {
  const uri = textOf(valueAt(component, inside));
  return uri === undefined ? model : { ...model, uri };
}

function readPercent(value: unknown, raw: string | undefined): number | string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  return raw ?? JSON.stringify(value);
}
