/** Writes a scalar so that YAML 1.1 (Kubernetes) and 1.2 both read it back as it was meant. */
import { Refusal } from './refusal.ts';
import type { Scalar } from './types.ts';

export type Quote = 'plain' | 'single' | 'double';

/** Begins with a letter or a slash, no blanks, none of the flow indicators: nothing here is anything but a string … */
const PLAIN = /^[A-Za-z/](?:[\w./@+=?&%~#:-]*[\w./@+=?&%~-])?$/;
/** … but these. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** @param quote the style to keep, or the one to use where plain will not do */
export function writeScalar(value: Scalar, quote: Quote, always: boolean): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Refusal(`${value} cannot be written into a manifest.`);
    return JSON.stringify(value);
  }
  if (typeof value === 'boolean') return String(value);
  if (!always && isPlain(value)) return value;
  const printable = /^[\x20-\x7E\u00A0-\u2027\u202A-\uD7FF\uE000-\uFEFE]*$/.test(value);
  if (quote === 'single' && printable) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(/[\u007F-\u009F\u2028\u2029\uFEFF]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isPlain(value: string): boolean {
  return PLAIN.test(value) && !WORDS.test(value);
}

/** In which quotes a token stands. */
export function quoteOf(token: string): Quote {
  if (token.startsWith('"')) return 'double';
  return token.startsWith("'") ? 'single' : 'plain';
}
