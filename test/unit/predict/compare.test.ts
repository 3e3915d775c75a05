import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compare, pretty, type Comparison, type Row } from '../../../src/predict/index.ts';

const side = (label: string, body: string, status = 200) => ({ label, answer: { status, body, truncated: false, binary: false } });
const both = (a: string, b: string): Comparison => compare(side('canary 00002', a), side('stable 00001', b));
const textOf = (rows: readonly Row[], which: 'a' | 'b'): string => rows.flatMap((row) => { const cells = row[which]; return cells ? [cells.map(({ text }) => text).join('')] : []; }).join('\n');
const marks = (rows: readonly Row[], which: 'a' | 'b'): string[] => rows.flatMap((row) => (row[which] ?? []).filter(({ changed }) => changed).map(({ text }) => text));

describe('predict: compare', () => {
  it('finds the same', () => {
    const result = both('{"predictions":[1,1]}', '{ "predictions": [1.0, 1e0] }');
    assert.equal(result.outcome, 'same');
    assert.equal(result.verdict, 'Canary 00002 and stable 00001 give the same answer.');
    assert.deepEqual(marks(result.rows, 'a'), []);
  });

  it('counts predictions that differ, and marks them', () => {
    const result = both('{"predictions":[1,1]}', '{"predictions":[1,2]}');
    assert.equal(result.verdict, 'Canary 00002 and stable 00001 disagree on 1 of 2 predictions: predictions[1] is 1 on canary 00002, 2 on stable 00001.');
    assert.deepEqual(result.differences, [{ path: 'predictions[1]', a: '1', b: '2' }]);
    assert.deepEqual([marks(result.rows, 'a'), marks(result.rows, 'b')], [['1'], ['2']]);
  });

  it('counts a prediction once, however many of its scores differ, and says how far they are apart', () => {
    const result = both('{"predictions":[[0.1,0.9],[1,0]]}', '{"predictions":[[0.3,0.7],[1,0]]}');
    assert.match(result.verdict, /disagree on 1 of 2 predictions/);
    assert.match(result.verdict, /Largest difference: 0\.2\.$/);
  });

  it('lets V2’s request id differ', () => {
    const v2 = (id: string, data: string): string => `{"model_name":"m","id":"${id}","outputs":[{"name":"o","data":${data}}]}`;
    assert.equal(both(v2('a', '[1]'), v2('b', '[1]')).outcome, 'same');
    assert.match(both(v2('a', '[1,2,3]'), v2('b', '[1,0,0]')).verdict, /disagree on 2 of 3 predictions/);
  });

  it('sees missing and additional keys and items', () => {
    const result = both('{"a":1,"b":{"c":[{"d":1},{}]}}', '{"a":1,"b":{"c":[{"d":1}],"e f":null}}');
    assert.deepEqual(result.differences, [{ path: 'b.c[1]', a: '{}' }, { path: 'b["e f"]', b: 'null' }]);
    assert.equal(result.rows.filter(({ b }) => b === undefined).length, 1);
  });

  it('tells whole numbers beyond 2^53 apart, and shows them as they came', () => {
    const result = both('{"id":9007199254740993}', '{"id":9007199254740992}');
    assert.equal(result.total, 1);
    assert.deepEqual(result.differences[0], { path: 'id', a: '9007199254740993', b: '9007199254740992' });
  });

  it('says why nothing can be compared', () => {
    assert.equal(compare(side('canary', '', 503), side('stable', '{}')).verdict, 'Canary answers 503, stable answers 200: there are no two predictions to compare.');
    assert.equal(compare(side('canary', '', 404), side('stable', '', 404)).verdict, 'Both answer 404: there is no prediction to compare.');
    assert.equal(compare({ label: 'canary' }, side('stable', '{}')).verdict, 'Canary did not answer: there is nothing to compare.');
    assert.match(compare(side('canary', '<html>'), side('stable', '{}')).verdict, /The answer of canary is not JSON/);
  });

  it('survives what is nested too deep', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    assert.equal(both(deep, deep).outcome, 'incomparable');
    assert.equal(pretty(deep), undefined);
  });

  it('property: same values are the same; both texts stay valid JSON of the same value; marks come with differences', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), fc.json({ maxDepth: 4 }), (a, b) => {
      assert.equal(both(a, a).outcome, 'same');
      const result = both(a, b);
      assert.deepEqual(JSON.parse(textOf(result.rows, 'a')), JSON.parse(a));
      assert.deepEqual(JSON.parse(textOf(result.rows, 'b')), JSON.parse(b));
      assert.equal(result.total > 0, marks(result.rows, 'a').length + marks(result.rows, 'b').length > 0);
    }), { numRuns: 300 });
  });
});

describe('predict: pretty', () => {
  it('keeps short lists on a line, fills long ones, and changes no number', () => {
    assert.equal(pretty('{"predictions":[1,1],"n":1.50,"big":12345678901234567890}'), '{\n  "predictions": [1, 1],\n  "n": 1.50,\n  "big": 12345678901234567890\n}');
    const long = pretty(`[${Array.from({ length: 100 }, (_, index) => index).join(',')}]`) ?? '';
    assert.ok(long.split('\n').every((line) => line.length <= 80));
    assert.ok(long.split('\n').length < 10);
  });

  it('property: is the same value', () => {
    fc.assert(fc.property(fc.json(), (text) => { assert.deepEqual(JSON.parse(pretty(text) ?? ''), JSON.parse(text)); }), { numRuns: 300 });
  });

  it('leaves alone what is not JSON', () => {
    for (const text of ['', '{', '{"a":}', 'upstream connect error']) assert.equal(pretty(text), undefined);
  });
});
