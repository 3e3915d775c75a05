import { badRequest } from './errors.ts';
import { at, isRecord } from './fields.ts';

/** A resource that answers a question and stores nothing. */
export interface Review {
  group: string;
  version: string;
  kind: string;
  plural: string;
  status: (spec: unknown) => object;
}

const EVERYTHING = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

/** The bearer of the playground's token may do everything. */
export const REVIEWS: readonly Review[] = [
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    status: (spec) => {
      if (!isRecord(at(spec, 'resourceAttributes')) && !isRecord(at(spec, 'nonResourceAttributes'))) {
        throw badRequest('spec.resourceAttributes: Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes must be specified');
      }
      return { allowed: true };
    },
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    status: () => ({
      resourceRules: [EVERYTHING],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    }),
  },
  // kubectl 1.27 asks in v1beta1 only.
  ...['v1', 'v1beta1'].map((version) => ({
    group: 'authentication.k8s.io',
    version,
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    status: () => ({ userInfo: { username: 'playground', groups: ['system:masters', 'system:authenticated'] } }),
  })),
];

/** The review at a path (`['apis', group, version, plural]`). */
export function findReview([root, group, version, plural, ...rest]: readonly string[]): Review | undefined {
  return root === 'apis' && rest.length === 0
    ? REVIEWS.find((review) => review.group === group && review.version === version && review.plural === plural)
    : undefined;
}

/** The review with its answer. Throws ApiError 400. */
export function answerReview(review: Review, given: unknown): object {
  if (!isRecord(given)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${review.kind})`);
  }
  return {
    kind: review.kind,
    apiVersion: `${review.group}/${review.version}`,
    metadata: { creationTimestamp: null },
    ...('spec' in given ? { spec: given.spec } : {}),
    status: review.status(given.spec),
  };
}
