/** Two answers to the same request, side by side. */
import type { Answer } from './send.ts';
import { leaves, lines, tryParseJson, WIDTH, type Node } from './json.ts';
import { plain, type Translate } from './words.ts';

export interface Difference {
  /** `predictions[0]`, `outputs[0].data[3]`; '' is the whole. */
  readonly path: string;
  /** The JSON text on each side; absent where there is nothing. */
  readonly a?: string;
  readonly b?: string;
}

export interface Segment {
  readonly text: string;
  readonly changed?: true;
}

/** A line of the two, at the same height. */
export interface Row {
  readonly a?: readonly Segment[];
  readonly b?: readonly Segment[];
}

export interface Comparison {
  /** One sentence. */
  readonly verdict: string;
  readonly outcome: 'same' | 'different' | 'incomparable';
  /** In the order of `a`; at most 1,000, `total` counts all. */
  readonly differences: readonly Difference[];
  readonly total: number;
  /** Both texts, laid out alike, differences marked; empty when incomparable. */
  readonly rows: readonly Row[];
}

export interface Side {
  /** As it stands in the verdict: `canary 00002`. */
  readonly label: string;
  /** Absent: no answer came. */
  readonly answer?: Pick<Answer, 'status' | 'body' | 'truncated' | 'binary'>;
}

const KEEP = 1000;

/** Differ from answer to answer, whatever the model says: V2's request id and the version's name. */
const INCIDENTAL = new Set(['id', 'model_version']);

/** Equal as JSON values: 1.0 is 1, and whole numbers beyond 2^53 are told apart. */
function sameLeaf(a: Node, b: Node): boolean {
  if (a.kind !== 'leaf' || b.kind !== 'leaf') return false;
  if (a.text === b.text) return true;
  if (a.type !== 'number' || b.type !== 'number') return false;
  const whole = /^-?\d+$/;
  return whole.test(a.text) && whole.test(b.text) ? BigInt(a.text) === BigInt(b.text) : Number(a.text) === Number(b.text);
}

class Walk {
  readonly rows: Row[] = [];
  readonly differences: Difference[] = [];
  total = 0;
  /** Differences between two numbers, to say how far apart they are. */
  numeric = 0;
  largest = 0;

  private differ(path: string, a: Node | undefined, b: Node | undefined): void {
    this.total += 1;
    if (a?.kind === 'leaf' && b?.kind === 'leaf' && a.type === 'number' && b.type === 'number') {
      this.numeric += 1;
      this.largest = Math.max(this.largest, Math.abs(Number(a.text) - Number(b.text)));
    }
    if (this.differences.length >= KEEP) return;
    this.differences.push({ path, ...(a ? { a: short(a) } : {}), ...(b ? { b: short(b) } : {}) });
  }

  /** `commaA`/`commaB`: whether something follows on that side. */
  both(a: Node | undefined, b: Node | undefined, path: string, indent: string, head: string, commaA: string, commaB: string, quiet: boolean): void {
    if (a?.kind === 'object' && b?.kind === 'object' && a.entries.size + b.entries.size > 0) {
      this.rows.push(even(`${indent}${head}{`));
      let leftA = a.entries.size;
      let leftB = b.entries.size;
      const tensors = path === '' && (a.entries.has('outputs') || b.entries.has('outputs'));
      for (const key of new Set([...a.entries.keys(), ...b.entries.keys()])) {
        const valueA = a.entries.get(key);
        const valueB = b.entries.get(key);
        if (valueA) leftA -= 1;
        if (valueB) leftB -= 1;
        const inner = /^[A-Za-z_]\w*$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;
        this.both(valueA, valueB, inner, `${indent}  `, `${JSON.stringify(key)}: `, leftA > 0 ? ',' : '', leftB > 0 ? ',' : '', quiet || (tensors && INCIDENTAL.has(key)));
      }
      this.rows.push({ a: [{ text: `${indent}}${commaA}` }], b: [{ text: `${indent}}${commaB}` }] });
      return;
    }
    if (a?.kind === 'array' && b?.kind === 'array') {
      this.arrays(a.items, b.items, leaves(a), leaves(b), path, indent, head, commaA, commaB, quiet);
      return;
    }
    const same = a !== undefined && b !== undefined && (sameLeaf(a, b) || (a.kind === 'object' && b.kind === 'object'));
    if (!same && !quiet) this.differ(path, a, b);
    const changed = !same && !quiet;
    const linesA = a ? lines(a, indent, head, commaA) : [];
    const linesB = b ? lines(b, indent, head, commaB) : [];
    for (let index = 0; index < Math.max(linesA.length, linesB.length); index += 1) {
      const lineA = linesA[index];
      const lineB = linesB[index];
      this.rows.push({ ...(lineA === undefined ? {} : { a: marked(lineA, changed) }), ...(lineB === undefined ? {} : { b: marked(lineB, changed) }) });
    }
  }

