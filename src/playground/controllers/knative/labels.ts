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
export const lastModifier = 'serving.knative.dev/lastModifier';
export const minScale = 'autoscaling.knative.dev/min-scale';

/** The annotations that say who made and last changed an object; each child takes them from its owner. */
export function authors(annotations: { [key: string]: string } = {}): { [key: string]: string } {
  const taken = [creator, lastModifier].flatMap((key) => {
    const value = annotations[key];
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(taken);
}
