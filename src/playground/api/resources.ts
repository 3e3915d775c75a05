import type { IncomingMessage, ServerResponse } from 'node:http';
import { decode, decodeYaml, readBody, requireObject } from './body.ts';
import { isBuiltin } from './builtin.ts';
import { ApiError, badRequest, invalid, invalidOption, methodNotAllowed, notFound } from './errors.ts';
import { at, isRecord } from './fields.ts';
import { listObjects } from './list.ts';
import { applied, updated, type Writer } from './managed-fields.ts';
import { type Format, negotiate } from './negotiate.ts';
import { isApply, patched } from './patch.ts';
import { type PodLogSource, serveLog } from './pod-logs.ts';
import { pruned, schemaOf, unknownFields } from './schema.ts';
import type { DeleteOptions, Deletion, ObjectStore } from './store.ts';
import type { NewObject, Ref, ResourceType, StoredObject } from './types.ts';
import { View } from './views.ts';
import { serveWatch } from './watch.ts';

/** The resource that a path names. */
export interface Target {
  type: ResourceType;
  namespace: string | undefined;
  name: string | undefined;
  subresource: 'status' | 'finalize' | 'log' | undefined;
}

export interface ResourceCall {
  store: ObjectStore;
  target: Target;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  bookmarkMilliseconds: number;
  logs: PodLogSource | undefined;
}

/** A finished answer, or a stream that goes on until it is stopped. */
export type Answer = { code: number; body: object; yaml: boolean } | { stop: () => void };

function isPod({ group, kind }: ResourceType): boolean {
  return group === '' && kind === 'Pod';
}

/** The target of a path's parts (`['apis', group, version, …]` or `['api', 'v1', …]`); undefined when it names no resource. */
export function findTarget(types: readonly ResourceType[], path: readonly string[]): Target | undefined {
  const [root, ...parts] = path;
  const group = root === 'apis' ? parts.shift() : root === 'api' ? '' : undefined;
  const version = parts.shift();
  const find = (plural: string | undefined): ResourceType | undefined =>
    types.find((type) => type.group === group && type.version === version && type.plural === plural);
  // `/namespaces/x/widgets` is a resource in a namespace; `/namespaces/x/status` is one of the namespace itself.
  const inner = parts[0] === 'namespaces' ? find(parts[2]) : undefined;
  const [namespace, rest] = inner?.namespaced ? [parts[1], parts.slice(2)] : [undefined, parts];
  const [plural, name, subresource, ...more] = rest;
  const type = inner?.namespaced ? inner : find(plural);
  if (type === undefined || more.length > 0 || (name !== undefined && type.namespaced && namespace === undefined)) {
    return undefined;
  }
  const isKnown =
    subresource === undefined ||
    (subresource === 'status' && type.statusSubresource) ||
    (subresource === 'log' && isPod(type)) ||
    (subresource === 'finalize' && type.kind === 'Namespace' && type.group === '');
  return isKnown ? { type, namespace, name, subresource: subresource } : undefined;
}

function isDryRun(values: readonly unknown[], options: string): boolean {
  if (values.some((value) => value !== 'All')) {
    const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`;
    throw invalidOption(options, { reason: 'FieldValueNotSupported', message, field: 'dryRun' });
  }
  return values.length > 0;
}

function refOf({ type, namespace, name = '' }: Target): Ref {
  return type.namespaced ? { namespace: namespace ?? '', name } : { name };
}

function existing({ store, target }: ResourceCall): StoredObject {
  const object = store.get(target.type, refOf(target));
  if (object === undefined) {
    throw notFound(target.type, target.name ?? '');
  }
  return object;
}

/** Sets what the URL says of name and namespace. Throws ApiError 400 when the object says otherwise. */
function placed(target: Target, object: NewObject): NewObject {
  const { name, namespace } = object.metadata;
  if (target.name !== undefined && name !== undefined && name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  if (target.type.namespaced && namespace && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return { ...object, metadata: { ...object.metadata, ...(target.name === undefined ? {} : { name: target.name }), ...inNamespace(target) } };
}

function inNamespace({ type, namespace }: Target): { namespace?: string } {
  return type.namespaced ? { namespace: namespace ?? '' } : {};
}

/** Who writes: `fieldManager`, else what the client calls itself. */
function writerOf({ query, request, target }: ResourceCall): Writer {
  const given = query.get('fieldManager') ?? '';
  const client = (request.headers['user-agent']?.split('/')[0] ?? 'unknown').slice(0, 128);
  return { manager: given === '' ? client : given, ...(target.subresource === 'status' ? { subresource: 'status' as const } : {}) };
}

/**
 * The object without the fields that its schema does not name: with `fieldValidation=Strict` they are refused, without it told of in a
 * warning. `refuse` makes the refusal of them.
 */
function declared(
  { target, query, response }: ResourceCall,
  object: NewObject,
  refuse: (problem: string) => ApiError,
): NewObject {
  const schema = schemaOf(target.type);
  const unknown = unknownFields(schema, object).map((path) => `unknown field ${JSON.stringify(path)}`);
  if (unknown.length === 0) {
    return object;
  }
  const validation = query.get('fieldValidation') ?? 'Warn';
  if (validation === 'Strict') {
    throw refuse(`strict decoding error: ${unknown.join(', ')}`);
  }
  if (validation === 'Warn') {
    response.setHeader('Warning', unknown.map((problem) => `299 - ${JSON.stringify(problem)}`));
  }
  return pruned(schema, object);
}

function refuseDecoding({ kind, version }: ResourceType): (problem: string) => ApiError {
  return (problem) => badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`);
}

