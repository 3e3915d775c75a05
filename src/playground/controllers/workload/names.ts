import { createHash } from 'node:crypto';

/** The letters of Kubernetes' generated names (`apimachinery/pkg/util/rand`): no vowels, so no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A `pod-template-hash`: ten letters that stand for the template. */
export function templateHash(template: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
