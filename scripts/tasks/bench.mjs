// npm run bench [-- GROUP…] [--json FILE]: measures, prints a table, fails when a limit is broken.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { groups } from '../../test/bench/groups.ts';
import { table, withinLimit } from '../../test/bench/row.ts';
import { build } from '../lib/build.mjs';
import { UserError } from '../lib/errors.mjs';
import { ensureHost } from '../lib/install-host.mjs';
import { packageExtension } from '../lib/package.mjs';
import { step } from '../lib/steps.mjs';

export async function main(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'string' } } });
  const names = positionals.length > 0 ? positionals : Object.keys(groups);
  const unknown = names.filter((name) => !(name in groups));
  if (unknown.length > 0) {
    throw new UserError(`No such group: ${unknown.join(', ')}. There are: ${Object.keys(groups).join(', ')}.`);
  }
  await step('Building', build);
  await step('Packaging', packageExtension);
  await ensureHost('newest');
  const rows = [];
  for (const group of names) {
    const measured = await step(`Measuring ${group}`, groups[group]);
    rows.push(...measured.map((row) => ({ group, ...row })));
  }
  console.log(`\n${table(rows)}`);
  if (values.json !== undefined) {
    writeFileSync(path.resolve(process.env.INIT_CWD ?? '.', values.json), `${JSON.stringify(rows, null, 2)}\n`);
  }
  return rows.every(withinLimit) ? 0 : 1;
}
