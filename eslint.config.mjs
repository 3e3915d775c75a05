// Rules that nobody has to remember. The boundaries between the rooms are tables here and are proved by test/unit/lint.test.ts.
import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import ts from 'typescript-eslint';

const TYPED = ['src/**/*.ts', 'test/**/*.ts', 'media/**/*.ts'];

// --- Boundaries -----------------------------------------------------------------------------------------------------------------

/** What each room of src may import from the other rooms: downward only. */
const ROOMS = {
  kserve: [],
  kube: [],
  manifest: ['kserve'],
  rollout: ['kserve', 'kube'],
  predict: ['kserve', 'kube'],
  traffic: ['kserve', 'kube'],
  // The playground is a program of its own, or its truth would be the code that it tests. See OBJECT_TYPES.
  playground: ['kserve/objects.ts', 'kube/types.ts'],
  ui: ['kserve', 'kube', 'manifest', 'rollout', 'predict', 'traffic'],
};

const zones = [
  ...Object.entries(ROOMS).map(([room, allowed]) => ({
    target: `./src/${room}`,
    from: './src',
    except: [room, ...allowed].map((name) => `./${name}`),
    message: `src/${room} may import ${allowed.length === 0 ? 'no other room' : `only ${allowed.join(', ')}`}.`,
  })),
  { target: './src/!(playground)/**/*', from: './src/playground', message: 'The playground is a program of its own.' },
  { target: './src/extension.ts', from: './src/playground', message: 'The playground is a program of its own: start it as a child process.' },
  { target: './src', from: ['./test', './scripts', './media', './dist'], message: 'src stands on its own.' },
  { target: './media', from: ['./src/*.ts', './src/!(ui)/**/*', './src/ui/**/!(protocol).ts'], message: 'A webview knows only the types of src/ui/*/protocol.ts.' },
];

/** Node modules that compute and touch nothing outside. */
const PURE_NODE = new Set(['assert', 'buffer', 'crypto', 'events', 'path', 'punycode', 'querystring', 'string_decoder', 'url', 'util']);
const NODE = builtinModules.filter((name) => !name.startsWith('node:')).flatMap((name) => [name, `node:${name}`]).concat(builtinModules.filter((name) => name.startsWith('node:')));
const NODE_IO = NODE.filter((name) => !PURE_NODE.has(name.replace('node:', '').split('/')[0]));

const no = (group, message, more = {}) => ({ group, message, ...more });
const restrictImports = (files, ignores, ...patterns) => ({
  files,
  ignores,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const VSCODE = no(['vscode', 'vscode/*'], 'Only src/ui and src/extension.ts know VS Code.');
const IO_GLOBALS = ['fetch', 'process', 'WebSocket', 'XMLHttpRequest', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: 'This room does no I/O and keeps no time: it gets what it needs.' }));

const boundaries = [
  { files: TYPED, rules: { 'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }] } },
  // One entry for each set of files: a later one would replace an earlier one, not add to it.
  restrictImports(['src/{kube,rollout,predict,traffic}/**/*.ts'], [], VSCODE),
  restrictImports(['src/{kserve,manifest}/**/*.ts'], [], VSCODE, no(NODE_IO, 'This room does no I/O.'), no(['@kubernetes/*', 'ws', 'undici'], 'This room does no I/O.')),
  restrictImports(['src/playground/**/*.ts'], [], VSCODE, no(['**/kserve/objects.ts', '**/kube/types.ts'], 'The playground shares object types only.', { allowTypeImports: true })),
  restrictImports(['media/**/*.ts'], [], VSCODE, no(NODE, 'A webview has no Node.'), no(['**/src/**'], 'A webview shares types only.', { allowTypeImports: true })),
  restrictImports(['test/{unit,e2e,bench}/**/*.ts'], [], no(['vscode', 'vscode/*'], 'These tests run outside VS Code. Tests that need it live in test/host.')),
  { files: ['src/{kserve,manifest}/**/*.ts'], rules: { 'no-restricted-globals': ['error', ...IO_GLOBALS] } },
];

// --- Everything else ------------------------------------------------------------------------------------------------------------

const typed = {
  files: TYPED,
  extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/no-non-null-assertion': 'error',
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: false, allowAny: false, allowNullish: false }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    // The configuration's noPropertyAccessFromIndexSignature is off, but process.env['X'] is as good as process.env.X.
    '@typescript-eslint/dot-notation': 'off',
    // `interface` or `type`, whichever reads better.
    '@typescript-eslint/consistent-type-definitions': 'off',
    '@typescript-eslint/consistent-indexed-object-style': 'off',
    // An empty function says "nothing to do" well enough.
    '@typescript-eslint/no-empty-function': 'off',
    // Objects of a Kubernetes API are dictionaries, and patches remove their keys.
    '@typescript-eslint/no-dynamic-delete': 'off',
    '@typescript-eslint/prefer-readonly': 'error',
  },
};

const imports = {
  files: TYPED,
  plugins: { 'import-x': importX },
  settings: { 'import-x/extensions': ['.ts', '.mts', '.mjs', '.js'], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.mts'] } },
  rules: {
    'import-x/no-cycle': ['error', { ignoreExternal: true }],
    'import-x/no-self-import': 'error',
    'import-x/no-duplicates': 'error',
    'import-x/first': 'error',
  },
};

const tests = {
  files: ['test/**/*.ts'],
  rules: {
    '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'], package: 'mocha' }] }],
    '@typescript-eslint/require-await': 'off',
  },
};

const scripts = {
  files: ['**/*.mjs', '**/*.cjs'],
  rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }], 'no-undef': 'off' },
};

export default defineConfig([
  globalIgnores(['dist/', 'node_modules/', '**/node_modules/', '.cache/', '.vscode-test/', 'test-results/', 'out/', '**/*.d.mts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, rules: { eqeqeq: ['error', 'always', { null: 'ignore' }], 'prefer-const': 'error', 'no-var': 'error', curly: ['error', 'multi-line'] } },
  typed,
  imports,
  tests,
  scripts,
  ...boundaries,
]);
