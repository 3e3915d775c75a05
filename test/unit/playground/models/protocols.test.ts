import assert from 'node:assert/strict';
import { modelAt } from '../../../../src/playground/models/classifier.ts';
import { flowers, speciesOf } from '../../../../src/playground/models/iris.ts';
import { modelServer, type ModelServer } from '../../../../src/playground/models/server.ts';
import { documented } from '../support.ts';

interface Answer {
  status: number;
  body: unknown;
}

function asker(server: ModelServer): (method: string, path: string, body?: string, contentType?: string) => Answer {
  return (method, path, body = '', contentType) => {
    const answer = server.answer({ method, path, contentType, body });
    return { status: answer.status, body: answer.contentType === 'application/json' ? JSON.parse(answer.body) : answer.body };
  };
}

const predict = '/v1/models/sklearn-iris:predict';
const infer = '/v2/models/sklearn-iris/infer';
const json = 'application/json';

describe('Iris models', () => {
  it('have Fisher\'s 150 flowers, 50 of each species', () => {
    assert.equal(flowers.length, 150);
    assert.deepEqual([0, 49, 50, 99, 100, 149].map(speciesOf), [0, 0, 1, 1, 2, 2]);
    assert.deepEqual(flowers[0], [5.1, 3.5, 1.4, 0.2]);
    assert.deepEqual(flowers[149], [5.9, 3.0, 5.1, 1.8]);
  });

  for (const [source, right, answer] of [
    ['gs://kfserving-examples/models/sklearn/1.0/model-1', 144, [1, 1]],
    ['gs://kfserving-examples/models/sklearn/1.0/model-2', 138, [1, 2]],
  ] as const) {
    it(`${source.slice(-7)} names ${right} of 150 flowers rightly, and the documented ones ${answer.join(' and ')}`, () => {
      const classify = modelAt(source);
      assert.equal(flowers.filter((flower, index) => classify(flower) === speciesOf(index)).length, right);
      assert.deepEqual([classify([6.8, 2.8, 4.8, 1.4]), classify([6.0, 3.4, 4.5, 1.6])], answer);
    });
  }
});

describe('V1 protocol', () => {
  const ask = asker(modelServer('sklearn-iris', 's3://models/model-2'));

  it('predicts', () => {
    assert.deepEqual(ask('POST', predict, documented, json), { status: 200, body: { predictions: [1, 2] } });
    assert.deepEqual(ask('POST', predict, documented), { status: 200, body: { predictions: [1, 2] } }, 'without a Content-Type');
    assert.deepEqual(ask('POST', predict, documented.replace('instances', 'inputs'), json).body, { predictions: [1, 2] });
  });

  it('lists its model', () => {
    assert.deepEqual(ask('GET', '/v1/models'), { status: 200, body: { models: ['sklearn-iris'] } });
    assert.deepEqual(ask('GET', '/v1/models/sklearn-iris'), { status: 200, body: { name: 'sklearn-iris', ready: true } });
  });

  const refused: [title: string, answer: Answer, status: number, body: unknown][] = [
    [
      'a Content-Type with a parameter',
      ask('POST', predict, documented, 'application/json; charset=utf-8'),
      500,
      { error: 'TypeError : byte indices must be integers or slices, not str' },
    ],
    [
      'what curl -d sends by itself',
      ask('POST', predict, documented, 'application/x-www-form-urlencoded'),
      500,
      { error: 'TypeError : byte indices must be integers or slices, not str' },
    ],
    ['no instances', ask('POST', predict, '{}', json), 500, { error: "KeyError : 'instances'" }],
    ['another model', ask('POST', '/v1/models/nope:predict', documented, json), 404, { error: 'Model with name nope does not exist.' }],
    ['an explanation', ask('POST', '/v1/models/sklearn-iris:explain', documented, json), 501, { error: 'Could not find explainer_host.' }],
    ['another path', ask('GET', '/nothing'), 404, { detail: 'Not Found' }],
    ['another method', ask('DELETE', '/v1/models/sklearn-iris'), 405, { detail: 'Method Not Allowed' }],
    [
      'a flower with too few lengths',
      ask('POST', predict, '{"instances":[[1,2,3]]}', json),
      500,
      { error: 'X has 3 features, but NearestCentroid is expecting 4 features as input.' },
    ],
  ];
  for (const [title, answer, status, body] of refused) {
    it(`answers ${status} to ${title}`, () => {
      assert.deepEqual(answer, { status, body });
    });
  }

  it('answers 400 to broken JSON', () => {
    const { status, body } = ask('POST', predict, '{"instances":', json);
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /^\{"error":"Unrecognized request format: /);
  });

  it('counts predictions in its metrics', () => {
    const counting = asker(modelServer('m', 'model-1'));
    counting('POST', '/v1/models/m:predict', documented, json);
    counting('POST', '/v1/models/m:predict', documented, json);
    assert.match(String(counting('GET', '/metrics').body), /^request_predict_seconds_count\{model_name="m"\} 2$/m);
  });
});

describe('V2 protocol', () => {
  const ask = asker(modelServer('sklearn-iris', 's3://models/model-1'));
  const flat = [6.8, 2.8, 4.8, 1.4, 6.0, 3.4, 4.5, 1.6];
  const body = (data: unknown, id = 'one'): string =>
    JSON.stringify({ id, inputs: [{ name: 'input-0', shape: [2, 4], datatype: 'FP32', data }] });

  for (const [title, data] of [
    ['flat', flat],
    ['nested', [flat.slice(0, 4), flat.slice(4)]],
  ] as const) {
    it(`infers from ${title} data`, () => {
      assert.deepEqual(ask('POST', infer, body(data), json), {
        status: 200,
        body: {
          model_name: 'sklearn-iris',
          model_version: null,
          id: 'one',
          parameters: null,
          outputs: [{ name: 'output-0', shape: [2], datatype: 'INT32', parameters: null, data: [1, 1] }],
        },
      });
    });
  }

  it('does not mind the Content-Type', () => {
    assert.equal(ask('POST', infer, body(flat), 'text/plain').status, 200);
  });

  it('says what it is and that it is ready', () => {
    assert.deepEqual(ask('GET', '/v2/health/live').body, { live: true });
    assert.deepEqual(ask('GET', '/v2/health/ready').body, { ready: true });
    assert.deepEqual(ask('GET', '/v2/models').body, { models: ['sklearn-iris'] });
    assert.deepEqual(ask('GET', '/v2/models/sklearn-iris/ready').body, { name: 'sklearn-iris', ready: true });
    assert.deepEqual(ask('GET', '/v2/models/sklearn-iris').body, {
      name: 'sklearn-iris',
      versions: [],
      platform: '',
      inputs: [],
      outputs: [],
    });
  });

  it('answers 404 to another model, 400 to a body without inputs', () => {
    assert.deepEqual(ask('POST', '/v2/models/nope/infer', body(flat), json), {
      status: 404,
      body: { error: 'Model with name nope does not exist.' },
    });
    assert.equal(ask('POST', infer, '{}', json).status, 400);
  });
});
