import { build, watch } from '../lib/build.mjs';
import { step } from '../lib/steps.mjs';

/** @param {string[]} args `--watch` builds again at every change */
export async function main(args) {
  await (args.includes('--watch') ? watch() : step('Building', build));
}
