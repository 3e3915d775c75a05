import type { KubeRequest } from '../kube/types.ts';
import { factsOf, mergePatch, sameFacts } from '../kserve/facts.ts';
import type { InferenceService, ObjectRef } from '../kserve/objects.ts';
import type { Plan } from '../kserve/plan.ts';
import { readInferenceService } from '../kserve/readInferenceService.ts';

/** The part of a connection that a runner needs. */
export interface RunnerClient {
  request(request: KubeRequest): Promise<unknown>;
}

/** Why a plan was not applied although nothing failed: what it rests on is not so any more. */
export type NotApplied = 'changed-meanwhile' | 'another-object' | 'busy';

export type Applied =
  | { readonly applied: true; readonly service: InferenceService }
  | { readonly applied: false; readonly why: NotApplied };

export interface RunOptions {
  /** Runs admission and nothing else (`dryRun=All`). */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Applies a plan as a JSON merge patch. Every write carries the uid and the resourceVersion it was decided on: KServe's status writes
 * bump the version several times a second in a rollout, so on a conflict the object is read again, and the patch repeated only while
 * the fields that the plan rests on are unchanged. Rejects with the client's error.
 */
export async function run(client: RunnerClient, plan: Plan, options: RunOptions = {}): Promise<Applied> {
  const path = objectPath(plan.service);
  const common = options.signal ? { signal: options.signal } : {};
  for (let attempt = 0; attempt < 10; attempt++) {
    const object = await client.request({ method: 'GET', path, ...common });
    const service = readInferenceService(object);
    if (service?.ref.uid !== plan.service.uid) return { applied: false, why: 'another-object' };
    if (!sameFacts(factsOf(service, plan.component), plan.facts)) return { applied: false, why: 'changed-meanwhile' };
    const patch = mergePatch(plan);
    const body = { ...patch, metadata: { ...metadataOf(patch), uid: plan.service.uid, resourceVersion: resourceVersionOf(object) } };
    try {
      const answer = await client.request({
        method: 'PATCH',
        path,
        body,
        contentType: 'application/merge-patch+json',
        query: { fieldManager: 'kserve-canary', ...(options.dryRun === true && { dryRun: 'All' }) },
        ...common,
      });
      return { applied: true, service: readInferenceService(answer) ?? service };
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  return { applied: false, why: 'busy' };
}

/** Creates a service from a manifest's value. Rejects with the client's error (409 `already-exists` where it is there). */
export async function deploy(client: RunnerClient, object: Readonly<Record<string, unknown>>, namespace: string, options: RunOptions = {}): Promise<InferenceService | undefined> {
  const metadata = { ...metadataOf(object), namespace };
  const answer = await client.request({
    method: 'POST',
    path: `/apis/serving.kserve.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/inferenceservices`,
    body: { ...object, metadata },
    query: { fieldManager: 'kserve-canary', ...(options.dryRun === true && { dryRun: 'All' }) },
    ...(options.signal && { signal: options.signal }),
  });
  return readInferenceService(answer);
}

function objectPath({ apiVersion, namespace, name }: ObjectRef): string {
  return `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/inferenceservices/${encodeURIComponent(name)}`;
}

function metadataOf(object: Readonly<Record<string, unknown>>): object {
  const { metadata } = object;
  return typeof metadata === 'object' && metadata !== null ? metadata : {};
}

function resourceVersionOf(object: unknown): unknown {
  return typeof object === 'object' && object !== null && 'metadata' in object && typeof object.metadata === 'object' && object.metadata !== null && 'resourceVersion' in object.metadata
    ? object.metadata.resourceVersion
    : undefined;
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'conflict';
}
