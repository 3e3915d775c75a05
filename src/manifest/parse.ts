/** One YAML document, read as Kubernetes reads it. */
import { parseDocument, type Document, type ScalarTag } from 'yaml';

/**
 * Kubernetes (sigs.k8s.io/yaml over go-yaml v2) takes these plain words of YAML 1.1 for booleans and a leading 0 for octal; the parser's
 * YAML 1.2 takes them for strings and decimals. What is deployed has to be what `kubectl apply` would send.
 */
const KUBERNETES_TAGS: ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
    resolve: (source) => /^(?:y|on)/i.test(source),
  },
  { tag: 'tag:yaml.org,2002:int', default: true, test: /^[-+]?0[0-7]+$/, resolve: (source) => parseInt(source, 8) },
];

export interface ParseError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedChunk {
  readonly document: Document;
  readonly errors: readonly ParseError[];
  /** Plain data with merges and aliases resolved; with errors, as far as it could be read. */
  readonly value: unknown;
}

/** Brackets or dashes nested deeper than any manifest: the parser's time grows with the square of that, so it is not even tried. */
const TOO_DEEP = /(?:[[{]\s*|-\s+){400}/;

/** Never throws: `undefined` when not even a broken document comes out. Offsets are those of the chunk. */
export function parseChunk(text: string): ParsedChunk | undefined {
  if (TOO_DEEP.test(text)) return undefined;
  try {
    const document = parseDocument(text, {
      keepSourceTokens: true,
      prettyErrors: false,
      stringKeys: true,
      merge: true,
      logLevel: 'silent',
      customTags: (tags) => [...KUBERNETES_TAGS, ...tags],
    });
    const errors = document.errors.map(({ message, pos: [start, end] }) => ({ message: firstLine(message), start, end }));
    return { document, errors, value: document.toJS() };
  } catch (error) {
    return error instanceof RangeError ? undefined : failed(text, error);
  }
}

/** `toJS` throws for an alias without an anchor and for alias bombs. (The parser, for nesting deeper than the stack: a RangeError.) */
function failed(text: string, error: unknown): ParsedChunk | undefined {
  try {
    const document = parseDocument(text, { keepSourceTokens: true, prettyErrors: false, logLevel: 'silent' });
    const message = error instanceof Error ? firstLine(error.message) : 'It cannot be read';
    return { document, errors: [{ message, start: 0, end: 0 }], value: undefined };
  } catch {
    return undefined;
  }
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/[.:]$/, '');
}
