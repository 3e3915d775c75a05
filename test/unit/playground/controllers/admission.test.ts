import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/playground/api/errors.ts';
import { at } from '../../../../src/playground/controllers/fields.ts';
import { inferenceService } from '../../../../src/playground/controllers/resources/kserve.ts';
import type { NewObject } from '../../../../src/playground/api/types.ts';

const storageUri = 'gs://kfserving-examples/models/sklearn/1.0/model-1';

function manifest(predictor: object, metadata: object = {}): NewObject {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'sklearn-iris', namespace: 'kserve-test', ...metadata },
    spec: { predictor },
  };
}

function admit(object: NewObject): NewObject {
  const admitted = inferenceService.mutate?.(object, undefined) ?? object;
  inferenceService.validate?.(admitted, undefined);
  return admitted;
}

describe('InferenceService: defaulting', () => {
  it('fills in what the recorded objects have', () => {
    const admitted = admit(manifest({ model: { modelFormat: { name: 'sklearn' }, storageUri } }));
    assert.deepEqual(at(admitted, 'spec'), {
      predictor: { model: { modelFormat: { name: 'sklearn' }, name: '', resources: {}, storageUri } },
    });
    assert.deepEqual(admitted.metadata.annotations, { modelFormat: 'sklearn' });
  });

  it('turns a predictor of the old form into a model', () => {
    const admitted = admit(manifest({ canaryTrafficPercent: 10, sklearn: { storageUri } }));
    assert.deepEqual(at(admitted, 'spec', 'predictor'), {
      canaryTrafficPercent: 10,
      model: { modelFormat: { name: 'sklearn' }, name: '', resources: {}, storageUri },
    });
  });

  it('rewrites the older name of the mode', () => {
    const annotations = { 'serving.kserve.io/deploymentMode': 'Serverless' };
    const admitted = admit(manifest({ sklearn: { storageUri } }, { annotations }));
    assert.equal(admitted.metadata.annotations?.['serving.kserve.io/deploymentMode'], 'Knative');
  });
});

describe('InferenceService: what admission refuses', () => {
  const model = { modelFormat: { name: 'sklearn' }, storageUri };
  const cases: [title: string, object: NewObject, code: number, words: RegExp][] = [
    [
      'a percent that is no number',
      manifest({ canaryTrafficPercent: 'abc', model }),
      400,
      /defaulter" denied the request: json: cannot unmarshal string into Go struct field .*canaryTrafficPercent of type int64$/,
    ],
    ['a percent with a fraction', manifest({ canaryTrafficPercent: 0.5, model }), 400, /cannot unmarshal number 0\.5/],
    ['no predictor', manifest({}), 403, /exactly one of \[.*\] must be specified in PredictorSpec$/],
    ['two predictors', manifest({ model, xgboost: { storageUri } }), 403, /exactly one of/],
    ['a name with a capital', manifest({ model }, { name: 'Iris' }), 403, /the InferenceService "Iris" is invalid: a InferenceService name/],
    ['more replicas at least than at most', manifest({ minReplicas: 2, maxReplicas: 1, model }), 403, /'MinReplicas' cannot be greater/],
    [
      'a mode that the playground has not',
      manifest({ model }, { annotations: { 'serving.kserve.io/deploymentMode': 'RawDeployment' } }),
      403,
      /this playground has only the deployment mode Knative, not "Standard"/,
    ],
  ];
  for (const [title, object, code, words] of cases) {
    it(title, () => {
      assert.throws(
        () => admit(object),
        (error) => error instanceof ApiError && error.code === code && words.test(error.message),
      );
    });
  }

  it('but neither 150 nor -1', () => {
    for (const canaryTrafficPercent of [150, -1]) {
      assert.doesNotThrow(() => admit(manifest({ canaryTrafficPercent, model })));
    }
  });
});
