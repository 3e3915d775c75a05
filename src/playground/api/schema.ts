import type { StatusCause } from './errors.ts';
import { isRecord } from './fields.ts';
import type { ResourceType, Schema } from './types.ts';

const STRING: Schema = { type: 'string' };

/** The schema of a kind's whole object; undefined when it has none. */
export function schemaOf(type: ResourceType): Schema | undefined {
  return type.fields === undefined
    ? undefined
    : {
        type: 'object',
        properties: {
          apiVersion: STRING,
          kind: STRING,
          metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          ...type.fields,
        },
      };
}

function isOpen(schema: Schema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || (schema.type === 'object' && schema.properties === undefined);
}

/** The schema of an object's field; undefined when anything may stand there or the field is not known. */
export function fieldSchema(schema: Schema | undefined, key: string): Schema | undefined {
  return schema?.properties?.[key] ?? schema?.additionalProperties;
}

function isUnknown(schema: Schema, key: string): boolean {
  return !isOpen(schema) && fieldSchema(schema, key) === undefined;
}

/** The paths of all fields that a schema does not name (`spec.predictor.nope`). */
export function unknownFields(schema: Schema | undefined, value: unknown, path = ''): string[] {
  if (schema === undefined) {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => unknownFields(schema.items, item, `${path}[${index}]`));
  }
  if (!isRecord(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const whole = path === '' ? key : `${path}.${key}`;
    return isUnknown(schema, key) ? [whole] : unknownFields(fieldSchema(schema, key), inner, whole);
  });
}

/** The value without the fields that its schema does not name; itself when there are none. */
export function pruned<T>(schema: Schema | undefined, value: T): T;
export function pruned(schema: Schema | undefined, value: unknown): unknown {
  if (schema === undefined || unknownFields(schema, value).length === 0) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => pruned(schema.items, item));
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => !isUnknown(schema, key))
          .map(([key, inner]) => [key, pruned(fieldSchema(schema, key), inner)]),
      )
    : value;
}

function typeName(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

function ownCause(schema: Schema, value: unknown, field: string): StatusCause | undefined {
  const given = typeName(value);
  if (schema.type !== undefined && given !== schema.type) {
    const name = field.split('.').at(-1) ?? field;
    const message = `Invalid value: "${given}": ${name} in body must be of type ${schema.type}: "${given}"`;
    return { reason: 'FieldValueTypeInvalid', message, field };
  }
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) {
    const supported = schema.enum.map((word) => JSON.stringify(word)).join(', ');
    return { reason: 'FieldValueNotSupported', message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`, field };
  }
  return undefined;
}

/** What in an object does not have the type that its schema asks for, in the words of apiextensions-apiserver. A null counts as absent. */
export function schemaCauses(schema: Schema | undefined, value: unknown, field = ''): StatusCause[] {
  if (schema === undefined || value === undefined || value === null) {
    return [];
  }
  const own = ownCause(schema, value, field);
  if (own !== undefined) {
    return [own];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => schemaCauses(schema.items, item, `${field}[${index}]`));
  }
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) => schemaCauses(fieldSchema(schema, key), inner, field === '' ? key : `${field}.${key}`))
    : [];
}

const APPLY_WORDS: { [type: string]: string } = {
  integer: 'numeric (int or float)',
  string: 'string',
  boolean: 'boolean',
  array: 'list',
  object: 'map',
};

const GO_TYPES: { [type: string]: string } = { integer: 'int64', number: 'float64', boolean: 'bool', array: '[]interface {}', object: 'map[string]interface {}' };

/** What makes a configuration unfit for server-side apply, in the words of structured-merge-diff, whose schema knows no ranges. */
export function typedProblems(schema: Schema | undefined, value: unknown, path = ''): string[] {
  if (schema === undefined || value === null) {
    return [];
  }
  const given = typeName(value);
  const wanted = schema.type;
  if (wanted !== undefined && given !== wanted && !(wanted === 'integer' && given === 'number')) {
    return [`${path}: expected ${APPLY_WORDS[wanted] ?? wanted}, got ${GO_TYPES[given] ?? given}`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => typedProblems(schema.items, item, `${path}[${index}]`));
  }
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) =>
        isUnknown(schema, key) ? [`${path}.${key}: field not declared in schema`] : typedProblems(fieldSchema(schema, key), inner, `${path}.${key}`),
      )
    : [];
}
