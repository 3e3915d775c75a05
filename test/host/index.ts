// What the extension host of a real VS Code loads to run the host tests: every *.test.js beside this bundle. It must export
// `run`, and its rejection is what VS Code reports as failure.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

const TIMEOUT_MS = 20_000;

export async function run(): Promise<void> {
  const reporter = process.env['MOCHA_REPORTER'];
  const mocha = new Mocha({ timeout: TIMEOUT_MS, color: false, forbidOnly: true, ...(reporter === undefined ? {} : { reporter }) });
  const grep = process.env['MOCHA_GREP'];
  if (grep !== undefined) {
    mocha.grep(grep);
  }
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.js')).sort()) {
    mocha.addFile(path.join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) {
    throw new Error(`${failures} host tests failed`);
  }
}
