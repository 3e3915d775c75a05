import assert from 'node:assert/strict';
import fc from 'fast-check';
import { at } from '../../../../src/playground/api/fields.ts';
import { strategicMerge } from '../../../../src/playground/api/strategic-merge.ts';
import { type Playground, type Reply, startPlayground, widget, WIDGETS } from './support.ts';

describe('playground API: patches', () => {
  let playground: Playground;

  beforeEach(async () => {
    playground = await startPlayground();
    const { store } = playground;
    const object = widget('a', { size: 1, list: [1, 2], inner: { x: 1, y: 2 } }, { annotations: { 'a/b': 'c' } });
    store.create(store.type('example.com/Widget'), object);
  });

  afterEach(() => playground.stop());

  const patch = (type: string, body: object | string): Promise<Reply> =>
    playground.request(`${WIDGETS}/a`, { method: 'PATCH', headers: { 'Content-Type': `application/${type}+json` }, body });

  it('merges as RFC 7396 says', async () => {
    const { status, body } = await patch('merge-patch', { spec: { list: [3], inner: { x: null, z: { n: null, k: 1 } } } });
    assert.equal(status, 200);
    assert.deepEqual(at(body, 'spec'), { size: 1, list: [3], inner: { y: 2, z: { k: 1 } } });
  });

  it('applies JSON patches as RFC 6902 says', async () => {
    const { status, body } = await patch('json-patch', [
      { op: 'test', path: '/spec/size', value: 1 },
      { op: 'add', path: '/spec/list/-', value: 3 },
      { op: 'move', from: '/spec/inner/x', path: '/spec/moved' },
      { op: 'remove', path: '/metadata/annotations/a~1b' },
    ]);
    assert.equal(status, 200);
    assert.deepEqual(at(body, 'spec'), { size: 1, list: [1, 2, 3], inner: { y: 2 }, moved: 1 });
    assert.equal(at(body, 'metadata', 'annotations'), undefined);
  });

  it('refuses a JSON patch that does not apply and changes nothing', async () => {
    const { status, body } = await patch('json-patch', [
      { op: 'add', path: '/spec/size', value: 9 },
      { op: 'test', path: '/spec/size', value: 1 },
    ]);
    assert.equal(status, 422);
    assert.equal(at(body, 'reason'), 'Invalid');
    assert.equal(at(body, 'message'), 'the server rejected our request due to an error in our request');
    assert.equal(at((await playground.request(`${WIDGETS}/a`)).body, 'spec', 'size'), 1);
  });

  it('refuses what is no patch', async () => {
    for (const body of ['{', '{"op":"add"}', '[{"op":"jump","path":"/x"}]', '[1]']) {
      assert.equal((await patch('json-patch', body)).status, 400, body);
    }
    assert.equal((await patch('merge-patch', '[1]')).status, 400);
  });

  it('refuses a strategic merge of a custom resource', async () => {
    const { status, body } = await patch('strategic-merge-patch', { spec: { size: 2 } });
    assert.equal(status, 415);
    assert.equal(
      at(body, 'message'),
      'the body of the request was in an unknown format - accepted media types include: ' +
        'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  });

  it('merges built-in kinds strategically', () => {
    const containers = [
      { name: 'a', image: '1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: '1' },
    ];
    const old = { spec: { containers, list: [1] }, metadata: { finalizers: ['p', 'q'] } };
    const merged = strategicMerge(old, {
      spec: {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'c' }],
        containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }, { name: 'b', $patch: 'delete' }, { name: 'c' }],
        list: [2],
      },
      metadata: { '$deleteFromPrimitiveList/finalizers': ['p'], finalizers: ['r'] },
    });
    assert.deepEqual(merged, {
      spec: {
        containers: [
          {
            name: 'a',
            image: '1',
            env: [
              { name: 'X', value: '1' },
              { name: 'Y', value: '2' },
            ],
          },
          { name: 'c' },
        ],
        list: [2],
      },
      metadata: { finalizers: ['q', 'r'] },
    });
  });

  it('answers any patch without an internal error', async () => {
    const type = fc.constantFrom('merge-patch', 'json-patch');
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'test', 'move', 'copy'),
      path: fc.constantFrom('', '/spec', '/spec/list/-', '/spec/list/9', '/metadata', '/metadata/name', '/kind', '/nowhere/x'),
      from: fc.constantFrom('/spec', '/spec/size', '/nowhere'),
      value: fc.jsonValue(),
    });
    const body = fc.oneof(fc.array(operation, { maxLength: 4 }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(type, body, async (kind, given) => {
        const { status, text } = await patch(kind, JSON.stringify(given));
        assert.ok(status < 500, `${status} ${text}`);
      }),
      { numRuns: 150 },
    );
  }).timeout(20_000);
});
