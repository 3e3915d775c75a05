import assert from 'node:assert/strict';
import fc from 'fast-check';
import { at } from '../../../../src/playground/api/fields.ts';
import { nameOf, type Playground, startPlayground, versionOf, widget, type Watcher, type WatchEvent, WIDGETS } from './support.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const RUNS = 10;
const OPERATIONS = 1000;
const FINALIZER = 'example.com/hold';
/** What one of the watches selects. */
const SELECTED = '1';

interface Operation {
  verb: 'create' | 'put' | 'merge' | 'json' | 'status' | 'label' | 'finalizer' | 'delete' | 'get' | 'list' | 'drop';
  name: string;
  value: number;
  /** Uses the version of an earlier state. */
  stale: boolean;
  /** Changes nothing. */
  dry: boolean;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  verb: fc.oneof(
    { weight: 49, arbitrary: fc.constantFrom('create', 'create', 'put', 'merge', 'json', 'status', 'label', 'finalizer', 'delete', 'get', 'list') },
    { weight: 1, arbitrary: fc.constant('drop') },
  ),
  name: fc.constantFrom(...NAMES),
  value: fc.integer({ min: 0, max: 2 }),
  stale: fc.boolean(),
  dry: fc.integer({ min: 0, max: 7 }).map((dice) => dice === 0),
});

/** What the model knows of an object. */
interface Known {
  version: string;
  generation: number;
  size: number;
  label: string | undefined;
  phase: number | undefined;
  held: boolean;
  /** Waits for its finalizer. */
  ending: boolean;
  /** A version that the object no longer has. */
  former: string;
}

/** The rules of the API, written down once more and simply: what a request answers, and which event it makes. */
class Model {
  readonly objects = new Map<string, Known>();
  readonly events: string[] = [];
  /** Those of a watch that selects a label. */
  readonly selected: string[] = [];

  /** The expected status of an answer; `version` is read off the answer, all else is foretold. */
  apply({ verb, name, value, stale, dry }: Operation, version: string): number {
    const known = this.objects.get(name);
    if (verb === 'list') {
      return 200;
    }
    if (verb === 'create') {
      if (known !== undefined) {
        return 409;
      }
      const made = { version, generation: 1, size: value, label: undefined, phase: undefined, held: false, ending: false, former: '1' };
      this.#keep(name, made, undefined, dry);
      return 201;
    }
    if (known === undefined) {
      return 404;
    }
    if (stale && (verb === 'put' || verb === 'merge' || verb === 'delete')) {
      return 409;
    }
    if (verb === 'json' && known.size !== 0) {
      return 422;
    }
    if (verb === 'get') {
      return 200;
    }
    if (verb === 'delete') {
      const ending = { ...known, generation: known.generation + 1, ending: true, version, former: known.version };
      this.#keep(name, known.ending ? known : known.held ? ending : undefined, known, dry);
      return 200;
    }
    const changed = changedBy(verb, value, known);
    if (changed.ending && !changed.held) {
      this.#keep(name, undefined, known, dry);
    } else if (facts(changed) !== facts(known)) {
      const generation = known.generation + (changed.size === known.size ? 0 : 1);
      this.#keep(name, { ...changed, generation, version, former: known.version }, known, dry);
    }
    return 200;
  }

  #keep(name: string, next: Known | undefined, old: Known | undefined, dry: boolean): void {
    if (dry || next === old) {
      return;
    }
    const event = (events: string[], before: Known | undefined, after: Known | undefined): void => {
      const shown = after ?? before;
      if (shown !== undefined) {
        events.push(describeKnown(before === undefined ? 'ADDED' : after === undefined ? 'DELETED' : 'MODIFIED', name, shown));
      }
    };
    const isSelected = (known: Known | undefined): boolean => known?.label === SELECTED;
    event(this.events, old, next);
    event(this.selected, isSelected(old) ? old : undefined, isSelected(next) ? next : undefined);
    if (next === undefined) {
      this.objects.delete(name);
    } else {
      this.objects.set(name, next);
    }
  }
}

function facts({ size, label, phase, held }: Known): string {
  return [size, label, phase, held].join();
}

function changedBy(verb: Operation['verb'], value: number, known: Known): Known {
  switch (verb) {
    case 'status':
      return { ...known, phase: value };
    case 'label':
      return { ...known, label: value === 0 ? undefined : String(value) };
    case 'finalizer':
      return { ...known, held: value !== 0 };
    default:
      return { ...known, size: value };
  }
}

function describeKnown(type: string, name: string, { generation, size, label, phase, ending }: Known): string {
  return `${type} ${name} generation=${generation} size=${size} label=${label ?? '-'} phase=${phase ?? '-'}${ending ? ' ending' : ''}`;
}

function describeEvent({ type, object }: WatchEvent): string {
  const label = at(object, 'metadata', 'labels', 'l');
  const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '-');
  return [
    type,
    nameOf(object),
    `generation=${text(at(object, 'metadata', 'generation'))}`,
    `size=${text(at(object, 'spec', 'size'))}`,
    `label=${text(label)}`,
    `phase=${text(at(object, 'status', 'phase'))}`,
    ...(at(object, 'metadata', 'deletionTimestamp') === undefined ? [] : ['ending']),
  ].join(' ');
}

function merge(body: object): { method: string; headers: { [name: string]: string }; body: object } {
  return { method: 'PATCH', headers: { 'Content-Type': 'application/merge-patch+json' }, body };
}

