import assert from 'node:assert/strict';
import { at } from '../../../../src/playground/api/fields.ts';
import { nameOf, type Playground, type Reply, startPlayground, widget, WIDGETS } from './support.ts';

describe('playground API: lists', () => {
  let playground: Playground;

  beforeEach(async () => {
    playground = await startPlayground();
    const { store } = playground;
    const labels = [{ tier: 'web', n: '1' }, { tier: 'db', n: '2' }, { tier: 'web', n: '3' }, {}, { tier: '' }];
    labels.forEach((given, index) => {
      store.create(store.type('example.com/Widget'), widget(`w${index}`, { size: index }, { labels: given }));
    });
  });

  afterEach(() => playground.stop());

  const list = (query: { [name: string]: string }): Promise<Reply> =>
    playground.request(`${WIDGETS}?${new URLSearchParams(query).toString()}`);
  const names = ({ body, text }: Reply): string => {
    const items = at(body, 'items');
    assert.ok(Array.isArray(items), text);
    return items.map(nameOf).join(' ');
  };

  it('is a list of its kind at a version', async () => {
    const { body } = await list({});
    assert.equal(at(body, 'kind'), 'WidgetList');
    assert.equal(at(body, 'apiVersion'), 'example.com/v1');
    assert.equal(at(body, 'metadata', 'resourceVersion'), String(playground.store.version));
  });

  const selectors: [selector: string, wanted: string][] = [
    ['tier=web', 'w0 w2'],
    ['tier==web,n!=1', 'w2'],
    ['tier!=web', 'w1 w3 w4'],
    ['tier', 'w0 w1 w2 w4'],
    ['!tier', 'w3'],
    ['tier in (web, db)', 'w0 w1 w2'],
    ['tier notin (web,db),tier', 'w4'],
    ['n>1', 'w1 w2'],
    ['n<2', 'w0'],
    ['tier=', 'w4'],
    ['', 'w0 w1 w2 w3 w4'],
  ];
  for (const [labelSelector, wanted] of selectors) {
    it(`selects by labels: ${labelSelector || '(nothing)'}`, async () => {
      assert.equal(names(await list({ labelSelector })), wanted);
    });
  }

  it('selects by fields', async () => {
    assert.equal(names(await list({ fieldSelector: 'metadata.name=w1' })), 'w1');
    assert.equal(names(await list({ fieldSelector: 'metadata.name!=w1,metadata.namespace==default' })), 'w0 w2 w3 w4');
  });

  it('selects events by what they are about', async () => {
    const { store } = playground;
    for (const name of ['a', 'b']) {
      store.create(store.type('/Event'), {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `${name}.1`, namespace: 'default' },
        involvedObject: { kind: 'Widget', name },
      });
    }
    const found = await playground.request('/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Db');
    assert.equal(names(found), 'b.1');
  });

  it('refuses selectors that it does not understand', async () => {
    assert.equal((await list({ labelSelector: 'a in b' })).status, 400);
    const { status, body } = await list({ fieldSelector: 'spec.size=1' });
    assert.equal(status, 400);
    assert.equal(at(body, 'message'), 'field label not supported: spec.size');
  });

  it('gives pages of one version, whatever happens between them', async () => {
    const first = await list({ limit: '2' });
    assert.equal(names(first), 'w0 w1');
    assert.equal(at(first.body, 'metadata', 'remainingItemCount'), 3);
    const { store } = playground;
    const type = store.type('example.com/Widget');
    store.delete(type, { namespace: 'default', name: 'w2' });
    store.create(type, widget('w22'));
    store.update(type, widget('w3', { size: 99 }));
    const second = await list({ limit: '2', continue: String(at(first.body, 'metadata', 'continue')) });
    assert.equal(names(second), 'w2 w3');
    assert.equal(at(second.body, 'items', '1', 'spec', 'size') ?? at((at(second.body, 'items') as unknown[])[1], 'spec', 'size'), 3);
    assert.equal(at(second.body, 'metadata', 'resourceVersion'), at(first.body, 'metadata', 'resourceVersion'));
    const third = await list({ limit: '2', continue: String(at(second.body, 'metadata', 'continue')) });
    assert.equal(names(third), 'w4');
    assert.equal(at(third.body, 'metadata', 'continue'), undefined);
  });

  it('answers 410 to a page whose version is gone, with a token to go on', async () => {
    const first = await list({ limit: '2' });
    const { store } = playground;
    store.create(store.type('example.com/Widget'), widget('x'));
    store.expireHistory();
    const second = await list({ limit: '9', continue: String(at(first.body, 'metadata', 'continue')) });
    assert.equal(second.status, 410);
    assert.equal(at(second.body, 'reason'), 'Expired');
    const rest = await list({ continue: String(at(second.body, 'metadata', 'continue')) });
    assert.equal(names(rest), 'w2 w3 w4 x');
  });

  it('refuses a continue token that it did not make, and a limit that is no number', async () => {
    assert.equal((await list({ continue: 'nonsense' })).status, 400);
    assert.equal((await list({ limit: 'x' })).status, 400);
  });

  it('answers an exact version, 410 to an old one and 504 to one to come', async () => {
    const { store } = playground;
    const version = String(store.version);
    store.create(store.type('example.com/Widget'), widget('x'));
    const exact = { resourceVersion: version, resourceVersionMatch: 'Exact' };
    assert.equal(names(await list(exact)), 'w0 w1 w2 w3 w4');
    store.expireHistory();
    assert.equal((await list(exact)).status, 410);
    const future = await list({ resourceVersion: '999999' });
    assert.equal(future.status, 504);
    assert.match(String(at(future.body, 'message')), /^Too large resource version: 999999, current: \d+$/);
    assert.equal(future.headers['retry-after'], '1');
  });
});
