/** Values at the end of a path. Empty when a key is missing, as in kube-apiserver, whose printer columns allow missing keys. */
export type JsonPath = (root: unknown) => unknown[];

type Step = (values: unknown[]) => unknown[];

function child(value: unknown, key: string): unknown[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? [(value as { [key: string]: unknown })[key]]
    : [];
}

function children(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function literal(text: string): unknown {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  return quoted === null ? (JSON.parse(text) as unknown) : quoted[2];
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    default: {
      const comparable = typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');
      const [a, b] = [left as string | number, right as string | number];
      return comparable && ((operator.startsWith('<') ? a < b : a > b) || (operator.endsWith('=') && a === b));
    }
  }
}

function filter(expression: string): Step {
  const parsed = /^@(.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+))?$/s.exec(expression.trim());
  if (parsed === null) {
    throw new Error(`Unsupported JSONPath filter: ${expression}`);
  }
  const [, path = '', operator, right] = parsed;
  const inner = compileJsonPath(path);
  const wanted = right === undefined ? undefined : literal(right.trim());
  return (values) =>
    values
      .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []))
      .filter((item) => {
        const [left] = inner(item);
        return operator === undefined ? left !== undefined : left !== undefined && compare(left, operator, wanted);
      });
}

function bracket(content: string): Step {
  if (content === '*') {
    return (values) => values.flatMap(children);
  }
  if (content.startsWith('?(')) {
    return filter(content.slice(2, -1));
  }
  if (/^-?\d+$/.test(content)) {
    return (values) => values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]).slice(Number(content)).slice(0, 1) : []));
  }
  const key = String(literal(content));
  return (values) => values.flatMap((value) => child(value, key));
}

const TOKEN = /\.((?:\\.|[^.[\\])+)|\[(\?\((?:'[^']*'|"[^"]*"|[^'"])*?\)|[^\]]+)\]|\./gy;

/**
 * Compiles the JSONPath of a printer column: `.a.b`, `.a\.b`, `['a']`, `[0]`, `[*]`, `[?(@.k=='v')]`. Throws an Error on anything
 * else.
 */
export function compileJsonPath(path: string): JsonPath {
  const steps: Step[] = [];
  let end = 0;
  for (const token of path.matchAll(TOKEN)) {
    const [whole, key, content] = token;
    if (key === '*') {
      steps.push((values) => values.flatMap(children));
    } else if (key !== undefined) {
      const name = key.replaceAll(/\\(.)/g, '$1');
      steps.push((values) => values.flatMap((value) => child(value, name)));
    } else if (content !== undefined) {
      steps.push(bracket(content));
    }
    end = token.index + whole.length;
  }
  if (end !== path.length) {
    throw new Error(`Unsupported JSONPath: ${path}`);
  }
  return (root) => steps.reduce((values, step) => step(values), [root]);
}
