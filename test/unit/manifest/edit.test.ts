import assert from 'node:assert/strict';
import { MODEL_URI, PERCENT, TAG, edited, refusal, remove, set } from './support.ts';

const BLOCK = `# head
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService # kind
metadata:
  name: iris # name
  # below the name
spec: # spec
  predictor: # predictor
    # the model
    model:
      modelFormat:
        name: sklearn # format
      # uri
      storageUri: gs://a/b # note
`;

describe('manifest edits, as golden text', () => {
  it('replaces nothing but the token of a scalar', () => {
    assert.equal(edited(BLOCK, [set(MODEL_URI, 'gs://a/c')]), BLOCK.replace('gs://a/b', 'gs://a/c'));
  });

  it('does nothing when the text already says so', () => {
    assert.equal(edited(BLOCK, [set(MODEL_URI, 'gs://a/b'), remove(PERCENT), remove(TAG)]), BLOCK);
  });

  it('puts the percent first under its component, above the comment of the key that was first', () => {
    const result = edited(BLOCK, [set(PERCENT, 10)]);
    assert.equal(result, BLOCK.replace('predictor: # predictor\n', 'predictor: # predictor\n    canaryTrafficPercent: 10\n'));
    assert.equal(edited(result, [remove(PERCENT)]), BLOCK);
  });

  it('makes the parents that are missing and takes them away again', () => {
    const result = edited(BLOCK, [set(TAG, 'true')]);
    const added = '  annotations:\n    serving.kserve.io/enable-tag-routing: "true"\n';
    assert.equal(result, BLOCK.replace('iris # name\n', `iris # name\n${added}`));
    assert.equal(edited(result, [remove(TAG)]), BLOCK);
  });

  it('does several at once, in one list of edits against the first text', () => {
    const there = edited(BLOCK, [set(PERCENT, 20), set(TAG, 'true'), set(MODEL_URI, 'gs://x')]);
    assert.equal(edited(there, [remove(TAG), remove(PERCENT), set(MODEL_URI, 'gs://a/b')]), BLOCK);
  });

  it('keeps a trailing comment of a key it removes, as a line of its own', () => {
    const text = BLOCK.replace('    # the model\n', '    # percent\n    canaryTrafficPercent: 10 # slowly\n    # the model\n');
    assert.equal(edited(text, [remove(PERCENT)]), BLOCK.replace('    # the model\n', '    # percent\n    # slowly\n    # the model\n'));
  });

  it('leaves {} where the emptied parent has a comment of its own', () => {
    const text = BLOCK.replace('  # below the name\n', '  annotations: # why\n    # tags\n    serving.kserve.io/enable-tag-routing: "true"\n');
    const expected = BLOCK.replace('  # below the name\n', '  annotations: {} # why\n    # tags\n');
    assert.equal(edited(text, [remove(TAG)]), expected);
  });

  it('never removes a component, the spec or the metadata with their last key', () => {
    const patch = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: iris\nspec:\n  predictor:\n    canaryTrafficPercent: 10\n';
    assert.equal(edited(patch, [remove(PERCENT)]), patch.replace('predictor:\n    canaryTrafficPercent: 10\n', 'predictor: {}\n'));
  });

  it('keeps CRLF, a byte order mark and the missing last line break', () => {
    const text = `\uFEFF${BLOCK.trimEnd()}`.replaceAll('\n', '\r\n');
    const result = edited(text, [set(PERCENT, 10), set(TAG, 'true')]);
    assert.equal(result, `\uFEFF${edited(BLOCK, [set(PERCENT, 10), set(TAG, 'true')]).trimEnd()}`.replaceAll('\n', '\r\n'));
    assert.equal(edited(result, [remove(PERCENT), remove(TAG)]), text);
  });

  it('adds and removes the very last line of a text without a last line break', () => {
    const head = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec:\n  predictor:\n    sklearn:\n      protocolVersion: v2';
    const path = ['spec', 'predictor', 'sklearn', 'storageUri'];
    const result = edited(head, [set(path, 'gs://a')]);
    assert.equal(result, `${head}\n      storageUri: gs://a`);
    assert.equal(edited(result, [remove(path)]), head);
  });

  it('indents as the file does', () => {
    const text = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n    name: iris\nspec:\n    predictor:\n        model: {storageUri: gs://a}\n';
    assert.equal(
      edited(text, [set(PERCENT, 5), set(TAG, 'true')]),
      'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n    name: iris\n    annotations:\n' +
        '        serving.kserve.io/enable-tag-routing: "true"\nspec:\n    predictor:\n        canaryTrafficPercent: 5\n        model: {storageUri: gs://a}\n',
    );
  });

  it('keeps the quotes a token has', () => {
    assert.match(edited(BLOCK.replace('gs://a/b', "'gs://a/b'"), [set(MODEL_URI, "gs://it's")]), /storageUri: 'gs:\/\/it''s' # note/);
    assert.match(edited(BLOCK.replace('gs://a/b', '"gs://a/b"'), [set(MODEL_URI, 'gs://c')]), /storageUri: "gs:\/\/c" # note/);
  });

  it('quotes what plain YAML would read as something else', () => {
    for (const value of ['true', 'yes', 'NULL', '10', '1e3', '0x10', '~', '', ' a', 'a ', 'a: b', 'a #b', '- a', '*a', '&a', '{a', '2020-01-01', 'a:', '=', '<<', 'é\u0007\n', '{{ x }}']) {
      assert.match(edited(BLOCK, [set(MODEL_URI, value)]), /storageUri: "/, JSON.stringify(value));
    }
  });

  it('takes the single quotes of the sibling annotations', () => {
    const text = BLOCK.replace('  # below the name\n', "  annotations:\n    team: 'a'\n");
    assert.equal(edited(text, [set(TAG, 'true')]), text.replace("team: 'a'\n", "team: 'a'\n    serving.kserve.io/enable-tag-routing: 'true'\n"));
  });

  it('fills values that are empty or null', () => {
    const empty = BLOCK.replace('  # below the name\n', '  annotations: # none\n');
    assert.equal(edited(empty, [set(TAG, 'true')]), empty.replace('# none\n', '# none\n    serving.kserve.io/enable-tag-routing: "true"\n'));
    const tilde = BLOCK.replace('  # below the name\n', '  annotations: ~ # none\n');
    assert.equal(edited(tilde, [set(TAG, 'true')]), tilde.replace(' ~ # none\n', ' # none\n    serving.kserve.io/enable-tag-routing: "true"\n'));
    const braces = BLOCK.replace('  # below the name\n', '  annotations: {} # none\n');
    assert.equal(edited(braces, [set(TAG, 'true')]), braces.replace('{}', '{serving.kserve.io/enable-tag-routing: "true"}'));
    const blank = BLOCK.replace('storageUri: gs://a/b # note', 'storageUri:   # note');
    assert.equal(edited(blank, [set(MODEL_URI, 'gs://c')]), blank.replace('storageUri:   #', 'storageUri: gs://c   #'));
  });

  it('replaces a block scalar and keeps the comment of its header', () => {
    const text = BLOCK.replace('gs://a/b # note\n', '>- # note\n        gs://a/b\n\n# end\n');
    assert.equal(edited(text, [set(MODEL_URI, 'gs://c')]), text.replace('>- # note\n        gs://a/b\n', 'gs://c # note\n'));
  });

  it('goes behind a block scalar without becoming part of it', () => {
    const text = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: iris\n  namespace: |\n    prod\n\nspec: {}\n';
    assert.equal(edited(text, [set(TAG, 'true')]), text.replace('    prod\n', '    prod\n  annotations:\n    serving.kserve.io/enable-tag-routing: "true"\n'));
  });

  it('edits flow style on one line', () => {
    const text = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: iris} # m\nspec: { predictor: { model: { storageUri: gs://a } } }\n';
    const result = edited(text, [set(PERCENT, 10), set(TAG, 'true')]);
    assert.equal(
      result,
      'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: iris, annotations: {serving.kserve.io/enable-tag-routing: "true"}} # m\n' +
        'spec: { predictor: { canaryTrafficPercent: 10, model: { storageUri: gs://a } } }\n',
    );
    assert.equal(edited(result, [remove(PERCENT), remove(TAG)]), text);
  });

  it('edits flow style over several lines, with comments and a trailing comma', () => {
    const text = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {\n    name: iris, # name\n    # end\n  }\nspec: {\n  predictor: {\n    # model\n    model: {storageUri: gs://a} # m\n  }\n}\n';
    const result = edited(text, [set(PERCENT, 10), set(TAG, 'true')]);
    assert.equal(
      result,
      'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {\n    name: iris, # name\n    annotations: {\n        serving.kserve.io/enable-tag-routing: "true"\n    },\n    # end\n  }\n' +
        'spec: {\n  predictor: {\n    # model\n    canaryTrafficPercent: 10,\n    model: {storageUri: gs://a} # m\n  }\n}\n',
    );
    assert.equal(edited(result, [remove(PERCENT), remove(TAG)]), text);
  });

  it('keeps JSON JSON: indented, with tabs, compact, in a List', () => {
    const object = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'iris' }, spec: { predictor: { model: { storageUri: 'gs://a' } } } };
    const expected = {
      ...object,
      metadata: { name: 'iris', annotations: { 'serving.kserve.io/enable-tag-routing': 'true' } },
      spec: { predictor: { canaryTrafficPercent: 10, model: { storageUri: 'gs://b' } } },
    };
    for (const space of [2, 4, '\t', 0]) {
      const text = JSON.stringify(object, null, space);
      const result = edited(text, [set(PERCENT, 10), set(TAG, 'true'), set(MODEL_URI, 'gs://b')]);
      assert.equal(result, JSON.stringify(expected, null, space));
      assert.equal(edited(result, [remove(PERCENT), remove(TAG), set(MODEL_URI, 'gs://a')]), text);
      const list = JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [object, object] }, null, space);
      assert.equal(edited(list, [set(PERCENT, 10)], 1), JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [object, { ...object, spec: { predictor: { canaryTrafficPercent: 10, ...object.spec.predictor } } }] }, null, space));
    }
  });

  it('edits the named one of several documents only', () => {
    const other = BLOCK.replace('iris', 'other');
    const text = `---\n${BLOCK}---\nkind: ConfigMap\n--- # next\n${other}...\n`;
    assert.equal(edited(text, [set(PERCENT, 10)], 1), `---\n${BLOCK}---\nkind: ConfigMap\n--- # next\n${edited(other, [set(PERCENT, 10)])}...\n`);
  });

  it('edits an item of a list with dashes that are not indented', () => {
    const text = 'kind: List\nitems:\n- metadata:\n    name: iris\n  apiVersion: serving.kserve.io/v1beta1\n  kind: InferenceService\n  spec:\n    predictor:\n      sklearn:\n        storageUri: gs://a\n';
    const result = edited(text, [set(PERCENT, 10), set(TAG, 'true')]);
    assert.equal(
      result,
      text.replace('name: iris\n', 'name: iris\n    annotations:\n      serving.kserve.io/enable-tag-routing: "true"\n').replace('predictor:\n', 'predictor:\n      canaryTrafficPercent: 10\n'),
    );
    assert.equal(edited(result, [remove(TAG), remove(PERCENT)]), text);
  });

  it('sets and removes the first key behind a dash', () => {
    const head = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec:\n  predictor:\n    containers:\n      - ';
    const image = ['spec', 'predictor', 'containers', 0, 'image'];
    assert.equal(edited(`${head}image: a\n        name: b\n`, [remove(image)]), `${head}name: b\n`);
    assert.equal(edited(`${head}image: a # note\n        name: b\n`, [remove(image)]), `${head}# note\n        name: b\n`);
    assert.equal(edited(`${head}image: a\n        # name\n        name: b\n`, [remove(image)]), `${head.trimEnd()}\n        # name\n        name: b\n`);
    assert.equal(edited(`${head}image: a\n        name: b\n`, [set(image, 'c')]), `${head}image: c\n        name: b\n`);
  });

  it('edits behind directives, on the marker line and with keys written out', () => {
    const directives = `%YAML 1.2\n---\n${BLOCK}`;
    assert.equal(edited(directives, [set(PERCENT, 10)]), `%YAML 1.2\n---\n${edited(BLOCK, [set(PERCENT, 10)])}`);
    const inline = '--- {apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, spec: {predictor: {}}}\n';
    assert.equal(edited(inline, [set(PERCENT, 10)]), inline.replace('{}', '{canaryTrafficPercent: 10}'));
    const explicit = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec:\n  predictor:\n    ? canaryTrafficPercent\n    : 10\n    ? sklearn\n    : storageUri: gs://a\n';
    assert.equal(edited(explicit, [set(PERCENT, 20)]), explicit.replace('10', '20'));
    assert.equal(edited(explicit, [remove(PERCENT)]), explicit.replace('    ? canaryTrafficPercent\n    : 10\n', ''));
  });

  it('keeps anchors and merges it does not touch', () => {
    const text = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nx: &base\n  model: {storageUri: gs://a}\nspec:\n  predictor:\n    <<: *base\n';
    const result = edited(text, [set(PERCENT, 10)]);
    assert.equal(result, text.replace('predictor:\n', 'predictor:\n    canaryTrafficPercent: 10\n'));
    assert.equal(edited(result, [remove(PERCENT)]), text);
  });
});

