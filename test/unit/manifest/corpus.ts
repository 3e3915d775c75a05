/** Manifests in every style people write, from a few choices; not random by itself, so that a failing choice can be replayed. */
import fc from 'fast-check';

export interface Choice {
  readonly layout: 'block' | 'flow' | 'flow-lines' | 'mixed' | 'json' | 'json-tabs' | 'json-compact';
  readonly indent: 1 | 2 | 4;
  readonly shape: 'model' | 'sklearn' | 'tensorflow';
  readonly percent: number | undefined;
  readonly annotations: 'absent' | 'null' | 'empty' | 'other' | 'tag' | 'both';
  readonly comments: boolean;
  readonly crlf: boolean;
  readonly bom: boolean;
  readonly lastBreak: boolean;
  readonly quote: '' | '"' | "'";
  readonly list: 'none' | 'indented' | 'flush';
  readonly before: 'nothing' | 'marker' | 'document' | 'broken';
  readonly after: 'nothing' | 'dots' | 'document' | 'broken';
  readonly order: 'usual' | 'spec-first';
}

export const choices: fc.Arbitrary<Choice> = fc.record({
  layout: fc.constantFrom('block', 'block', 'block', 'flow', 'flow-lines', 'mixed', 'json', 'json-tabs', 'json-compact'),
  indent: fc.constantFrom(1, 2, 2, 4),
  shape: fc.constantFrom('model', 'sklearn', 'tensorflow'),
  percent: fc.option(fc.nat(100), { nil: undefined }),
  annotations: fc.constantFrom('absent', 'null', 'empty', 'other', 'tag', 'both'),
  comments: fc.boolean(),
  crlf: fc.boolean(),
  bom: fc.boolean(),
  lastBreak: fc.boolean(),
  quote: fc.constantFrom('', '"', "'"),
  list: fc.constantFrom('none', 'none', 'indented', 'flush'),
  before: fc.constantFrom('nothing', 'marker', 'document', 'broken'),
  after: fc.constantFrom('nothing', 'dots', 'document', 'broken'),
  order: fc.constantFrom('usual', 'spec-first'),
});

export interface Case {
  readonly text: string;
  /** Path of the object in its YAML document. */
  readonly root: readonly (string | number)[];
  readonly uriPath: readonly string[];
}

type Tree = { readonly [key: string]: Tree | string | number | null };

const TAG = 'serving.kserve.io/enable-tag-routing';

function tree(choice: Choice): Tree {
  const both: Tree = { team: 'a b', [TAG]: 'true' };
  const annotations: Record<Choice['annotations'], Tree | null | undefined> = {
    absent: undefined, null: null, empty: {}, other: { team: 'a b' }, tag: { [TAG]: 'true' }, both,
  };
  const value = annotations[choice.annotations];
  const metadata: Tree = { name: 'iris', ...(value === undefined ? {} : { annotations: value }), labels: { x: 'y' } };
  const framework: Tree = { ...(choice.shape === 'model' ? { modelFormat: { name: 'sklearn' } } : { protocolVersion: 'v2' }), storageUri: 'gs://bucket/a-1' };
  const predictor: Tree = { ...(choice.percent === undefined ? {} : { canaryTrafficPercent: choice.percent }), [choice.shape]: framework };
  const spec: Tree = { predictor };
  const head: Tree = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' };
  return choice.order === 'usual' ? { ...head, metadata, spec } : { spec, metadata, ...head };
}

function scalar(value: string | number | null, choice: Choice): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const quote = value === 'true' && choice.quote === '' ? '"' : choice.quote;
  return `${quote}${value}${quote}`;
}

/** Lines of a block map; below `metadata` in `mixed` layout, flow. */
function block(map: Tree, choice: Choice, depth: number, path = ''): string[] {
  const pad = ' '.repeat(depth * choice.indent);
  const lines: string[] = [];
  let count = 0;
  for (const [key, value] of Object.entries(map)) {
    const note = choice.comments ? ` # note ${path}${key}` : '';
    if (choice.comments) lines.push(`${pad}# above ${path}${key}`);
    if (value === null || typeof value !== 'object') lines.push(`${pad}${key}: ${scalar(value, choice)}`.trimEnd() + note);
    else if (Object.keys(value).length === 0 || (choice.layout === 'mixed' && depth > 0)) lines.push(`${pad}${key}: ${flow(value, choice)}${note}`);
    else lines.push(`${pad}${key}:${note}`, ...block(value, choice, depth + 1, `${path}${key}.`));
    count += 1;
    if (choice.comments && count % 2 === 0) lines.push(`${pad}# below ${path}${key}`, '');
  }
  return lines;
}

