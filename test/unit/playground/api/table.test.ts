import assert from 'node:assert/strict';
import { humanDuration } from '../../../../src/playground/api/age.ts';
import { at } from '../../../../src/playground/api/fields.ts';
import { compileJsonPath } from '../../../../src/playground/api/jsonpath.ts';
import type { NewObject } from '../../../../src/playground/api/types.ts';
import { nameOf, type Playground, startPlayground, widget, WIDGETS } from './support.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

interface Row {
  cells: unknown[];
  object: unknown;
}

describe('playground API: Tables', () => {
  let playground: Playground;

  beforeEach(async () => {
    playground = await startPlayground();
  });

  afterEach(() => playground.stop());

  const rows = async (path: string): Promise<Row[]> => {
    const { body } = await playground.request(path, { headers: { Accept: TABLE } });
    assert.equal(at(body, 'kind'), 'Table');
    return at(body, 'rows') as Row[];
  };
  const store = (groupKind: string, object: object, status?: object): void => {
    const type = playground.store.type(groupKind);
    const given = { apiVersion: type.group === '' ? 'v1' : `${type.group}/v1`, kind: type.kind, ...object } as NewObject;
    const made = playground.store.create(type, given);
    if (status !== undefined) {
      playground.store.update(type, { ...made, status }, { subresource: 'status' });
    }
  };

  it('has the columns of the definition, and rows with metadata only', async () => {
    const status = { conditions: [{ type: 'Other', status: 'False' }, { type: 'Ready', status: 'True' }] };
    store('example.com/Widget', widget('a', { size: 3, colour: 'red' }), status);
    const { body } = await playground.request(WIDGETS, { headers: { Accept: TABLE } });
    assert.equal(at(body, 'apiVersion'), 'meta.k8s.io/v1');
    const columns = at(body, 'columnDefinitions') as { name: string; type: string; format: string; priority: number }[];
    assert.deepEqual(
      columns.map(({ name, type, format, priority }) => [name, type, format, priority]),
      [
        ['Name', 'string', 'name', 0],
        ['Size', 'integer', '', 0],
        ['Ready', 'string', '', 0],
        ['Colour', 'string', '', 1],
        ['Age', 'date', '', 0],
      ],
    );
    const [row] = at(body, 'rows') as Row[];
    assert.deepEqual(row?.cells.slice(0, 4), ['a', 3, 'True', 'red']);
    assert.match(String(row.cells[4]), /^\ds$/);
    assert.equal(at(row.object, 'kind'), 'PartialObjectMetadata');
    assert.equal(at(row.object, 'spec'), undefined);
  });

  it('leaves a cell without value null, and follows includeObject', async () => {
    store('example.com/Widget', widget('a', {}));
    const [row] = await rows(`${WIDGETS}/a?includeObject=Object`);
    assert.deepEqual(row?.cells.slice(0, 4), ['a', null, null, null]);
    assert.deepEqual(at(row.object, 'spec'), {});
    assert.equal((await rows(`${WIDGETS}?includeObject=None`))[0]?.object, null);
    assert.equal((await playground.request(`${WIDGETS}?includeObject=x`, { headers: { Accept: TABLE } })).status, 400);
  });

  it('shows metadata only on demand', async () => {
    store('example.com/Widget', widget('a'));
    const { body } = await playground.request(WIDGETS, {
      headers: { Accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
    });
    assert.equal(at(body, 'kind'), 'PartialObjectMetadataList');
    const items = at(body, 'items') as unknown[];
    assert.deepEqual(items.map(nameOf), ['a']);
    assert.equal(at(items[0], 'spec'), undefined);
  });

  it('shows pods as kubectl does', async () => {
    const metadata = { name: 'p', namespace: 'default' };
    const spec = { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'n1' };
    const containerStatuses = [
      { ready: true, restartCount: 0, state: { running: {} } },
      { ready: false, restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } },
    ];
    store('/Pod', { metadata, spec }, { phase: 'Running', podIP: '10.0.0.1', containerStatuses });
    store(
      '/Pod',
      { metadata: { ...metadata, name: 'q' }, spec },
      { phase: 'Pending', initContainerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    );
    const [p, q] = await rows('/api/v1/namespaces/default/pods');
    assert.deepEqual(p?.cells.slice(0, 4), ['p', '1/2', 'CrashLoopBackOff', '2']);
    assert.deepEqual(p.cells.slice(5), ['10.0.0.1', 'n1', '<none>', '<none>']);
    assert.deepEqual(q?.cells.slice(0, 4), ['q', '0/2', 'Init:CrashLoopBackOff', '0']);
  });

  it('shows services, deployments and events as kubectl does', async () => {
    const metadata = { name: 'x', namespace: 'default' };
    store('/Service', { metadata, spec: { clusterIP: '10.1.1.1', ports: [{ port: 80 }, { port: 443, protocol: 'TCP', nodePort: 30000 }] } });
    store('apps/Deployment', { metadata, spec: { replicas: 2 } }, { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 });
    store('/Event', { metadata, type: 'Normal', reason: 'Made', message: 'm\n', involvedObject: { kind: 'Pod', name: 'p' } });
    const [service] = await rows('/api/v1/services');
    assert.deepEqual(service?.cells.slice(0, 5), ['x', 'ClusterIP', '10.1.1.1', '<none>', '80/TCP,443:30000/TCP']);
    const [deployment] = await rows('/apis/apps/v1/deployments');
    assert.deepEqual(deployment?.cells.slice(0, 4), ['x', '1/2', 2, 1]);
    const [event] = await rows('/api/v1/events');
    assert.deepEqual(event?.cells.slice(1, 4), ['Normal', 'Made', 'pod/p']);
    assert.equal(event.cells[6], 'm');
  });

  it('shows Age when a definition has no columns', async () => {
    const { store: objects } = playground;
    const bare = await startPlayground({
      types: [objects.type('/Namespace'), { ...objects.type('example.com/Widget'), columns: [] }],
    });
    try {
      const { body } = await bare.request(WIDGETS, { headers: { Accept: TABLE } });
      assert.deepEqual(
        (at(body, 'columnDefinitions') as { name: string }[]).map(({ name }) => name),
        ['Name', 'Age'],
      );
    } finally {
      await bare.stop();
    }
  });
});

describe('playground API: ages', () => {
  const s = 1000;
  const h = 3600 * s;
  const cases: [milliseconds: number, wanted: string][] = [
    [-5 * s, '<invalid>'],
    [0, '0s'],
    [119 * s, '119s'],
    [120 * s, '2m'],
    [125 * s, '2m5s'],
    [11 * 60 * s, '11m'],
    [179 * 60 * s, '179m'],
    [3 * h, '3h'],
    [3 * h + 60 * s, '3h1m'],
    [47 * h, '47h'],
    [48 * h, '2d'],
    [49 * h, '2d1h'],
    [400 * 24 * h, '400d'],
    [731 * 24 * h, '2y1d'],
    [9 * 365 * 24 * h, '9y'],
  ];
  for (const [milliseconds, wanted] of cases) {
    it(`writes ${milliseconds} ms as ${wanted}`, () => assert.equal(humanDuration(milliseconds), wanted));
  }
});

describe('playground API: JSONPath of columns', () => {
  const object = {
    metadata: { annotations: { 'a.b/c': 'z' } },
    status: {
      traffic: [
        { tag: 'prev', percent: 90 },
        { latestRevision: true, percent: 10 },
      ],
    },
  };
  const cases: [path: string, wanted: unknown[]][] = [
    ['.status.traffic[?(@.tag=="prev")].percent', [90]],
    ["{.status.traffic[?(@.tag=='prev')].percent}".slice(1, -1), [90]],
    ['.status.traffic[?(@.latestRevision==true)].percent', [10]],
    ['.status.traffic[?(@.percent > 20)].tag', ['prev']],
    ['.status.traffic[?(@.tag)].percent', [90]],
    ['.status.traffic[0].percent', [90]],
    ['.status.traffic[-1].percent', [10]],
    ['.status.traffic[*].percent', [90, 10]],
    ["['status'].traffic[1].percent", [10]],
    ['.metadata.annotations.a\\.b/c', ['z']],
    ['.status.nothing.here', []],
    ['.status.traffic.percent', []],
  ];
  for (const [path, wanted] of cases) {
    it(`finds ${path}`, () => assert.deepEqual(compileJsonPath(path)(object), wanted));
  }

  it('refuses what it does not know', () => {
    assert.throws(() => compileJsonPath('status.x'), /Unsupported JSONPath/);
    assert.throws(() => compileJsonPath('.status[?(1==1)]'), /Unsupported JSONPath/);
  });
});
