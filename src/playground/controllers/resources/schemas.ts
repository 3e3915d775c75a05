import type { Schema } from '../../api/types.ts';

type Properties = { [field: string]: Schema };

/** An object or list whose fields are not told one by one. */
export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
export const list: Schema = { type: 'array', items: { 'x-kubernetes-preserve-unknown-fields': true } };
export const words: Schema = { type: 'object', additionalProperties: { type: 'string' } };
export const string: Schema = { type: 'string' };

export function object(properties: Properties, description?: string): Schema {
  return { type: 'object', ...(description === undefined ? {} : { description }), properties };
}

/** Fields of one schema by their names, which stand in a text with blanks between them. */
export function named(names: string, schema: Schema): Properties {
  return Object.fromEntries(names.split(' ').map((name) => [name, schema]));
}
