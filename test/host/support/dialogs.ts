import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { extensionApi } from './extension.ts';
import { until } from './until.ts';

export interface Said {
  readonly level: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly modal: boolean;
  /** The small print of a modal message. */
  readonly detail: string;
  readonly buttons: readonly string[];
}

type Answer = (said: Said) => string | undefined | Promise<string | undefined>;

interface Asking {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  validate(text: string): unknown;
}

const replaced = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'showInputBox', 'showQuickPick', 'showOpenDialog'] as const;

/**
 * Stands in for the person: what the extension says and asks lands here and is answered from here. A question that no test
 * has an answer for is cancelled; a modal message is, too.
 */
export class Dialogs {
  readonly said: Said[] = [];
  readonly asked: Asking[] = [];
  readonly offered: (readonly string[])[] = [];
  /** What is pressed in a modal message. */
  modal: Answer = () => undefined;
  /** What is pressed in a notification. */
  notification: Answer = () => undefined;
  /** Text for the next input boxes, in order. */
  inputs: string[] = [];
  /** Labels to pick in the next lists, in order. */
  picks: string[] = [];
  readonly #window: typeof vscode.window;
  readonly #originals: object;

  constructor() {
    this.#window = extensionApi().window;
    this.#originals = Object.fromEntries(replaced.map((name): [string, unknown] => [name, this.#window[name]]));
    Object.assign(this.#window, {
      showInformationMessage: this.#message('information'),
      showWarningMessage: this.#message('warning'),
      showErrorMessage: this.#message('error'),
      showInputBox: (options: vscode.InputBoxOptions = {}) => {
        const { title = '', prompt = '', value = '' } = options;
        this.asked.push({ title, prompt, value, validate: (text) => options.validateInput?.(text) });
        return Promise.resolve(this.inputs.shift());
      },
      showQuickPick: (items: readonly (string | vscode.QuickPickItem)[]) => {
        const labels = items.map((item) => typeof item === 'string' ? item : item.label);
        this.offered.push(labels);
        const label = this.picks.shift();
        if (label === undefined) return Promise.resolve(undefined);
        assert.ok(labels.includes(label), `${label} is offered: ${labels.join(', ')}`);
        return Promise.resolve(items[labels.indexOf(label)]);
      },
    });
  }

  get messages(): string[] {
    return this.said.map(({ message }) => message);
  }

  /** The modal messages: the plans. */
  get plans(): Said[] {
    return this.said.filter(({ modal }) => modal);
  }

  /** Presses the button of a modal message whose label begins so. */
  press(label: string): void {
    this.modal = ({ buttons }) => buttons.find((button) => button.startsWith(label));
  }

  /** Waits for a message that is not a plan. */
  async hear(pattern: RegExp, limit?: number): Promise<Said> {
    const heard = await until(`a message like ${String(pattern)}`, () => this.said.filter(({ modal }) => !modal), (said) => said.some(({ message }) => pattern.test(message)), limit);
    const found = heard.find(({ message }) => pattern.test(message));
    assert.ok(found);
    return found;
  }

  clear(): void {
    this.said.length = 0;
    this.asked.length = 0;
    this.offered.length = 0;
    this.inputs = [];
    this.picks = [];
    this.modal = () => undefined;
    this.notification = () => undefined;
  }

  /** Answers the next file dialogs with this file. */
  chooseFile(file: vscode.Uri): void {
    Object.assign(this.#window, { showOpenDialog: () => Promise.resolve([file]) });
  }

  restore(): void {
    Object.assign(this.#window, this.#originals);
  }

  #message(level: Said['level']): (message: string, ...rest: readonly (string | vscode.MessageOptions)[]) => Promise<string | undefined> {
    return async (message, ...rest) => {
      const options = rest.find((part) => typeof part !== 'string');
      const said: Said = { level, message: plain(message), modal: options?.modal === true, detail: plain(options?.detail ?? ''), buttons: rest.filter((part) => typeof part === 'string') };
      this.said.push(said);
      return said.modal ? this.modal(said) : this.notification(said);
    };
  }
}

/** With ordinary spaces. */
export function plain(text: string): string {
  return text.replaceAll(/[\u2009\u00a0]/g, ' ');
}
