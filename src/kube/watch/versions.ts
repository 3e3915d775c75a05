/**
 * Compares two resource versions: negative, 0, positive; undefined where they cannot be compared. Versions of one
 * resource are decimal numbers that grow (KEP-5504; apimachinery `resourceversion.CompareResourceVersion`), larger than
 * a JavaScript number holds; an aggregated API may use something else.
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!comparable.test(a) || !comparable.test(b)) return undefined;
  return a.length - b.length || (a < b ? -1 : 1);
}

const comparable = /^[1-9]\d*$/;
