/** Absolute paths in this work tree. */
export declare const root: string;
export declare const cacheDir: string;
export declare const distDir: string;
export declare const samplesDir: string;
/** Screenshots and reports of test runs; ignored by git. */
export declare const resultsDir: string;
export declare function manifest(): { name: string; version: string; publisher: string; engines: { vscode: string } };
export declare function extensionId(): string;
/** The file that `npm run package` writes. */
export declare function vsixFile(): string;
