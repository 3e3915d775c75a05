import { age } from './age.ts';
import { compileJsonPath } from './jsonpath.ts';
import type { Column, Json, ResourceType, StoredObject } from './types.ts';

/** `metav1.TableColumnDefinition`. */
export interface ColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

/** How a kind is shown as the rows of a Table. */
export interface Printer {
  columns: readonly ColumnDefinition[];
  cells(object: StoredObject): Json[];
}

const NAME: ColumnDefinition = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
};

const AGE: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
};

/** A cell as the table convertor of custom resources makes it (apiextensions-apiserver, `tableconvertor.go`). */
function cell(type: Column['type'], value: unknown): Json {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? age(value) : null;
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** The name, then the columns of the definition; Age when it has none. Throws an Error on a path that is not supported. */
export function columnPrinter(type: ResourceType): Printer {
  const columns = type.columns.length === 0 ? [AGE] : type.columns;
  const paths = columns.map((column) => ({ column, path: compileJsonPath(column.jsonPath) }));
  return {
    columns: [
      NAME,
      ...columns.map(({ name, type: cellType, format = '', description, jsonPath, priority = 0 }) => ({
        name,
        type: cellType,
        format,
        description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
        priority,
      })),
    ],
    cells: (object) => [
      object.metadata.name,
      ...paths.map(({ column, path }) => {
        const [value] = path(object);
        return value === undefined ? null : cell(column.type, value);
      }),
    ],
  };
}

/** A column of a kind that is built in: its value is computed. Priority 1 is for `-o wide` only. */
export interface ComputedColumn {
  name: string;
  value: (object: StoredObject) => Json;
  type?: 'string' | 'integer';
  priority?: number;
}

export const NAME_COLUMN: ComputedColumn = { name: 'Name', value: ({ metadata }) => metadata.name };
export const AGE_COLUMN: ComputedColumn = { name: 'Age', value: ({ metadata }) => age(metadata.creationTimestamp) };

/** A printer whose cells are computed: kube-apiserver's `pkg/printers/internalversion`. */
export function computedPrinter(columns: readonly ComputedColumn[]): Printer {
  return {
    columns: columns.map(({ name, type = 'string', priority = 0 }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: name === 'Name' ? NAME.description : name,
      priority,
    })),
    cells: (object) => columns.map(({ value }) => value(object)),
  };
}
