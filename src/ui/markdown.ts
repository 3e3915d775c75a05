/**
 * Text from a cluster or a file, as Markdown that shows just that text: no link, no image, no HTML, no icon, and fit for a table cell.
 * MarkdownString.appendText is not enough: it lets `<`, entities, bare addresses and `|` through, and makes every space a hard one.
 */
export function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[^\p{L}\p{M}\p{N} .,%–·…-]|(?<=www)\./giu, (character) => `&#${String(character.codePointAt(0))};`);
}

export function commandLink(label: string, command: string, argument: unknown): string {
  return `[${escaped(label)}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
