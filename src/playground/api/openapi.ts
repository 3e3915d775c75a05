import type { ResourceType } from './types.ts';
import { apiVersion } from './views.ts';

function schemaName(type: ResourceType): string {
  const group = type.group === '' ? 'io.k8s.api.core' : type.group.split('.').reverse().join('.');
  return `${group}.${type.version}.${type.kind}`;
}

function gvk({ group, version, kind }: ResourceType): object {
  return { group, version, kind };
}

const DESCRIPTIONS = {
  apiVersion: 'The version of the schema that this object is written in.',
  kind: 'The kind of this object, which the address of its resource implies.',
  metadata: 'Name, labels, annotations and whatever else every object has.',
};

/** What `kubectl explain` reads. A kind without a schema is free in everything but its metadata. */
function schema(type: ResourceType): object {
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string', description: DESCRIPTIONS.apiVersion },
      kind: { type: 'string', description: DESCRIPTIONS.kind },
      metadata: { type: 'object', description: DESCRIPTIONS.metadata, 'x-kubernetes-preserve-unknown-fields': true },
      ...type.fields,
    },
    ...(type.fields === undefined ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    'x-kubernetes-group-version-kind': [gvk(type)],
  };
}

function rootPath(type: ResourceType): string {
  return type.group === '' ? `api/${type.version}` : `apis/${apiVersion(type)}`;
}

export function resourcePath(type: ResourceType): string {
  return `/${rootPath(type)}/${type.namespaced ? 'namespaces/{namespace}/' : ''}${type.plural}`;
}

export const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'];

/** kubectl looks at the parameters of PATCH to learn whether the server validates (`fieldValidation`) and dry-runs. */
function paths(type: ResourceType, parameter: (name: string) => object, answer: object): object {
  const operation = (action: string): object => ({
    operationId: `${action}${type.kind}`,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(type),
    parameters: ['get', 'list'].includes(action) ? [] : WRITE_PARAMETERS.map(parameter),
    responses: { '200': answer },
  });
  return {
    [resourcePath(type)]: { get: operation('list'), post: operation('post') },
    [`${resourcePath(type)}/{name}`]: {
      get: operation('get'),
      put: operation('put'),
      patch: operation('patch'),
      delete: operation('delete'),
    },
  };
}

const INFO = { title: 'KServe Canary playground', version: 'v1' };

/** `/openapi/v3`: the documents by group and version. */
export function openApiIndex(types: readonly ResourceType[]): object {
  const entries = types.map((type) => [rootPath(type), { serverRelativeURL: `/openapi/v3/${rootPath(type)}` }] as const);
  return { paths: Object.fromEntries(entries) };
}

/** `/openapi/v3/<path>` (`apis/example.com/v1`); undefined when nothing is served there. */
export function openApiV3(types: readonly ResourceType[], path: string): object | undefined {
  const own = types.filter((type) => rootPath(type) === path);
  if (own.length === 0) {
    return undefined;
  }
  const parameter = (name: string): object => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  const answer = (type: ResourceType): object => ({
    description: 'OK',
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(type)}` } } },
  });
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: Object.assign({}, ...own.map((type) => paths(type, parameter, answer(type)))) as object,
    components: { schemas: Object.fromEntries(own.map((type) => [schemaName(type), schema(type)])) },
  };
}

/** `/openapi/v2`, one document for everything. */
export function openApiV2(types: readonly ResourceType[]): object {
  const parameter = (name: string): object => ({ name, in: 'query', type: 'string', uniqueItems: true });
  const answer = (type: ResourceType): object => ({ description: 'OK', schema: { $ref: `#/definitions/${schemaName(type)}` } });
  return {
    swagger: '2.0',
    info: INFO,
    paths: Object.assign({}, ...types.map((type) => paths(type, parameter, answer(type)))) as object,
    definitions: Object.fromEntries(types.map((type) => [schemaName(type), schema(type)])),
  };
}
