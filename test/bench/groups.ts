import { playground } from './playground.ts';
import type { Group } from './row.ts';
import { startUp } from './start-up.ts';

/** Every group of measurements, by the name that `npm run bench -- NAME` takes. */
export const groups: Readonly<Record<string, Group>> = {
  playground,
  'start-up': startUp,
};
