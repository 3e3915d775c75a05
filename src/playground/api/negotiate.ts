import { notAcceptable } from './errors.ts';

/** What a client wants to see of an object. */
export type View = 'object' | 'table' | 'metadata';

export interface Format {
  view: View;
  yaml: boolean;
}

/** One clause of an Accept header. */
export interface Clause {
  mediaType: string;
  parameters: { [name: string]: string };
}

const TRANSFORMS: { [as: string]: View } = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata',
};

/** The clauses in the order of the header, which is the order that Kubernetes' clients mean. */
export function acceptClauses(header: string | undefined): Clause[] {
  return (header ?? '*/*')
    .split(',')
    .filter((clause) => clause.trim() !== '')
    .map((clause) => {
      const [mediaType = '', ...parameters] = clause.split(';').map((part) => part.trim());
      return {
        mediaType: mediaType.toLowerCase(),
        parameters: Object.fromEntries(
          parameters.map((parameter) => {
            const [name = '', value = ''] = parameter.split('=');
            return [name, value];
          }),
        ),
      };
    });
}

/** The first clause that this server can serve. Throws ApiError 406. */
export function negotiate(header: string | undefined): Format {
  for (const { mediaType, parameters } of acceptClauses(header)) {
    const yaml = mediaType === 'application/yaml';
    const { as, g, v } = parameters;
    if (!yaml && !['application/json', 'application/*', '*/*'].includes(mediaType)) {
      continue;
    }
    if (as === undefined) {
      return { view: 'object', yaml };
    }
    const view = TRANSFORMS[as];
    if (view !== undefined && g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1')) {
      return { view, yaml };
    }
  }
  throw notAcceptable(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
}
