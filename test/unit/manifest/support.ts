/** What the manifest tests share: applying edits, and a second YAML implementation as the judge of what a text means. */
import assert from 'node:assert/strict';
import { YAML11_SCHEMA, loadAll } from 'js-yaml';
import { editManifest, readManifest } from '../../../src/manifest/index.ts';
import type { Edit, TextEdit } from '../../../src/manifest/types.ts';

export const PERCENT = ['spec', 'predictor', 'canaryTrafficPercent'] as const;
export const TAG = ['metadata', 'annotations', 'serving.kserve.io/enable-tag-routing'] as const;
export const MODEL_URI = ['spec', 'predictor', 'model', 'storageUri'] as const;

export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: added } of edits) {
    assert.ok(start >= at && end >= start && end <= text.length, 'edits are in order and do not overlap');
    result += text.slice(at, start) + added;
    at = end;
  }
  return result + text.slice(at);
}

/** The edited text; fails when the edit is refused. */
export function edited(text: string, edits: readonly Edit[], index = 0): string {
  const result = editManifest(text, index, edits);
  if ('refused' in result) assert.fail(result.refused);
  return applyTextEdits(text, result.edits);
}

export function refusal(text: string, edits: readonly Edit[], index = 0): string {
  const result = editManifest(text, index, edits);
  if (!('refused' in result)) assert.fail(`not refused:\n${applyTextEdits(text, result.edits)}`);
  return result.refused;
}

export function set(path: Edit['path'], value: string | number | boolean): Edit {
  return { op: 'set', path, value };
}

export function remove(path: Edit['path']): Edit {
  return { op: 'remove', path };
}

/** All documents as js-yaml, which shares no code with `yaml`, reads them. */
export function otherYaml(text: string): unknown[] {
  return loadAll(text.replace(/^\uFEFF/, ''), { schema: YAML11_SCHEMA });
}

/** Lines of `#` in texts whose values hold none. */
export function commentTexts(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(#[^\r\n]*)/g)].map((match) => (match[1] ?? '').trimEnd()).sort();
}

export function onlyDocument(text: string) {
  const { documents } = readManifest(text);
  assert.equal(documents.length, 1);
  const [document] = documents;
  assert.ok(document);
  return document;
}
