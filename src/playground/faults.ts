import { readFile } from 'node:fs/promises';
import type { ApiFault } from './api/faults.ts';
import { isRecord } from './api/fields.ts';
import type { ClusterFault } from './controllers/faults.ts';

/** Everything that a playground can be told to do wrong. */
export type Fault =
  | ApiFault
  | ClusterFault
  /** The API goes away and comes back on its port: with its objects, but no history; or all of the cluster anew and empty. */
  | { kind: 'restart'; keepState: boolean }
  /** Takes back what was ordered and lasts. */
  | { kind: 'clear' };

type Field = 'text' | 'optional text' | 'number' | 'count' | 'yes or no' | readonly string[];
type Shape = { readonly [field: string]: Field };

const requests = { verb: 'optional text', resource: 'optional text', times: 'count' } as const;
const watches = { resource: 'optional text' } as const;
const revision = { namespace: 'text', revision: 'text' } as const;

const shapes: { readonly [K in Fault['kind']]: Shape } = {
  unauthorized: requests,
  forbidden: requests,
  tooManyRequests: { ...requests, retryAfterSeconds: 'number' },
  serverError: requests,
  slow: { ...requests, milliseconds: 'number' },
  dropWatches: watches,
  stallWatches: watches,
  expireWatches: watches,
  duplicateEvents: { ...watches, times: 'count' },
  reorderEvents: { ...watches, times: 'count' },
  halfOpen: {},
  refuseConnections: {},
  acceptConnections: {},
  breakRevision: { ...revision, trouble: ['storage', 'crash', 'slow', 'none'] },
  losePod: revision,
  collectRevision: revision,
  raceCanary: { namespace: 'text', name: 'text' },
  restart: { keepState: 'yes or no' },
  clear: {},
};

function fits(value: unknown, field: Field): boolean {
  switch (field) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'optional text':
      return value === undefined || (typeof value === 'string' && value !== '');
    case 'number':
      return typeof value === 'number' && value >= 0;
    case 'count':
      return value === undefined || (typeof value === 'number' && Number.isInteger(value) && value > 0);
    case 'yes or no':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string' && field.includes(value);
  }
}

function isFault(value: unknown): value is Fault {
  if (!isRecord(value) || typeof value.kind !== 'string' || !Object.hasOwn(shapes, value.kind)) {
    return false;
  }
  const shape: Shape = { ...shapes[value.kind as Fault['kind']], kind: 'text' };
  return (
    Object.keys(value).every((key) => Object.hasOwn(shape, key)) &&
    Object.entries(shape).every(([key, field]) => fits(value[key], field))
  );
}

/** Throws when it is no fault. */
export function parseFault(value: unknown): Fault {
  if (!isFault(value)) {
    throw new Error(`This is no fault: ${JSON.stringify(value)}`);
  }
  return value;
}

/** The faults of a `--faults` option: a JSON value, or the name of a file with one; one fault or a list. Throws when it is neither. */
export async function readFaults(given: string): Promise<Fault[]> {
  const isJson = /^\s*[[{]/.test(given);
  const text = isJson ? given : await readFile(given, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`--faults takes JSON, a file with JSON, or ipc; this is none: ${given}`);
  }
  return (Array.isArray(value) ? value : [value]).map(parseFault);
}
