import { at, defined, text } from './json.ts';
import { componentNames, type ComponentName, type Revision } from './objects.ts';
import { readConditions } from './readInferenceService.ts';

/** The labels by which Knative's and KServe's objects are joined (kserve/kserve `pkg/constants`, knative/serving `pkg/apis/serving/register.go`). */
export const serviceLabel = 'serving.kserve.io/inferenceservice';
const modelUriAnnotation = 'internal.serving.kserve.io/storage-initializer-sourceuri';

/** The projection of a Knative Revision that KServe made; undefined for any other. Never throws. */
export function readRevision(object: unknown): Revision | undefined {
  const labels = at(object, 'metadata', 'labels');
  const name = text(at(object, 'metadata', 'name'));
  const service = text(at(labels, serviceLabel));
  if (!name || !service) return undefined;
  return defined<Revision>({
    namespace: text(at(object, 'metadata', 'namespace')) ?? '',
    name,
    service,
    component: componentOf(labels),
    generation: Number(text(at(labels, 'serving.knative.dev/configurationGeneration')) ?? 0) || 0,
    created: text(at(object, 'metadata', 'creationTimestamp')),
    modelUri: text(at(object, 'metadata', 'annotations', modelUriAnnotation)),
    conditions: readConditions(at(object, 'status', 'conditions')),
  });
}

function componentOf(labels: unknown): ComponentName {
  return componentNames.find((name) => name === at(labels, 'component')) ?? 'predictor';
}
