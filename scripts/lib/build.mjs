import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { BUDGETS, BUNDLES, COPIES, HOST_TESTS } from '../../esbuild.config.mjs';
import { UserError } from './errors.mjs';
import { root } from './paths.mjs';

/** Builds every bundle into dist/. */
export async function build() {
  removeOldTests();
  const results = await Promise.allSettled([...BUNDLES, HOST_TESTS].map((options) => esbuild.build(options)));
  const failures = results.filter((result) => result.status === 'rejected').flatMap(({ reason }) => reason.errors ?? [{ text: String(reason) }]);
  if (failures.length > 0) {
    throw new UserError((await esbuild.formatMessages(failures, { kind: 'error', color: process.stderr.isTTY === true })).join('\n'));
  }
  copyFiles();
  checkBudgets(results.map((result) => result.value.metafile));
}

/** Builds again at every change, until the process ends. */
export async function watch() {
  copyFiles();
  const report = { name: 'report', setup: ({ initialOptions, onEnd }) => onEnd(async ({ errors }) => {
    const lines = await esbuild.formatMessages(errors, { kind: 'error' });
    console.log([`${new Date().toLocaleTimeString()} ${initialOptions.outfile ?? initialOptions.outdir}: ${errors.length === 0 ? 'built' : 'failed'}`, ...lines].join('\n'));
  }) };
  const contexts = await Promise.all([...BUNDLES, HOST_TESTS].map((options) => esbuild.context({ ...options, plugins: [report] })));
  await Promise.all(contexts.map((context) => context.watch()));
  await new Promise(() => {});
}

/** A test that was renamed or deleted must not run from its old bundle. */
function removeOldTests() {
  const outputs = path.join(root, HOST_TESTS.outdir);
  for (const file of existsSync(outputs) ? readdirSync(outputs) : []) {
    if (!existsSync(path.join(root, 'test', 'host', file.replace(/\.js$/, '.ts')))) {
      rmSync(path.join(outputs, file), { recursive: true });
    }
  }
}

function copyFiles() {
  for (const [from, to] of COPIES) {
    mkdirSync(path.dirname(path.join(root, to)), { recursive: true });
    copyFileSync(path.join(root, from), path.join(root, to));
  }
}

function checkBudgets(metafiles) {
  for (const [file, budget] of Object.entries(BUDGETS)) {
    const size = existsSync(path.join(root, file)) ? statSync(path.join(root, file)).size : 0;
    if (size > budget) {
      const inputs = metafiles.map(({ outputs }) => outputs[file]?.inputs).find((found) => found !== undefined) ?? {};
      const largest = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 10);
      throw new UserError([`${file} has ${size} bytes, more than its budget of ${budget}. The largest parts:`,
        ...largest.map(([name, { bytesInOutput }]) => `${String(bytesInOutput).padStart(8)}  ${name}`)].join('\n'));
    }
  }
}
