/** The right pane: what came back. */
import type { AnswerView, SegmentView, SideView } from '../../src/ui/panel/protocol.ts';
import { byId, icon, make, word } from './dom.ts';
import { answerViewer } from './editor.ts';
import { post } from './host.ts';

let viewers: { destroy(): void }[] = [];

const MOODS = { ok: 'pass', warning: 'warning', error: 'error' } as const;

export function showAnswer(answer: AnswerView): void {
  const pane = byId('answer-pane');
  const sending = answer.kind === 'sending';
  pane.setAttribute('aria-busy', String(sending));
  pane.classList.toggle('busy', sending);
  byId('sending').textContent = sending ? answer.text : '';
  // The last answer stays, dimmed, until the next one is there: nothing jumps.
  if (sending) return;
  for (const viewer of viewers) viewer.destroy();
  viewers = [];
  const both = answer.kind === 'both';
  byId('open-answer').hidden = answer.kind !== 'single' || !answer.side.body || answer.side.body.text === '';
  byId('panes').classList.toggle('both', both);
  byId('answer-empty').hidden = answer.kind !== 'none';
  const verdict = byId('verdict');
  verdict.hidden = !both;
  verdict.replaceChildren();
  const sides = byId('sides');
  sides.hidden = answer.kind === 'none';
  sides.replaceChildren();
  byId('answer-tabs').hidden = answer.kind === 'none';
  if (answer.kind === 'none') return;
  const views: readonly SideView[] = answer.kind === 'both' ? answer.sides : [answer.side];
  if (answer.kind === 'both') {
    verdict.className = `verdict ${answer.outcome}`;
    verdict.append(icon(answer.outcome === 'same' ? 'pass' : answer.outcome === 'different' ? 'diff' : 'warning'), make('span', '', answer.verdict));
  }
  sides.append(...views.map((view, index) => sideHead(view, index)));
  const bodies = byId('answer-body');
  const anything = views.some((view) => view.body !== undefined || view.headers.length > 0);
  byId('answer-tabs').hidden = !anything;
  bodies.className = both ? 'columns' : 'one';
  if (answer.kind === 'both' && answer.rows) {
    const rows = answer.rows;
    bodies.replaceChildren(column(rows.map((row) => row.a), 'a', answer.sides[0].label), column(rows.map((row) => row.b), 'b', answer.sides[1].label));
    if (answer.rowsNote) bodies.append(make('p', 'dim note-line', answer.rowsNote));
  } else {
    bodies.replaceChildren(...views.map((view, index) => bodyOf(view, index)));
  }
  fill('answer-headers', both, views.map(headers));
  fill('answer-timing', both, views.map(timing));
}

function fill(id: string, both: boolean, children: readonly HTMLElement[]): void {
  const element = byId(id);
  element.className = both ? 'columns' : 'one';
  element.replaceChildren(...children);
}

function sideHead(view: SideView, index: number): HTMLElement {
  const box = make('div', 'side');
  const status = make('div', `status ${view.mood}`);
  // For people and for tests: one place that says what came of it.
  status.id = index === 0 ? 'answer-status' : 'answer-status-2';
  status.setAttribute('role', 'status');
  if (view.tooltip !== '') status.title = view.tooltip;
  status.append(icon(MOODS[view.mood]));
  status.append(make('strong', '', view.label), ' ', make('span', '', view.summary));
  box.append(status);
  if (view.explained) {
    const { title, next, tried, actions } = view.explained;
    const notice = make('div', `notice ${view.mood}`);
    notice.append(make('p', 'notice-title', title));
    if (next !== '') notice.append(make('p', '', next));
    if (tried.length > 0) {
      notice.append(make('p', 'dim', word('tried')));
      const list = make('ol', 'tried');
      list.append(...tried.map((line) => make('li', '', line)));
      notice.append(list);
    }
    for (const { id, label } of actions) {
      const button = make('vscode-button', '', label);
      button.setAttribute('secondary', '');
      button.addEventListener('click', () => { post({ type: 'run', action: id }); });
      notice.append(button);
    }
    box.append(notice);
  }
  return box;
}

function bodyOf(view: SideView, index: number): HTMLElement {
  const box = make('div', 'body');
  if (!view.body) {
    box.append(make('p', 'dim', word('noBody')));
    return box;
  }
  const { text, json, note } = view.body;
  if (note !== undefined) {
    const line = make('p', 'dim note-line', note);
    box.append(line);
  }
  if (text !== '') {
    const viewer = make('div', 'viewer');
    viewer.id = index === 0 ? 'answer-text' : 'answer-text-2';
    box.append(viewer);
    viewers.push(answerViewer(viewer, text, json));
  }
  return box;
}

/** One side of the comparison. An absent line keeps its height, so that equal places stand at equal heights. */
function column(rows: readonly (readonly SegmentView[] | undefined)[], side: 'a' | 'b', label: string): HTMLElement {
  const pre = make('pre', `rows ${side}`);
  pre.id = side === 'a' ? 'answer-text' : 'answer-text-2';
  pre.tabIndex = 0;
  pre.setAttribute('role', 'region');
  pre.setAttribute('aria-label', `${word('answerLabel')}: ${label}`);
  for (const row of rows) {
    const line = make('div', row ? 'row' : 'row absent');
    for (const { text, changed } of row ?? []) line.append(changed ? make('mark', '', text) : text);
    if (row?.length === 0 || !row) line.append(' ');
    pre.append(line);
  }
  return pre;
}

function headers(view: SideView): HTMLElement {
  if (view.headers.length === 0) return make('p', 'dim', word('noHeaders'));
  const table = make('table', 'headers');
  for (const [name, value] of view.headers) {
    const row = make('tr');
    const head = make('th', '', name);
    head.scope = 'row';
    row.append(head, make('td', '', value));
    table.append(row);
  }
  return table;
}

function timing(view: SideView): HTMLElement {
  if (view.timing.length === 0) return make('p', 'dim', word('noTiming'));
  const table = make('table', 'timing');
  view.timing.forEach(({ label, value, from, width }, index) => {
    const row = make('tr', index === view.timing.length - 1 ? 'total' : '');
    const head = make('th', '', label);
    head.scope = 'row';
    const track = make('td', 'track');
    const bar = make('div', 'bar');
    bar.style.marginInlineStart = `${from * 100}%`;
    bar.style.width = `${width * 100}%`;
    track.append(bar);
    row.append(head, make('td', 'number', value), track);
    table.append(row);
  });
  return table;
}
