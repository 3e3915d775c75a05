// Proves the boundaries between the rooms (design, "Rules a linter enforces"): each rule is shown a line that breaks it, and one
// that only looks as if it did.
import assert from 'node:assert/strict';
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript-eslint';

const root = path.resolve(import.meta.dirname, '../..');

/** The project's own rules without those that need types: the snippets are in no project. */
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [ts.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }],
});

const BOUNDARY_RULES = new Set(['@typescript-eslint/no-restricted-imports', 'import-x/no-restricted-paths', 'no-restricted-globals', '@typescript-eslint/no-explicit-any', '@typescript-eslint/no-non-null-assertion']);

async function broken(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  assert.ok(result !== undefined);
  const fatal = result.messages.filter((message) => message.fatal === true);
  assert.deepEqual(fatal, [], 'the snippet itself can be parsed');
  return [...new Set(result.messages.map((message) => message.ruleId ?? 'none'))].filter((rule) => BOUNDARY_RULES.has(rule));
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const PATHS = 'import-x/no-restricted-paths';

const REFUSED: [rule: string, file: string, code: string][] = [
  [IMPORTS, 'src/kube/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'src/kserve/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'src/manifest/snippet.ts', "import type { Uri } from 'vscode'; export type { Uri };"],
  [IMPORTS, 'src/rollout/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'src/predict/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'src/traffic/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'src/playground/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'media/predict/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  [IMPORTS, 'test/unit/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],

  ...['fs', 'node:fs', 'node:fs/promises', 'net', 'node:http', 'https', 'node:child_process', 'node:worker_threads'].flatMap((name): [string, string, string][] => [
    [IMPORTS, 'src/kserve/snippet.ts', `import * as io from '${name}'; export { io };`],
    [IMPORTS, 'src/manifest/snippet.ts', `import * as io from '${name}'; export { io };`],
  ]),
  ['no-restricted-globals', 'src/kserve/snippet.ts', "export const answer = fetch('http://example.com');"],
  ['no-restricted-globals', 'src/manifest/snippet.ts', 'export const home = process.env;'],
  [IMPORTS, 'media/predict/snippet.ts', "import { readFileSync } from 'node:fs'; export { readFileSync };"],
  [IMPORTS, 'media/predict/snippet.ts', "import path from 'path'; export { path };"],

  [PATHS, 'src/kserve/snippet.ts', "export * from '../kube/types.ts';"],
  [PATHS, 'src/kserve/snippet.ts', "export * from '../manifest/types.ts';"],
  [PATHS, 'src/kserve/snippet.ts', "export * from '../rollout/runner.ts';"],
  [PATHS, 'src/kube/snippet.ts', "export * from '../kserve/objects.ts';"],
  [PATHS, 'src/manifest/snippet.ts', "export * from '../kube/types.ts';"],
  [PATHS, 'src/manifest/snippet.ts', "export * from '../ui/settings.ts';"],
  [PATHS, 'src/rollout/snippet.ts', "export * from '../predict/index.ts';"],
  [PATHS, 'src/rollout/snippet.ts', "export * from '../manifest/types.ts';"],
  [PATHS, 'src/rollout/snippet.ts', "export * from '../ui/settings.ts';"],
  [PATHS, 'src/predict/snippet.ts', "export * from '../rollout/runner.ts';"],
  [PATHS, 'src/traffic/snippet.ts', "export * from '../predict/index.ts';"],
  [PATHS, 'src/ui/snippet.ts', "export * from '../../scripts/lib/paths.mjs';"],

  [PATHS, 'src/playground/snippet.ts', "export * from '../kserve/rollout.ts';"],
  [PATHS, 'src/playground/snippet.ts', "import type { Plan } from '../kserve/plan.ts'; export type { Plan };"],
  [PATHS, 'src/playground/api/snippet.ts', "export * from '../../predict/index.ts';"],
  [IMPORTS, 'src/playground/snippet.ts', "export { isInferenceService } from '../kserve/objects.ts';"],
  [PATHS, 'src/ui/snippet.ts', "import type { Stored } from '../playground/api/types.ts'; export type { Stored };"],
  [PATHS, 'src/kube/snippet.ts', "import type { Stored } from '../playground/api/types.ts'; export type { Stored };"],
  [PATHS, 'src/extension.ts', "export * from './playground/api/types.ts';"],

  [PATHS, 'media/predict/snippet.ts', "import type { Rollout } from '../../src/kserve/rollout.ts'; export type { Rollout };"],
  [PATHS, 'media/predict/snippet.ts', "import type { Settings } from '../../src/ui/settings.ts'; export type { Settings };"],
  [IMPORTS, 'media/predict/snippet.ts', "import { VERSION } from '../../src/ui/panel/protocol.ts'; export { VERSION };"],

  ['@typescript-eslint/no-explicit-any', 'src/kube/snippet.ts', 'export const x: any = 1;'],
  ['@typescript-eslint/no-non-null-assertion', 'src/kube/snippet.ts', 'export const x = (y?: string) => y!;'],
];

const ALLOWED: [file: string, code: string][] = [
  ['src/ui/snippet.ts', "import * as vscode from 'vscode'; export { vscode };"],
  ['src/extension.ts', "import * as vscode from 'vscode'; export { vscode };"],
  ['test/host/snippet.test.ts', "import * as vscode from 'vscode'; export { vscode };"],
  ['src/kserve/snippet.ts', "import path from 'node:path'; export { path };"],
  ['src/kube/snippet.ts', "import { readFileSync } from 'node:fs'; export { readFileSync };"],
  ['src/manifest/snippet.ts', "export * from '../kserve/objects.ts';"],
  ['src/rollout/snippet.ts', "export * from '../kserve/plan.ts'; export type * from '../kube/types.ts';"],
  ['src/predict/snippet.ts', "export * from '../kserve/rollout.ts';"],
  ['src/ui/snippet.ts', "export * from '../rollout/runner.ts'; export * from '../kserve/rollout.ts';"],
  ['src/playground/snippet.ts', "import type { KubeObject } from '../kube/types.ts'; export type { KubeObject };"],
  ['src/playground/controllers/snippet.ts', "import type { InferenceService } from '../../kserve/objects.ts'; export type { InferenceService };"],
  ['media/predict/snippet.ts', "import type { ToPanel } from '../../src/ui/panel/protocol.ts'; export type { ToPanel };"],
];

describe('lint: boundaries between the rooms', function () {
  this.timeout(30_000);
  for (const [rule, file, code] of REFUSED) {
    it(`refuses in ${file}: ${code}`, async () => {
      assert.ok((await broken(file, code)).includes(rule), `${rule} should have spoken`);
    });
  }
  for (const [file, code] of ALLOWED) {
    it(`allows in ${file}: ${code}`, async () => {
      assert.deepEqual(await broken(file, code), []);
    });
  }
});
