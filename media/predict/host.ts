import type { FromPage, SavedState, ToPage } from '../../src/ui/panel/protocol.ts';

interface Host {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

const api = acquireVsCodeApi();
let saved: SavedState = read(api.getState());

function read(state: unknown): SavedState {
  return typeof state === 'object' && state !== null && 'version' in state && state.version === 1 ? state as SavedState : { version: 1 };
}

export function post(message: FromPage): void {
  api.postMessage(message);
}

export function state(): SavedState {
  return saved;
}

/** Kept over tab moves and reloads of the window. */
export function save(change: Partial<SavedState>): void {
  saved = { ...saved, ...change };
  api.setState(saved);
}

export function listen(receive: (message: ToPage) => void): void {
  // Only the extension posts to this page: the policy loads nothing that could.
  window.addEventListener('message', (event: MessageEvent<ToPage>) => { receive(event.data); });
}
