import type { Ref } from '../api/types.ts';
import type { Step, Steps } from './steps.ts';

export type Enqueue = (ref: Ref) => void;

/** Reconciles an object once, a step after it was asked for, however often it is asked for meanwhile. */
export function workQueue(steps: Steps, step: Step, reconcile: (ref: Ref) => void): Enqueue {
  const pending = new Set<string>();
  return ({ namespace, name }) => {
    const key = `${namespace ?? ''}/${name}`;
    if (!pending.has(key)) {
      pending.add(key);
      steps.after(step, () => {
        pending.delete(key);
        reconcile(namespace === undefined ? { name } : { namespace, name });
      });
    }
  };
}
