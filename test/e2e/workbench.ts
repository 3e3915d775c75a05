/** The VS Code workbench as a person uses it: by what is on the screen, with mouse and keyboard. */
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launch } from '../../scripts/lib/browser.mjs';
import { startHost, type Host } from '../../scripts/lib/host.mjs';
import { resultsDir, vsixFile } from '../../scripts/lib/paths.mjs';

export const patience = 60_000;
const pictures = path.join(resultsDir, 'screenshots');

export interface WorkbenchOptions {
  readonly folder: string;
  readonly openFile: string;
  readonly settings?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly width?: number;
}

/** What `rowTexts` needs of an element: it runs in the page, whose types this program does not know. */
interface RowElement {
  getBoundingClientRect(): { readonly top: number };
  querySelectorAll(selector: string): Iterable<{ readonly textContent: string | null }>;
}

/** The list keeps its rows in no order: they are sorted by where they stand. */
const rowTexts = (elements: readonly RowElement[]): string[] => elements
  .map((element) => ({ top: element.getBoundingClientRect().top, text: [...element.querySelectorAll('.label-name, .label-description')].map((part) => part.textContent ?? '').join(' ') }))
  .sort((one, other) => one.top - other.top)
  .map(({ text }) => text);

export class Workbench {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #host: Host;

  private constructor(page: Page, browser: Browser, host: Host) {
    this.page = page;
    this.#browser = browser;
    this.#host = host;
  }

  static async open({ folder, openFile, settings = {}, env = {}, width = 1400 }: WorkbenchOptions): Promise<Workbench> {
    const host = await startHost({ folder, openFile, vsix: vsixFile(), env, settings: { 'window.autoDetectColorScheme': true, ...settings } });
    const browser = await launch();
    const page = await (await browser.newContext({ viewport: { width, height: 860 }, colorScheme: 'dark' })).newPage();
    const workbench = new Workbench(page, browser, host);
    try {
      await page.goto(host.url);
      await page.locator(`.tab[data-resource-name="${path.basename(openFile)}"]`).waitFor({ timeout: patience });
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  /** The folder of the host's own data. */
  get dir(): string {
    return this.#host.dir;
  }

  async close(): Promise<void> {
    if (!this.#browser.isConnected()) return;
    await this.#browser.close();
    await this.#host.stop();
  }

  /** Opens the extension's view container. */
  async showTree(): Promise<void> {
    const icon = this.page.locator('.activitybar .action-label[aria-label="KServe Canary"]').first();
    await icon.waitFor({ timeout: patience });
    await icon.click();
    await this.tree.waitFor({ timeout: patience });
  }

  get tree(): Locator {
    return this.page.locator('.part.sidebar .pane-body');
  }

  /** The rows as they read, top to bottom: `00002 10 % · canary · model-2`. */
  async rows(): Promise<string[]> {
    const rows = this.page.locator('.part.sidebar .monaco-list-row');
    const texts: readonly string[] = await rows.evaluateAll(rowTexts);
    return texts.map(plain);
  }

  async clickRow(text: string): Promise<void> {
    await this.page.locator('.part.sidebar .monaco-list-row', { hasText: text }).first().click();
  }

  /** The line over the first InferenceService: `playground · canary 10 % · stable 90 % | Shift… | …`. */
  async lens(): Promise<string> {
    const lens = this.page.locator('.codelens-decoration').first();
    return plain(await lens.innerText().catch(() => ''));
  }

  async clickLens(text: string): Promise<void> {
    await this.page.locator('.codelens-decoration a', { hasText: text }).first().click();
  }

  async dialog(): Promise<string> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.waitFor({ timeout: patience });
    return plain(await box.innerText());
  }

  async clickInDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).click();
    await this.page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
  }

  /** Types into the input at the top and accepts; `now` is what it must hold first. */
  async answer(prompt: RegExp, value?: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    await widget.filter({ hasText: prompt }).waitFor({ timeout: patience });
    const input = widget.locator('.quick-input-box input.input');
    if (value !== undefined) await input.fill(value);
    await input.press('Enter');
  }

  async pick(label: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  }

  /** What the hover over a word of the editor says. */
  async hover(word: string): Promise<string> {
    const hover = this.page.locator('.monaco-hover:not(.hidden) .hover-row').first();
    await this.park();
    await hover.waitFor({ state: 'hidden' });
    await this.page.locator('.view-line span span').filter({ hasText: new RegExp(`^\\s*${word}\\s*$`) }).first().hover();
    await hover.waitFor({ timeout: patience });
    return plain(await hover.innerText());
  }

  /** Moves the mouse to where it changes nothing. */
  async park(): Promise<void> {
    await this.page.mouse.move(700, 10);
  }

  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The text of the file in the editor, unsaved changes included: saved by keyboard, then read. */
  async saveAndRead(file: string): Promise<string> {
    await this.page.locator(`.tab[data-resource-name="${path.basename(file)}"]`).click();
    await this.page.keyboard.press('Control+s');
    await this.page.locator(`.tab.dirty[data-resource-name="${path.basename(file)}"]`).waitFor({ state: 'detached' });
    return fs.readFileSync(file, 'utf8');
  }

  /** Drags the side bar's edge as far to the left as it goes. */
  async narrowSideBar(): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('there is no side bar');
    await this.page.mouse.move(box.x + box.width, box.y + 400);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + 175, box.y + 400, { steps: 8 });
    await this.page.mouse.up();
    await this.park();
  }

  /** A picture of the whole window, in the dark and in the light theme. */
  async picture(name: string): Promise<void> {
    fs.mkdirSync(pictures, { recursive: true });
    for (const theme of ['light', 'dark'] as const) {
      await this.#theme(theme);
      await this.page.screenshot({ path: path.join(pictures, `${name}-${theme}.png`) });
    }
  }

  /** The window follows the system's colour scheme. */
  async #theme(theme: 'dark' | 'light'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`).waitFor({ timeout: patience });
  }
}

/** Waits until a reading of the screen satisfies, and says what it read last when it does not. */
export async function until<T>(what: string, read: () => Promise<T>, satisfied: (value: T) => boolean, timeout = patience): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (satisfied(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(value)} after ${String(timeout / 1000)} s`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** Thin and hard spaces as plain ones, runs of white space as one. */
export function plain(text: string): string {
  return text.replaceAll(/[\s\u2009\u00a0]+/g, ' ').trim();
}
