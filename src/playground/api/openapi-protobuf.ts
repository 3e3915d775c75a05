import { resourcePath, WRITE_PARAMETERS } from './openapi.ts';
import type { ResourceType } from './types.ts';

/** What clients accept (kube-openapi's `handler.go`: the `@` is no valid media type, but older clients ask so). */
export const OPENAPI_V2_PROTOBUF_ACCEPTS: readonly string[] = [
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
];
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];
}

/** A field of protobuf's wire type 2. */
function field(number: number, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(body.length)]), body]);
}

/** `ParametersItem{Parameter{NonBodyParameter{QueryParameterSubSchema{in, name}}}}` */
function queryParameter(name: string): Buffer {
  return field(1, field(2, field(3, field(2, 'query'), field(4, name))));
}

function patchPath(type: ResourceType): Buffer {
  const { group, version, kind } = type;
  const gvk = `group: ${JSON.stringify(group)}\nversion: ${version}\nkind: ${kind}\n`;
  const operation = [
    ...WRITE_PARAMETERS.map((name) => field(8, queryParameter(name))),
    field(13, field(1, 'x-kubernetes-group-version-kind'), field(2, field(2, gvk))),
  ];
  return field(2, field(1, `${resourcePath(type)}/{name}`), field(2, field(8, ...operation)));
}

/**
 * The part of `/openapi/v2` that a kubectl before 1.28 reads, which takes it only as protobuf: the parameters of each kind's
 * PATCH. Field numbers: gnostic's `OpenAPIv2.proto`.
 */
export function openApiV2Protobuf(types: readonly ResourceType[]): Buffer {
  return Buffer.concat([
    field(1, '2.0'),
    field(2, field(1, 'KServe Canary playground'), field(2, 'v1')),
    field(8, ...types.map(patchPath)),
    field(9),
  ]);
}
