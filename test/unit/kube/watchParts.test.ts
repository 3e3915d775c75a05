import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseEvent, parseList } from '../../../src/kube/watch/events.ts';
import { LineSplitter } from '../../../src/kube/watch/lines.ts';
import { LiveCopy } from '../../../src/kube/watch/liveCopy.ts';
import { compareVersions } from '../../../src/kube/watch/versions.ts';
import { valueOf } from './support/fakeCluster.ts';

describe('kube: parts of a watch', () => {
  it('lines come out as they went in, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !line.includes('\n'))), fc.array(fc.nat(40)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter();
        const out: string[] = [];
        let start = 0;
        for (const cut of [...cuts, bytes.length]) {
          out.push(...splitter.push(bytes.subarray(start, start + cut)));
          start += cut;
        }
        out.push(...splitter.push(bytes.subarray(start)));
        assert.deepEqual(out, lines);
        assert.equal(splitter.end(), '');
      }),
    );
  });

  it('keeps what has no line end yet', () => {
    const splitter = new LineSplitter();
    assert.deepEqual([...splitter.push(Buffer.from('a\nb'))], ['a']);
    assert.equal(splitter.end(), 'b');
    assert.equal(splitter.end(), '');
  });

  it('compares versions as numbers without a limit, and does not guess', () => {
    assert.ok((compareVersions('9', '10') ?? 0) < 0);
    assert.ok((compareVersions('18446744073709551615', '18446744073709551614') ?? 0) > 0);
    assert.equal(compareVersions('x', 'x'), 0);
    for (const [a, b] of [['', '1'], ['x', '1'], ['01', '1'], ['0', '1']] as const) assert.equal(compareVersions(a, b), undefined);
  });

  it('reads events, passes over unknown ones, refuses what is none', () => {
    assert.deepEqual(parseEvent('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}'), { type: 'bookmark', version: '7' });
    assert.equal(parseEvent('{"type":"NEW","object":{}}'), undefined);
    assert.equal(parseEvent('  \r'), undefined);
    for (const line of ['{', '[]', 'null', '{"type":"ADDED"}', '{"type":"ADDED","object":[]}', '{"object":{}}']) assert.throws(() => parseEvent(line), { name: 'KubeError', kind: 'server' }, line);
  });

  it('gives list items the kind they lack', () => {
    const page = parseList({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '5', continue: '' }, items: [{ metadata: { name: 'a' } }, { kind: 'X', apiVersion: 'x/v1' }] });
    assert.deepEqual(page, { version: '5', next: undefined, items: [{ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }, { kind: 'X', apiVersion: 'x/v1' }] });
    assert.deepEqual(parseList({ metadata: { resourceVersion: '5' }, items: null }).items, []);
    for (const body of [undefined, {}, { metadata: {}, items: [] }, { metadata: { resourceVersion: '5' } }]) assert.throws(() => parseList(body), { kind: 'server' });
  });

  describe('live copy', () => {
    const thing = (name: string, version: string, value = version): { metadata: object; value: string } => ({ metadata: { namespace: 'n', name, resourceVersion: version }, value });

    function listed(...things: ReturnType<typeof thing>[]): LiveCopy<string> {
      const copy = new LiveCopy(valueOf);
      const listing = copy.listing();
      for (const item of things) listing.add(item);
      copy.replace(listing, '10');
      copy.take();
      return copy;
    }

    it('takes later events of other objects in any order, and nothing from before', () => {
      const copy = listed(thing('a', '5'));
      copy.changed(thing('b', '12'));
      copy.changed(thing('a', '11'));
      copy.changed(thing('a', '5', 'old'));
      copy.changed(thing('c', '9', 'deleted before the list'));
      assert.deepEqual(copy.take(), new Map([['n/b', '12'], ['n/a', '11']]));
      copy.deleted(thing('b', '13'));
      copy.changed(thing('b', '12'));
      assert.deepEqual(copy.take(), new Map([['n/b', undefined]]));
      copy.changed(thing('b', '14'));
      assert.deepEqual(copy.take(), new Map([['n/b', '14']]));
    });

    it('takes a deletion that carries the version of the last change', () => {
      const copy = listed(thing('a', '5'));
      copy.deleted(thing('a', '5'));
      assert.deepEqual(copy.take(), new Map([['n/a', undefined]]));
    });

    it('says nothing of what came and went within one batch', () => {
      const copy = listed();
      copy.changed(thing('a', '11'));
      copy.deleted(thing('a', '12'));
      assert.equal(copy.take(), undefined);
    });

    it('takes a new list as the truth, also with older versions', () => {
      const copy = listed(thing('a', '5'), thing('b', '6'), thing('c', '7'));
      const listing = copy.listing();
      listing.add(thing('a', '5', 'not looked at again'));
      listing.add(thing('b', '2', 'restored'));
      copy.replace(listing, '3');
      assert.deepEqual(copy.take(), new Map([['n/c', undefined], ['n/b', 'restored']]));
    });

    it('delivers again when versions cannot be compared', () => {
      const copy = listed(thing('a', 'x'));
      copy.changed(thing('a', 'y'));
      assert.deepEqual(copy.take(), new Map([['n/a', 'y']]));
    });

    it('calls a cluster-scoped object by its name alone', () => {
      const copy = listed();
      copy.changed({ metadata: { name: 'a', resourceVersion: '11' }, value: 'v' });
      assert.deepEqual([...(copy.take()?.keys() ?? [])], ['a']);
    });
  });
});
