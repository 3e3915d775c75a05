import type { Ref, StoredObject } from '../../api/types.ts';
import { integer, at } from '../fields.ts';
import { isTrue } from '../conditions.ts';
import type { Steps } from '../steps.ts';
import { minScale, routingState } from './labels.ts';

interface Activity {
  /** When it was last needed, on the playground's clock. */
  last: number;
  state: string;
  /** It was told to have no pods. */
  asleep: boolean;
  wakeUp?: () => void;
}

/** How many pods each revision should have. */
export interface Autoscaler {
  desiredReplicas(revision: StoredObject): number;
  /** A request for the revision: it is needed now. */
  touch(ref: Ref): void;
  forget(ref: Ref): void;
}

/**
 * Knative's autoscaler, as far as requests one at a time go: a revision in a route has at least its minimum, any other none once
 * nobody asked for it for as long as the step `scaleDown` takes. A new revision starts with one pod (`pa_lifecycle.go ScaleBounds`).
 */
export function autoscaler(steps: Steps, reconcile: (ref: Ref) => void): Autoscaler {
  const known = new Map<string, Activity>();
  const keyOf = ({ namespace, name }: Ref): string => `${namespace ?? ''}/${name}`;

  function watchIdle(ref: Ref, activity: Activity): void {
    activity.wakeUp?.();
    activity.wakeUp = steps.after('scaleDown', () => reconcile(ref), activity.last + steps.delay('scaleDown') - steps.now);
  }

  return {
    desiredReplicas(revision) {
      const { namespace = '', name, labels = {}, annotations = {} } = revision.metadata;
      const ref = { namespace, name };
      const state = labels[routingState] ?? '';
      const activity = known.get(keyOf(ref)) ?? { last: steps.now, state, asleep: false };
      if (!known.has(keyOf(ref)) || activity.state !== state) {
        activity.state = state;
        known.set(keyOf(ref), activity);
        watchIdle(ref, activity);
      }
      const least = Number(annotations[minScale] ?? '0');
      if (!isTrue(revision, 'Ready')) {
        return Math.max(1, least);
      }
      if (state !== 'reserve' && least > 0) {
        return least;
      }
      activity.asleep = steps.now - activity.last >= steps.delay('scaleDown');
      return activity.asleep ? 0 : Math.max(1, integer(at(revision, 'status', 'desiredReplicas')) ?? 1);
    },
    touch(ref) {
      const activity = known.get(keyOf(ref));
      if (activity !== undefined) {
        activity.last = steps.now;
        watchIdle(ref, activity);
        if (activity.asleep) {
          reconcile(ref);
        }
      }
    },
    forget(ref) {
      known.get(keyOf(ref))?.wakeUp?.();
      known.delete(keyOf(ref));
    },
  };
}
