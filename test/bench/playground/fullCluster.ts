// A process of its own with a full cluster in its memory, for measuring: it tells how to reach it and, when asked, what
// JSON.stringify of the same objects takes here.
import { BUILTIN_TYPES } from '../../../src/playground/api/builtin.ts';
import { makeCertificates } from '../../../src/playground/api/certificates.ts';
import { startApiServer } from '../../../src/playground/api/server.ts';
import { ObjectStore } from '../../../src/playground/api/store.ts';
import type { StoredObject } from '../../../src/playground/api/types.ts';
import { resourceTypes } from '../../../src/playground/controllers/resources/index.ts';
import { startPlayground } from '../../../src/playground/playground.ts';

export interface FullCluster {
  url: string;
  ca: string;
  token: string;
  /** MB of the whole process. */
  memory: number;
  services: number;
  revisions: number;
}

const SERVICES = 5000;
const namespace = 'kserve-test';
const name = 'sklearn-iris';
const service = 'serving.kserve.io/InferenceService';
const revision = 'serving.knative.dev/Revision';

/** One service with three revisions, as the playground's controllers leave them. */
async function modelCluster(): Promise<{ service: StoredObject; revisions: readonly StoredObject[] }> {
  const playground = await startPlayground({ scale: 0 });
  const { store } = playground;
  for (const step of [{ model: 1 }, { model: 2, canaryTrafficPercent: 10 }, { model: 2 }, { model: 3, canaryTrafficPercent: 10 }]) {
    const { model, ...percent } = step;
    const storageUri = `gs://kfserving-examples/models/sklearn/1.0/model-${model}`;
    const spec = { predictor: { ...percent, model: { modelFormat: { name: 'sklearn' }, storageUri } } };
    const old = store.get(store.type(service), { namespace, name });
    if (old === undefined) {
      store.create(store.type(service), { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { namespace, name }, spec });
    } else {
      store.update(store.type(service), { ...old, spec });
    }
    await playground.settled();
  }
  const [made] = store.list(store.type(service));
  const revisions = store.list(store.type(revision));
  await playground.close();
  if (made === undefined) throw new Error('no service was made');
  return { service: made, revisions };
}

function copyTo(store: ObjectStore, kind: string, objectText: string, index: number): void {
  const type = store.type(kind);
  const object = JSON.parse(objectText.replaceAll(name, `iris-${index}`)) as StoredObject;
  const { uid: _uid, resourceVersion: _version, ownerReferences: _owners, ...metadata } = object.metadata;
  const created = store.create(type, { ...object, metadata });
  store.update(type, { ...created, status: object['status'] }, { subresource: 'status' });
}

const store = new ObjectStore([...BUILTIN_TYPES, ...resourceTypes]);
store.create(store.type('/Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
const model = await modelCluster();
const serviceText = JSON.stringify(model.service);
const revisionTexts = model.revisions.map((object) => JSON.stringify(object));
for (let index = 0; index < SERVICES; index++) {
  copyTo(store, service, serviceText, index);
  revisionTexts.forEach((text) => { copyTo(store, revision, text, index); });
}
const tls = await makeCertificates();
const token = 'bench';
const api = await startApiServer({ store, tls, token });
const [services, revisions] = [store.list(store.type(service)), store.list(store.type(revision))];
globalThis.gc?.();

process.on('message', () => {
  const began = performance.now();
  JSON.stringify(services);
  JSON.stringify(revisions);
  process.send?.(performance.now() - began);
});
process.once('disconnect', () => process.exit(0));
process.send?.({
  url: api.url,
  ca: tls.ca,
  token,
  memory: process.memoryUsage().rss / 1_000_000,
  services: services.length,
  revisions: revisions.length,
} satisfies FullCluster);
