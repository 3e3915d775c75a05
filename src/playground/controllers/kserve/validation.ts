import { ApiError } from '../../api/errors.ts';
import type { NewObject, StoredObject } from '../../api/types.ts';
import { at, integer, items, record } from '../fields.ts';
import { frameworks } from './defaulting.ts';

const nameFormat = '[a-z]([-a-z0-9]*[a-z0-9])?';
const modeAnnotation = 'serving.kserve.io/deploymentMode';

/** KServe's validating webhook, as far as the playground's services go (`inference_service_validation.go`, `component.go`). */
export function validateInferenceService(object: NewObject, _old: StoredObject | undefined): void {
  const problem = nameProblem(object) ?? implementationProblem(object) ?? replicasProblem(object);
  if (problem !== undefined) {
    throw denied('inferenceservice.kserve-webhook-server.validator', problem);
  }
  const mode = object.metadata.annotations?.[modeAnnotation];
  if (mode !== undefined && mode !== 'Knative') {
    throw denied('playground.kserve-canary', `this playground has only the deployment mode Knative, not "${mode}"`);
  }
}

function denied(webhook: string, problem: string): ApiError {
  return new ApiError(403, 'Forbidden', `admission webhook "${webhook}" denied the request: ${problem}`);
}

function nameProblem(object: NewObject): string | undefined {
  const { name = '' } = object.metadata;
  return new RegExp(`^${nameFormat}$`).test(name)
    ? undefined
    : `the InferenceService "${name}" is invalid: a InferenceService name must consist of lower case alphanumeric characters or '-', ` +
        `and must start with alphabetical character. (e.g. "my-name" or "abc-123", regex used for validation is '${nameFormat}')`;
}

function implementationProblem(object: NewObject): string | undefined {
  const predictor = record(at(object, 'spec', 'predictor'));
  const named = ['model', ...frameworks].filter((field) => predictor[field] !== undefined).length;
  return named + (items(predictor['containers']).length > 0 && named === 0 ? 1 : 0) === 1
    ? undefined
    : 'exactly one of [Name, SKLearn, XGBoost, Tensorflow, PyTorch, Triton, ONNX, HuggingFace, PMML, LightGBM, Paddle, Model, ' +
        'StorageUris, StorageContainerName, WorkerSpec, PodSpec] must be specified in PredictorSpec';
}

function replicasProblem(object: NewObject): string | undefined {
  const minimum = integer(at(object, 'spec', 'predictor', 'minReplicas'));
  const maximum = integer(at(object, 'spec', 'predictor', 'maxReplicas')) ?? 0;
  if (minimum !== undefined && minimum < 0) {
    return "'MinReplicas' cannot be less than 0";
  }
  if (maximum < 0) {
    return "'MaxReplicas' cannot be less than 0";
  }
  return minimum !== undefined && maximum !== 0 && minimum > maximum ? "'MinReplicas' cannot be greater than MaxReplicas" : undefined;
}
