import assert from 'node:assert/strict';
import * as predict from '../../../src/predict/index.ts';
import { plain } from '../../../src/predict/words.ts';
import type { Rollout, Variant } from '../../../src/kserve/rollout.ts';
import { choices } from '../../../src/ui/panel/choices.ts';
import { pageHtml } from '../../../src/ui/panel/html.ts';
import { readMessage, readSaved } from '../../../src/ui/panel/messages.ts';
import { rowsView, sideView, type Outcome } from '../../../src/ui/panel/view.ts';
import { localTarget } from './wire.ts';

const revision = (short: string, more: Partial<Variant>): Variant => ({ name: `iris-predictor-${short}`, shortName: short, role: 'stable', ready: true, ...more });
const rollout = (variants: readonly Variant[], tagged: boolean, more: Partial<Rollout> = {}): Rollout => ({
  service: { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', namespace: 'kserve-test', name: 'iris', uid: 'u' },
  component: 'predictor', api: 'Knative', phase: 'canary', variants, spec: { modelKey: 'model.storageUri', tagged, stopped: false }, revisions: {},
  routeReady: true, serving: true, ready: 'True', url: 'http://iris.example.com', warnings: [], ...more,
});
const enable = { label: 'Enable Tagged URLs', command: 'kserveCanary.enableTaggedUrls' };

describe('predict panel: choices', () => {
  it('offers the tags of a canary', () => {
    const [split, canary, stable] = choices(rollout([
      revision('00002', { role: 'canary', routed: 10, tag: 'latest', url: 'http://latest-iris.example.com' }),
      revision('00001', { routed: 90, tag: 'prev', url: 'http://prev-iris.example.com' }),
    ], true), plain);
    assert.deepEqual([split?.label, canary?.label, stable?.label], ['Split 10/90', 'Canary 00002', 'Stable 00001']);
    assert.deepEqual([split?.url, canary?.url, stable?.url], ['http://iris.example.com', 'http://latest-iris.example.com', 'http://prev-iris.example.com']);
    assert.equal(split?.revision, undefined);
    assert.equal(canary?.revision, 'iris-predictor-00002');
  });

  it('offers to enable tagged URLs where there are none', () => {
    const [, canary] = choices(rollout([revision('00002', { role: 'canary', routed: 10 }), revision('00001', { routed: 90 })], false), plain, enable);
    assert.match(canary?.unavailable?.reason ?? '', /latest-… exists only with tagged URLs/);
    assert.equal(canary?.unavailable?.action, enable);
  });

  it('reaches the only revision through the service, and knows that it answers', () => {
    const [split, canary, stable] = choices(rollout([revision('00002', { routed: 100 })], false, { phase: 'stable' }), plain, enable);
    assert.equal(split?.label, 'Service');
    assert.equal(split.revision, 'iris-predictor-00002');
    assert.match(canary?.unavailable?.reason ?? '', /no canary now/);
    assert.equal(stable?.url, 'http://iris.example.com');
  });

  it('says that a canary is starting, or cannot', () => {
    const starting = (more: Partial<Variant>): string => choices(rollout([revision('00003', { role: 'starting', ready: false, ...more }), revision('00002', { routed: 100 })], true), plain)[1]?.unavailable?.reason ?? '';
    assert.match(starting({}), /00003 is starting/);
    assert.match(starting({ trouble: { kind: 'revision', detail: 'CrashLoopBackOff' } }), /00003 cannot start: CrashLoopBackOff/);
  });

  it('has no URL before the first status', () => {
    const { url: _, ...rest } = rollout([], false, { phase: 'deploying' });
    assert.ok(choices(rest, plain).every(({ unavailable }) => unavailable !== undefined));
  });
});

describe('predict panel: what an answer looks like', () => {
  const answer = (body: string, more: Partial<predict.Answer> = {}): predict.Answer => ({
    status: 200, statusText: 'OK', httpVersion: '1.1', headers: [['Content-Type', 'application/json']], body, binary: false, size: body.length, truncated: false,
    times: { connect: 1, wait: 10, download: 1, total: 12 }, ...more,
  });
  const retry = { id: 'retry', label: 'Again' };
  const view = (result: Outcome['result'], more: Partial<Outcome> = {}) => sideView({
    label: 'Canary 00002', name: 'canary 00002', request: { target: localTarget(80), method: 'POST', path: '/v1/models/iris:predict' }, revision: 'iris-predictor-00002', shortRevision: '00002', result, ...more,
  }, undefined, retry, predict, plain);

  it('names the revision only where it is certain', () => {
    assert.equal(view({ answer: answer('{"predictions":[1]}') }).summary, '200 OK · 12 ms · 19 B');
    assert.equal(view({ answer: answer('{"predictions":[1]}') }, { label: 'Service' }).summary, '200 OK · 12 ms · 19 B · 00002');
    const split: Outcome = { label: 'Split', name: 'the split', request: { target: localTarget(80), method: 'POST', path: '/' }, result: { answer: answer('{}') } };
    assert.match(sideView(split, undefined, retry, predict, plain).summary, /revision not known$/);
    assert.doesNotMatch(view({ answer: answer('', { status: 404, statusText: 'Not Found' }) }, { label: 'Service' }).summary, /00002/);
  });

  it('says what is missing of a body', () => {
    assert.match(view({ answer: answer('{', { truncated: true, size: 5_000_000, declaredSize: 104_857_600 }) }).body?.note ?? '', /first 5\.0 MB of 104\.9 MB/);
    assert.match(view({ answer: answer('{') }).body?.note ?? '', /not valid JSON/);
    assert.match(view({ answer: answer('', { binary: true, size: 4 }) }).body?.note ?? '', /not text/);
    assert.match(view({ answer: answer('') }).body?.note ?? '', /no body/);
  });

  it('says what was tried when nothing answered', () => {
    const { explained, summary } = view({ error: new predict.PredictError({ kind: 'refused', address: '127.0.0.1:80' }) });
    assert.equal(summary, 'no answer');
    assert.deepEqual(explained?.tried, ['POST http://127.0.0.1/v1/models/iris:predict with Host sklearn-iris.kserve-test.example.com']);
    assert.deepEqual(explained.actions, [retry]);
    assert.equal(view({ error: new Error('boom') }).explained?.title, 'boom');
  });

  it('caps the lines of a comparison', () => {
    const rows = Array.from({ length: 5000 }, () => ({ a: [{ text: 'x' }] }));
    const capped = rowsView({ verdict: '', outcome: 'different', differences: [], total: 1, rows }, plain);
    assert.equal(capped.rows?.length, 3000);
    assert.match(capped.rowsNote ?? '', /first 3000 of 5000/);
  });
});

describe('predict panel: messages and page', () => {
  it('reads what it knows and nothing else', () => {
    assert.deepEqual(readMessage({ type: 'send', body: '{}', both: 'yes' }), { type: 'send', body: '{}', both: false });
    for (const bad of [undefined, null, 1, 'send', {}, { type: 'send' }, { type: 'send', body: 1 }, { type: 'choose', target: 'prod' }, { type: 'run', action: {} }, { type: 'constructor' }]) assert.equal(readMessage(bad), undefined);
  });

  it('reads a saved state', () => {
    const key = { context: 'c', namespace: 'n', name: 's', component: 'predictor' };
    assert.deepEqual(readSaved({ version: 1, key, target: 'canary', protocol: 'v3', body: '{}' }), { version: 1, key, target: 'canary' });
    for (const bad of [undefined, {}, { version: 2, key }, { version: 1, key: { ...key, name: 1 } }]) assert.equal(readSaved(bad), undefined);
  });

  it('has a strict policy and no code in the page', () => {
    const html = pageHtml({ script: 'vscode:s.js', style: 's.css', codicons: 'c.css', source: 'https://x', nonce: 'abc', language: 'en', mac: false, t: (message) => `${message}"><script>alert(1)</script>` });
    assert.match(html, /default-src &#39;none&#39;/);
    assert.doesNotMatch(html, /unsafe|onclick|style="/);
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.match(html, /<script nonce="abc" src="vscode:s\.js"><\/script>/);
  });
});
