/** Above the panes: where the request goes. */
import type { HeadView, ProblemView } from '../../src/ui/panel/protocol.ts';
import { byId, make, word } from './dom.ts';
import { post } from './host.ts';

export function showHead(head: HeadView): void {
  byId('service').textContent = head.service;
  byId('place').textContent = head.place;
  const targets = byId('targets');
  const focused = targets.contains(document.activeElement) ? document.activeElement?.id : undefined;
  targets.replaceChildren(...head.targets.map(({ id, label, tooltip, chosen, available }) => {
    const button = make('button', available ? '' : 'unavailable', label);
    button.type = 'button';
    button.id = `target-${id}`;
    button.title = tooltip;
    button.setAttribute('aria-pressed', String(chosen));
    // It can still be chosen: then the page says why it cannot be called, and what would change that.
    if (!available) button.setAttribute('aria-description', tooltip);
    button.addEventListener('click', () => { post({ type: 'choose', target: id }); });
    return button;
  }));
  if (focused !== undefined) document.getElementById(focused)?.focus();
  targets.hidden = head.targets.length === 0;
  const { request } = head;
  byId('request').hidden = !request;
  if (request) {
    byId('method').textContent = request.method;
    byId('request-line').textContent = request.url;
    byId('host-line').textContent = request.host;
    byId('why-parts').replaceChildren(...request.parts.flatMap(({ name, value, why }) => {
      const definition = make('dd');
      definition.append(make('code', '', value), make('span', 'dim', why));
      return [make('dt', '', name), definition];
    }));
  }
  showProblem(head.problem);
}

let shown = '';

function showProblem(problem: ProblemView | undefined): void {
  const box = byId('problem');
  box.hidden = !problem;
  // An alert is read out when it changes; a head that comes again with the same one changes nothing.
  const key = JSON.stringify(problem ?? '');
  if (key === shown) return;
  shown = key;
  box.replaceChildren();
  if (!problem) return;
  box.append(make('p', 'notice-title', problem.title));
  if (problem.next !== undefined) box.append(make('p', '', problem.next));
  if (problem.tried.length > 0) {
    box.append(make('p', 'dim', word('tried')));
    const list = make('ol', 'tried');
    for (const { what, result } of problem.tried) {
      const item = make('li');
      item.append(make('code', '', what), ` ${result}`);
      list.append(item);
    }
    box.append(list);
  }
  const row = make('div', 'notice-actions');
  for (const { id, label } of problem.actions) {
    const button = make('vscode-button', '', label);
    button.setAttribute('secondary', '');
    button.addEventListener('click', () => { post({ type: 'run', action: id }); });
    row.append(button);
  }
  if (problem.actions.length > 0) box.append(row);
}
