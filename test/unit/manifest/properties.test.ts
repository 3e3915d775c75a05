import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editManifest, hoverAt, readManifest } from '../../../src/manifest/index.ts';
import type { Edit, ManifestDocument } from '../../../src/manifest/types.ts';
import { choices, render, type Case, type Choice } from './corpus.ts';
import { PERCENT, TAG, applyTextEdits, commentTexts, edited, otherYaml, remove, set } from './support.ts';

type Data = Record<string, unknown>;

/** What the edits ask for, said without the code under test. */
function asked(value: unknown, root: Edit['path'], edits: readonly Edit[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const edit of edits) {
    const path = [...root, ...edit.path].map(String);
    let here = copy as Data;
    for (const step of path.slice(0, -1)) {
      here[step] ??= {};
      here = here[step] as Data;
    }
    const last = path.at(-1) ?? '';
    if (edit.op === 'set') here[last] = edit.value;
    else delete here[last];
  }
  return copy;
}

/** Without empty maps and nulls, which are one to Kubernetes. */
function solid(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(solid);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, solid(item)]);
  const kept = entries.filter(([, item]) => item !== undefined && JSON.stringify(item) !== '{}');
  return Object.fromEntries(kept);
}

/** The YAML document of the case alone, so that a broken neighbour does not stop the second implementation. */
function own(text: string): unknown {
  const pieces = text.replace(/^\uFEFF/, '').split(/^---.*\r?\n/m).filter((piece) => piece.includes('enable') || piece.includes('gs://'));
  return otherYaml(pieces[0] ?? '')[0];
}

function theDocument(text: string): ManifestDocument {
  const document = readManifest(text).documents.find(({ name }) => name === 'iris');
  assert.ok(document);
  return document;
}

function checkEdit({ text, root }: Case, choice: Choice, edits: readonly Edit[]): string {
  const document = theDocument(text);
  const after = edited(text, edits, document.index);
  assert.deepEqual(solid(own(after)), solid(asked(own(text), root, edits)));
  assert.deepEqual(commentTexts(after), commentTexts(text));
  assert.equal(after.startsWith('\uFEFF'), choice.bom);
  assert.equal(after.endsWith('\n'), text.endsWith('\n'));
  const lineFeeds = after.split('\n').length - 1;
  assert.equal(after.split('\r\n').length - 1, choice.crlf ? lineFeeds : 0);
  const { range } = document;
  const tail = text.slice(range.end).replace(/^[\r\n]+/, '');
  assert.ok(after.startsWith(text.slice(0, range.start)) && after.endsWith(tail), 'nothing outside the document changes');
  if (choice.layout.startsWith('json') && choice.list === 'none') assert.doesNotThrow(() => JSON.parse(own0(after)));
  return after;
}

function own0(text: string): string {
  return text.replace(/^\uFEFF/, '').split(/^---.*\r?\n/m).find((piece) => piece.includes('gs://'))?.replace(/^\.\.\.\r?\n?/m, '') ?? '';
}

/** Words that no parser should stumble over, and those that it might. */
const SCRAPS = [
  '\t', '\n', '\r\n', '  ', '"', "'", '{', '}', '[', ']', ':', ': ', '- ', '#', ' # c', '&a ', '*a', '<<: *a', '!!str ', '|', '>-', '? ', '---\n', '...\n', '%YAML 1.1\n',
  '{{ .x }}', '${X}', '\uFEFF', '\u0000', '\uD800', '\\', ',', '~', 'null', 'apiVersion', 'spec:', 'canaryTrafficPercent: 5', '\n  predictor:\n', '__proto__: 1\n',
];

interface Mutation {
  readonly at: number;
  readonly cut: number;
  readonly scrap: string;
}

const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(6), scrap: fc.constantFrom('', ...SCRAPS) }),
  { minLength: 1, maxLength: 4 },
);

function mutate(text: string, list: readonly Mutation[]): string {
  let result = text;
  for (const { at, cut, scrap } of list) {
    const start = Math.floor(at * result.length);
    result = result.slice(0, start) + scrap + result.slice(start + cut);
  }
  return result;
}

