// npm test: every layer, then one line with the sum.
import { parseArgs } from 'node:util';
import { UserError } from '../lib/errors.mjs';
import { ALL, LAYERS } from '../lib/layers.mjs';

const VERSIONS = ['newest', 'oldest'];

/**
 * @param {string[]} args layers to run (all by default); `--grep TEXT` only those tests; `--host newest|oldest` one VS Code only;
 *   `--verbose` every unit test by name
 */
export async function main(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { grep: { type: 'string' }, host: { type: 'string' }, verbose: { type: 'boolean', default: false } } });
  const unknown = [...positionals.filter((name) => !(name in LAYERS)), ...(values.host === undefined || VERSIONS.includes(values.host) ? [] : [values.host])];
  if (unknown.length > 0) {
    throw new UserError(`Unknown: ${unknown.join(', ')}. Layers: ${Object.keys(LAYERS).join(', ')}. Hosts: ${VERSIONS.join(', ')}.`);
  }
  const options = { grep: values.grep, verbose: values.verbose, versions: values.host === undefined ? VERSIONS : [values.host] };
  const total = { passed: 0, failed: 0, skipped: 0 };
  const rows = [];
  for (const name of positionals.length > 0 ? positionals : ALL) {
    const start = Date.now();
    const counts = await runLayer(name, options);
    for (const key of Object.keys(total)) {
      total[key] += counts[key];
    }
    rows.push(`${name.padEnd(8)} ${sentence(counts).padEnd(32)} ${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s`);
  }
  console.log(`\n${rows.join('\n')}\n\n${sentence(total)}`);
  return total.failed === 0 ? 0 : 1;
}

/** A layer that crashes or runs no test has failed. */
async function runLayer(name, options) {
  try {
    const counts = await LAYERS[name](options);
    if (counts.passed + counts.failed > 0) {
      return counts;
    }
    console.error(`${name}: no test ran.`);
    return { ...counts, failed: 1 };
  } catch (error) {
    console.error(`\n${name} failed.\n${error instanceof UserError ? error.message : error.stack ?? error}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
