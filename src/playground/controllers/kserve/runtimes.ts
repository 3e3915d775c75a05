import type { StoredObject } from '../../api/types.ts';
import { at, items, text } from '../fields.ts';

/** Why there is no runtime for a predictor: what goes into `modelStatus`, and what the reconcile fails with. */
export interface NoRuntime {
  reason: 'NoSupportingRuntime' | 'RuntimeNotRecognized';
  message: string;
  error: string;
}

/**
 * The serving runtime for a predictor's model, as `components/predictor.go` chooses it: the named one, or else the first that
 * selects itself for the model format. Undefined for a predictor with containers of its own.
 */
export function chooseRuntime(predictor: unknown, runtimes: readonly StoredObject[]): StoredObject | NoRuntime | undefined {
  const model = at(predictor, 'model');
  if (model === undefined) {
    return undefined;
  }
  const named = text(at(model, 'runtime'));
  const format = text(at(model, 'modelFormat', 'name')) ?? '';
  if (named === undefined) {
    return (
      runtimes.find((runtime) => supports(runtime, format, true)) ?? {
        reason: 'NoSupportingRuntime',
        message: 'No runtime found to support specified framework/version',
        error: `no runtime found to support predictor with model type: {${format} <nil>}`,
      }
    );
  }
  const runtime = runtimes.find(({ metadata }) => metadata.name === named);
  if (runtime === undefined) {
    return {
      reason: 'RuntimeNotRecognized',
      message: 'Waiting for runtime to become available',
      error: `No ServingRuntimes or ClusterServingRuntimes with the name: ${named}`,
    };
  }
  return supports(runtime, format, false)
    ? runtime
    : {
        reason: 'NoSupportingRuntime',
        message: 'Specified runtime does not support specified framework/version',
        error: `specified runtime ${named} does not support specified framework/version`,
      };
}

function supports(runtime: StoredObject, format: string, bySelf: boolean): boolean {
  return items(at(runtime, 'spec', 'supportedModelFormats')).some(
    (supported) => at(supported, 'name') === format && (!bySelf || at(supported, 'autoSelect') === true),
  );
}
