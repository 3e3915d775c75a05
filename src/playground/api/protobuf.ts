/**
 * Kubernetes' protobuf as far as kubectl sends it for built-in kinds: the `runtime.Unknown` envelope around a few messages.
 * Field numbers: `generated.proto` of k8s.io/apimachinery and k8s.io/api.
 */

type Field =
  | { name: string; as: 'string' | 'bool' | 'integer' }
  | { name: string; as: 'map' }
  | { name: string; as: 'message'; of: Message }
  | { name: string; as: 'strings' };
type Message = { [number: number]: Field };

const OBJECT_META: Message = {
  1: { name: 'name', as: 'string' },
  2: { name: 'generateName', as: 'string' },
  3: { name: 'namespace', as: 'string' },
  5: { name: 'uid', as: 'string' },
  6: { name: 'resourceVersion', as: 'string' },
  11: { name: 'labels', as: 'map' },
  12: { name: 'annotations', as: 'map' },
  14: { name: 'finalizers', as: 'strings' },
};

const RESOURCE_ATTRIBUTES: Message = {
  1: { name: 'namespace', as: 'string' },
  2: { name: 'verb', as: 'string' },
  3: { name: 'group', as: 'string' },
  4: { name: 'version', as: 'string' },
  5: { name: 'resource', as: 'string' },
  6: { name: 'subresource', as: 'string' },
  7: { name: 'name', as: 'string' },
};

const NON_RESOURCE_ATTRIBUTES: Message = { 1: { name: 'path', as: 'string' }, 2: { name: 'verb', as: 'string' } };

const METADATA: Field = { name: 'metadata', as: 'message', of: OBJECT_META };

const KINDS: { [kind: string]: Message } = {
  Namespace: { 1: METADATA },
  SelfSubjectAccessReview: {
    1: METADATA,
    2: {
      name: 'spec',
      as: 'message',
      of: {
        1: { name: 'resourceAttributes', as: 'message', of: RESOURCE_ATTRIBUTES },
        2: { name: 'nonResourceAttributes', as: 'message', of: NON_RESOURCE_ATTRIBUTES },
      },
    },
  },
  SelfSubjectRulesReview: { 1: METADATA, 2: { name: 'spec', as: 'message', of: { 1: { name: 'namespace', as: 'string' } } } },
  SelfSubjectReview: { 1: METADATA },
  ConfigMap: { 1: METADATA, 2: { name: 'data', as: 'map' } },
  DeleteOptions: {
    1: { name: 'gracePeriodSeconds', as: 'integer' },
    2: {
      name: 'preconditions',
      as: 'message',
      of: { 1: { name: 'uid', as: 'string' }, 2: { name: 'resourceVersion', as: 'string' } },
    },
    4: { name: 'propagationPolicy', as: 'string' },
    5: { name: 'dryRun', as: 'strings' },
  },
};

interface RawField {
  number: number;
  value: number | Buffer;
}

/** The fields of a message (protobuf's wire types 0 and 2; 1 and 5 are skipped). Throws an Error when it is cut off. */
function* fields(data: Buffer): Generator<RawField> {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data[offset++];
      if (byte === undefined) {
        throw new Error('proto: unexpected end of data');
      }
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
  };
  while (offset < data.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        offset += 8;
        break;
      case 2: {
        const length = varint();
        if (offset + length > data.length) {
          throw new Error('proto: unexpected end of data');
        }
        yield { number, value: data.subarray(offset, offset + length) };
        offset += length;
        break;
      }
      case 5:
        offset += 4;
        break;
      default:
        throw new Error(`proto: illegal wire type ${tag % 8}`);
    }
  }
}

function text(value: number | Buffer | undefined): string {
  return value instanceof Buffer ? value.toString('utf8') : '';
}

function entry(data: number | Buffer): [string, string] {
  const parts = new Map(data instanceof Buffer ? [...fields(data)].map(({ number, value }) => [number, value]) : []);
  return [text(parts.get(1)), text(parts.get(2))];
}

function message(data: Buffer, shape: Message): { [name: string]: unknown } {
  const result: { [name: string]: unknown } = {};
  for (const { number, value } of fields(data)) {
    const field = shape[number];
    switch (field?.as) {
      case 'string':
        // Go's generated code writes empty strings, which JSON leaves out.
        if (text(value) !== '') {
          result[field.name] = text(value);
        }
        break;
      case 'bool':
        result[field.name] = value === 1;
        break;
      case 'integer':
        result[field.name] = value;
        break;
      case 'strings':
        result[field.name] = [...((result[field.name] as string[] | undefined) ?? []), text(value)];
        break;
      case 'map': {
        const [key, item] = entry(value);
        result[field.name] = { ...(result[field.name] as { [key: string]: string } | undefined), [key]: item };
        break;
      }
      case 'message':
        result[field.name] = value instanceof Buffer ? message(value, field.of) : {};
        break;
      case undefined:
        break;
    }
  }
  return result;
}

/** An object of one of the kinds above, as JSON. Throws an Error on another kind or on data that is no such envelope. */
export function decodeProtobuf(data: Buffer): { [name: string]: unknown } {
  if (data.subarray(0, 4).toString('latin1') !== 'k8s\0') {
    throw new Error('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  const envelope = new Map([...fields(data.subarray(4))].map(({ number, value }) => [number, value]));
  const typeMeta = envelope.get(1);
  const [apiVersion, kind] = typeMeta === undefined ? ['', ''] : entry(typeMeta);
  const shape = KINDS[kind];
  if (shape === undefined) {
    throw new Error(`the playground reads no protobuf of kind ${kind}`);
  }
  const raw = envelope.get(2);
  return { apiVersion, kind, ...(raw instanceof Buffer ? message(raw, shape) : {}) };
}
