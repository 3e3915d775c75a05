/** The objects at the end of each recorded step: labels, annotations, owners and status as real controllers left them. */
import assert from 'node:assert/strict';
import { at, record } from '../../../src/playground/controllers/fields.ts';
import { drive, scenarios } from './scenarios.ts';
import { recorded, recordedEvents, recordedObjects, type Session } from './support.ts';

const kinds = {
  'ksvc.json': 'serving.knative.dev/Service',
  'route.json': 'serving.knative.dev/Route',
  'revision.json': 'serving.knative.dev/Revision',
  'deployment.json': 'apps/Deployment',
  'pod.json': '/Pod',
} as const;

/** Folders whose objects were recorded before the end of their streams. */
const midFlight = new Set(['0-created', '2a-canary10-in-flight']);

/** Parts in which the playground differs, and why. */
const differences: readonly { where: RegExp; why: string }[] = [
  {
    where: /^(0-created (revision|deployment|pod)|2a-canary10-in-flight pod)\.json sklearn-iris-predictor-\S*\/status\//,
    why: 'one kind was read after the other, and the model was loaded meanwhile: these are as in the folder after',
  },
  {
    where: /^scale0-3\S+ \S+ (sklearn-iris-predictor-00002|sklearn-iris\/status\/modelStatus\/copies\/totalCopies)/,
    why: 'recorded after requests that had woken the canary: its second pod was just starting',
  },
  {
    where: /Initialized\/message: containers with incomplete status: \[storage-initializer\] instead of containers with incomplete status$/,
    why: 'a kubelet names the container; the emulated one of the recordings does not',
  },
  {
    where: /^2c-\S+ revision\.json sklearn-iris-predictor-00002\/status\/conditions\/ContainerHealthy\/reason: Deploying instead of absent$/,
    why: 'with a failing storage initializer the reason was gone at 45 s and is back at 11 minutes',
  },
  {
    where: /^trap-promote-not-ready-2-promoted pod\.json sklearn-iris-predictor-00001-deployment-HASH: is missing$/,
    why: 'recorded while the pod was being taken away; the playground takes no time for that',
  },
];

const times = /^(lastTransitionTime|lastUpdateTime|startedAt|finishedAt|startTime)$/;
const identities = /^(containerID|podIP|ip|uid)$/;

/** Kubernetes' generated names are of these letters. */
const letters = '[bcdfghjklmnpqrstvwxz2456789]';
const hash = new RegExp(`-deployment-${letters}{8,10}(-${letters}{5})?`, 'g');

function plain(text: string): string {
  return text
    .replace(hash, '-deployment-HASH')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?Z?/g, 'TIME')
    .replace(/\([0-9a-f-]{36}\)/g, '(UID)')
    .replace(/(?<![a-z])kserve-(scale|long)(?![a-z])/g, 'kserve-test');
}

/** An object as a map from each path in it to its value, hashes and times aside. */
function facts(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  const key = path.slice(path.lastIndexOf('/') + 1);
  if (typeof value === 'object' && value !== null) {
    Object.entries(value).forEach(([name, inner]: [string, unknown]) => {
      const label = Array.isArray(value) ? (nameOf(inner) ?? name) : name;
      facts(inner, `${path}/${label}`, into);
    });
    if (Object.keys(value).length === 0) into.set(path, '{}');
  } else if (times.test(key) || path.endsWith('routingStateModified')) {
    into.set(path, 'a time');
  } else if (identities.test(key) || /UID$|pod-template-hash$/.test(path)) {
    into.set(path, 'an identity');
  } else {
    into.set(path, typeof value === 'string' ? plain(value) : JSON.stringify(value));
  }
  return into;
}

/** What tells an entry of a list from the others. */
function nameOf(entry: unknown): string | undefined {
  const name = at(entry, 'type') ?? at(entry, 'name');
  return typeof name === 'string' ? plain(name) : undefined;
}

function described(objects: readonly unknown[]): Map<string, string> {
  const into = new Map<string, string>();
  for (const object of objects) {
    const { name, labels, annotations, ownerReferences, finalizers, generation } = record(at(object, 'metadata'));
    const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...own } = record(annotations);
    facts({ labels, annotations: own, ownerReferences, finalizers, generation, status: at(object, 'status') }, plain(String(name)), into);
  }
  return into;
}

const objectOf = (path: string): string => path.split('/')[0] ?? '';
const has = (side: ReadonlyMap<string, string>, name: string): boolean => [...side.keys()].some((path) => objectOf(path) === name);

const text = (value: unknown, ...path: readonly string[]): string => String(at(value, ...path));

function eventLine(event: unknown, object: string): string {
  return plain([text(event, 'type'), text(event, 'reason'), object, text(event, 'message')].join(' '));
}

/** Their events also hold those of scenarios before, so that only what must not be there can be told from them. */
const hasOlderEvents = (folder: string): boolean => !/^scale0-[12]|11-minutes$/.test(folder);

function differencesOf(folder: string, session: Session): string[] {
  const found: string[] = [];
  const compare = (file: string, ours: readonly unknown[], theirs: readonly unknown[]): void => {
    const [left, right] = [described(ours), described(theirs)];
    // An object that one side has not is one difference.
    const whole = [...new Set([...left.keys(), ...right.keys()].map(objectOf))].filter((name) => [left, right].some((side) => !has(side, name)));
    found.push(...whole.map((name) => `${folder} ${file} ${name}: ${has(left, name) ? 'is there' : 'is missing'}`));
    for (const path of new Set([...left.keys(), ...right.keys()].filter((key) => !whole.includes(objectOf(key))))) {
      if (left.get(path) !== right.get(path)) {
        found.push(`${folder} ${file} ${path}: ${left.get(path) ?? 'absent'} instead of ${right.get(path) ?? 'absent'}`);
      }
    }
  };
  if (!midFlight.has(folder)) compare('isvc.jsonl', [session.service()], recorded(folder).slice(-1));
  for (const [file, kind] of Object.entries(kinds)) {
    compare(file, session.list(kind), recordedObjects(folder, file));
  }
  if (recordedEvents(folder).length === 0) return found;
  const ours = new Set(session.list('/Event').map((event) => eventLine(event, `${text(event, 'involvedObject', 'kind')}/${text(event, 'involvedObject', 'name')}`)));
  const theirs = new Set(recordedEvents(folder).map((event) => eventLine(event, text(event, 'object'))));
  found.push(...[...ours].filter((line) => !theirs.has(line)).map((line) => `${folder} events.json ${line}: is there`));
  if (!hasOlderEvents(folder)) {
    found.push(...[...theirs].filter((line) => !ours.has(line)).map((line) => `${folder} events.json ${line}: is missing`));
  }
  return found;
}

describe('The playground and the recorded objects', () => {
  const used = new Set<RegExp>();
  for (const [title, steps] of Object.entries(scenarios)) {
    it(`${title}: the same labels, annotations, owners and status`, () =>
      drive(steps, {
        objects: (folder, session) => {
          const left = differencesOf(folder, session).filter((difference) => {
            const known = differences.find(({ where }) => where.test(difference));
            if (known !== undefined) used.add(known.where);
            return known === undefined;
          });
          assert.deepEqual(left, []);
        },
      }));
  }

  it('keeps few differences, and none that is none', () => {
    assert.ok(differences.length <= 10);
    assert.deepEqual(differences.filter(({ where }) => !used.has(where)), []);
  });
});
