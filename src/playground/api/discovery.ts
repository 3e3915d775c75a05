import { acceptClauses } from './negotiate.ts';
import { REVIEWS } from './reviews.ts';
import type { ResourceType } from './types.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS_VERBS: readonly string[] = ['get', 'patch', 'update'];
const LOG_VERBS: readonly string[] = ['get'];

/** A resource as discovery tells of it, whichever of the two formats it is told in. */
interface Served {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  verbs: readonly string[];
  shortNames: readonly string[];
  categories: readonly string[];
  /** Their verbs by name. */
  subresources: ReadonlyMap<string, readonly string[]>;
}

function served(types: readonly ResourceType[]): Served[] {
  return [
    ...types.map(({ group, version, kind, plural, singular, namespaced, shortNames = [], categories = [], statusSubresource }) => ({
      group,
      version,
      kind,
      plural,
      singular,
      namespaced,
      verbs: VERBS,
      shortNames,
      categories,
      subresources: new Map([
        ...(statusSubresource ? [['status', STATUS_VERBS] as const] : []),
        ...(group === '' && kind === 'Pod' ? [['log', LOG_VERBS] as const] : []),
      ]),
    })),
    ...REVIEWS.map(({ group, version, kind, plural }) => ({
      group,
      version,
      kind,
      plural,
      singular: kind.toLowerCase(),
      namespaced: false,
      verbs: ['create'],
      shortNames: [],
      categories: [],
      subresources: new Map(),
    })),
  ];
}

function resourceList(resources: readonly Served[], groupVersion: string): object {
  const entry = ({ plural, singular, namespaced, kind, verbs, shortNames, categories }: Served): object => ({
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  });
  const below = ({ plural, namespaced, kind, subresources }: Served): object[] =>
    [...subresources].map(([name, verbs]) => ({ name: `${plural}/${name}`, singularName: '', namespaced, kind, verbs }));
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((resource) => [entry(resource), ...below(resource)]),
  };
}

function apiGroup(name: string, resources: readonly Served[]): object {
  const versions = [...new Set(resources.filter(({ group }) => group === name).map(({ version }) => version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function aggregatedResource({ group, version, kind, plural, singular, namespaced, verbs, shortNames, categories, subresources }: Served): object {
  const responseKind = { group, version, kind };
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.size > 0
      ? { subresources: [...subresources].map(([subresource, own]) => ({ subresource, responseKind, verbs: own })) }
      : {}),
  };
}

function groupsOf(resources: readonly Served[]): string[] {
  return [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
}

function aggregated(resources: readonly Served[], groups: readonly string[], apiVersion: string): object {
  const versions = (name: string): object[] => {
    const own = resources.filter(({ group }) => group === name);
    return [...new Set(own.map(({ version }) => version))].map((version) => ({
      version,
      resources: own.filter((resource) => resource.version === version).map(aggregatedResource),
      freshness: 'Current',
    }));
  };
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion,
    metadata: {},
    items: groups.map((name) => ({ metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null }, versions: versions(name) })),
  };
}

export interface DiscoveryAnswer {
  body: object;
  contentType: string;
}

const JSON_TYPE = 'application/json';

/**
 * What `/api…` and `/apis…` answer when the path names no resource: `path` is the path's parts (`['apis', 'example.com', 'v1']`).
 * Aggregated discovery (`as=APIGroupDiscoveryList`, v2 and v2beta1) by Accept. Undefined when there is no such path.
 */
export function discover(types: readonly ResourceType[], path: readonly string[], accept: string | undefined): DiscoveryAnswer | undefined {
  const resources = served(types);
  const [root, group, version] = path;
  const groups = groupsOf(resources);
  if (path.length === 1 && (root === 'api' || root === 'apis')) {
    const first = acceptClauses(accept).find(
      ({ mediaType, parameters: { as, v } }) =>
        mediaType === JSON_TYPE && (as === undefined || (as === 'APIGroupDiscoveryList' && (v === 'v2' || v === 'v2beta1'))),
    );
    if (first?.parameters.as !== undefined) {
      const v = first.parameters.v ?? 'v2';
      return {
        body: aggregated(resources, root === 'api' ? [''] : groups, `apidiscovery.k8s.io/${v}`),
        contentType: `${JSON_TYPE};g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`,
      };
    }
    const body =
      root === 'api'
        ? { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
        : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((name) => apiGroup(name, resources)) };
    return { body, contentType: JSON_TYPE };
  }
  if (root === 'api' && path.length === 2 && group === 'v1') {
    const core = resources.filter((resource) => resource.group === '');
    return { body: resourceList(core, 'v1'), contentType: JSON_TYPE };
  }
  if (root !== 'apis' || group === undefined || !groups.includes(group)) {
    return undefined;
  }
  if (version === undefined) {
    return { body: { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group, resources) }, contentType: JSON_TYPE };
  }
  const own = resources.filter((resource) => resource.group === group && resource.version === version);
  return path.length === 3 && own.length > 0
    ? { body: resourceList(own, `${group}/${version}`), contentType: JSON_TYPE }
    : undefined;
}
