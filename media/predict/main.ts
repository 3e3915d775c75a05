import './predict.css';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import type { AnswerView, HeadView } from '../../src/ui/panel/protocol.ts';
import { showAnswer } from './answer.ts';
import { byId } from './dom.ts';
import { bodyEditor } from './editor.ts';
import { showHead } from './head.ts';
import { listen, post, save, state } from './host.ts';

const sendButton = byId('send') as HTMLElement & { disabled: boolean };
const bothButton = byId('send-both') as HTMLElement & { disabled: boolean };
const protocol = byId('protocol') as HTMLElement & { value: string };
const cancelButton = byId('cancel');
const copyCurl = byId('copy-curl') as HTMLButtonElement;
let head: HeadView | undefined;
let sending = false;

const editor = bodyEditor(
  byId('body-editor'),
  (body) => { save({ body }); },
  (problem) => {
    const element = byId('body-state');
    element.textContent = problem;
    element.hidden = problem === '';
  },
);

function showButtons(): void {
  sendButton.disabled = sending || head?.canSend !== true;
  bothButton.disabled = sending || head?.canSendBoth !== true;
  bothButton.title = head?.bothTooltip ?? '';
  copyCurl.disabled = head?.request === undefined;
  cancelButton.hidden = !sending;
}

function send(both: boolean): void {
  if ((both ? bothButton : sendButton).disabled) return;
  post({ type: 'send', body: editor.text(), both });
}

sendButton.addEventListener('click', () => { send(false); });
bothButton.addEventListener('click', () => { send(true); });
cancelButton.addEventListener('click', () => { post({ type: 'cancel' }); });
byId('open-answer').addEventListener('click', () => { post({ type: 'openBody' }); });
copyCurl.addEventListener('click', () => { post({ type: 'copyCurl', body: editor.text() }); });
protocol.addEventListener('change', () => { post({ type: 'protocol', protocol: protocol.value === 'v2' ? 'v2' : 'v1' }); });
byId('why').addEventListener('click', () => {
  const parts = byId('why-parts');
  parts.hidden = !parts.hidden;
  byId('why').setAttribute('aria-expanded', String(!parts.hidden));
});

// Before the editor sees it: there, the same keys insert a line.
window.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  send(event.shiftKey);
}, { capture: true });

let noteTimer: number | undefined;

function showNote(text: string): void {
  const note = byId('note');
  note.textContent = text;
  note.classList.add('shown');
  window.clearTimeout(noteTimer);
  noteTimer = window.setTimeout(() => { note.classList.remove('shown'); note.textContent = ''; }, 4000);
}

function receiveAnswer(answer: AnswerView): void {
  sending = answer.kind === 'sending';
  showAnswer(answer);
  showButtons();
}

listen((message) => {
  switch (message.type) {
    case 'head':
      head = message.head;
      save({ key: head.key, target: head.chosen, protocol: head.protocol });
      showHead(head);
      if (protocol.value !== head.protocol) protocol.value = head.protocol;
      showButtons();
      return;
    case 'body':
      editor.replace(message.text);
      save({ body: message.text, bodyFrom: message.from });
      byId('body-from').textContent = message.from;
      return;
    case 'answer':
      receiveAnswer(message.answer);
      return;
    case 'note':
      showNote(message.text);
  }
});

const { body, bodyFrom } = state();
if (body !== undefined) {
  editor.replace(body);
  byId('body-from').textContent = bodyFrom ?? '';
}
post({ type: 'ready', hasBody: body !== undefined });
editor.focus();