function trial(uriPath: Edit['path']): Edit[][] {
  return [[set(PERCENT, 37)], [set(TAG, 'true')], [set(uriPath, 'gs://new/b-2')], [remove(PERCENT)], [remove(TAG)], [set(PERCENT, 5), set(TAG, 'true'), remove(PERCENT)]];
}

describe('manifest properties', () => {
  it('reads the positions of 300 manifests in every style', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const { text } = render(choice);
        const document = theDocument(text);
        assert.deepEqual([document.certain, document.errors.length, document.components[0]?.percent], [true, 0, choice.percent]);
        for (const mark of document.marks) {
          const written = text.slice(mark.value?.start, mark.value?.end).replace(/^["']|["']$/g, '');
          if (mark.what === 'name') assert.equal(written, 'iris');
          if (mark.what === 'percent') assert.equal(written, String(choice.percent));
          if (mark.what === 'storageUri') assert.equal(written, 'gs://bucket/a-1');
          assert.ok(hoverAt([document], mark.range.start));
        }
        assert.ok(document.marks.some(({ what }) => what === 'storageUri'));
      }),
      { numRuns: 300 },
    );
  }).timeout(120_000);

  it('makes every edit in 300 of them: the asked change in the data, every comment, not a byte elsewhere', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const one = render(choice);
        for (const edits of trial(one.uriPath)) checkEdit(one, choice, edits);
      }),
      { numRuns: 300 },
    );
  }).timeout(120_000);

  it('undoes each edit by its inverse: same data, same comments', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const one = render(choice);
        const there = checkEdit(one, choice, [set(PERCENT, 37), set(TAG, 'true'), set(one.uriPath, 'gs://new/b-2')]);
        const back: Edit[] = [
          choice.percent === undefined ? remove(PERCENT) : set(PERCENT, choice.percent),
          ...(choice.annotations === 'tag' || choice.annotations === 'both' ? [] : [remove(TAG)]),
          set(one.uriPath, 'gs://bucket/a-1'),
        ];
        const again = edited(there, back, theDocument(there).index);
        assert.deepEqual(solid(own(again)), solid(own(one.text)));
        assert.deepEqual(commentTexts(again), commentTexts(one.text));
        if (choice.annotations !== 'null' && choice.annotations !== 'empty') assert.equal(again, one.text);
      }),
      { numRuns: 300 },
    );
  }).timeout(120_000);

  it('never throws on mutated manifests, and never writes anything but what was asked', () => {
    fc.assert(
      fc.property(choices, mutations, fc.nat(5), (choice, list, which) => {
        const one = render(choice);
        const text = mutate(one.text, list);
        const edits = trial(one.uriPath)[which] ?? [];
        for (const { index, range } of readManifest(text).documents) {
          const result = editManifest(text, index, edits);
          if ('refused' in result) continue;
          for (const edit of result.edits) assert.ok(edit.start >= range.start && edit.end <= range.end + 2, 'only inside the document');
          judge(text, applyTextEdits(text, result.edits), edits);
        }
      }),
      { numRuns: 1500 },
    );
  }).timeout(120_000);
});

/** Where the second implementation can read the text at all, it sees one document changed, by the asked change. */
function judge(before: string, after: string, edits: readonly Edit[]): void {
  let old: unknown[];
  // Amid a text, a byte order mark starts a document to one of them and is a letter of a key to the other.
  if (before.lastIndexOf('\uFEFF') > 0) return;
  try {
    old = otherYaml(before);
  } catch {
    return;
  }
  const now = otherYaml(after);
  assert.equal(now.length, old.length);
  const changed = now.flatMap((value, i) => (JSON.stringify(solid(value)) === JSON.stringify(solid(old[i])) ? [] : [i]));
  assert.ok(changed.length <= 1);
  for (const i of changed) {
    const roots: Edit['path'][] = [[], ['items', 0], ['items', 1], ['items', 2]];
    const fits = roots.some((root) => {
      try {
        assert.deepEqual(solid(now[i]), solid(asked(old[i], root, edits)));
        return true;
      } catch {
        return false;
      }
    });
    assert.ok(fits, `${before}\n=====\n${after}`);
  }
}
