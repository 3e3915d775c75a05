/** Drives a playground through the steps of the recordings, as fast as can be, and looks at what the InferenceService says. */
import fs from 'node:fs';
import path from 'node:path';
import { conditionsOf } from '../../../src/playground/controllers/conditions.ts';
import { at, items } from '../../../src/playground/controllers/fields.ts';
import type { Step } from '../../../src/playground/controllers/steps.ts';
import { startPlayground, type Playground, type PlaygroundOptions } from '../../../src/playground/playground.ts';
import type { StoredObject } from '../../../src/playground/api/types.ts';

const namespace = 'kserve-test';
const name = 'sklearn-iris';
export const tagged = { 'serving.kserve.io/enable-tag-routing': 'true' };
export const documented = '{"instances":[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]}';

/** What a manifest asks for: a model, a percent, annotations. */
export interface Wanted {
  model: string;
  percent?: number;
  minReplicas?: number;
  annotations?: { [key: string]: string };
}

interface StepOptions {
  /** A held step that goes on only when nothing else moves, and is waited for, too. */
  release?: Step | undefined;
  /** Called before that. */
  midway?: (() => void) | undefined;
  /** How long it goes on after that, in ms of the playground's clock. */
  patience?: number | undefined;
}

export interface Session {
  playground: Playground;
  /** Writes the InferenceService, as `kubectl apply` would; it goes on by itself. */
  apply(wanted: Wanted): StoredObject;
  /**
   * The same, and waits until nothing moves: every state of the InferenceService on the way, the one before first.
   */
  step(wanted: Wanted, options?: StepOptions): Promise<readonly StoredObject[]>;
  /** The InferenceService. */
  service(): StoredObject;
  get(groupKind: string, objectName: string): StoredObject | undefined;
  list(groupKind: string): StoredObject[];
}

export async function startSession(options: PlaygroundOptions = {}): Promise<Session> {
  const playground = await startPlayground({ scale: 0, report: rethrow, ...options });
  const { store } = playground;
  const type = store.type('serving.kserve.io/InferenceService');
  const session: Session = {
    playground,
    apply({ model, percent, minReplicas, annotations = {} }) {
      const old = store.get(type, { namespace, name });
      const spec = {
        predictor: {
          ...(percent === undefined ? {} : { canaryTrafficPercent: percent }),
          ...(minReplicas === undefined ? {} : { minReplicas }),
          model: { modelFormat: { name: 'sklearn' }, storageUri: `gs://kfserving-examples/models/sklearn/1.0/${model}` },
        },
      };
      if (old === undefined) {
        const metadata = { namespace, name, annotations };
        return store.create(type, { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata, spec });
      }
      const metadata = { ...old.metadata, annotations: { ...old.metadata.annotations, ...annotations } };
      return store.update(type, { ...old, spec, metadata });
    },
    async step(wanted, { release, midway, patience = 0 } = {}) {
      const before = store.get(type, { namespace, name });
      const states = before === undefined ? [] : [before];
      const stop = store.watch(type, ({ object }) => states.push(object));
      session.apply(wanted);
      await playground.settled();
      if (release !== undefined) {
        midway?.();
        playground.release(release);
        await playground.settled();
      }
      if (patience > 0) {
        await playground.advance(patience);
        await playground.settled();
      }
      stop();
      return states;
    },
    service: () => found(store.get(type, { namespace, name })),
    get: (groupKind, objectName) => store.get(store.type(groupKind), { namespace, name: objectName }),
    list: (groupKind) => store.list(store.type(groupKind), { namespace }),
  };
  return session;
}

function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there');
  return value;
}

/** The same in few letters: `00002* 10 latest / 00001 90 prev`, the rolled out pair, created and ready. */
export function bookkeeping(service: unknown): string {
  const component = at(service, 'status', 'components', 'predictor');
  const last = (field: string): string => short(at(component, field));
  return [
    items(at(component, 'traffic')).map(share).join(' / ') || 'no traffic',
    `rolled out ${last('latestRolledoutRevision')} before ${last('previousRolledoutRevision')}`,
    `created ${last('latestCreatedRevision')} ready ${last('latestReadyRevision')}`,
  ].join('; ');
}

function short(revision: unknown): string {
  return typeof revision === 'string' ? revision.slice(-5) : '–';
}

function share(entry: unknown): string {
  const star = at(entry, 'latestRevision') === true ? '*' : '';
  const tag = at(entry, 'tag');
  return `${short(at(entry, 'revisionName'))}${star} ${String(at(entry, 'percent'))}${typeof tag === 'string' ? ` ${tag}` : ''}`;
}

/** Reasons that come and go within half a second while a route changes; which of them is seen is chance. */
const moving = new Set(['OutOfDate', 'IngressNotConfigured', 'Uninitialized']);

/** The conditions and the model's status in few letters, the reasons of a moving route in one word. */
export function health(service: unknown): string {
  const conditions = conditionsOf(service).map(({ type, status, reason }) => {
    const why = reason === undefined ? '' : `(${moving.has(reason) ? 'moving' : reason})`;
    return `${type}=${status}${why}`;
  });
  const model = at(service, 'status', 'modelStatus');
  const states = [at(model, 'transitionStatus'), at(model, 'states', 'targetModelState'), at(model, 'lastFailureInfo', 'reason')];
  return `${conditions.join(' ')}; ${states.map((state) => (typeof state === 'string' ? state : '–')).join(' ')}`;
}

/** Without what repeats the entry before it. */
export function collapsed(states: readonly string[]): string[] {
  return states.filter((state, index) => state !== states[index - 1]);
}

/** The InferenceService at every event of a recorded step, the one before first. */
export function recorded(folder: string): readonly unknown[] {
  const file = path.join(import.meta.dirname, '../../fixtures/recorded', folder, 'isvc.jsonl');
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => at(JSON.parse(line) as unknown, 'object'));
}

/** The objects of a kind at the end of a recorded step. */
export function recordedObjects(folder: string, file: string): readonly unknown[] {
  return items(at(recordedFile(folder, file), 'items'));
}

export function recordedEvents(folder: string): readonly unknown[] {
  return items(recordedFile(folder, 'events.json'));
}

function recordedFile(folder: string, file: string): unknown {
  const whole = path.join(import.meta.dirname, '../../fixtures/recorded', folder, file);
  return fs.existsSync(whole) ? (JSON.parse(fs.readFileSync(whole, 'utf8')) as unknown) : undefined;
}