function refusePatch(object: NewObject): (problem: string) => ApiError {
  return (problem) => {
    const message = `Invalid value: ${JSON.stringify(JSON.stringify(object))}: ${problem}`;
    return new ApiError(422, 'Invalid', ` "" is invalid: patch: ${message}`, { causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }] });
  };
}

async function create(call: ResourceCall): Promise<StoredObject> {
  const { store, target, query, request } = call;
  const body = decode(await readBody(request), request.headers['content-type'], target.type.kind);
  const object = placed(target, declared(call, requireObject(target.type, body), refuseDecoding(target.type)));
  if (object.metadata.resourceVersion) {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const owned = updated(target.type, object, undefined, writerOf(call));
  return store.create(target.type, owned, { dryRun: isDryRun(query.getAll('dryRun'), 'CreateOptions') });
}

function update(call: ResourceCall, object: NewObject, options: 'UpdateOptions' | 'PatchOptions'): StoredObject {
  const { store, target, query } = call;
  const { subresource } = target;
  return store.update(target.type, object, {
    dryRun: isDryRun(query.getAll('dryRun'), options),
    ...(subresource === 'status' || subresource === 'finalize' ? { subresource } : {}),
  });
}

async function replace(call: ResourceCall): Promise<StoredObject> {
  const { target, request } = call;
  const body = decode(await readBody(request), request.headers['content-type'], target.type.kind);
  const object = placed(target, declared(call, requireObject(target.type, body, target.name), refuseDecoding(target.type)));
  const old = existing(call);
  if (!isBuiltin(target.type) && !object.metadata.resourceVersion) {
    const message = 'Invalid value: 0: must be specified for an update';
    throw invalid(target.type, target.name ?? '', [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }]);
  }
  return update(call, updated(target.type, object, old, writerOf(call)), 'UpdateOptions');
}

async function patch(call: ResourceCall): Promise<StoredObject> {
  const { target, query, request } = call;
  const body = await readBody(request);
  if (query.has('force')) {
    const message = 'Forbidden: may not be specified for non-apply patch';
    throw invalidOption('PatchOptions', { reason: 'FieldValueForbidden', message, field: 'force' });
  }
  const old = existing(call);
  const changed = requireObject(target.type, patched(target.type, old, body, request.headers['content-type']), target.name);
  const object = declared(call, changed, refusePatch(changed));
  const { uid } = object.metadata;
  // A patch without a version applies to whatever is there; a uid that it changes is a change of an immutable field.
  if (uid !== undefined && uid !== old.metadata.uid && object.metadata.resourceVersion === old.metadata.resourceVersion) {
    const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
    throw invalid(target.type, target.name ?? '', [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }]);
  }
  const { uid: _uid, ...metadata } = object.metadata;
  return update(call, updated(target.type, placed(target, { ...object, metadata }), old, writerOf(call)), 'PatchOptions');
}

