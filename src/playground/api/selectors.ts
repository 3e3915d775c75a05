import { badRequest } from './errors.ts';
import type { ResourceType, StoredObject } from './types.ts';

export type Matcher = (object: StoredObject) => boolean;

const EXISTS = /^(!?)\s*([^\s!=<>(),]+)$/;
const EQUALS = /^([^\s!=<>(),]+)\s*(==|=|!=|>|<)\s*([^\s!=<>(),]*)$/;
const IN = /^([^\s!=<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/;

/** Splits at the commas outside parentheses. */
function requirements(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelMatcher(requirement: string): Matcher {
  const exists = EXISTS.exec(requirement);
  if (exists !== null) {
    const [, not, key = ''] = exists;
    return ({ metadata }) => (metadata.labels?.[key] !== undefined) === (not === '');
  }
  const equals = EQUALS.exec(requirement);
  if (equals !== null) {
    const [, key = '', operator, value = ''] = equals;
    switch (operator) {
      case '!=':
        return ({ metadata }) => metadata.labels?.[key] !== value;
      case '>':
        return ({ metadata }) => Number(metadata.labels?.[key] ?? NaN) > Number(value);
      case '<':
        return ({ metadata }) => Number(metadata.labels?.[key] ?? NaN) < Number(value);
      default:
        return ({ metadata }) => metadata.labels?.[key] === value;
    }
  }
  const set = IN.exec(requirement);
  if (set === null) {
    throw badRequest(`unable to parse requirement: ${JSON.stringify(requirement)}`);
  }
  const [, key = '', operator, list = ''] = set;
  const values = new Set(list.split(',').map((value) => value.trim()));
  return ({ metadata }) => {
    const value = metadata.labels?.[key];
    return operator === 'in' ? value !== undefined && values.has(value) : value === undefined || !values.has(value);
  };
}

/** Fields besides the name and namespace that kube-apiserver indexes, by `group/kind`. */
const FIELDS: { [groupKind: string]: readonly string[] } = {
  '/Pod': ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  '/Namespace': ['status.phase'],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP', 'spec.type'],
  'apps/ReplicaSet': ['status.replicas'],
  '/Event': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

function fieldOf(object: StoredObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as { [key: string]: unknown })[key] : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function fieldMatcher(type: ResourceType, requirement: string): Matcher {
  const parsed = /^([^=!]+)(==|=|!=)(.*)$/.exec(requirement);
  if (parsed === null) {
    throw badRequest(`invalid selector: '${requirement}'; can't understand '${requirement}'`);
  }
  const [, field = '', operator, raw = ''] = parsed;
  const allowed = ['metadata.name', 'metadata.namespace', ...(FIELDS[`${type.group}/${type.kind}`] ?? [])];
  if (!allowed.includes(field)) {
    throw badRequest(`field label not supported: ${field}`);
  }
  const value = raw.replaceAll(/\\(.)/g, '$1');
  return (object) => (fieldOf(object, field) === value) === (operator !== '!=');
}

/** The objects that a request's `labelSelector` and `fieldSelector` select. Throws ApiError 400. */
export function selector(type: ResourceType, query: URLSearchParams): Matcher {
  const matchers = [
    ...requirements(query.get('labelSelector') ?? '').map(labelMatcher),
    ...requirements(query.get('fieldSelector') ?? '').map((requirement) => fieldMatcher(type, requirement)),
  ];
  return (object) => matchers.every((matches) => matches(object));
}
