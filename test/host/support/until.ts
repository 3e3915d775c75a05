import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until the answer is accepted; after the limit it fails and shows the last answer. Resolves with the answer. */
export async function until<T>(what: string, ask: () => T | Promise<T>, accept: (answer: T) => boolean, limit = 15_000): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    if (performance.now() > deadline) assert.fail(`${what} within ${limit / 1000} s; at last: ${JSON.stringify(answer, undefined, 1)}`);
    await pause(30);
  }
}