/** Server-side apply, which makes the object when there is none. */
async function apply(call: ResourceCall): Promise<{ object: StoredObject; isNew: boolean }> {
  const { store, target, query, request } = call;
  const { type, subresource } = target;
  if (!query.get('fieldManager')) {
    const message = 'Required value: is required for apply patch';
    throw invalidOption('PatchOptions', { reason: 'FieldValueRequired', message, field: 'fieldManager' });
  }
  const body = decodeYaml(await readBody(request));
  if (!isRecord(body) || typeof body.kind !== 'string' || typeof body.apiVersion !== 'string') {
    throw badRequest('invalid object type: /, Kind=');
  }
  const config = placed(target, requireObject(type, body, target.name));
  if (config.metadata.managedFields !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const live = store.get(type, refOf(target));
  const object = applied(type, config, live, { ...writerOf(call), force: query.get('force') === 'true' });
  if (live !== undefined) {
    return { object: update(call, object, 'PatchOptions'), isNew: false };
  }
  if (subresource !== undefined) {
    throw notFound(type, target.name ?? '');
  }
  return { object: store.create(type, object, { dryRun: isDryRun(query.getAll('dryRun'), 'PatchOptions') }), isNew: true };
}

function propagation(value: unknown): DeleteOptions {
  if (value === undefined || value === null || value === '') {
    return {};
  }
  if (value !== 'Background' && value !== 'Foreground' && value !== 'Orphan') {
    throw badRequest(`invalid propagationPolicy: ${JSON.stringify(value)}`);
  }
  return { propagation: value };
}

/** `DeleteOptions` of the body and of the query. */
async function deleteOptions({ request, query }: ResourceCall): Promise<DeleteOptions> {
  const data = await readBody(request);
  const body = data.length === 0 ? {} : decode(data, request.headers['content-type'], 'DeleteOptions');
  if (!isRecord(body)) {
    throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
  }
  const dryRuns: unknown[] = Array.isArray(body.dryRun) ? body.dryRun : query.getAll('dryRun');
  const uid = at(body, 'preconditions', 'uid');
  const resourceVersion = at(body, 'preconditions', 'resourceVersion');
  return {
    ...propagation(body.propagationPolicy ?? query.get('propagationPolicy')),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    dryRun: isDryRun(dryRuns, 'DeleteOptions'),
  };
}

/** A Status of success when the object is gone, else the object as it waits; a Namespace is always shown. */
function deletionBody(type: ResourceType, { object, gone }: Deletion, view: View): object {
  if (!gone) {
    return view.one(object);
  }
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, uid },
  };
}

async function remove(call: ResourceCall, view: View): Promise<object> {
  const { store, target } = call;
  const deletion = store.remove(target.type, refOf(target), await deleteOptions(call));
  if (deletion === undefined) {
    throw notFound(target.type, target.name ?? '');
  }
  return deletionBody(target.type, deletion, view);
}

async function removeAll(call: ResourceCall, view: View): Promise<object> {
  const { store, target, query } = call;
  const options = await deleteOptions(call);
  const { objects } = listObjects(store, target.type, target.namespace, query);
  for (const object of objects) {
    store.remove(target.type, object.metadata, options);
  }
  return view.list(objects, { resourceVersion: String(store.version) });
}

function get(call: ResourceCall, view: View): object {
  return view.one(existing(call));
}

function list({ store, target, query }: ResourceCall, view: View): object {
  const { objects, metadata } = listObjects(store, target.type, target.namespace, query);
  return view.list(objects, metadata);
}

/** `watch` on one object is a watch of the collection for that name. */
function watchQuery({ target, query }: ResourceCall): URLSearchParams {
  if (target.name === undefined) {
    return query;
  }
  const narrowed = new URLSearchParams(query);
  narrowed.set('fieldSelector', `metadata.name=${target.name}`);
  return narrowed;
}

function watch(call: ResourceCall, view: View): Answer {
  const { store, target, response, bookmarkMilliseconds } = call;
  return serveWatch({
    store,
    type: target.type,
    namespace: target.namespace,
    query: watchQuery(call),
    view,
    response,
    bookmarkMilliseconds,
  });
}

function log(call: ResourceCall): Answer {
  const { store, target, query, request, response, logs } = call;
  if (request.method !== 'GET') {
    throw methodNotAllowed();
  }
  return { stop: serveLog({ store, type: target.type, pod: existing(call), query, response, source: logs }) };
}

/** Answers a request for a resource. Throws ApiError for everything that kube-apiserver refuses. */
export async function answerResource(call: ResourceCall): Promise<Answer> {
  const { target, query, request } = call;
  const { type, namespace, name, subresource } = target;
  if (subresource === 'log') {
    return log(call);
  }
  const format: Format = negotiate(request.headers.accept);
  const view = new View(type, format, query);
  const ok = (body: object, code = 200): Answer => ({ code, body, yaml: format.yaml });
  const isCollection = name === undefined;
  switch (request.method) {
    case 'GET':
      if (query.get('watch') === 'true' || query.get('watch') === '1') {
        return watch(call, view);
      }
      if (!isCollection) {
        return ok(get(call, view));
      }
      return ok(list(call, view));
    case 'POST':
      if (!isCollection || (type.namespaced && namespace === undefined)) {
        throw methodNotAllowed();
      }
      return ok(view.one(await create(call)), 201);
    case 'PUT':
      if (isCollection) {
        throw methodNotAllowed();
      }
      return ok(view.one(await replace(call)));
    case 'PATCH':
      if (isCollection || subresource === 'finalize') {
        throw methodNotAllowed();
      }
      if (isApply(request.headers['content-type'])) {
        const { object, isNew } = await apply(call);
        return ok(view.one(object), isNew ? 201 : 200);
      }
      return ok(view.one(await patch(call)));
    case 'DELETE':
      if (subresource !== undefined || (isCollection && type.namespaced && namespace === undefined)) {
        throw methodNotAllowed();
      }
      return ok(isCollection ? await removeAll(call, view) : await remove(call, view));
    default:
      throw methodNotAllowed();
  }
}
