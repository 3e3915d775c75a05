/** Line ends, for texts whose lines end in LF or CRLF (also mixed). */

/** Of the line that `offset` lies in; behind a byte order mark. */
export function lineStart(text: string, offset: number): number {
  const start = offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && text.startsWith('\uFEFF') ? 1 : start;
}

/** Before the line's `\n` or `\r\n`. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

/** Behind the line's `\n`. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

/** The line end in use at `offset`: that of its line, else of the line before, else of the first line. */
export function lineBreakAt(text: string, offset: number): '\n' | '\r\n' {
  const here = text.indexOf('\n', offset);
  const at = here === -1 ? text.lastIndexOf('\n') : here;
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** Columns from the line's start; indentation is spaces, so UTF-16 units will do. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Only blanks lie between the line's start and `offset`. */
export function isFirstInLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}
