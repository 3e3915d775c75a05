import type { Ref } from '../api/types.ts';
import type { Step, Steps } from './steps.ts';

export type Enqueue = (ref: Ref) => void;

/**
 * Reconciles an object once a step after it was asked for, however often it is asked for meanwhile. A reconcile that throws is
 * reported and not tried again: whoever can be refused handles it.
 */
export function workQueue(steps: Steps, step: Step, reconcile: (ref: Ref) => void, report: (error: unknown) => void): Enqueue {
  const pending = new Set<string>();
  return ({ namespace, name }) => {
    const key = `${namespace ?? ''}/${name}`;
    if (pending.has(key)) {
      return;
    }
    pending.add(key);
    steps.after(step, () => {
      pending.delete(key);
      try {
        reconcile(namespace === undefined ? { name } : { namespace, name });
      } catch (error) {
        report(error);
      }
    });
  };
}
