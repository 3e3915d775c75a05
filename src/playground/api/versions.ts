import { badRequest } from './errors.ts';

/**
 * A `resourceVersion` parameter as a number; undefined when it is missing or empty. 0 means "any". Throws ApiError 400, as
 * kube-apiserver does on anything but digits.
 */
export function parseVersion(value: string | null): number | undefined {
  if (value === null || value === '') {
    return undefined;
  }
  if (!/^\d+$/.test(value)) {
    const cause = `strconv.ParseUint: parsing "${value}": invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: "${value}": ${cause}`);
  }
  return Number(value);
}