function flow(map: Tree, choice: Choice): string {
  const items = Object.entries(map).map(([key, value]) => {
    if (value === null) return `${key}: null`;
    return `${key}: ${typeof value === 'object' ? flow(value, choice) : scalar(value, choice)}`;
  });
  return items.length === 0 ? '{}' : `{${items.join(', ')}}`;
}

function flowLines(map: Tree, choice: Choice, depth: number): string[] {
  const pad = ' '.repeat(depth * choice.indent);
  const entries = Object.entries(map);
  return entries.flatMap(([key, value], i) => {
    const comma = i === entries.length - 1 ? '' : ',';
    const note = choice.comments ? ` # note ${depth} ${key}` : '';
    if (value === null) return [`${pad}${key}: null${comma}${note}`];
    if (typeof value !== 'object') return [`${pad}${key}: ${scalar(value, choice)}${comma}${note}`];
    if (Object.keys(value).length === 0) return [`${pad}${key}: {}${comma}${note}`];
    return [`${pad}${key}: {`, ...flowLines(value, choice, depth + 1), `${pad}}${comma}${note}`];
  });
}

/** The object's lines, and whether they are JSON. */
function body(choice: Choice): string {
  const map = tree(choice);
  switch (choice.layout) {
    case 'block':
    case 'mixed':
      return block(map, choice, 0).join('\n');
    case 'flow':
      return flow(map, choice);
    case 'flow-lines':
      return ['{', ...flowLines(map, choice, 1), '}'].join('\n');
    case 'json':
      return JSON.stringify(map, null, choice.indent);
    case 'json-tabs':
      return JSON.stringify(map, null, '\t');
    case 'json-compact':
      return JSON.stringify(map);
  }
}

function listed(choice: Choice, object: string): string {
  if (choice.layout.startsWith('json')) {
    const list: unknown = { kind: 'List', items: [{ kind: 'ConfigMap' }, JSON.parse(object)] };
    return choice.layout === 'json-compact' ? JSON.stringify(list) : JSON.stringify(list, null, choice.layout === 'json' ? choice.indent : '\t');
  }
  const pad = choice.list === 'indented' ? '  ' : '';
  const lines = object.split('\n').map((line) => (line === '' ? '' : `${pad}  ${line}`));
  const first = `${pad}-${choice.comments && choice.layout === 'block' ? '\n' : ' '}`;
  const head = first.endsWith('\n') ? `${first}${lines[0] ?? ''}` : `${first}${(lines[0] ?? '').trimStart()}`;
  return ['kind: List', 'items:', `${pad}- kind: ConfigMap`, head, ...lines.slice(1), 'apiVersion: v1'].join('\n');
}

const OTHER = 'kind: ConfigMap\ndata:\n  a: |\n    spec:\n      canaryTrafficPercent: 3';
const BROKEN = 'kind: InferenceService\n\tapiVersion: [serving.kserve.io/v1beta1';

export function render(choice: Choice): Case {
  const object = body(choice);
  const document = choice.list === 'none' ? object : listed(choice, object);
  const before = { nothing: '', marker: '---\n', document: `${OTHER}\n---\n`, broken: `${BROKEN}\n---\n` }[choice.before];
  const after = { nothing: '', dots: '\n...', document: `\n---\n${OTHER}`, broken: `\n--- # broken\n${BROKEN}` }[choice.after];
  const text = `${choice.bom ? '\uFEFF' : ''}${before}${document}${after}${choice.lastBreak ? '\n' : ''}`;
  return {
    text: choice.crlf ? text.replaceAll('\n', '\r\n') : text,
    root: choice.list === 'none' ? [] : ['items', 1],
    uriPath: ['spec', 'predictor', choice.shape, 'storageUri'],
  };
}
