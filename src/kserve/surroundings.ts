import type { Pod, Revision } from './objects.ts';

/** What is at hand of a service's revisions and pods; more than its own may be handed in. */
export interface Surroundings {
  readonly revisions: readonly Revision[];
  /** Absent where pods may not be listed. */
  readonly pods?: readonly Pod[];
}
