import type { Ref, StoredObject } from '../../api/types.ts';
import { modelServer, type ModelServer } from '../../models/server.ts';
import { putStatus, type Cluster } from '../cluster.ts';
import { at, items, text } from '../fields.ts';
import { sourceAnnotation } from '../kserve/names.ts';
import { timestamp } from '../time.ts';
import { podStatus, type ContainerState, type PodFacts } from './podStatus.ts';
import { revisionOf } from './podTemplate.ts';

/** Told of each model server that a pod runs, and of its end. */
export interface Endpoints {
  add(revision: Ref, pod: string, server: ModelServer): void;
  remove(pod: string): void;
}

/** A source names its trouble, as in the project's emulated control plane. */
function troubleOf(source: string): 'broken' | 'crash' | undefined {
  return source.includes('broken') ? 'broken' : source.includes('crash') ? 'crash' : undefined;
}

/** `slow-20` takes 20 seconds to load. */
function loadTime(source: string): number | undefined {
  const [, seconds] = /slow-(\d+)/.exec(source) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** What KServe's storage initializer prints when it finds no model. */
function storageFailure(source: string): string {
  const at = new Date().toISOString().replace('T', ' ').slice(0, 23);
  const line = (level: string, place: number, words: string): string =>
    `${at} 1 kserve ${level} [initializer-entrypoint:<module>():${place}] ${words}\n`;
  return (
    line('INFO', 17, `Initializing, args: (src_uri, dest_path): [('${source}', '/mnt/models')]`) +
    line('ERROR', 29, `Storage initialization failed: Failed to fetch model. No model found in ${source}.`)
  );
}

const crashTrace =
  'Traceback (most recent call last):\n  File "/sklearnserver/sklearnserver/__main__.py", line 34, in <module>\n    model.load()\n' +
  "ModuleNotFoundError: No module named 'sklearn.linear_model.logistic'\n";

/** A kubelet pauses at most five minutes before it starts a failed container again. */
const longestBackoff = 300_000;

/**
 * Runs the pods of the playground's one node: fetches the model, loads it, and lets it answer, or fails as its source's name asks.
 */
export function kubelet(cluster: Cluster, endpoints: Endpoints): (ref: Ref) => void {
  const { store, types, steps } = cluster;
  const known = new Set<string>();
  let addresses = 20;

  function run(ref: Ref, uid: string, source: string): void {
    const facts: PodFacts = {
      ip: `10.244.${Math.floor(addresses / 250)}.${(addresses++ % 250) + 1}`,
      startTime: timestamp(),
      initializer: undefined,
      server: { kind: 'waiting', reason: 'PodInitializing' },
      restarts: 0,
    };
    const live = (): StoredObject | undefined => {
      const pod = store.get(types.pod, ref);
      return pod?.metadata.uid === uid ? pod : undefined;
    };
    const show = (change: Partial<PodFacts>): void => {
      const pod = live();
      if (pod !== undefined) {
        putStatus(cluster, types.pod, pod, podStatus(pod, Object.assign(facts, change)));
      }
    };
    /** The container fails, is started again after a pause, and fails again, for ever. */
    const loop = (field: 'initializer' | 'server', message: string, runs: number): void => {
      const startedAt = timestamp();
      const again = (): void => {
        const pause = Math.min(longestBackoff, steps.delay('restartBackoff') * 2 ** facts.restarts);
        const finishedAt = timestamp();
        show({ [field]: { kind: 'backOff', seconds: pause / 1000, exitCode: 1, message, startedAt, finishedAt } });
        steps.after('restartBackoff', () => restart(field, runs), pause);
      };
      show({ [field]: { kind: 'ended', exitCode: 1, message, startedAt } });
      again();
    };
    const restart = (field: 'initializer' | 'server', runs: number): void => {
      facts.restarts += 1;
      if (field === 'server') {
        show({ server: { kind: 'running', since: timestamp(), ready: false } });
      }
      steps.after('crash', () => live() && loop(field, field === 'server' ? crashTrace : storageFailure(source), runs + 1), runs);
    };
    const start = (pod: StoredObject): void => {
      const hasInitializer = items(at(pod, 'spec', 'initContainers')).length > 0;
      facts.startTime = timestamp();
      if (troubleOf(source) === 'broken') {
        loop('initializer', storageFailure(source), 0);
        return;
      }
      const done: ContainerState = { kind: 'ended', exitCode: 0, startedAt: timestamp() };
      const server: ContainerState = { kind: 'running', since: timestamp(), ready: false };
      show({ initializer: hasInitializer ? done : undefined, server });
      if (troubleOf(source) === 'crash') {
        steps.after('crash', () => live() && loop('server', crashTrace, steps.delay('crash')));
        return;
      }
      steps.after('modelLoad', () => serve(server), loadTime(source));
    };
    const serve = (server: { since: string }): void => {
      const pod = live();
      if (pod === undefined) {
        return;
      }
      const { namespace = '' } = pod.metadata;
      endpoints.add({ namespace, name: revisionOf(pod) }, uid, modelServer(modelName(pod), source));
      show({ server: { kind: 'running', since: server.since, ready: true } });
    };
    steps.after('podStart', () => {
      const pod = live();
      if (pod !== undefined) {
        start(pod);
      }
    });
  }

  return (ref) => {
    const pod = store.get(types.pod, ref);
    if (pod === undefined || known.has(pod.metadata.uid)) {
      return;
    }
    known.add(pod.metadata.uid);
    run(ref, pod.metadata.uid, pod.metadata.annotations?.[sourceAnnotation] ?? '');
  };
}

/** The name under which a pod's server answers: the last `--model_name` of its arguments. */
function modelName(pod: StoredObject): string {
  const container = items(at(pod, 'spec', 'containers')).find((entry) => at(entry, 'name') === 'kserve-container');
  const named = items(at(container, 'args')).flatMap((argument) => /^--model_name=(.+)$/.exec(text(argument) ?? '')?.[1] ?? []);
  return named.at(-1) ?? 'model';
}
