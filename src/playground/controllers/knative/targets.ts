import type { StoredObject } from '../../api/types.ts';
import { no, unknown, type Verdict } from '../conditions.ts';
import { at, integer, items, text } from '../fields.ts';
import { routeHost } from './hosts.ts';

/** One entry of a Route's `status.traffic`. */
export interface RoutedTarget {
  latestRevision: boolean;
  percent: number;
  revisionName: string;
  tag?: string;
  url?: string;
}

/**
 * Where a Route leads (knative/serving `reconciler/route/traffic`): a configuration's name stands for its newest ready revision.
 * Otherwise what is missing.
 */
export function resolveTargets(
  route: StoredObject,
  configuration: (name: string) => StoredObject | undefined,
  hasRevision: (name: string) => boolean,
): RoutedTarget[] | Verdict {
  const { name, namespace = '' } = route.metadata;
  const found: RoutedTarget[] = [];
  for (const target of items(at(route, 'spec', 'traffic'))) {
    const tag = text(at(target, 'tag'));
    const configurationName = text(at(target, 'configurationName'));
    const revisionName =
      configurationName === undefined
        ? text(at(target, 'revisionName'))
        : text(at(configuration(configurationName), 'status', 'latestReadyRevisionName'));
    if (revisionName === undefined) {
      return unknown('RevisionMissing', `Configuration "${configurationName ?? ''}" is waiting for a Revision to become ready.`);
    }
    if (!hasRevision(revisionName)) {
      return no('RevisionMissing', `Revision "${revisionName}" referenced in traffic not found.`);
    }
    found.push({
      latestRevision: configurationName !== undefined,
      percent: integer(at(target, 'percent')) ?? 0,
      revisionName,
      ...(tag === undefined ? {} : { tag, url: `http://${routeHost(name, namespace, tag)}` }),
    });
  }
  return found;
}
