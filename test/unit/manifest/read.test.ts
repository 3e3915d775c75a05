import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as manifest from '../../../src/manifest/index.ts';
import type { ManifestModule } from '../../../src/manifest/types.ts';
import { PERCENT, edited, onlyDocument, set } from './support.ts';

const { createManifestReader, hoverAt, readManifest }: ManifestModule = manifest;

const IRIS = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: iris
  namespace: test
  annotations:
    serving.kserve.io/enable-tag-routing: "true"
spec:
  predictor:
    canaryTrafficPercent: 10 # slowly
    model:
      modelFormat:
        name: sklearn
      storageUri: gs://a/model-2
  transformer:
    canaryTrafficPercent: 20
    containers:
      - name: kserve-container
        env:
          - name: STORAGE_URI
            value: gs://t
`;

function spec(lines: string): string {
  return `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: iris\nspec:\n${lines}`;
}

describe('manifest reading', () => {
  it('reads what an InferenceService says', () => {
    const document = onlyDocument(IRIS);
    assert.equal(document.apiVersion, 'serving.kserve.io/v1beta1');
    assert.deepEqual([document.kind, document.name, document.namespace], ['InferenceService', 'iris', 'test']);
    assert.deepEqual([document.legacy, document.certain, document.placeholders, document.index], [false, true, false, 0]);
    assert.deepEqual(document.annotations, { 'serving.kserve.io/enable-tag-routing': 'true' });
    assert.deepEqual(document.badAnnotations, []);
    assert.deepEqual(document.errors, []);
    assert.deepEqual(document.components, [
      {
        name: 'predictor', percent: 10, modelUri: 'gs://a/model-2', shape: 'model',
        paths: { percent: ['spec', 'predictor', 'canaryTrafficPercent'], modelUri: ['spec', 'predictor', 'model', 'storageUri'] },
      },
      {
        name: 'transformer', percent: 20, modelUri: 'gs://t', shape: 'containers',
        paths: { percent: ['spec', 'transformer', 'canaryTrafficPercent'], modelUri: ['spec', 'transformer', 'containers', 0, 'env', 0, 'value'] },
      },
    ]);
  });

  it('knows where each of it stands', () => {
    const document = onlyDocument(`# top\n\n${IRIS}`);
    const text = `# top\n\n${IRIS}`;
    assert.equal(text.slice(document.lens.start, document.lens.end), 'apiVersion: serving.kserve.io/v1beta1');
    assert.deepEqual(
      document.marks.map(({ what, component, range, value }) => [what, component, text.slice(range.start, range.end), value && text.slice(value.start, value.end)]),
      [
        ['apiVersion', undefined, 'apiVersion: serving.kserve.io/v1beta1', 'serving.kserve.io/v1beta1'],
        ['kind', undefined, 'kind: InferenceService', 'InferenceService'],
        ['name', undefined, 'name: iris', 'iris'],
        ['namespace', undefined, 'namespace: test', 'test'],
        ['tagAnnotation', undefined, 'serving.kserve.io/enable-tag-routing: "true"', '"true"'],
        ['component', 'predictor', 'predictor', undefined],
        ['percent', 'predictor', 'canaryTrafficPercent: 10', '10'],
        ['storageUri', 'predictor', 'storageUri: gs://a/model-2', 'gs://a/model-2'],
        ['component', 'transformer', 'transformer', undefined],
        ['percent', 'transformer', 'canaryTrafficPercent: 20', '20'],
        ['storageUri', 'transformer', 'value: gs://t', 'gs://t'],
      ],
    );
  });

  it('finds what lies under the cursor, in its own document', () => {
    const text = `${IRIS}---\n${IRIS.replace('name: iris', 'name: two')}`;
    const { documents } = readManifest(text);
    for (const document of documents) {
      for (const mark of document.marks) {
        for (const offset of [mark.range.start, mark.range.end]) {
          const hover = hoverAt(documents, offset);
          assert.equal(hover?.document, document.index);
          assert.deepEqual(hover.mark, mark);
        }
      }
    }
    assert.equal(hoverAt(documents, text.indexOf('# slowly') + 3), undefined);
    assert.equal(hoverAt(documents, text.indexOf('modelFormat')), undefined);
    assert.equal(hoverAt(documents, text.length + 10), undefined);
  });

  it('reads the shapes of old', () => {
    for (const shape of ['sklearn', 'tensorflow', 'pytorch', 'xgboost', 'triton', 'onnx', 'lightgbm', 'pmml', 'paddle', 'huggingface']) {
      const [component] = onlyDocument(spec(`  predictor:\n    ${shape}:\n      storageUri: s3://x\n`)).components;
      assert.deepEqual([component?.shape, component?.modelUri, component?.paths.modelUri], [shape, 's3://x', ['spec', 'predictor', shape, 'storageUri']]);
    }
    const [custom] = onlyDocument(spec('  predictor:\n    containers:\n      - image: x\n')).components;
    assert.deepEqual(custom, { name: 'predictor', shape: 'containers', paths: { percent: ['spec', 'predictor', 'canaryTrafficPercent'] } });
    const [partial] = onlyDocument(spec('  predictor:\n    minReplicas: 1\n')).components;
    assert.deepEqual(partial?.paths.modelUri, ['spec', 'predictor', 'model', 'storageUri']);
  });

  it('calls API groups of before too old', () => {
    assert.equal(onlyDocument('apiVersion: serving.kubeflow.org/v1alpha2\nkind: InferenceService\n').legacy, true);
    assert.equal(onlyDocument('apiVersion: serving.kubeflow.org/v1beta1\nkind: InferenceService\n').legacy, true);
    assert.equal(onlyDocument('apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n').legacy, false);
  });

  it('gives the raw text of a percent that is no integer', () => {
    const percent = (raw: string) => onlyDocument(spec(`  predictor:\n    canaryTrafficPercent: ${raw}\n`)).components[0]?.percent;
    assert.deepEqual(['10', '150', '-1', '"10"', '1.5', 'ten', '${P}', '[1]', '', '~'].map(percent), [10, 150, -1, '"10"', '1.5', 'ten', '${P}', '[1]', undefined, undefined]);
  });

  it('reads plain words as Kubernetes does', () => {
    const document = onlyDocument('apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  annotations: {a: yes, b: "yes", c: 010, d: off, e: yellow}\n');
    assert.deepEqual(document.object, {
      apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { annotations: { a: true, b: 'yes', c: 8, d: false, e: 'yellow' } },
    });
    assert.deepEqual(document.badAnnotations, ['a', 'c', 'd']);
  });

  it('finds the items of a List and nothing of another kind', () => {
    const text = `kind: List\nitems:\n  - kind: ConfigMap\n  - apiVersion: serving.kserve.io/v1beta1\n    kind: InferenceService\n    metadata: {name: a}\n  - kind: InferenceService\n    apiVersion: serving.kserve.io/v1beta1\n    metadata: {name: b}\n---\nkind: InferenceService\napiVersion: other/v1\n`;
    const { documents } = readManifest(text);
    assert.deepEqual(documents.map(({ index, name, lens }) => [index, name, text.slice(lens.start, lens.end)]), [
      [0, 'a', '  - apiVersion: serving.kserve.io/v1beta1'],
      [1, 'b', '  - kind: InferenceService'],
    ]);
    assert.equal(readManifest(JSON.stringify({ kind: 'InferenceServiceList', items: [{ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' }] })).documents.length, 1);
  });

  it('is not certain of templates, placeholders and ellipses', () => {
    const why = (text: string) => readManifest(text).documents.map(({ certain, uncertainty }) => (certain ? 'certain' : uncertainty));
    assert.deepEqual(why(IRIS), ['certain']);
    assert.deepEqual(why(IRIS.replace('iris', '"{{ .Values.name }}"')), ['template']);
    assert.deepEqual(why(`# {{- if .Values.x }}\n${IRIS}`), ['template']);
    assert.deepEqual(why(IRIS.replace('iris', '${NAME}')), ['placeholder']);
    assert.deepEqual(why(`${IRIS}...\n`), ['certain']);
    assert.deepEqual(why(`${IRIS}...\n---\n${IRIS}`), ['certain', 'certain']);
    assert.deepEqual(why('apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n...\nspec:\n  predictor: {}\n'), ['ellipsis']);
    assert.equal(onlyDocument(IRIS.replace('gs://a/model-2', '${MODEL}')).placeholders, true);
    assert.equal(onlyDocument(IRIS.replace('gs://a/model-2', '${MODEL}')).certain, true);
  });

  it('reads the good documents beside a broken one, and what is left of that', () => {
    const broken = `${IRIS}  bad: [1\n`;
    const { documents } = readManifest(`${IRIS}---\n${broken}---\n${IRIS}`);
    assert.deepEqual(documents.map(({ errors, object }) => [errors.length > 0, object === undefined]), [[false, false], [true, true], [false, false]]);
    assert.equal(documents[1]?.name, 'iris');
    assert.ok((documents[1].errors[0]?.line ?? 0) > 22);
    assert.match(onlyDocument(IRIS.replace('  namespace', '  name: b\n  namespace')).errors[0]?.message ?? '', /unique/);
    assert.match(onlyDocument(IRIS.replace('  predictor:\n', '  predictor:\n\t\tx: 1\n')).errors[0]?.message ?? '', /Tabs/);
    assert.equal(onlyDocument(`${IRIS}x: *nowhere\n`).errors.length, 1);
  });

  it('gives nothing for what is no manifest', () => {
    for (const text of ['', '\uFEFF', '---\n---\n', 'InferenceService', '- InferenceService', 'kind: InferenceService', '{{ InferenceService }}', '%YAML 1.2\n', '? [InferenceService]', '[[[['.repeat(5000) + 'InferenceService', '- '.repeat(20_000) + 'InferenceService']) {
      assert.deepEqual(readManifest(text).documents, [], JSON.stringify(text.slice(0, 30)));
    }
  });

  it('reads CRLF, a byte order mark and directives', () => {
    const text = `\uFEFF%YAML 1.2\r\n---\r\n${IRIS.replaceAll('\n', '\r\n')}---\r\n${IRIS}`;
    const { documents } = readManifest(text);
    assert.deepEqual(documents.map(({ name, errors }) => [name, errors]), [['iris', []], ['iris', []]]);
    for (const { lens, marks } of documents) {
      assert.equal(text.slice(lens.start, lens.end), 'apiVersion: serving.kserve.io/v1beta1');
      assert.deepEqual(marks.filter(({ what }) => what === 'name').map(({ value }) => value && text.slice(value.start, value.end)), ['iris']);
    }
  });

  it('says the same after any typing as a fresh read, and keeps the documents that stayed', () => {
    const reader = createManifestReader();
    const texts = [IRIS, `${IRIS}---\n${IRIS}`, `${IRIS}---\n${IRIS}---\n${IRIS.replace('10', '50')}`, `# new\n${IRIS}---\n${IRIS}---\n${IRIS.replace('10', '51')}`, IRIS];
    for (const text of texts) assert.deepEqual(reader.read(text), readManifest(text));
    const before = reader.read(`${IRIS}---\n${IRIS}`);
    const after = reader.read(`${IRIS}---\n${IRIS}x: 1\n`);
    assert.equal(after.documents[0], before.documents[0]);
    assert.notEqual(after.documents[1], before.documents[1]);
  });

  it('reads the sample, which starts without a canary', () => {
    const text = readFileSync(new URL('../../../samples/sklearn-iris.yaml', import.meta.url), 'utf8');
    const document = onlyDocument(text);
    assert.deepEqual([document.name, document.namespace, document.certain, document.errors], ['sklearn-iris', 'kserve-test', true, []]);
    assert.deepEqual(document.components.map(({ percent, modelUri }) => [percent, modelUri]), [[undefined, 'gs://kfserving-examples/models/sklearn/1.0/model-1']]);
    assert.equal(edited(text, [set(PERCENT, 10)]), text.replace('predictor:\n', 'predictor:\n    canaryTrafficPercent: 10\n'));
  });
});
