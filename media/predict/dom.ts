/** The element with this id; the page is made with all of them. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

/** Text goes in as text, never as markup: it comes from a cluster. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text?: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function icon(name: string): HTMLElement {
  const element = make('span', `codicon codicon-${name}`);
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/** A finished string of the page's own (`data-…` of the body). */
export function word(name: string): string {
  return document.body.dataset[name] ?? '';
}
