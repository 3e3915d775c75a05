/** The InferenceServices of one YAML document. All offsets and lines are those of the document's own text. */
import { isMap, isScalar, type Node } from 'yaml';
import { readComponents } from './components.ts';
import { isData, textOf, valueAt } from './data.ts';
import { lineEnd, lineStart } from './lines.ts';
import { contentEnd, isFlow, keyEnd, nodeAt, nodeOf, pairsOf, pairStart, startOf, walk } from './nodes.ts';
import { parseChunk, type ParsedChunk } from './parse.ts';
import { countLines, type Chunk } from './split.ts';
import type { ManifestComponent, ManifestDocument, ManifestError, Mark, MarkKind, Path, TextRange, Uncertainty } from './types.ts';

const TAG_ANNOTATION: Path = ['metadata', 'annotations', 'serving.kserve.io/enable-tag-routing'];
const CURRENT_API = /^serving\.kserve\.io\/v1beta1$/;
const ANY_API = /^serving\.(?:kserve\.io|kubeflow\.org)\//;
const TEMPLATE = '{{';
const PLACEHOLDER = '${';

/** A document of a chunk and the path from the YAML document's root to it: `[]`, or `['items', 2]` in a List. */
export interface Located {
  readonly document: ManifestDocument;
  readonly root: Path;
}

/** Never throws. A text without the word costs no parse. */
export function readChunk(chunk: Chunk): readonly Located[] {
  if (!chunk.text.includes('InferenceService')) return [];
  const parsed = parseChunk(chunk.text);
  if (!parsed) return [];
  try {
    return findServices(parsed).flatMap((root) => describe(chunk, parsed, root) ?? []);
  } catch {
    // Nodes of a broken document may be deeper than the stack; such a text holds no InferenceService anybody could act on.
    return [];
  }
}

function findServices({ document, value }: ParsedChunk): Path[] {
  const data = value ?? looseData(nodeOf(document.contents));
  if (isService(data)) return [[]];
  const kind = textOf(valueAt(data, ['kind'])) ?? '';
  const items = valueAt(data, ['items']);
  if (!kind.endsWith('List') || !Array.isArray(items)) return [];
  return items.flatMap((item, i) => (isService(item) ? [['items', i]] : []));
}

/** Where the data cannot be had (an alias without an anchor): the four words that say what it is. */
function looseData(root: Node | undefined): unknown {
  if (!root) return undefined;
  const word = (...path: Path): unknown => {
    const node = walk(root, path).nodes[path.length];
    return isScalar(node) ? node.value : undefined;
  };
  return {
    apiVersion: word('apiVersion'),
    kind: word('kind'),
    metadata: { name: word('metadata', 'name'), namespace: word('metadata', 'namespace') },
  };
}

function isService(value: unknown): boolean {
  const apiVersion = valueAt(value, ['apiVersion']);
  return valueAt(value, ['kind']) === 'InferenceService' && typeof apiVersion === 'string' && ANY_API.test(apiVersion);
}

function describe(chunk: Chunk, parsed: ParsedChunk, root: Path): Located | undefined {
  const node = nodeAt(parsed.document, root);
  if (!isMap(node)) return undefined;
  const first = pairsOf(node)[0];
  if (!first) return undefined;
  const { text } = chunk;
  const whole = parsed.value ?? looseData(nodeOf(parsed.document.contents));
  const data = valueAt(whole, root);
  const apiVersion = textOf(valueAt(data, ['apiVersion'])) ?? '';
  const name = textOf(valueAt(data, ['metadata', 'name']));
  const namespace = textOf(valueAt(data, ['metadata', 'namespace']));
  const components = readComponents(valueAt(data, ['spec']), (path) => {
    const scalar = nodeAt(parsed.document, [...root, ...path]);
    return isScalar(scalar) && scalar.range ? text.slice(scalar.range[0], scalar.range[1]) : undefined;
  });
  const uncertainty = judge(chunk, [apiVersion, name, namespace]);
  const { annotations, badAnnotations } = readAnnotations(data);
  const firstLine = pairStart(first);
  const errors = parsed.errors.map(({ message, start, end }): ManifestError => ({
    message,
    range: { start, end },
    line: countLines(text.slice(0, start)) + 1,
  }));
  const document: ManifestDocument = {
    index: 0,
    range: root.length === 0 ? documentRange(text) : itemRange(text, node),
    lens: { start: lineStart(text, firstLine), end: lineEnd(text, firstLine) },
    apiVersion,
    kind: 'InferenceService',
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    legacy: !CURRENT_API.test(apiVersion),
    certain: uncertainty === undefined,
    ...(uncertainty === undefined ? {} : { uncertainty }),
    placeholders: hasPlaceholder(data),
    components,
    annotations,
    badAnnotations,
    marks: marksOf(node, components),
    errors,
    object: errors.length === 0 ? data : undefined,
  };
  return { document, root };
}

