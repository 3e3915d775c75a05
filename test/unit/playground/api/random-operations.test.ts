import assert from 'node:assert/strict';
import fc from 'fast-check';
import { at } from '../../../../src/playground/api/fields.ts';
import { nameOf, type Playground, startPlayground, versionOf, widget, type Watcher, type WatchEvent, WIDGETS } from './support.ts';

const NAMES = ['a', 'b', 'c'];
const RUNS = 10;
const OPERATIONS = 100;

interface Operation {
  verb: 'create' | 'put' | 'merge' | 'json' | 'status' | 'label' | 'delete' | 'drop';
  name: string;
  value: number;
  /** Uses the version of an earlier state. */
  stale: boolean;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  verb: fc.constantFrom('create', 'create', 'put', 'merge', 'json', 'status', 'label', 'delete', 'drop'),
  name: fc.constantFrom(...NAMES),
  value: fc.integer({ min: 0, max: 2 }),
  stale: fc.boolean(),
});

/** What the model knows of an object. */
interface Known {
  version: string;
  generation: number;
  size: number;
  label: string | undefined;
  phase: number | undefined;
  /** A version that the object no longer has. */
  former: string;
}

/** The rules of the API, written down once more and simply: what a request answers, and which event it makes. */
class Model {
  readonly objects = new Map<string, Known>();
  readonly events: string[] = [];

  event(type: string, name: string, known: Known): void {
    this.events.push(describeKnown(type, name, known));
  }

  /** The expected status of an answer; `version` is read off the answer, all else is foretold. */
  apply({ verb, name, value, stale }: Operation, version: string): number {
    const known = this.objects.get(name);
    if (verb === 'create') {
      if (known !== undefined) {
        return 409;
      }
      const made: Known = { version, generation: 1, size: value, label: undefined, phase: undefined, former: '1' };
      this.objects.set(name, made);
      this.event('ADDED', name, made);
      return 201;
    }
    if (known === undefined) {
      return 404;
    }
    if (verb === 'delete') {
      this.objects.delete(name);
      this.event('DELETED', name, known);
      return 200;
    }
    if (stale && (verb === 'put' || verb === 'merge')) {
      return 409;
    }
    if (verb === 'json' && known.size !== 0) {
      return 422;
    }
    const changed = changedBy(verb, value, known);
    const isSame = changed.size === known.size && changed.label === known.label && changed.phase === known.phase;
    if (!isSame) {
      const generation = known.generation + (changed.size === known.size ? 0 : 1);
      const next = { ...changed, generation, version, former: known.version };
      this.objects.set(name, next);
      this.event('MODIFIED', name, next);
    }
    return 200;
  }
}

function changedBy(verb: Operation['verb'], value: number, known: Known): Known {
  switch (verb) {
    case 'status':
      return { ...known, phase: value };
    case 'label':
      return { ...known, label: value === 0 ? undefined : String(value) };
    default:
      return { ...known, size: value };
  }
}

function describeKnown(type: string, name: string, { generation, size, label, phase }: Known): string {
  return `${type} ${name} generation=${generation} size=${size} label=${label ?? '-'} phase=${phase ?? '-'}`;
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
  ].join(' ');
}

function merge(body: object): { method: string; headers: { [name: string]: string }; body: object } {
  return { method: 'PATCH', headers: { 'Content-Type': 'application/merge-patch+json' }, body };
}

function requestOf({ verb, name, value, stale }: Operation, known: Known | undefined): [path: string, request: object] {
  const path = `${WIDGETS}/${name}`;
  const resourceVersion = stale ? (known?.former ?? '1') : (known?.version ?? '1');
  switch (verb) {
    case 'create':
      return [WIDGETS, { method: 'POST', body: widget(name, { size: value }) }];
    case 'put': {
      const labels = known?.label === undefined ? {} : { l: known.label };
      return [path, { method: 'PUT', body: widget(name, { size: value }, { resourceVersion, labels }) }];
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
      return [`${path}/status`, merge({ status: { phase: value }, spec: { size: 77 } })];
    case 'label':
      return [path, merge({ metadata: { labels: { l: value === 0 ? null : String(value) } } })];
    default:
      return [path, { method: 'DELETE' }];
  }
}

/** A watch that comes back after it is dropped, from the last version that it has seen. */
class Resuming {
  readonly seen: WatchEvent[] = [];
  readonly #playground: Playground;
  #version: string;
  #watch: Watcher | undefined;

  constructor(playground: Playground, version: string) {
    this.#playground = playground;
    this.#version = version;
  }

  async open(): Promise<void> {
    this.#watch = await this.#playground.watch(`${WIDGETS}?watch=true&resourceVersion=${this.#version}`);
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
  for (const step of steps) {
    if (step.verb === 'drop') {
      playground.server.dropWatches();
      await resuming.resume();
      continue;
    }
    const [path, request] = requestOf(step, model.objects.get(step.name));
    const { status, body, text } = await playground.request(path, request);
    assert.equal(status, model.apply(step, versionOf(body)), `${JSON.stringify(step)}: ${text}`);
  }
  await resuming.finish(model.events.length);
  for (const events of [resuming.seen, inProcess, await replayed(playground, start, model)]) {
    assert.deepEqual(events.map(describeEvent), model.events);
    assertAscending(events);
  }
  await checkList(playground, model);
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

async function checkList(playground: Playground, model: Model): Promise<void> {
  const items = at((await playground.request(WIDGETS)).body, 'items') as unknown[];
  const wanted = [...model.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, known]) => describeKnown('', name, known));
  assert.deepEqual(items.map((object) => describeEvent({ type: '', object })), wanted);
}
