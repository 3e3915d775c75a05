/** The last word on an edit: what the new text means, against what was asked for. */
import { isDeepStrictEqual } from 'node:util';
import { commentsOf } from './comments.ts';
import { assign, copyTree, isData, type Data } from './data.ts';
import { parseChunk } from './parse.ts';
import { splitDocuments } from './split.ts';
import type { Edit, Path } from './types.ts';

/**
 * @param root path of the edited object in the YAML document
 * @returns whether the new text says what the old one said, changed by the edits alone, with every comment
 */
export function saysWhatWasAsked(before: string, after: string, oldValue: unknown, root: Path, edits: readonly Edit[]): boolean {
  const parsed = parseChunk(after);
  if (!parsed || parsed.errors.length > 0 || splitDocuments(after).length !== 1) return false;
  if (isJson(before) && !isJson(after)) return false;
  const expected = copyTree(oldValue);
  const actual = copyTree(parsed.value);
  for (const edit of edits) apply(expected, [...root, ...edit.path], edit);
  for (const edit of edits) {
    // `annotations:`, `annotations: {}` and no annotations are the same to Kubernetes.
    dropEmpty(expected, [...root, ...edit.path]);
    dropEmpty(actual, [...root, ...edit.path]);
  }
  return isDeepStrictEqual(actual, expected) && isDeepStrictEqual(sortedComments(after), sortedComments(before));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

function sortedComments(text: string): string[] {
  return commentsOf(text).map((comment) => comment.text).sort();
}

function apply(value: unknown, path: Path, edit: Edit): void {
  let here = value;
  for (const [i, step] of path.entries()) {
    if (i === path.length - 1) {
      if (Array.isArray(here) && typeof step === 'number' && edit.op === 'set') here[step] = edit.value;
      if (!isData(here)) return;
      if (edit.op === 'set') assign(here, String(step), edit.value);
      else delete here[String(step)];
      return;
    }
    if (Array.isArray(here)) here = typeof step === 'number' ? here[step] : undefined;
    else if (isData(here)) here = edit.op === 'set' ? openMap(here, String(step)) : here[String(step)];
  }
}

function openMap(map: Data, key: string): unknown {
  if (!Object.hasOwn(map, key) || map[key] === null) assign(map, key, {});
  return map[key];
}

function dropEmpty(value: unknown, path: Path): void {
  const [step, ...rest] = path;
  if (step === undefined || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    if (typeof step === 'number') dropEmpty(value[step], rest);
    return;
  }
  if (!isData(value) || !Object.hasOwn(value, String(step))) return;
  const child = value[String(step)];
  if (rest.length === 0) return;
  dropEmpty(child, rest);
  if (child === null || (isData(child) && Object.keys(child).length === 0)) delete value[String(step)];
}
