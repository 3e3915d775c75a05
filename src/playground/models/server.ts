import { modelAt } from './classifier.ts';
import { json, methodNotAllowed, notFound, type ModelAnswer, type ModelRequest } from './http.ts';
import { answerV1 } from './v1.ts';
import { answerV2 } from './v2.ts';

/** One running model server, as it would run in a pod's `kserve-container`. */
export interface ModelServer {
  answer(request: ModelRequest): ModelAnswer;
}

/**
 * A model server for the model at `storageUri` under the name that `--model_name` gives it. It counts its predictions as KServe's
 * does, in the Prometheus text at `/metrics`.
 */
export function modelServer(name: string, storageUri: string): ModelServer {
  const classify = modelAt(storageUri);
  let predictions = 0;
  return {
    answer(request) {
      if (request.path === '/metrics' && request.method === 'GET') {
        return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: metrics(name, predictions) };
      }
      if (request.path === '/' && request.method === 'GET') {
        return json(200, { status: 'alive' });
      }
      const answer = answerV1(request, name, classify) ?? answerV2(request, name, classify);
      if (answer === undefined) {
        return /^\/v[12]\/(models|health)\b/.test(request.path) ? methodNotAllowed : notFound;
      }
      if (request.method === 'POST' && answer.status === 200) {
        predictions += 1;
      }
      return answer;
    },
  };
}

function metrics(name: string, predictions: number): string {
  return [
    '# HELP request_predict_seconds predict request latency',
    '# TYPE request_predict_seconds histogram',
    `request_predict_seconds_count{model_name="${name}"} ${predictions}`,
    '',
  ].join('\n');
}
