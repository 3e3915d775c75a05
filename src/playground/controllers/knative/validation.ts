import { ApiError } from '../../api/errors.ts';
import type { NewObject } from '../../api/types.ts';
import { at, items, text } from '../fields.ts';

/**
 * Knative's validating webhook for the traffic of a Service (knative/serving `pkg/apis/serving/v1/route_validation.go`): each
 * percent from 0 to 100, all together 100, no tag twice. Throws ApiError 400 in its words, which are sorted.
 */
export function validateKnativeService(object: NewObject): void {
  const traffic = items(at(object, 'spec', 'traffic'));
  const problems: string[] = [];
  const tags = new Map<string, number>();
  let sum = 0;
  traffic.forEach((target, index) => {
    const percent = at(target, 'percent');
    if (typeof percent === 'number') {
      sum += percent;
      if (percent < 0 || percent > 100) {
        problems.push(`expected 0 <= ${percent} <= 100: spec.traffic[${index}].percent`);
      }
    }
    const tag = text(at(target, 'tag'));
    if (tag !== undefined) {
      const first = tags.get(tag);
      if (first !== undefined) {
        problems.push(`Multiple definitions for "${tag}": spec.traffic[${first}].tag, spec.traffic[${index}].tag`);
      }
      tags.set(tag, first ?? index);
    }
  });
  if (traffic.length > 0 && sum !== 100) {
    problems.push(`Traffic targets sum to ${sum}, want 100: spec.traffic`);
  }
  if (problems.length > 0) {
    throw new ApiError(
      400,
      'BadRequest',
      `admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ${problems.sort().join('\n')}`,
    );
  }
}
