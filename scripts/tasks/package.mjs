import { statSync } from 'node:fs';
import path from 'node:path';
import { build } from '../lib/build.mjs';
import { packageExtension } from '../lib/package.mjs';
import { step } from '../lib/steps.mjs';

export async function main() {
  await step('Building', build);
  const file = await step('Packaging', packageExtension);
  console.log(`${path.basename(file)}: ${(statSync(file).size / 1000).toFixed(0)} kB`);
}