/** With its `---`, without a byte order mark and the blank end. */
function documentRange(text: string): TextRange {
  const head = /^\uFEFF?/.exec(text)?.[0].length ?? 0;
  return { start: head, end: Math.max(head, text.trimEnd().length) };
}

/** To the end of its last line, where a comment may be; inside braces, to its own brace. */
function itemRange(text: string, node: Node): TextRange {
  const end = contentEnd(node);
  return { start: startOf(node), end: isFlow(node) || text[end - 1] === '\n' ? end : lineEnd(text, end) };
}

function judge(chunk: Chunk, identity: readonly (string | undefined)[]): Uncertainty | undefined {
  if (chunk.text.includes(TEMPLATE)) return 'template';
  if (identity.some((word) => word?.includes(PLACEHOLDER))) return 'placeholder';
  // `...` in column 0 with more YAML behind it was written to leave something out, not to end a document.
  return chunk.afterDots || chunk.followedByMore ? 'ellipsis' : undefined;
}

function hasPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(TEMPLATE) || value.includes(PLACEHOLDER);
  if (Array.isArray(value)) return value.some(hasPlaceholder);
  return isData(value) && Object.values(value).some(hasPlaceholder);
}

function readAnnotations(data: unknown): { annotations: Record<string, string>; badAnnotations: string[] } {
  const annotations: [string, string][] = [];
  const badAnnotations: string[] = [];
  const value = valueAt(data, ['metadata', 'annotations']);
  for (const [key, item] of isData(value) ? Object.entries(value) : []) {
    if (typeof item === 'string') annotations.push([key, item]);
    else {
      badAnnotations.push(key);
      if (typeof item === 'number' || typeof item === 'boolean') annotations.push([key, String(item)]);
    }
  }
  return { annotations: Object.fromEntries(annotations), badAnnotations };
}

function marksOf(node: Node, components: readonly ManifestComponent[]): Mark[] {
  const marks: Mark[] = [];
  const mark = (what: MarkKind, path: Path, component?: ManifestComponent): void => {
    const { nodes, pairs } = walk(node, path);
    const pair = pairs[path.length - 1];
    if (nodes.length !== path.length + 1 || !pair) return;
    const start = pairStart(pair);
    const value = nodes.at(-1);
    const valued = value && what !== 'component' ? { start: startOf(value), end: contentEnd(value) } : undefined;
    marks.push({
      what,
      ...(component ? { component: component.name } : {}),
      path,
      range: { start, end: Math.max(keyEnd(pair), valued?.end ?? 0) },
      ...(valued && valued.end > valued.start ? { value: valued } : {}),
    });
  };
  mark('apiVersion', ['apiVersion']);
  mark('kind', ['kind']);
  mark('name', ['metadata', 'name']);
  mark('namespace', ['metadata', 'namespace']);
  mark('tagAnnotation', TAG_ANNOTATION);
  for (const component of components) {
    mark('component', ['spec', component.name], component);
    mark('percent', component.paths.percent, component);
    if (component.paths.modelUri) mark('storageUri', component.paths.modelUri, component);
  }
  return marks;
}
