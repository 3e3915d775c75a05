export const serviceLabel = 'serving.knative.dev/service';
export const serviceUid = 'serving.knative.dev/serviceUID';
export const configurationLabel = 'serving.knative.dev/configuration';
export const configurationGeneration = 'serving.knative.dev/configurationGeneration';
export const configurationUid = 'serving.knative.dev/configurationUID';
export const revisionLabel = 'serving.knative.dev/revision';
export const revisionUid = 'serving.knative.dev/revisionUID';
export const routeLabel = 'serving.knative.dev/route';
export const routingState = 'serving.knative.dev/routingState';
export const routingStateModified = 'serving.knative.dev/routingStateModified';
export const routesAnnotation = 'serving.knative.dev/routes';
export const creator = 'serving.knative.dev/creator';
const lastModifier = 'serving.knative.dev/lastModifier';
export const minScale = 'autoscaling.knative.dev/min-scale';

/** The annotations that say who made and last changed an object; each child takes them from its owner. */
export function authors(
  annotations: { [key: string]: string } = {},
  kinds: readonly string[] = [creator, lastModifier],
): { [key: string]: string } {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => kinds.includes(key)));
}
