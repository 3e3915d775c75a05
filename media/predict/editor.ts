/** The JSON editors: the body, which is edited and checked as one types, and the answer, which is read. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import { EditorState, StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers, type DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { word } from './dom.ts';

/** Tokens in the theme's own colours: those of values in the debugger are the only ones of JSON's kinds that a webview gets. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--vscode-debugTokenExpression-name)' },
  { tag: tags.string, color: 'var(--vscode-debugTokenExpression-string)' },
  { tag: tags.number, color: 'var(--vscode-debugTokenExpression-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--vscode-debugTokenExpression-boolean)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--vscode-editor-foreground)', backgroundColor: 'transparent', fontSize: 'var(--vscode-editor-font-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--vscode-editor-font-family)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--vscode-editorCursor-foreground)', padding: '6px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--vscode-editorCursor-foreground)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--vscode-editorLineNumber-foreground)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 10px', minWidth: '2.2em' },
  '.cm-activeLine': { backgroundColor: 'transparent', boxShadow: 'inset 0 0 0 1px var(--vscode-editor-lineHighlightBorder, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--vscode-editor-selectionBackground)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--vscode-editorBracketMatch-background)', outline: '1px solid var(--vscode-editorBracketMatch-border, transparent)' },
  '.cm-json-error': { textDecoration: 'underline wavy var(--vscode-editorError-foreground)', textDecorationSkipInk: 'none', textUnderlineOffset: '3px' },
});

/** The policy lets in only styles that carry the page's nonce. */
function common(label: string, asJson = true): Extension[] {
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
  return [
    lineNumbers(), highlightSpecialChars(), drawSelection(), bracketMatching(), look,
    ...(asJson ? [json(), syntaxHighlighting(colours)] : []),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
  ];
}

export interface JsonProblem {
  readonly from: number;
  readonly message: string;
}

/** What JSON.parse says, at the place where the grammar first fails (its own position differs by browser). */
function problemOf(state: EditorState): JsonProblem | undefined {
  const text = state.doc.toString();
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const raw = error instanceof Error ? error.message : String(error);
    const said = /position (\d+)/.exec(raw)?.[1];
    let from = said === undefined ? undefined : Number(said);
    if (from === undefined) {
      syntaxTree(state).iterate({ enter: (node) => { if (node.type.isError) from ??= node.from; return from === undefined; } });
    }
    const message = raw.replace(/ ?(in JSON )?at position \d+( \(line \d+ column \d+\))?/, '').replace(/, (\.\.\.)?"[\s\S]*is not valid JSON$/, '');
    return { from: Math.min(from ?? text.length, text.length), message };
  }
}

const setProblem = StateEffect.define<JsonProblem | undefined>();

function place(doc: Text, { from }: JsonProblem): DecorationSet {
  if (doc.length === 0) return Decoration.none;
  // At the end of the text, or of a line, there is no character to underline but the one before.
  let start = from;
  while (start > 0 && (start >= doc.length || /\s/.test(doc.sliceString(start, start + 1)))) start -= 1;
  return Decoration.set([Decoration.mark({ class: 'cm-json-error' }).range(start, start + 1)]);
}

const problems = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (current, transaction) => {
    let next = current.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setProblem)) next = effect.value ? place(transaction.state.doc, effect.value) : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export interface BodyEditor {
  text(): string;
  replace(text: string): void;
  focus(): void;
}

/** `changed` gets every text that a person typed; `checked` what is wrong with it, '' for nothing. */
export function bodyEditor(parent: HTMLElement, changed: (text: string) => void, checked: (problem: string) => void): BodyEditor {
  let timer: number | undefined;
  const check = (): void => {
    const problem = problemOf(view.state);
    view.dispatch({ effects: setProblem.of(problem) });
    checked(problem ? word('jsonError').replace('{0}', String(view.state.doc.lineAt(problem.from).number)).replace('{1}', () => problem.message) : '');
  };
  const view: EditorView = new EditorView({
    parent,
    state: EditorState.create({
      doc: '',
      extensions: [
        ...common(word('bodyLabel')), history(), highlightActiveLine(), indentUnit.of('  '), problems, EditorView.lineWrapping,
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          changed(update.state.doc.toString());
          window.clearTimeout(timer);
          timer = window.setTimeout(check, 250);
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (text) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      check();
    },
    focus: () => { view.focus(); },
  };
}

/** Shows a text of any length: only the visible lines are in the page. To be destroyed: it listens to the window. */
export function answerViewer(parent: HTMLElement, text: string, asJson: boolean): { destroy(): void } {
  return new EditorView({
    parent,
    state: EditorState.create({ doc: text, extensions: [...common(word('answerLabel'), asJson), EditorState.readOnly.of(true), ...(asJson ? [] : [EditorView.lineWrapping]), keymap.of(defaultKeymap)] }),
  });
}
