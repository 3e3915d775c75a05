/** The recorded steps of Knative mode (test/fixtures/recorded), in the order in which they were recorded. */
import fs from 'node:fs';
import path from 'node:path';
import { startSession, tagged, type Session, type Wanted } from './support.ts';

export interface RecordedStep extends Wanted {
  /** Undefined: only on the way to a recorded step. */
  folder?: string;
  /** The model does not get loaded before the step's end, or only then; `midway`: the objects are those of before it was. */
  load?: 'not yet' | 'in the end' | 'midway';
  /** How long it was looked at, in ms, where that is more than it takes to settle. */
  patience?: number;
  /** Nothing was changed: the step before is looked at once more. */
  idle?: true;
}

const stopped = (value: 'true' | 'false'): { [key: string]: string } => ({ 'serving.kserve.io/stop': value });
const quick = { 'autoscaling.knative.dev/window': '6s' };
const deploy: RecordedStep = { model: 'model-1' };
const canary: RecordedStep = { model: 'model-2', percent: 10 };
const promote: RecordedStep = { model: 'model-2' };

export const scenarios: { [title: string]: readonly RecordedStep[] } = {
  'the walk-through': [
    { ...deploy, load: 'midway', folder: '0-created' },
    { ...deploy, folder: '1-deployed', idle: true },
    { ...canary, load: 'midway', folder: '2a-canary10-in-flight' },
    { ...canary, folder: '2b-canary10', idle: true },
    { ...promote, folder: '3-promoted' },
    { model: 'model-2', percent: 0, folder: '4-rolled-back' },
    { ...canary, annotations: tagged, folder: '5-tag-routing-10' },
  ],
  'a canary whose model is not there, and the way out': [
    deploy,
    { model: 'model-broken', percent: 10, patience: 45_000, folder: '2c-canary10-broken-storage' },
    { ...deploy, patience: 12_000, folder: '2c-abort-by-old-model' },
  ],
  'a canary whose model is not there for longer than the progress deadline': [
    deploy,
    { model: 'model-broken', percent: 10, patience: 670_000, folder: '2c-canary10-broken-storage-11-minutes' },
  ],
  'a canary whose server exits': [deploy, { model: 'model-crash', percent: 10, patience: 45_000, folder: '2c-canary10-broken-crash' }],
  'a promotion, and a rollback to a revision without pods': [
    { ...deploy, annotations: quick },
    { ...canary, annotations: quick },
    { ...promote, annotations: quick, patience: 60_000, folder: 'scale0-1-promoted' },
    { model: 'model-2', percent: 0, annotations: quick, folder: 'scale0-2-rollback-to-a-revision-at-zero' },
  ],
  'a canary that may have no pods': [
    { ...deploy, annotations: quick },
    { ...canary, minReplicas: 0, annotations: quick, patience: 70_000, folder: 'scale0-3-canary-with-minReplicas-0' },
  ],
  'a percent without a new model after a promotion': [
    deploy,
    canary,
    promote,
    { ...canary, folder: 'trap-percent-only-after-promotion' },
  ],
  'a percent without a new model before any promotion, then a promotion before the canary is ready': [
    deploy,
    { model: 'model-1', percent: 10, folder: 'trap-percent-only-first-revision' },
    deploy,
    { model: 'model-1-slow-15', percent: 10, load: 'not yet', folder: 'trap-promote-not-ready-1-canary' },
    { model: 'model-1-slow-15', load: 'in the end', patience: 60_000, folder: 'trap-promote-not-ready-2-promoted' },
  ],
  'a percent out of range, and repaired': [
    deploy,
    { model: 'model-2', percent: 150, folder: 'trap-percent-150' },
    { ...canary, folder: 'trap-percent-150-repaired' },
    { model: 'model-2', percent: -1, folder: 'trap-percent-minus-1' },
  ],
  'an annotation alone when rolled out, then a rollback': [
    deploy,
    canary,
    promote,
    { ...promote, annotations: tagged, folder: 'trap-annotation-when-rolled-out' },
    { model: 'model-2', percent: 0, folder: 'trap-annotation-then-rollback' },
  ],
  'the tag step right after a promotion': [deploy, canary, promote, { ...canary, annotations: tagged, folder: 'trap-tag-step-from-promoted' }],
  'a third model right after a promotion': [
    deploy,
    canary,
    promote,
    { model: 'model-3', percent: 20, folder: 'trap-canary-right-after-promotion' },
  ],
  'a third model during a canary, then 100': [
    deploy,
    canary,
    { model: 'model-3', percent: 10, folder: 'trap-third-model-during-canary' },
    { model: 'model-3', percent: 100, folder: 'trap-percent-100' },
  ],
  'zero percent from creation': [
    { model: 'model-1', percent: 0, folder: 'trap-0-from-creation' },
    { model: 'model-2', percent: 0, folder: 'trap-0-from-creation-next-model' },
  ],
  'stopped during a canary, and started again': [
    deploy,
    canary,
    { ...canary, annotations: stopped('true'), folder: 'stop-1-stopped' },
    { ...canary, annotations: stopped('false'), folder: 'stop-2-started-again' },
  ],
};

/** The folders that no scenario drives, by how their names begin, and why. */
export const notDriven: readonly [begin: string, why: string][] = [
  ['standard-', 'the playground has Knative mode only, and refuses the other'],
  ['transformer-', 'the playground has no transformers'],
];

/** Told of each recorded step. */
interface Listener {
  /** With every state of the InferenceService on the way. */
  streams?: (folder: string, came: readonly unknown[]) => void;
  /** When the objects are as recorded. */
  objects?: (folder: string, session: Session) => void;
}

/** Does the steps of a scenario in a playground of their own. */
export async function drive(steps: readonly RecordedStep[], { streams, objects }: Listener): Promise<void> {
  const session = await startSession();
  try {
    for (const { folder, load, patience, idle, ...wanted } of steps) {
      if (load === 'not yet' || load === 'midway') {
        session.playground.hold('modelLoad');
      }
      const release = load === 'in the end' || load === 'midway' ? 'modelLoad' : undefined;
      const look = (): void => {
        if (folder !== undefined) objects?.(folder, session);
      };
      const came = idle
        ? [session.service()]
        : await session.step(wanted, { release, patience, midway: load === 'midway' ? look : undefined });
      if (folder !== undefined) streams?.(folder, came);
      if (load !== 'midway') look();
    }
  } finally {
    await session.playground.close();
  }
}

/** The recorded folders. */
export function recordedFolders(): string[] {
  const root = path.join(import.meta.dirname, '../../fixtures/recorded');
  return fs.readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
