import { ApiError } from '../../api/errors.ts';
import type { NewObject } from '../../api/types.ts';
import { at, record, text } from '../fields.ts';

/** The predictor fields of before `model`, each named for its model format (KServe `pkg/apis/serving/v1beta1/predictor.go`). */
export const frameworks = [
  'sklearn',
  'xgboost',
  'tensorflow',
  'pytorch',
  'triton',
  'onnx',
  'huggingface',
  'pmml',
  'lightgbm',
  'paddle',
] as const;

/** Older names of the deployment modes, which the webhook rewrites (`inference_service_defaults.go`). */
const modeAliases: { readonly [alias: string]: string } = { Serverless: 'Knative', RawDeployment: 'Standard' };
const modeAnnotation = 'serving.kserve.io/deploymentMode';

/** KServe's mutating webhook: what it cannot read it refuses, then it fills in what the object leaves out. */
export function defaultInferenceService(object: NewObject): NewObject {
  refuseUnreadable(object);
  const predictor = record(at(object, 'spec', 'predictor'));
  const named = frameworks.filter((name) => predictor[name] !== undefined);
  if (named.length + (predictor['model'] === undefined ? 0 : 1) > 1) {
    // Validation tells what is wrong.
    return object;
  }
  const [framework] = named;
  const given = framework === undefined ? predictor['model'] : { modelFormat: { name: framework }, ...record(predictor[framework]) };
  if (given === undefined) {
    return withAnnotations(object, {});
  }
  const rest = Object.fromEntries(Object.entries(predictor).filter(([key]) => key !== framework));
  const model = { name: '', resources: {}, ...record(given) };
  const format = text(at(model, 'modelFormat', 'name'));
  return withAnnotations(
    { ...object, spec: { ...record(object['spec']), predictor: { ...rest, model } } },
    format === undefined ? {} : { modelFormat: format },
  );
}

function withAnnotations(object: NewObject, added: { [key: string]: string }): NewObject {
  const annotations = { ...object.metadata.annotations, ...added };
  const mode = modeAliases[annotations[modeAnnotation] ?? ''];
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, ...(mode === undefined ? {} : { [modeAnnotation]: mode }) } },
  };
}

/** The webhook parses the object into Go types: a value of the wrong type is refused there, before any schema is asked. */
function refuseUnreadable(object: NewObject): void {
  for (const field of ['canaryTrafficPercent', 'minReplicas', 'maxReplicas', 'timeout', 'containerConcurrency']) {
    const value = at(object, 'spec', 'predictor', field);
    if (value === undefined || value === null || (typeof value === 'number' && Number.isInteger(value))) {
      continue;
    }
    const said = typeof value === 'number' ? `number ${value}` : jsonKind(value);
    const go = field === 'minReplicas' || field === 'maxReplicas' ? 'int32' : 'int64';
    throw new ApiError(
      400,
      '',
      'admission webhook "inferenceservice.kserve-webhook-server.defaulter" denied the request: ' +
        `json: cannot unmarshal ${said} into Go struct field PredictorSpec.spec.predictor.ComponentExtensionSpec.${field} of type ${go}`,
    );
  }
}

/** As Go's `encoding/json` calls a value. */
function jsonKind(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}
