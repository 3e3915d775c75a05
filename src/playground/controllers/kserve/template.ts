import type { StoredObject } from '../../api/types.ts';
import { at, integer, items, record, strings, text } from '../fields.ts';
import { serviceLabel, sourceAnnotation } from './names.ts';

/** Annotations of the InferenceService that never reach the template (`pkg/constants ServiceAnnotationDisallowedList`). */
const keptBack: ReadonlySet<string> = new Set([
  'autoscaling.knative.dev/min-scale',
  'autoscaling.knative.dev/max-scale',
  sourceAnnotation,
  'kubectl.kubernetes.io/last-applied-configuration',
  'modelFormat',
]);
/** Annotations that Knative wants on its Service itself. */
const lifted: ReadonlySet<string> = new Set(['serving.knative.dev/rollout-duration']);
const visibilityLabel = 'networking.knative.dev/visibility';

export interface PredictorMeta {
  labels: { [key: string]: string };
  annotations: { [key: string]: string };
}

/** What the Knative Service itself carries. */
export function serviceMeta(isvc: StoredObject, runtime: StoredObject | undefined): PredictorMeta {
  const annotations = allAnnotations(isvc, runtime);
  return {
    labels: allLabels(isvc, runtime),
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => lifted.has(key))),
  };
}

/**
 * The pod template that KServe makes of a predictor and its runtime (`components/predictor.go`). Any change of it is a new
 * revision, so it takes nothing from the InferenceService's status and nothing from its percent.
 */
export function predictorTemplate(isvc: StoredObject, runtime: StoredObject | undefined): object {
  const predictor = at(isvc, 'spec', 'predictor');
  const { name } = isvc.metadata;
  const labels = Object.entries(allLabels(isvc, runtime)).filter(([key]) => key !== visibilityLabel);
  const annotations = Object.entries(allAnnotations(isvc, runtime)).filter(([key]) => !lifted.has(key));
  const container =
    runtime === undefined ? ownContainer(predictor) : modelContainer(name, record(at(predictor, 'model')), runtime);
  return {
    metadata: { labels: Object.fromEntries(labels), annotations: Object.fromEntries(annotations) },
    spec: {
      containerConcurrency: integer(at(predictor, 'containerConcurrency')) ?? 0,
      containers: [container],
      enableServiceLinks: false,
      timeoutSeconds: integer(at(predictor, 'timeout')) ?? 300,
      ...(text(at(predictor, 'serviceAccountName')) === undefined
        ? {}
        : { serviceAccountName: text(at(predictor, 'serviceAccountName')) }),
    },
  };
}

function allLabels(isvc: StoredObject, runtime: StoredObject | undefined): { [key: string]: string } {
  return {
    ...strings(at(runtime, 'spec', 'labels')),
    ...isvc.metadata.labels,
    ...strings(at(isvc, 'spec', 'predictor', 'labels')),
    [serviceLabel]: isvc.metadata.name,
    component: 'predictor',
  };
}

function allAnnotations(isvc: StoredObject, runtime: StoredObject | undefined): { [key: string]: string } {
  const predictor = at(isvc, 'spec', 'predictor');
  const own = Object.entries({ ...isvc.metadata.annotations }).filter(([key]) => !keptBack.has(key));
  const source = text(at(predictor, 'model', 'storageUri'));
  return {
    ...strings(at(runtime, 'spec', 'annotations')),
    ...Object.fromEntries(own),
    ...strings(at(predictor, 'annotations')),
    ...(source === undefined ? {} : { [sourceAnnotation]: source }),
    ...autoscaling(predictor),
  };
}

/** `pkg/controller/v1alpha1/utils SetAutoScalingAnnotations`: no minReplicas is one. */
function autoscaling(predictor: unknown): { [key: string]: string } {
  const maximum = integer(at(predictor, 'maxReplicas')) ?? 0;
  const target = integer(at(predictor, 'scaleTarget'));
  const metric = text(at(predictor, 'scaleMetric'));
  return {
    'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/min-scale': String(integer(at(predictor, 'minReplicas')) ?? 1),
    ...(maximum === 0 ? {} : { 'autoscaling.knative.dev/max-scale': String(maximum) }),
    ...(target === undefined ? {} : { 'autoscaling.knative.dev/target': String(target) }),
    ...(metric === undefined ? {} : { 'autoscaling.knative.dev/metric': metric }),
  };
}

/** The runtime's container with the model's own arguments, environment and resources over it. */
function modelContainer(name: string, model: Record<string, unknown>, runtime: StoredObject): object {
  const [base] = items(at(runtime, 'spec', 'containers'));
  const args = [...items(at(base, 'args')), ...items(model['args'])].map((argument) =>
    String(argument).replaceAll('{{.Name}}', name),
  );
  const resources = record(at(base, 'resources'));
  const wanted = record(model['resources']);
  return {
    ...probed(base, { ...resources, ...wanted }),
    args,
    env: [...items(at(base, 'env')), { name: 'INFERENCE_SERVICE_NAME', value: name }, ...items(model['env'])],
    ...(text(model['image']) === undefined ? {} : { image: text(model['image']) }),
  };
}

function ownContainer(predictor: unknown): object {
  const [container] = items(at(predictor, 'containers'));
  return probed(container, record(at(container, 'resources')));
}

/** With the probe that Knative's defaulting gives a container without one. */
function probed(container: unknown, resources: object): object {
  return {
    readinessProbe: { successThreshold: 1, tcpSocket: { port: 0 } },
    ...record(container),
    name: 'kserve-container',
    resources,
  };
}
