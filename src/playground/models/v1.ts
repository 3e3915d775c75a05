import type { Classifier } from './classifier.ts';
import { asFlowers, failure, isRecord, json, parseBody, unknownModel, type ModelAnswer, type ModelRequest } from './http.ts';

/**
 * The V1 protocol under `/v1/models`, with the answers of KServe's Python server 0.21.0. Undefined: no V1 path.
 */
export function answerV1(request: ModelRequest, name: string, classify: Classifier): ModelAnswer | undefined {
  if (request.path === '/v1/models' && request.method === 'GET') {
    return json(200, { models: [name] });
  }
  const [, asked, verb] = /^\/v1\/models\/([^/:]+)(?::(\w+))?$/.exec(request.path) ?? [];
  if (asked === undefined) {
    return undefined;
  }
  if (verb === undefined && request.method === 'GET') {
    return asked === name ? json(200, { name, ready: true }) : unknownModel(asked);
  }
  if (request.method !== 'POST') {
    return undefined;
  }
  switch (verb) {
    case 'predict':
      return asked === name ? predict(request, classify) : unknownModel(asked);
    case 'explain':
      return asked === name ? failure(501, 'Could not find explainer_host.') : unknownModel(asked);
    default:
      return undefined;
  }
}

/**
 * Only a body of type `application/json`, with no parameter, or of no type at all is parsed before it reaches the model; any other
 * arrives there as bytes.
 */
function predict(request: ModelRequest, classify: Classifier): ModelAnswer {
  if (request.contentType !== undefined && request.contentType !== 'application/json') {
    return failure(500, 'TypeError : byte indices must be integers or slices, not str');
  }
  const parsed = parseBody(request.body);
  if ('answer' in parsed) {
    return parsed.answer;
  }
  const instances = isRecord(parsed.value) ? (parsed.value['instances'] ?? parsed.value['inputs']) : undefined;
  if (instances === undefined) {
    return failure(500, "KeyError : 'instances'");
  }
  const read = asFlowers(instances);
  return 'answer' in read ? read.answer : json(200, { predictions: read.flowers.map(classify) });
}
