/** The annotation on a template from which KServe's pod webhook takes the model's address. */
export const sourceAnnotation = 'internal.serving.kserve.io/storage-initializer-sourceuri';
export const serviceLabel = 'serving.kserve.io/inferenceservice';
export const stopAnnotation = 'serving.kserve.io/stop';
export const tagAnnotation = 'serving.kserve.io/enable-tag-routing';
export const controllerAccount = 'system:serviceaccount:kserve:kserve-controller-manager';

/** The Knative Service of an InferenceService's predictor. */
export function predictorName(inferenceService: string): string {
  return `${inferenceService}-predictor`;
}
