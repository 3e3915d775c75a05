import type { Browser, LaunchOptions } from 'playwright-core';

/**
 * Starts an installed Chrome, Chromium or Edge, else the Chromium that npm brings (Linux x64), headless and with the project's own
 * fonts, so that pictures are the same everywhere.
 */
export declare function launch(options?: LaunchOptions): Promise<Browser>;