describe('manifest edits that are refused, in plain sentences', () => {
  it('names the line of a YAML error, in this document only', () => {
    const broken = BLOCK.replace('    model:\n', '    model:\n\tbad: 1\n');
    assert.match(refusal(`${BLOCK}---\n${broken}`, [set(PERCENT, 10)], 1), /^This document has a YAML error in line 26: .+\.$/);
    assert.match(edited(`${BLOCK}---\n${broken}`, [set(PERCENT, 10)], 0), /canaryTrafficPercent: 10/);
    assert.match(refusal(BLOCK.replace('  name: iris', '  name: a\n  name: iris'), [set(PERCENT, 10)]), /line 6: Map keys must be unique\.$/);
  });

  it('does not change what an alias or a merge brings in', () => {
    const head = 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n';
    assert.match(refusal(`${head}x: &u gs://a\nspec:\n  predictor:\n    model:\n      storageUri: *u\n`, [set(MODEL_URI, 'gs://b')]), /YAML alias/);
    assert.match(refusal(`${head}x: &u gs://a\ny: *u\nspec:\n  predictor: &p\n    model: {storageUri: gs://a}\nz: *p\n`, [set(PERCENT, 5)]), /anchor &p/);
    assert.match(refusal(`${head}x: &b {canaryTrafficPercent: 10}\nspec:\n  predictor:\n    <<: *b\n`, [remove(PERCENT)]), /YAML merge/);
    assert.match(refusal(`${head}x: &b {canaryTrafficPercent: 10}\nspec:\n  predictor:\n    <<: *b\n`, [set(PERCENT, 20)]), /YAML merge/);
    assert.match(refusal(`${head}x: &b {model: {storageUri: gs://a}}\nspec:\n  predictor: {<<: *b}\n`, [set(MODEL_URI, 'gs://b')]), /YAML merge/);
  });

  it('does not overwrite templates, maps and lists', () => {
    assert.match(refusal(BLOCK.replace('gs://a/b', '${MODEL}'), [set(MODEL_URI, 'gs://b')]), /template/);
    assert.match(refusal(BLOCK, [set(['spec', 'predictor'], 'x')]), /more than a single value/);
    assert.match(refusal(BLOCK, [set(['spec', 'predictor', 'model', 'storageUri', 'x'], 'x')]), /is not a map/);
    assert.match(refusal(BLOCK, [set(['spec', 'canary', 0, 'trafficPercent'], 5)]), /items are not added to lists/);
    assert.match(refusal(BLOCK, [set(PERCENT, Number.NaN)]), /cannot be written/);
  });

  it('says when the document is gone', () => {
    assert.match(refusal(BLOCK, [set(PERCENT, 5)], 1), /no longer in this file/);
  });
});