function requestOf(operation: Operation, known: Known | undefined): [path: string, request: object] {
  const { verb, name, value, stale, dry } = operation;
  const query = dry ? '?dryRun=All' : '';
  const path = `${WIDGETS}/${name}${query}`;
  const resourceVersion = stale ? (known?.former ?? '1') : (known?.version ?? '1');
  switch (verb) {
    case 'create':
      return [WIDGETS + query, { method: 'POST', body: widget(name, { size: value }) }];
    case 'put': {
      const labels = known?.label === undefined ? {} : { l: known.label };
      const finalizers = known?.held === true ? [FINALIZER] : [];
      return [path, { method: 'PUT', body: widget(name, { size: value }, { resourceVersion, labels, finalizers }) }];
    }
    case 'merge':
      return [path, merge({ metadata: { resourceVersion }, spec: { size: value } })];
    case 'json': {
      const body = [
        { op: 'test', path: '/spec/size', value: 0 },
        { op: 'replace', path: '/spec/size', value },
      ];
      return [path, { method: 'PATCH', headers: { 'Content-Type': 'application/json-patch+json' }, body }];
    }
    case 'status':
      return [`${WIDGETS}/${name}/status${query}`, merge({ status: { phase: value }, spec: { size: 77 } })];
    case 'label':
      return [path, merge({ metadata: { labels: { l: value === 0 ? null : String(value) } } })];
    case 'finalizer':
      return [path, merge({ metadata: { finalizers: value === 0 ? null : [FINALIZER] } })];
    case 'delete':
      return [path, { method: 'DELETE', ...(stale ? { body: { preconditions: { resourceVersion } } } : {}) }];
    case 'list':
      return [`${WIDGETS}?limit=${value}`, {}];
    default:
      return [`${WIDGETS}/${name}`, {}];
  }
}

/** A watch that comes back after it is dropped, from the last version that it has seen. */
class Resuming {
  readonly seen: WatchEvent[] = [];
  readonly #playground: Playground;
  #version: string;
  #watch: Watcher | undefined;

  readonly #selector: string;

  constructor(playground: Playground, version: string, selector = '') {
    this.#playground = playground;
    this.#version = version;
    this.#selector = selector;
  }

  async open(): Promise<void> {
    this.#watch = await this.#playground.watch(`${WIDGETS}?watch=true&resourceVersion=${this.#version}${this.#selector}`);
  }

  /** After the connection broke. */
  async resume(): Promise<void> {
    await this.#watch?.ended;
    this.#keep();
    await this.open();
  }

  async finish(total: number): Promise<void> {
    await this.#watch?.count(total - this.seen.length);
    this.#keep();
    this.#watch?.close();
  }

  #keep(): void {
    const events = this.#watch?.events ?? [];
    this.seen.push(...events);
    this.#version = versionOf(events.at(-1)?.object ?? { metadata: { resourceVersion: this.#version } });
  }
}

describe('playground API: random operations', () => {
  it(`answers ${RUNS * OPERATIONS} of them as the rules say, and loses, doubles or reorders no event`, async function () {
    this.timeout(60_000);
    const operations = fc.array(operation, { minLength: OPERATIONS, maxLength: OPERATIONS, size: 'max' });
    await fc.assert(
      fc.asyncProperty(operations, async (steps) => {
        const playground = await startPlayground();
        try {
          await check(playground, steps);
        } finally {
          await playground.stop();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

async function check(playground: Playground, steps: readonly Operation[]): Promise<void> {
  const { store } = playground;
  const model = new Model();
  const start = versionOf((await playground.request(WIDGETS)).body);
  const inProcess: WatchEvent[] = [];
  store.watch(store.type('example.com/Widget'), (change) => inProcess.push(change));
  const resuming = new Resuming(playground, start);
  await resuming.open();
  const selecting = new Resuming(playground, start, `&labelSelector=l=${SELECTED}`);
  await selecting.open();
  for (const step of steps) {
    if (step.verb === 'drop') {
      playground.server.dropWatches();
      await Promise.all([resuming.resume(), selecting.resume()]);
      continue;
    }
    const [path, request] = requestOf(step, model.objects.get(step.name));
    const { status, body, text } = await playground.request(path, request);
    assert.equal(status, model.apply(step, versionOf(body)), `${JSON.stringify(step)}: ${text}`);
    const known = model.objects.get(step.name);
    if (step.verb === 'get' && known !== undefined) {
      assert.equal(describeEvent({ type: '', object: body }), describeKnown('', step.name, known));
    }
    if (step.verb === 'list') {
      assert.deepEqual(described(body), sorted(model).slice(0, step.value === 0 ? undefined : step.value));
    }
  }
  await resuming.finish(model.events.length);
  await selecting.finish(model.selected.length);
  for (const events of [resuming.seen, inProcess, await replayed(playground, start, model)]) {
    assert.deepEqual(events.map(describeEvent), model.events);
    assertAscending(events);
  }
  assert.deepEqual(selecting.seen.map(describeEvent), model.selected);
  assertAscending(selecting.seen);
  assert.deepEqual(described((await playground.request(WIDGETS)).body), sorted(model));
}

/** A watch from the start hears everything, in order. */
async function replayed(playground: Playground, start: string, model: Model): Promise<WatchEvent[]> {
  const watch = await playground.watch(`${WIDGETS}?watch=true&resourceVersion=${start}`);
  const events = [...(await watch.count(model.events.length))];
  watch.close();
  return events;
}

function assertAscending(events: readonly WatchEvent[]): void {
  events.map(({ object }) => Number(versionOf(object))).forEach((version, index, all) => assert.ok(version > (all[index - 1] ?? 0)));
}

function described(list: unknown): string[] {
  return (at(list, 'items') as unknown[]).map((object) => describeEvent({ type: '', object }));
}

function sorted(model: Model): string[] {
  return [...model.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, known]) => describeKnown('', name, known));
}
