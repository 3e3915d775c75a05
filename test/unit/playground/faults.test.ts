/** Faults of the whole playground: restarts, what goes wrong behind the API, and who may order them. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { verdictOf } from '../../../src/playground/controllers/conditions.ts';
import { at, items } from '../../../src/playground/controllers/fields.ts';
import { parseFault, type Fault } from '../../../src/playground/faults.ts';
import { bookkeeping, startSession, type Session } from './support.ts';

const namespace = 'kserve-test';
const services = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;
const routes = `/apis/serving.knative.dev/v1/namespaces/${namespace}/routes`;
const pods = `/api/v1/namespaces/${namespace}/pods`;
const named = (generation: number): string => `sklearn-iris-predictor-0000${generation}`;

interface Reply {
  status: number;
  body: unknown;
}

async function get({ url, ca, token }: { url: string; ca: string; token: string }, where: string): Promise<Reply> {
  const outgoing = httpsRequest(url + where, { ca, agent: false, headers: { Authorization: `Bearer ${token}` } });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk);
  return { status: incoming.statusCode ?? 0, body: JSON.parse(text) as unknown };
}

describe('Playground faults: the cluster', () => {
  let session: Session;
  beforeEach(async () => {
    session = await startSession();
  });
  afterEach(() => session.playground.close());

  const order = (fault: Fault): Promise<void> => session.playground.order(fault);
  const read = (where: string): Promise<Reply> => get(session.playground, where);
  const service = async (): Promise<unknown> => (await read(`${services}/sklearn-iris`)).body;
  const podsOf = async (generation: number): Promise<readonly unknown[]> =>
    items(at((await read(`${pods}?labelSelector=serving.knative.dev/revision=${named(generation)}`)).body, 'items'));
  const container = (pod: unknown): unknown =>
    items(at(pod, 'status', 'containerStatuses')).find((status) => at(status, 'name') === 'kserve-container');

  it('a restart with state keeps the objects and forgets their history', async () => {
    await session.step({ model: 'model-1' });
    const before = await service();
    await order({ kind: 'restart', keepState: true });
    assert.deepEqual(await service(), before);
    const { body } = await read(`${services}?watch=true&resourceVersion=1`);
    assert.equal(at(body, 'object', 'code'), 410);
  });

  it('a restart without state is a new cluster at the same address', async () => {
    await session.step({ model: 'model-1' });
    const version = session.playground.store.version;
    await order({ kind: 'restart', keepState: false });
    const { status, body } = await read(services);
    assert.deepEqual([status, items(at(body, 'items'))], [200, []]);
    assert.equal((await read(`${services}?resourceVersion=${version}`)).status, 504, 'its versions begin anew');
    const { store } = session.playground;
    const spec = { predictor: { model: { modelFormat: { name: 'sklearn' }, storageUri: 'gs://models/model-1' } } };
    const metadata = { namespace, name: 'sklearn-iris' };
    store.create(store.type('serving.kserve.io/InferenceService'), {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata,
      spec,
    });
    await session.playground.settled();
    assert.equal(verdictOf(await service(), 'Ready')?.status, 'True');
  });

  it('a revision whose storage is broken, and heals', async () => {
    const fault = { kind: 'breakRevision', namespace, revision: named(2) } as const;
    await session.step({ model: 'model-1' });
    await order({ ...fault, trouble: 'storage' });
    await session.step({ model: 'model-2', percent: 10 });
    assert.equal(at(await service(), 'status', 'modelStatus', 'lastFailureInfo', 'reason'), 'ModelLoadFailed');
    await order({ ...fault, trouble: 'none' });
    await session.playground.advance(10_000);
    await session.playground.settled();
    assert.equal(
      bookkeeping(await service()),
      '00002* 10 / 00001 90 prev; rolled out 00001 before –; created 00002 ready 00002',
    );
  });

  it('a revision whose server crashes while it runs, and heals', async () => {
    const fault = { kind: 'breakRevision', namespace, revision: named(1) } as const;
    await session.step({ model: 'model-1' });
    await order({ ...fault, trouble: 'crash' });
    await session.playground.settled();
    const [pod] = await podsOf(1);
    assert.equal(verdictOf(pod, 'Ready')?.status, 'False');
    assert.equal(at(container(pod), 'state', 'terminated', 'exitCode'), 1);
    await order({ ...fault, trouble: 'none' });
    await session.playground.advance(1_000);
    await session.playground.settled();
    const [healed] = await podsOf(1);
    assert.equal(verdictOf(healed, 'Ready')?.status, 'True');
    assert.equal(at(container(healed), 'restartCount'), 1);
  });

  it('a slow revision takes its time: longer than a short deadline', async () => {
    const deadline = await startSession({ delays: { progressDeadline: 10_000 } });
    try {
      await deadline.step({ model: 'model-1' });
      await deadline.playground.order({ kind: 'breakRevision', namespace, revision: named(2), trouble: 'slow' });
      const states = await deadline.step({ model: 'model-2', percent: 10 });
      assert.ok(states.some((state) => verdictOf(state, 'Ready')?.status === 'False'), 'given up meanwhile');
      const { body } = await get(deadline.playground, `${services}/sklearn-iris`);
      assert.equal(bookkeeping(body), '00002* 10 / 00001 90 prev; rolled out 00001 before –; created 00002 ready 00002');
    } finally {
      await deadline.playground.close();
    }
  });

  it('a lost pod is replaced', async () => {
    await session.step({ model: 'model-1' });
    const [lost] = await podsOf(1);
    await order({ kind: 'losePod', namespace, revision: named(1) });
    await session.playground.settled();
    const [other, ...more] = await podsOf(1);
    assert.deepEqual(more, []);
    assert.notEqual(at(other, 'metadata', 'uid'), at(lost, 'metadata', 'uid'));
    assert.equal(verdictOf(other, 'Ready')?.status, 'True');
    await assert.rejects(order({ kind: 'losePod', namespace, revision: named(9) }), /^Error: The revision kserve-test\/.*-00009 has no pod$/);
  });

  it('a rollback to a collected revision: RevisionMissing, the traffic stays, and without the field all is well again', async () => {
    await session.step({ model: 'model-1' });
    await session.step({ model: 'model-2', percent: 10 });
    await session.step({ model: 'model-2' });
    await order({ kind: 'collectRevision', namespace, revision: named(1) });
    await session.playground.settled();
    assert.deepEqual(await podsOf(1), []);
    assert.equal(verdictOf(await service(), 'Ready')?.status, 'True', 'nobody needs it yet');
    await session.step({ model: 'model-2', percent: 0 });
    const { body: route } = await read(`${routes}/sklearn-iris-predictor`);
    assert.deepEqual(verdictOf(route, 'AllTrafficAssigned'), {
      status: 'False',
      reason: 'RevisionMissing',
      message: `Revision "${named(1)}" referenced in traffic not found.`,
    });
    assert.equal(
      items(at(route, 'status', 'traffic')).map((entry) => `${String(at(entry, 'revisionName'))} ${String(at(entry, 'percent'))}`).join(),
      `${named(2)} 0,${named(2)} 100`,
    );
    assert.equal(at(await service(), 'status', 'components', 'predictor', 'latestRolledoutRevision'), named(1));
    await session.step({ model: 'model-2' });
    assert.equal(verdictOf(await service(), 'Ready')?.status, 'True');
  });

  it('a Route says so at once when a revision that it leads to is collected', async () => {
    await session.step({ model: 'model-1' });
    await session.step({ model: 'model-2', percent: 10 });
    await order({ kind: 'collectRevision', namespace, revision: named(1) });
    await session.playground.settled();
    const { body: route } = await read(`${routes}/sklearn-iris-predictor`);
    assert.equal(verdictOf(route, 'AllTrafficAssigned')?.reason, 'RevisionMissing');
  });

  it('the race of a canary right after a promotion: KServe takes it for a rollback, and 90 % go back to the first revision', async () => {
    await session.step({ model: 'model-1' });
    await session.step({ model: 'model-2', percent: 10 });
    await session.step({ model: 'model-2' });
    await order({ kind: 'raceCanary', namespace, name: 'sklearn-iris' });
    await session.step({ model: 'model-3', percent: 10 });
    assert.equal(
      bookkeeping(await service()),
      '00003* 10 / 00001 90 prev; rolled out 00001 before 00001; created 00003 ready 00003',
    );
  });

  it('no race without a promotion before it, and none after clear', async () => {
    await session.step({ model: 'model-1' });
    await assert.rejects(order({ kind: 'raceCanary', namespace, name: 'sklearn-iris' }), /there is nothing to race/);
    await session.step({ model: 'model-2', percent: 10 });
    await session.step({ model: 'model-2' });
    await order({ kind: 'raceCanary', namespace, name: 'sklearn-iris' });
    await order({ kind: 'clear' });
    await session.step({ model: 'model-3', percent: 10 });
    assert.equal(
      bookkeeping(await service()),
      '00003* 10 / 00002 90 prev; rolled out 00002 before 00001; created 00003 ready 00003',
    );
  });
});

describe('Playground faults: who may order them', () => {
  const program = path.join(import.meta.dirname, '../../../src/playground/main.ts');
  let folder = '';
  let child: ChildProcess | undefined;
  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'playground-faults-'));
  });
  afterEach(async () => {
    if (child?.connected === true) {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    }
  });
  after(() => fs.rm(folder, { recursive: true, force: true }));

  async function start(...options: string[]): Promise<{ playground: ChildProcess; url: string }> {
    const playground = fork(program, ['--kubeconfig', path.join(folder, 'kubeconfig'), ...options], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child = playground;
    const [message] = (await once(playground, 'message')) as [{ url: string }];
    return { playground, url: message.url };
  }

  async function client(url: string): Promise<{ url: string; ca: string; token: string }> {
    const text = await fs.readFile(path.join(folder, 'kubeconfig'), 'utf8');
    const field = (key: string): string => new RegExp(`${key}: (\\S+)`).exec(text)?.[1] ?? '';
    return { url, ca: Buffer.from(field('certificate-authority-data'), 'base64').toString(), token: field('token') };
  }

  it('the parent process with --faults ipc, and it is told of each', async () => {
    const { playground, url } = await start('--faults', 'ipc');
    playground.send({ kind: 'serverError', times: 1 });
    assert.deepEqual((await once(playground, 'message'))[0], { kind: 'ordered' });
    const user = await client(url);
    assert.deepEqual([(await get(user, services)).status, (await get(user, services)).status], [500, 200]);
    playground.send({ kind: 'serverError', times: 0 });
    assert.deepEqual((await once(playground, 'message'))[0], {
      kind: 'refused',
      message: 'This is no fault: {"kind":"serverError","times":0}',
    });
  });

  it('nobody without the flag', async () => {
    const { playground, url } = await start();
    let answers = 0;
    playground.on('message', () => (answers += 1));
    playground.send({ kind: 'serverError' });
    const user = await client(url);
    assert.equal((await get(user, services)).status, 200);
    assert.equal((await get(user, services)).status, 200);
    assert.equal(answers, 0);
  });

  it('the command line, with JSON or the name of a file', async () => {
    const file = path.join(folder, 'faults.json');
    await fs.writeFile(file, '[{"kind":"unauthorized"}]');
    for (const given of [file, '{"kind":"unauthorized"}']) {
      const { playground, url } = await start('--faults', given);
      const user = await client(url);
      assert.deepEqual([(await get(user, services)).status, (await get(user, services)).status], [401, 200]);
      const ended = once(playground, 'exit');
      playground.disconnect();
      await ended;
    }
  });

  it('and a fault has to be one', () => {
    assert.deepEqual(parseFault({ kind: 'slow', milliseconds: 5 }), { kind: 'slow', milliseconds: 5 });
    for (const wrong of [
      undefined,
      [],
      { kind: 'toString' },
      { kind: 'slow' },
      { kind: 'slow', milliseconds: -1 },
      { kind: 'halfOpen', resource: 'pods' },
      { kind: 'restart', keepState: 'no' },
      { kind: 'breakRevision', namespace, revision: named(1), trouble: 'bad' },
      { kind: 'losePod', namespace: '', revision: named(1) },
    ]) {
      assert.throws(() => parseFault(wrong), /^Error: This is no fault/);
    }
  });
});
