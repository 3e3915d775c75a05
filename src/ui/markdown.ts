import * as vscode from 'vscode';

/** Text from a cluster or a file, as Markdown that shows just that text: no link, no image, no HTML, and fit for a table cell. */
export function escaped(text: string): string {
  return new vscode.MarkdownString().appendText(text).value.replaceAll('|', '\\|').replaceAll(/\r?\n|\r/g, ' ');
}

export function commandLink(label: string, command: string, argument: unknown): string {
  return `[${escaped(label)}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
