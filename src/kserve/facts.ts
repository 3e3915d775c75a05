import { annotations } from './annotations.ts';
import type { ComponentName, InferenceService } from './objects.ts';
import type { Change, Facts, Plan } from './plan.ts';

/** The changeable fields of a component as they stand in the live object. */
export function factsOf(service: InferenceService, component: ComponentName): Facts {
  const spec = service.components[component];
  return {
    percent: spec?.canaryTrafficPercent ?? null,
    modelUri: spec?.modelUri ?? null,
    tagRouting: service.annotations[annotations.tagRouting] ?? null,
    stop: service.annotations[annotations.stop] ?? null,
  };
}

export function sameFacts(a: Facts, b: Facts): boolean {
  return a.percent === b.percent && a.modelUri === b.modelUri && a.tagRouting === b.tagRouting && a.stop === b.stop;
}

export function changed(facts: Facts, change: Change): Facts {
  return { ...facts, ...change };
}

/** The part of a Change that is not so already. */
export function effective(facts: Facts, change: Change): Change {
  return Object.fromEntries(Object.entries(change).filter(([key, value]) => facts[key as keyof Facts] !== value));
}

/** One field to set (null removes), by its path in the stored object. */
export interface FieldEdit {
  readonly path: readonly string[];
  readonly value: string | number | null;
}

/**
 * The fields of a plan by path. `modelKey` says where this text or object keeps its `storageUri`: KServe rewrites
 * `predictor.sklearn` to `predictor.model` in the stored object, a manifest keeps its own shape.
 */
export function fieldEdits({ component, change }: Pick<Plan, 'component' | 'change'>, modelKey: string): readonly FieldEdit[] {
  const edits: FieldEdit[] = [];
  if (change.percent !== undefined) edits.push({ path: ['spec', component, 'canaryTrafficPercent'], value: change.percent });
  if (change.modelUri !== undefined) edits.push({ path: ['spec', component, modelKey, 'storageUri'], value: change.modelUri });
  if (change.tagRouting !== undefined) edits.push({ path: ['metadata', 'annotations', annotations.tagRouting], value: change.tagRouting });
  if (change.stop !== undefined) edits.push({ path: ['metadata', 'annotations', annotations.stop], value: change.stop });
  return edits;
}

/** The JSON merge patch (RFC 7396: null removes) of a plan, without its precondition. */
export function mergePatch(plan: Pick<Plan, 'component' | 'change' | 'modelKey'>): Readonly<Record<string, unknown>> {
  const patch: Record<string, unknown> = {};
  for (const { path, value } of fieldEdits(plan, plan.modelKey)) {
    let inner = patch;
    for (const key of path.slice(0, -1)) inner = (inner[key] ??= {}) as Record<string, unknown>;
    const last = path.at(-1);
    if (last !== undefined) inner[last] = value;
  }
  return patch;
}
