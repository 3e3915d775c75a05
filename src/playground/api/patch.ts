import mergePatch from 'json-merge-patch';
import { applyPatch, type Operation } from 'rfc6902';
import { cannotUnmarshal, jsonProblem, mediaType } from './body.ts';
import { isBuiltin } from './builtin.ts';
import { ApiError, badRequest, unsupportedMediaType } from './errors.ts';
import { isRecord } from './fields.ts';
import { strategicMerge } from './strategic-merge.ts';
import type { ResourceType, StoredObject } from './types.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json';
const APPLY_PATCH = 'application/apply-patch+yaml';

/** Whether a PATCH is a server-side apply. */
export function isApply(contentType: string | undefined): boolean {
  return mediaType(contentType) === APPLY_PATCH;
}

function isOperation(value: unknown): value is Operation {
  return (
    isRecord(value) &&
    typeof value.op === 'string' &&
    ['add', 'remove', 'replace', 'move', 'copy', 'test'].includes(value.op) &&
    typeof value.path === 'string' &&
    (!['move', 'copy'].includes(value.op) || typeof value.from === 'string')
  );
}

function jsonPatch(old: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isOperation)) {
    throw badRequest(
      Array.isArray(patch)
        ? 'error decoding patch: one of its operations is no operation'
        : `error decoding patch: ${cannotUnmarshal(patch, '[]handlers.jsonPatchOp')}`,
    );
  }
  const target = { root: structuredClone(old) };
  // The root itself can be replaced, so every pointer is moved one level down.
  const moved = patch.map((operation) =>
    'from' in operation
      ? { ...operation, path: `/root${operation.path}`, from: `/root${operation.from}` }
      : { ...operation, path: `/root${operation.path}` },
  );
  if (!applies(target, moved)) {
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
  return target.root;
}

/** Whether all operations could be done; the library throws on some that reach into a number or string. */
function applies(target: object, operations: Operation[]): boolean {
  try {
    return applyPatch(target, operations).every((failure) => failure === null);
  } catch {
    return false;
  }
}

/** The object with a patch applied; the patch's type is in the Content-Type. Throws ApiError 400, 415 and 422. */
export function patched(type: ResourceType, old: StoredObject, body: Buffer, contentType: string | undefined): unknown {
  const accepted = [JSON_PATCH, MERGE_PATCH, ...(isBuiltin(type) ? [STRATEGIC_MERGE_PATCH] : [])];
  const given = mediaType(contentType);
  if (!accepted.includes(given)) {
    throw unsupportedMediaType([...accepted, APPLY_PATCH]);
  }
  let patch: unknown;
  try {
    patch = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`error decoding patch: ${jsonProblem(error, body)}`);
  }
  if (given === JSON_PATCH) {
    return jsonPatch(old, patch);
  }
  if (!isRecord(patch)) {
    throw badRequest(`error decoding patch: ${cannotUnmarshal(patch, 'map[string]interface {}')}`);
  }
  return given === MERGE_PATCH ? mergePatch.apply(structuredClone(old), patch) : strategicMerge(old, patch);
}
