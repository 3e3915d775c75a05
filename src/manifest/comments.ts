/** The comments of a YAML text, each with its `#`. */
import { Lexer } from 'yaml';

export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Marks of the lexer that stand for no text: the start of a document, an unexpected end of a flow collection, a scalar that follows. */
const DOCUMENT = '\u0002';
const FLOW_END = '\u0018';
const SCALAR = '\u001F';

export function commentsOf(text: string): Comment[] {
  const comments: Comment[] = [];
  let at = 0;
  let scalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === DOCUMENT || lexeme === FLOW_END) continue;
    if (lexeme === SCALAR) {
      scalar = true;
      continue;
    }
    if (!scalar && lexeme.startsWith('#')) {
      const comment = lexeme.trimEnd();
      comments.push({ start: at, end: at + comment.length, text: comment });
    }
    scalar = false;
    at += lexeme.length;
  }
  return comments;
}
