import { at, defined, integer, isRecord, list, record, strings, text } from './json.ts';
import { componentNames, type ComponentName, type ComponentSpec, type ComponentStatus, type Condition, type InferenceService, type ModelStatus, type ObjectRef, type TrafficEntry } from './objects.ts';

/** The projection of an InferenceService, or undefined when the JSON has no name. Never throws. */
export function readInferenceService(object: unknown): InferenceService | undefined {
  const ref = readRef(object);
  if (!ref) return undefined;
  const status = at(object, 'status');
  return defined<InferenceService>({
    ref,
    generation: integer(at(object, 'metadata', 'generation')) ?? 0,
    created: text(at(object, 'metadata', 'creationTimestamp')),
    annotations: strings(at(object, 'metadata', 'annotations')),
    components: byComponent(at(object, 'spec'), readComponentSpec),
    status: defined<InferenceService['status']>({
      url: text(at(status, 'url')),
      deploymentMode: text(at(status, 'deploymentMode')),
      conditions: readConditions(at(status, 'conditions')),
      components: byComponent(at(status, 'components'), readComponentStatus),
      modelStatus: readModelStatus(at(status, 'modelStatus')),
    }),
  });
}

export function readConditions(value: unknown): readonly Condition[] {
  return list(value).flatMap((condition) => {
    const type = text(at(condition, 'type'));
    const status = text(at(condition, 'status'));
    if (!type || !status) return [];
    return [defined<Condition>({ type, status, reason: text(at(condition, 'reason')), message: text(at(condition, 'message')) })];
  });
}

function readRef(object: unknown): ObjectRef | undefined {
  const name = text(at(object, 'metadata', 'name'));
  if (!name) return undefined;
  return {
    apiVersion: text(at(object, 'apiVersion')) ?? 'serving.kserve.io/v1beta1',
    kind: text(at(object, 'kind')) ?? 'InferenceService',
    namespace: text(at(object, 'metadata', 'namespace')) ?? '',
    name,
    uid: text(at(object, 'metadata', 'uid')) ?? '',
  };
}

function byComponent<T>(value: unknown, read: (component: unknown) => T): Partial<Record<ComponentName, T>> {
  const components: Partial<Record<ComponentName, T>> = {};
  for (const name of componentNames) {
    const component = at(value, name);
    if (isRecord(component)) components[name] = read(component);
  }
  return components;
}

function readComponentSpec(component: unknown): ComponentSpec {
  const holder = Object.entries(record(component)).find(([, inner]) => text(at(inner, 'storageUri')) !== undefined);
  return defined<ComponentSpec>({
    canaryTrafficPercent: integer(at(component, 'canaryTrafficPercent')),
    modelUri: holder && text(at(holder[1], 'storageUri')),
    modelKey: holder?.[0],
  });
}

function readComponentStatus(component: unknown): ComponentStatus {
  return defined<ComponentStatus>({
    latestCreatedRevision: text(at(component, 'latestCreatedRevision')),
    latestReadyRevision: text(at(component, 'latestReadyRevision')),
    latestRolledoutRevision: text(at(component, 'latestRolledoutRevision')),
    previousRolledoutRevision: text(at(component, 'previousRolledoutRevision')),
    traffic: list(at(component, 'traffic')).flatMap(readTraffic),
    url: text(at(component, 'url')),
  });
}

function readTraffic(entry: unknown): TrafficEntry[] {
  const revisionName = text(at(entry, 'revisionName'));
  if (!revisionName) return [];
  return [defined<TrafficEntry>({
    revisionName,
    latestRevision: at(entry, 'latestRevision') === true,
    // Knative leaves a zero out of the JSON of some releases (`omitempty`).
    percent: integer(at(entry, 'percent')) ?? 0,
    tag: text(at(entry, 'tag')),
    url: text(at(entry, 'url')),
  })];
}

function readModelStatus(value: unknown): ModelStatus {
  return defined<ModelStatus>({
    transitionStatus: text(at(value, 'transitionStatus')),
    targetModelState: text(at(value, 'states', 'targetModelState')),
    failureReason: text(at(value, 'lastFailureInfo', 'reason')),
    failureMessage: text(at(value, 'lastFailureInfo', 'message')),
  });
}
