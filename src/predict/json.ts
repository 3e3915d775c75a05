/** JSON as people read it, without changing it: numbers keep the digits they came with (a 64-bit id would lose its last ones). */

export type Node =
  | { readonly kind: 'leaf'; readonly type: 'string' | 'number' | 'literal'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, Node> };

/** Throws SyntaxError for what is not JSON, RangeError for what is nested too deep to be walked. */
function parseJson(text: string): Node {
  // Bottom up: an array or object that the reviver sees holds Nodes already.
  const parsed: unknown = JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }): Node => {
    if (Array.isArray(value)) return { kind: 'array', items: value as Node[] };
    if (typeof value === 'object' && value !== null) return { kind: 'object', entries: new Map(Object.entries(value as Record<string, Node>)) };
    if (typeof value === 'string') return { kind: 'leaf', type: 'string', text: JSON.stringify(value) };
    // `source` is the text of a primitive (ES2026 JSON.parse source text access, in Node since 21).
    if (typeof value === 'number') return { kind: 'leaf', type: 'number', text: context?.source ?? String(value) };
    return { kind: 'leaf', type: 'literal', text: String(value) };
  });
  return parsed as Node;
}

export function tryParseJson(text: string): Node | undefined {
  try { return parseJson(text); } catch { return undefined; }
}

export const WIDTH = 80;

/** `[1, 2, 3]` where every item is a leaf, else undefined. */
export function leaves(node: Node): readonly string[] | undefined {
  if (node.kind !== 'array') return undefined;
  const texts: string[] = [];
  for (const item of node.items) {
    if (item.kind !== 'leaf') return undefined;
    texts.push(item.text);
  }
  return texts;
}

/** The lines of a node. `head` stands before the first (a key), `tail` after the last (a comma). */
export function lines(node: Node, indent = '', head = '', tail = ''): string[] {
  const out: string[] = [];
  write(node, indent, head, tail, out);
  return out;
}

function write(node: Node, indent: string, head: string, tail: string, out: string[]): void {
  if (node.kind === 'leaf') {
    out.push(indent + head + node.text + tail);
    return;
  }
  const inner = `${indent}  `;
  if (node.kind === 'object') {
    if (node.entries.size === 0) { out.push(`${indent}${head}{}${tail}`); return; }
    out.push(`${indent}${head}{`);
    let left = node.entries.size;
    for (const [key, value] of node.entries) write(value, inner, `${JSON.stringify(key)}: `, --left > 0 ? ',' : '', out);
    out.push(`${indent}}${tail}`);
    return;
  }
  const texts = leaves(node);
  if (texts) {
    const one = `${indent}${head}[${texts.join(', ')}]${tail}`;
    if (one.length <= WIDTH || texts.length === 0) { out.push(one); return; }
    out.push(`${indent}${head}[`);
    let line = inner;
    texts.forEach((text, index) => {
      const piece = index < texts.length - 1 ? `${text},` : text;
      if (line !== inner && line.length + 1 + piece.length > WIDTH) { out.push(line); line = inner; }
      line += line === inner ? piece : ` ${piece}`;
    });
    out.push(line, `${indent}]${tail}`);
    return;
  }
  out.push(`${indent}${head}[`);
  node.items.forEach((item, index) => { write(item, inner, '', index < node.items.length - 1 ? ',' : '', out); });
  out.push(`${indent}]${tail}`);
}

/** Undefined for what is not JSON. A short list of values stays on one line, a long one is filled to 80 columns. */
export function pretty(text: string): string | undefined {
  try {
    return lines(parseJson(text)).join('\n');
  } catch {
    return undefined;
  }
}
