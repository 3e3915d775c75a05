import * as vscode from 'vscode';

/** Text from a cluster or a file, as Markdown that shows just that text: no link, no image, no HTML, and fit for a table cell. */
export function escaped(text: string): string {
  // appendText makes every space a hard one, and a sentence then breaks in the middle of words.
  return new vscode.MarkdownString().appendText(text.replaceAll(/[\r\n\t ]+/g, ' ')).value.replaceAll('&nbsp;', ' ').replaceAll('|', '\\|');
}

export function commandLink(label: string, command: string, argument: unknown): string {
  return `[${escaped(label)}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
