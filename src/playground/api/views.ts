import { BUILTIN_PRINTERS } from './builtin-printers.ts';
import { badRequest } from './errors.ts';
import type { Format } from './negotiate.ts';
import { columnPrinter, type Printer } from './printers.ts';
import type { ResourceType, StoredObject } from './types.ts';

/** `metav1.ListMeta`. */
export interface ListMetadata {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

export type IncludeObject = 'None' | 'Metadata' | 'Object';

const printers = new WeakMap<ResourceType, Printer>();

function printerOf(type: ResourceType): Printer {
  const printer = printers.get(type) ?? BUILTIN_PRINTERS.get(`${type.group}/${type.kind}`) ?? columnPrinter(type);
  printers.set(type, printer);
  return printer;
}

export function apiVersion(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

function metadataOnly(object: StoredObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** How the objects of a type are shown to one client. */
export class View {
  readonly #type: ResourceType;
  readonly #format: Format;
  readonly #include: IncludeObject;

  /** Throws ApiError 400 when `includeObject` in the query is none of `None`, `Metadata`, `Object`. */
  constructor(type: ResourceType, format: Format, query: URLSearchParams) {
    const include = query.get('includeObject') ?? 'Metadata';
    if (include !== 'None' && include !== 'Metadata' && include !== 'Object') {
      throw badRequest(`unrecognized includeObject value: "${include}"`);
    }
    this.#type = type;
    this.#format = format;
    this.#include = include;
  }

  one(object: StoredObject): object {
    switch (this.#format.view) {
      case 'table':
        return this.#table([object], { resourceVersion: object.metadata.resourceVersion }, true);
      case 'metadata':
        return metadataOnly(object);
      default:
        return object;
    }
  }

  list(objects: readonly StoredObject[], metadata: ListMetadata): object {
    switch (this.#format.view) {
      case 'table':
        return this.#table(objects, metadata, true);
      case 'metadata':
        return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(metadataOnly) };
      default:
        return { kind: `${this.#type.kind}List`, apiVersion: apiVersion(this.#type), metadata, items: objects };
    }
  }

  /** The object of a watch event; only the first of a watch carries a Table's column definitions. */
  event(object: StoredObject, isFirst: boolean): object {
    return this.#format.view === 'table'
      ? this.#table([object], { resourceVersion: object.metadata.resourceVersion }, isFirst)
      : this.one(object);
  }

  /** The object of a bookmark: nothing but a version. */
  bookmark(resourceVersion: string, annotations?: { [key: string]: string }): object {
    const metadata = { resourceVersion, creationTimestamp: null, ...(annotations === undefined ? {} : { annotations }) };
    switch (this.#format.view) {
      case 'table':
        return this.#table([], { resourceVersion }, false);
      case 'metadata':
        return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
      default:
        return { kind: this.#type.kind, apiVersion: apiVersion(this.#type), metadata };
    }
  }

  #table(objects: readonly StoredObject[], metadata: ListMetadata, withColumns: boolean): object {
    const printer = printerOf(this.#type);
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      columnDefinitions: withColumns ? printer.columns : null,
      rows: objects.map((object) => ({ cells: printer.cells(object), object: this.#rowObject(object) })),
    };
  }

  #rowObject(object: StoredObject): object | null {
    switch (this.#include) {
      case 'None':
        return null;
      case 'Object':
        return object;
      default:
        return metadataOnly(object);
    }
  }
}
