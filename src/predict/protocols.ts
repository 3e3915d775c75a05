/**
 * The paths of KServe's inference protocols
 * (V1 https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol,
 * V2 https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol).
 */
import { PredictError } from './errors.ts';

export type Protocol = 'v1' | 'v2';

/**
 * The path of a prediction, to be put after the target's prefix.
 * Throws PredictError `invalid` for a model name that would become another path.
 */
export function predictPath(protocol: Protocol, model: string): string {
  if (model === '' || model === '.' || model === '..') throw new PredictError({ kind: 'invalid', detail: `"${model}" is not a model's name.` });
  const name = encodeURIComponent(model);
  return protocol === 'v1' ? `/v1/models/${name}:predict` : `/v2/models/${name}/infer`;
}

/** The protocol a body is written for, judged by its own fields; undefined where they do not tell. */
export function protocolOfBody(body: string): Protocol | undefined {
  let value: unknown;
  try { value = JSON.parse(body); } catch { return undefined; }
  if (typeof value !== 'object' || value === null) return undefined;
  if ('instances' in value) return 'v1';
  const inputs: unknown = 'inputs' in value ? value.inputs : undefined;
  // V1 knows `inputs` too (TensorFlow Serving's column format), so only named tensors mean V2.
  return Array.isArray(inputs) && inputs.length > 0 && inputs.every((entry: unknown) => typeof entry === 'object' && entry !== null && 'datatype' in entry && 'shape' in entry) ? 'v2' : undefined;
}
