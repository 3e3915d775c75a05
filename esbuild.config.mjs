// The bundles. What VS Code loads is CommonJS; what the extension does not need at its start is a sibling that it loads by
// `require` when it is asked for.
import path from 'node:path';
import { root } from './scripts/lib/paths.mjs';

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: 'external',
  sourcesContent: false,
  metafile: true,
  logLevel: 'silent',
  logOverride: { 'unsupported-require-call': 'silent' },
};

/** The oldest VS Code that is supported brings Node 22.17. */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node22' };
const SIBLINGS = ['./kube.js', './manifest.js', './predict.js'];

/** Bytes that no build may exceed: the extension's own bundle is read at every start of a window that uses it. */
export const BUDGETS = { 'dist/extension.js': 150_000 };

export const BUNDLES = [
  { ...node, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode', ...SIBLINGS] },
  { ...node, entryPoints: ['src/kube/index.ts'], outfile: 'dist/kube.js' },
  { ...node, entryPoints: ['src/manifest/index.ts'], outfile: 'dist/manifest.js' },
  { ...node, entryPoints: ['src/predict/index.ts'], outfile: 'dist/predict.js' },
  { ...node, entryPoints: ['src/playground/main.ts'], outfile: 'dist/playground.js' },
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    // The Chromium inside the oldest VS Code (Electron 37).
    target: 'chrome138',
    entryPoints: ['media/predict/main.ts'],
    outfile: 'dist/media/predict.js',
    loader: { '.ttf': 'file', '.css': 'css' },
  },
];

/** Tests, not packaged. They are not minified: their stack traces are read. */
export const HOST_TESTS = { ...node, minify: false, sourcemap: 'inline', entryPoints: ['test/host/index.ts', 'test/host/*.test.ts'], outdir: 'dist/test', external: ['vscode', 'mocha'] };

/** Files that the webviews load as they are. */
export const COPIES = [[path.join('node_modules', '@vscode', 'codicons', 'dist', 'codicon.ttf'), path.join('dist', 'media', 'codicon.ttf')],
  [path.join('node_modules', '@vscode', 'codicons', 'dist', 'codicon.css'), path.join('dist', 'media', 'codicon.css')]];
