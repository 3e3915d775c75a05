/** Where a new key goes among its siblings: as KServe's documentation writes it. */

/** `first`, or behind the last of these that is there, else last. */
const AFTER: Readonly<Record<string, readonly string[] | 'first'>> = {
  canaryTrafficPercent: 'first',
  metadata: ['apiVersion', 'kind'],
  annotations: ['name', 'namespace', 'labels'],
  spec: ['apiVersion', 'kind', 'metadata'],
  storageUri: ['modelFormat', 'runtime', 'runtimeVersion', 'protocolVersion'],
};

/** @returns the index before which it goes: 0 to `siblings.length` */
export function placeFor(key: string, siblings: readonly (string | undefined)[]): number {
  const rule = AFTER[key];
  if (rule === 'first') return 0;
  const last = rule ? siblings.findLastIndex((sibling) => sibling !== undefined && rule.includes(sibling)) : -1;
  return last === -1 ? siblings.length : last + 1;
}