  private arrays(
    a: readonly Node[], b: readonly Node[], textsA: readonly string[] | undefined, textsB: readonly string[] | undefined,
    path: string, indent: string, head: string, commaA: string, commaB: string, quiet: boolean,
  ): void {
    const length = Math.max(a.length, b.length);
    if (!textsA || !textsB) {
      this.rows.push(even(`${indent}${head}[`));
      for (let index = 0; index < length; index += 1) {
        this.both(a[index], b[index], `${path}[${index}]`, `${indent}  `, '', index < a.length - 1 ? ',' : '', index < b.length - 1 ? ',' : '', quiet);
      }
      this.rows.push({ a: [{ text: `${indent}]${commaA}` }], b: [{ text: `${indent}]${commaB}` }] });
      return;
    }
    const changed: boolean[] = [];
    let widest = 1;
    for (let index = 0; index < length; index += 1) {
      const itemA = a[index];
      const itemB = b[index];
      const same = itemA !== undefined && itemB !== undefined && sameLeaf(itemA, itemB);
      if (!same && !quiet) this.differ(`${path}[${index}]`, itemA, itemB);
      changed.push(!same && !quiet);
      widest = Math.max(widest, textsA[index]?.length ?? 0, textsB[index]?.length ?? 0);
    }
    const oneLine = indent.length + head.length + 3 + Math.max(textsA.join(', ').length, textsB.join(', ').length) <= WIDTH;
    const run = (texts: readonly string[], from: number, to: number): Segment[] => texts.slice(from, to).flatMap((text, offset) => {
      const index = from + offset;
      const after: Segment = { text: index < texts.length - 1 ? (index < to - 1 ? ', ' : ',') : '' };
      return [changed[index] === true ? { text, changed: true } : { text }, after];
    });
    if (oneLine) {
      const row = (texts: readonly string[], comma: string): Segment[] => [{ text: `${indent}${head}[` }, ...run(texts, 0, texts.length), { text: `]${comma}` }];
      this.rows.push({ a: row(textsA, commaA), b: row(textsB, commaB) });
      return;
    }
    // The same number of items a line on both sides keeps equal places at equal heights.
    const perLine = Math.max(1, Math.floor((WIDTH / 2 - indent.length) / (widest + 2)));
    this.rows.push(even(`${indent}${head}[`));
    for (let from = 0; from < length; from += perLine) {
      const to = Math.min(length, from + perLine);
      this.rows.push({
        ...(from < textsA.length ? { a: [{ text: `${indent}  ` }, ...run(textsA, from, to)] } : {}),
        ...(from < textsB.length ? { b: [{ text: `${indent}  ` }, ...run(textsB, from, to)] } : {}),
      });
    }
    this.rows.push({ a: [{ text: `${indent}]${commaA}` }], b: [{ text: `${indent}]${commaB}` }] });
  }
}

const even = (text: string): Row => ({ a: [{ text }], b: [{ text }] });

function marked(line: string, changed: boolean): Segment[] {
  if (!changed) return [{ text: line }];
  const text = line.trimStart();
  return [{ text: line.slice(0, line.length - text.length) }, { text, changed: true }];
}

