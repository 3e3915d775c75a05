import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { isBuiltin } from './builtin.ts';
import { ApiError, badRequest, invalid, unsupportedMediaType } from './errors.ts';
import { isRecord } from './fields.ts';
import { decodeProtobuf } from './protobuf.ts';
import type { NewObject, ResourceType } from './types.ts';

const LIMIT = 3 * 1024 * 1024;

/** The whole body. Throws ApiError 413 beyond 3 MiB, kube-apiserver's limit. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function summary(data: Buffer): string {
  if (data.length === 0) {
    return '<empty>';
  }
  const start = data.subarray(0, 30);
  const shown = data[0] === 0x7b ? start.toString('utf8') : start.toString('hex');
  return data.length > 30 ? `${shown} ...` : shown;
}

function parse(data: Buffer, contentType: string): unknown {
  switch (contentType) {
    case '':
    case 'application/json':
      return JSON.parse(data.toString('utf8')) as unknown;
    case 'application/yaml':
      return parseYaml(data.toString('utf8')) as unknown;
    case 'application/vnd.kubernetes.protobuf':
      return decodeProtobuf(data);
    default:
      throw unsupportedMediaType(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
  }
}

/**
 * A body as JSON, whether it came as JSON, YAML or (the few kinds that kubectl sends so) protobuf. `expected` is the kind that error
 * messages name. Throws ApiError 400 and 415.
 */
export function decode(data: Buffer, contentType: string | undefined, expected: string): unknown {
  try {
    return parse(data, mediaType(contentType));
  } catch (error) {
    if (error instanceof ApiError) {
      throw error;
    }
    const cause = `couldn't get version/kind; json parse error: ${jsonProblem(error, data)}`;
    throw badRequest(`the object provided is unrecognized (must be of type ${expected}): ${cause} (${summary(data)})`);
  }
}

/** The body of a server-side apply, which is YAML and so may be JSON. Throws ApiError 400. */
export function decodeYaml(data: Buffer): unknown {
  try {
    return parseYaml(data.toString('utf8')) as unknown;
  } catch (error) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As Go's `encoding/json` tells of what it cannot read. */
export function jsonProblem(error: unknown, data: Buffer): string {
  const words = error instanceof Error ? error.message : String(error);
  const [, position = 'none'] = /position (\d+)/.exec(words) ?? [];
  const isCutOff = words === 'Unexpected end of JSON input' || Number(position) >= data.toString('utf8').trimEnd().length;
  return isCutOff ? 'unexpected end of JSON input' : words;
}

export function cannotUnmarshal(value: unknown, goTypeWanted: string): string {
  return `json: cannot unmarshal ${goType(value)} into Go value of type ${goTypeWanted}`;
}

function goType(value: unknown): string {
  if (typeof value === 'boolean') {
    return 'bool';
  }
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function requireMetadata(type: ResourceType, metadata: { [key: string]: unknown }): void {
  const refuse = (value: unknown, field: string, wanted: string): never => {
    const cause = `json: cannot unmarshal ${goType(value)} into Go struct field ObjectMeta.metadata.${field} of type ${wanted}`;
    throw badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${cause}`);
  };
  for (const field of ['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp']) {
    const value = metadata[field];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      refuse(value, field, 'string');
    }
  }
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field] ?? {};
    if (!isRecord(map)) {
      refuse(map, field, 'map[string]string');
    } else {
      Object.values(map).forEach((value) => typeof value === 'string' || refuse(value, field, 'string'));
    }
  }
  const finalizers = metadata.finalizers ?? [];
  if (!Array.isArray(finalizers) || finalizers.some((finalizer) => typeof finalizer !== 'string')) {
    refuse(finalizers, 'finalizers', '[]string');
  }
  const owners = metadata.ownerReferences ?? [];
  const isOwner = (owner: unknown): boolean =>
    isRecord(owner) && ['apiVersion', 'kind', 'name', 'uid'].every((field) => typeof owner[field] === 'string');
  if (!Array.isArray(owners) || !owners.every(isOwner)) {
    refuse(owners, 'ownerReferences', '[]v1.OwnerReference');
  }
}

/** `null` means absent in metadata. */
function withoutNulls(metadata: { [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null));
}

/**
 * An object that a client sent, with its type's apiVersion and kind. Throws ApiError 400 (not an object, no kind, another
 * version, metadata of a wrong type) and 422 (another kind).
 */
export function requireObject(type: ResourceType, value: unknown, name = ''): NewObject {
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  if (!isRecord(value)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): json: cannot unmarshal ${goType(value)}`);
  }
  const given = isBuiltin(type) ? { apiVersion, kind: type.kind, ...value } : value;
  for (const field of ['kind', 'apiVersion']) {
    if (typeof given[field] !== 'string' || given[field] === '') {
      const missing = `Object '${field === 'kind' ? 'Kind' : field}' is missing in '${JSON.stringify(value)}'`;
      throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): ${missing}`);
    }
  }
  if (given.apiVersion !== apiVersion) {
    const wanted = `the expected API version (${apiVersion})`;
    throw badRequest(`the API version in the data (${String(given.apiVersion)}) does not match ${wanted}`);
  }
  if (given.kind !== type.kind) {
    const message = `Invalid value: ${JSON.stringify(given.kind)}: must be ${type.kind}`;
    throw invalid(type, name, [{ reason: 'FieldValueInvalid', message, field: 'kind' }]);
  }
  const metadata = given.metadata ?? {};
  if (!isRecord(metadata)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): metadata is no object`);
  }
  requireMetadata(type, metadata);
  return { ...given, apiVersion, kind: type.kind, metadata: withoutNulls(metadata) };
}
