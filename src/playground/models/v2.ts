import { randomUUID } from 'node:crypto';
import type { Classifier } from './classifier.ts';
import { asFlowers, failure, isRecord, json, parseBody, unknownModel, type ModelAnswer, type ModelRequest } from './http.ts';

/** The Open Inference Protocol (V2) under `/v2`, as KServe's Python server speaks it. Undefined: no V2 path. */
export function answerV2(request: ModelRequest, name: string, classify: Classifier): ModelAnswer | undefined {
  if (request.method === 'GET') {
    return describe(request.path, name);
  }
  const [, asked] = /^\/v2\/models\/([^/]+)\/infer$/.exec(request.path) ?? [];
  if (asked === undefined || request.method !== 'POST') {
    return undefined;
  }
  return asked === name ? infer(request.body, name, classify) : unknownModel(asked);
}

function describe(path: string, name: string): ModelAnswer | undefined {
  switch (path) {
    case '/v2':
      return json(200, { name: 'kserve', version: '0.20.0', extensions: ['model_repository_extension'] });
    case '/v2/health/live':
      return json(200, { live: true });
    case '/v2/health/ready':
      return json(200, { ready: true });
    case '/v2/models':
      return json(200, { models: [name] });
  }
  const [, asked, ready] = /^\/v2\/models\/([^/]+?)(\/ready)?$/.exec(path) ?? [];
  if (asked === undefined) {
    return undefined;
  }
  if (asked !== name) {
    return unknownModel(asked);
  }
  return ready === undefined
    ? json(200, { name, versions: [], platform: '', inputs: [], outputs: [] })
    : json(200, { name, ready: true });
}

function infer(body: string, name: string, classify: Classifier): ModelAnswer {
  const parsed = parseBody(body);
  if ('answer' in parsed) {
    return parsed.answer;
  }
  const request = isRecord(parsed.value) ? parsed.value : {};
  const inputs = Array.isArray(request['inputs']) ? request['inputs'] : [];
  const input: unknown = inputs[0];
  if (!isRecord(input)) {
    return failure(400, "Failed to decode InferRequest: missing field 'inputs'");
  }
  const read = asFlowers(rows(input['data'], input['shape']));
  if ('answer' in read) {
    return read.answer;
  }
  const data = read.flowers.map(classify);
  return json(200, {
    model_name: name,
    model_version: null,
    id: typeof request['id'] === 'string' && request['id'] !== '' ? request['id'] : randomUUID(),
    parameters: null,
    outputs: [{ name: 'output-0', shape: [data.length], datatype: 'INT32', parameters: null, data }],
  });
}

/** A tensor's data comes flat, in row-major order, or nested as its shape is. */
function rows(data: unknown, shape: unknown): unknown {
  if (!Array.isArray(data) || Array.isArray(data[0])) {
    return data;
  }
  const flat: readonly unknown[] = data;
  const columns: unknown = Array.isArray(shape) ? shape.at(-1) : undefined;
  const width = typeof columns === 'number' && columns > 0 ? columns : 4;
  return Array.from({ length: Math.ceil(flat.length / width) }, (_, row) => flat.slice(row * width, (row + 1) * width));
}