function short(node: Node): string {
  const text = lines(node).map((line) => line.trim()).join(' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** How many results an answer holds, where its protocol tells: V1 `predictions`, V2 the first output's `data`. */
function results(node: Node): { path: RegExp; count: number } | undefined {
  if (node.kind !== 'object') return undefined;
  const predictions = node.entries.get('predictions');
  if (predictions?.kind === 'array') return { path: /^predictions\[(\d+)\]/, count: predictions.items.length };
  const outputs = node.entries.get('outputs');
  const first = outputs?.kind === 'array' && outputs.items.length === 1 ? outputs.items[0] : undefined;
  const data = first?.kind === 'object' ? first.entries.get('data') : undefined;
  return data?.kind === 'array' ? { path: /^outputs\[0\]\.data\[(\d+)\]/, count: data.items.length } : undefined;
}

/** Compares two answers as JSON values, with what it comes to in one sentence. Never throws. */
export function compare(a: Side, b: Side, t: Translate = plain): Comparison {
  const nothing = (verdict: string): Comparison => ({ verdict, outcome: 'incomparable', differences: [], total: 0, rows: [] });
  if (!a.answer && !b.answer) return nothing(t('Neither {0} nor {1} answered: there is nothing to compare.', a.label, b.label));
  if (!a.answer || !b.answer) return nothing(t('{0} did not answer: there is nothing to compare.', sentence(a.answer ? b.label : a.label)));
  const good = (side: { status: number }): boolean => side.status >= 200 && side.status < 300;
  if (!good(a.answer) || !good(b.answer)) {
    return nothing(a.answer.status === b.answer.status
      ? t('Both answer {0}: there is no prediction to compare.', a.answer.status)
      : t('{0} answers {1}, {2} answers {3}: there are no two predictions to compare.', sentence(a.label), a.answer.status, b.label, b.answer.status));
  }
  if (a.answer.truncated || b.answer.truncated) return nothing(t('An answer is too large to be compared as a whole.'));
  const nodeA = a.answer.binary ? undefined : tryParseJson(a.answer.body);
  const nodeB = b.answer.binary ? undefined : tryParseJson(b.answer.body);
  if (!nodeA || !nodeB) {
    const which = !nodeA && !nodeB ? t('Neither answer is JSON') : t('The answer of {0} is not JSON', nodeA ? b.label : a.label);
    return nothing(t('{0}: there is nothing to compare.', which));
  }
  const walk = new Walk();
  try {
    walk.both(nodeA, nodeB, '', '', '', '', '', false);
  } catch (error) {
    if (error instanceof RangeError) return nothing(t('The answers are nested too deep to be compared.'));
    throw error;
  }
  const { differences, total, rows } = walk;
  if (total === 0) return { verdict: t('{0} and {1} give the same answer.', sentence(a.label), b.label), outcome: 'same', differences, total, rows };
  const [first] = differences;
  const example = first
    ? t('{0} is {1} on {2}, {3} on {4}', first.path === '' ? t('the answer') : first.path, first.a ?? t('missing'), a.label, first.b ?? t('missing'), b.label)
    : '';
  const counted = results(nodeA);
  const countedB = results(nodeB);
  const hit = new Set<string>();
  let outside = total > differences.length;
  for (const { path } of differences) {
    const index = counted?.path.exec(path)?.[1];
    if (index === undefined) outside = true;
    else hit.add(index);
  }
  let verdict: string;
  if (counted && countedB?.count === counted.count && !outside) {
    verdict = t('{0} and {1} disagree on {2} of {3} predictions: {4}.', sentence(a.label), b.label, hit.size, counted.count, example);
  } else {
    verdict = total === 1
      ? t('{0} and {1} differ in one place: {2}.', sentence(a.label), b.label, example)
      : t('{0} and {1} differ in {2} places, the first: {3}.', sentence(a.label), b.label, total, example);
  }
  // Scores that are a little apart are another matter than classes: say how far.
  if (walk.numeric === total && total > 1 && !Number.isInteger(walk.largest)) verdict += ` ${t('Largest difference: {0}.', Number(walk.largest.toPrecision(3)))}`;
  return { verdict, outcome: 'different', differences, total, rows };
}

function sentence(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}
