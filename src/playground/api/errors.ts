import type { ManagedFieldsEntry, ResourceType } from './types.ts';

/** One cause of a 422, as in `metav1.StatusCause`. */
export interface StatusCause {
  reason: string;
  message: string;
  field: string;
}

/** `metav1.StatusDetails`: `kind` holds the resource's plural except for 422, where it holds the kind. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** `metav1.Status` of a failure, the body of every error answer. */
export interface FailureStatus {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string };
  status: 'Failure';
  message: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** A refusal of the API. `code` is the HTTP status, `body` the `Status` to send. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** A `continue` token with which the client can go on despite the error. */
  readonly continueToken: string | undefined;

  /** `reason` '' is a Status without a reason. */
  constructor(code: number, reason: string, message: string, details?: StatusDetails, continueToken?: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }

  get body(): FailureStatus {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** `widgets.example.com`, or `pods` in the core group: `schema.GroupResource.String()`. */
function resourceName(type: ResourceType): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}

function resourceDetails(type: ResourceType, name: string): StatusDetails {
  return { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural };
}

/** 404 `widgets.example.com "x" not found`. */
export function notFound(type: ResourceType, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resourceName(type)} "${name}" not found`, resourceDetails(type, name));
}

/** 404 for a path that is no resource. */
export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 `widgets.example.com "x" already exists`. */
export function alreadyExists(type: ResourceType, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${resourceName(type)} "${name}" already exists`, resourceDetails(type, name));
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** 409 Conflict; without a cause it is the optimistic lock's. */
export function conflict(type: ResourceType, name: string, cause: string = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceName(type)} "${name}": ${cause}`;
  return new ApiError(409, 'Conflict', message, resourceDetails(type, name));
}

/** A field that an apply would take from another manager. */
export interface FieldConflict {
  entry: ManagedFieldsEntry;
  field: string;
}

function managerWords({ manager, subresource, operation, apiVersion }: ManagedFieldsEntry): string {
  const who = `${JSON.stringify(manager)}${subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === 'Update' ? `${who} using ${apiVersion}` : who;
}

/** 409 of a server-side apply (apimachinery `pkg/util/managedfields/internal/conflict.go`). */
export function applyConflict(conflicts: readonly FieldConflict[]): ApiError {
  const causes = conflicts.map(({ entry, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerWords(entry)}`,
    field,
  }));
  const managers = [...new Set(causes.map(({ message }) => message))].sort();
  const all = managers.flatMap((manager) => [
    `${manager.replace('conflict', 'conflicts')}:`,
    ...causes.filter(({ message }) => message === manager).map(({ field }) => `- ${field}`),
  ]);
  const text =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${causes.map(({ message, field }) => `${message}: ${field}`).join('')}`
      : `Apply failed with ${causes.length} conflicts: ${all.join('\n')}`;
  return new ApiError(409, 'Conflict', text, { causes });
}

/** 403 `widgets.example.com "x" is forbidden: …`. */
export function forbidden(type: ResourceType, name: string, cause: string): ApiError {
  const message = `${resourceName(type)} "${name}" is forbidden: ${cause}`;
  return new ApiError(403, 'Forbidden', message, resourceDetails(type, name));
}

/**
 * 422 as kube-apiserver's field validation writes it: `Widget.example.com "x" is invalid: spec.size: Required value`;
 * several causes stand in brackets. Each message begins with the words for its reason ("Invalid value: …").
 */
export function invalid(type: ResourceType, name: string, causes: readonly StatusCause[]): ApiError {
  const texts = causes.map((cause) => (cause.field === '' ? cause.message : `${cause.field}: ${cause.message}`));
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
  const message = `${kind} "${name}" is invalid: ${texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`}`;
  return new ApiError(422, 'Invalid', message, {
    ...(name === '' ? {} : { name }),
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.kind,
    causes: [...causes],
  });
}

/** 422 of a query parameter, which belongs to an options object of `meta.k8s.io`. */
export function invalidOption(kind: string, cause: StatusCause): ApiError {
  const message = `${kind}.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`;
  return new ApiError(422, 'Invalid', message, { group: 'meta.k8s.io', kind, causes: [cause] });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 415; `accepted` is the list of media types that this resource takes. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

export function notAcceptable(accepted: readonly string[]): ApiError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return new ApiError(406, 'NotAcceptable', message);
}

/** 410 of a watch or a list that asks for versions no longer kept. */
export function expired(message: string, continueToken?: string): ApiError {
  return new ApiError(410, 'Expired', message, undefined, continueToken);
}

/** 504 of a list that asks for a version that does not exist yet. */
export function tooLargeResourceVersion(requested: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
    retryAfterSeconds: 1,
  });
}
