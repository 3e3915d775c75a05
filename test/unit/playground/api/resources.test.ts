import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { at } from '../../../../src/playground/api/fields.ts';
import { type Playground, startPlayground, versionOf, widget, WIDGETS } from './support.ts';

describe('playground API: resources', () => {
  let playground: Playground;

  beforeEach(async () => {
    playground = await startPlayground();
  });

  afterEach(() => playground.stop());

  const create = async (name: string, spec?: object, metadata?: object): Promise<unknown> => {
    const reply = await playground.request(WIDGETS, { method: 'POST', body: widget(name, spec, metadata) });
    assert.equal(reply.status, 201, reply.text);
    return reply.body;
  };

  it('fills in the metadata that belongs to the server', async () => {
    const body = await create('a', { size: 2 }, { generation: 7, uid: 'mine', creationTimestamp: null });
    assert.equal(at(body, 'metadata', 'generation'), 1);
    assert.match(String(at(body, 'metadata', 'uid')), /^[0-9a-f-]{36}$/);
    assert.match(String(at(body, 'metadata', 'creationTimestamp')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const read = await playground.request(`${WIDGETS}/a`);
    assert.deepEqual(read.body, body);
  });

  it('makes names from generateName', async () => {
    const { status, body } = await playground.request(WIDGETS, {
      method: 'POST',
      body: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { generateName: 'w-' } },
    });
    assert.equal(status, 201);
    assert.match(String(at(body, 'metadata', 'name')), /^w-[a-z0-9]{5}$/);
  });

  it('takes and gives YAML', async () => {
    const created = await playground.request(WIDGETS, {
      method: 'POST',
      headers: { 'Content-Type': 'application/yaml', Accept: 'application/yaml' },
      body: 'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: y\nspec:\n  size: 3\n',
    });
    assert.equal(created.status, 201);
    assert.equal(created.headers['content-type'], 'application/yaml');
    assert.equal(at(parse(created.text), 'spec', 'size'), 3);
  });

  it('drops a status at creation and keeps it apart from then on', async () => {
    await create('a');
    const put = await playground.request(`${WIDGETS}/a/status`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: { status: { phase: 'Up' }, spec: { size: 99 }, metadata: { labels: { x: 'y' } } },
    });
    assert.deepEqual(at(put.body, 'status'), { phase: 'Up' });
    assert.deepEqual(at(put.body, 'spec'), { size: 1 });
    assert.equal(at(put.body, 'metadata', 'labels'), undefined);
    assert.equal(at(put.body, 'metadata', 'generation'), 1);
    const replaced = await playground.request(`${WIDGETS}/a`, {
      method: 'PUT',
      body: { ...widget('a', { size: 2 }, { resourceVersion: versionOf(put.body) }), status: { phase: 'Down' } },
    });
    assert.deepEqual(at(replaced.body, 'status'), { phase: 'Up' });
    assert.equal(at(replaced.body, 'metadata', 'generation'), 2);
  });

  it('counts a generation for the spec and none for labels', async () => {
    await create('a');
    const labelled = await playground.request(`${WIDGETS}/a`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: { metadata: { labels: { x: 'y' } } },
    });
    assert.equal(at(labelled.body, 'metadata', 'generation'), 1);
  });

  it('stores nothing when nothing changes', async () => {
    const before = await create('a');
    const { body } = await playground.request(`${WIDGETS}/a`, { method: 'PUT', body: before as object });
    assert.deepEqual(body, before);
  });

  it('stores nothing on a dry run', async () => {
    const dry = await playground.request(`${WIDGETS}?dryRun=All`, { method: 'POST', body: widget('a') });
    assert.equal(dry.status, 201);
    assert.equal((await playground.request(`${WIDGETS}/a`)).status, 404);
    await create('a');
    const changed = await playground.request(`${WIDGETS}/a?dryRun=All`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: { spec: { size: 5 } },
    });
    assert.equal(at(changed.body, 'spec', 'size'), 5);
    assert.equal(at(changed.body, 'metadata', 'generation'), 2);
    await playground.request(`${WIDGETS}/a?dryRun=All`, { method: 'DELETE' });
    assert.equal(at((await playground.request(`${WIDGETS}/a`)).body, 'spec', 'size'), 1);
  });

  describe('deletes', () => {
    it('answers a Status', async () => {
      const body = await create('a');
      const gone = await playground.request(`${WIDGETS}/a`, { method: 'DELETE' });
      assert.equal(gone.status, 200);
      assert.equal(at(gone.body, 'status'), 'Success');
      assert.deepEqual(at(gone.body, 'details'), {
        name: 'a',
        group: 'example.com',
        kind: 'widgets',
        uid: at(body, 'metadata', 'uid'),
      });
    });

    it('waits for finalizers', async () => {
      await create('a', {}, { finalizers: ['example.com/hold'] });
      const waiting = await playground.request(`${WIDGETS}/a`, { method: 'DELETE' });
      assert.equal(typeof at(waiting.body, 'metadata', 'deletionTimestamp'), 'string');
      assert.equal(at(waiting.body, 'metadata', 'generation'), 2);
      const released = await playground.request(`${WIDGETS}/a`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json-patch+json' },
        body: [{ op: 'remove', path: '/metadata/finalizers' }],
      });
      assert.equal(released.status, 200);
      assert.equal((await playground.request(`${WIDGETS}/a`)).status, 404);
    });

    it('checks preconditions', async () => {
      await create('a');
      const refused = await playground.request(`${WIDGETS}/a`, { method: 'DELETE', body: { preconditions: { uid: 'other' } } });
      assert.equal(refused.status, 409);
      assert.match(String(at(refused.body, 'message')), /the UID in the precondition \(other\) does not match the UID in record/);
    });

    it('deletes a collection by labels', async () => {
      await create('a', {}, { labels: { x: '1' } });
      await create('b', {}, { labels: { x: '2' } });
      const gone = await playground.request(`${WIDGETS}?labelSelector=x%3D1`, { method: 'DELETE' });
      assert.equal(gone.status, 200);
      const left = await playground.request(WIDGETS);
      assert.deepEqual((at(left.body, 'items') as unknown[]).map((item) => at(item, 'metadata', 'name')), ['b']);
    });
  });

  describe('refuses', () => {
    const refusal = async (
      path: string,
      request: Parameters<Playground['request']>[1],
      code: number,
      reason: string | undefined,
      message: string | RegExp,
    ): Promise<unknown> => {
      const reply = await playground.request(path, request);
      assert.equal(reply.status, code, reply.text);
      assert.equal(at(reply.body, 'kind'), 'Status');
      assert.equal(at(reply.body, 'apiVersion'), 'v1');
      assert.equal(at(reply.body, 'status'), 'Failure');
      assert.equal(at(reply.body, 'code'), code);
      assert.equal(at(reply.body, 'reason'), reason);
      const text = String(at(reply.body, 'message'));
      if (typeof message === 'string') {
        assert.equal(text, message);
      } else {
        assert.match(text, message);
      }
      return reply.body;
    };

    it('a request without the token', () => refusal(WIDGETS, { token: 'other' }, 401, 'Unauthorized', 'Unauthorized'));

    it('an object that is not there', async () => {
      const body = await refusal(`${WIDGETS}/x`, {}, 404, 'NotFound', 'widgets.example.com "x" not found');
      assert.deepEqual(at(body, 'details'), { name: 'x', group: 'example.com', kind: 'widgets' });
      await refusal('/api/v1/namespaces/x', {}, 404, 'NotFound', 'namespaces "x" not found');
    });

    it('an unknown path of a built-in group', () =>
      refusal('/api/v1/namespaces/default/gadgets', {}, 404, 'NotFound', 'the server could not find the requested resource'));

    it('any other unknown path, as no Status', async () => {
      for (const path of ['/nowhere', '/apis/nowhere/v1', '/apis/example.com/v1/gadgets']) {
        const { status, text, headers } = await playground.request(path);
        assert.deepEqual([status, text, headers['content-type']], [404, '404 page not found\n', 'text/plain; charset=utf-8']);
      }
    });

    it('a body that is cut off', () =>
      refusal(
        WIDGETS,
        { method: 'POST', body: '{' },
        400,
        'BadRequest',
        "the object provided is unrecognized (must be of type Widget): couldn't get version/kind; json parse error: unexpected end of JSON input ({)",
      ));

    it('a patch of the wrong shape', async () => {
      await playground.request(WIDGETS, { method: 'POST', body: widget('shape') });
      const patch = (type: string, wanted: string): Promise<unknown> => {
        const request = { method: 'PATCH', headers: { 'Content-Type': `application/${type}+json` }, body: type === 'json-patch' ? '{}' : '[]' };
        return refusal(`${WIDGETS}/shape`, request, 400, 'BadRequest', `error decoding patch: json: cannot unmarshal ${wanted}`);
      };
      await patch('json-patch', 'object into Go value of type []handlers.jsonPatchOp');
      await patch('merge-patch', 'array into Go value of type map[string]interface {}');
    });

    it('a namespace that is not there', () =>
      refusal(
        '/apis/example.com/v1/namespaces/nowhere/widgets',
        { method: 'POST', body: widget('a', {}, { namespace: 'nowhere' }) },
        404,
        'NotFound',
        'namespaces "nowhere" not found',
      ));

    it('a method that a path has not', async () => {
      const words = 'the server does not allow this method on the requested resource';
      await refusal(WIDGETS, { method: 'PUT', body: widget('a') }, 405, 'MethodNotAllowed', words);
      await refusal('/apis/example.com/v1/widgets', { method: 'POST', body: widget('a') }, 405, 'MethodNotAllowed', words);
      await refusal('/version', { method: 'POST' }, 405, 'MethodNotAllowed', words);
    });

    it('a name that is taken', async () => {
      await create('a');
      const request = { method: 'POST', body: widget('a') };
      await refusal(WIDGETS, request, 409, 'AlreadyExists', 'widgets.example.com "a" already exists');
    });

    it('a new object that has a version already', () =>
      refusal(
        WIDGETS,
        { method: 'POST', body: widget('a', {}, { resourceVersion: '5' }) },
        500,
        undefined,
        'resourceVersion should not be set on objects to be created',
      ));

    it('a stale version', async () => {
      const old = await create('a');
      await playground.request(`${WIDGETS}/a`, { method: 'PUT', body: { ...(old as object), spec: { size: 2 } } });
      const words =
        'Operation cannot be fulfilled on widgets.example.com "a": the object has been modified; please apply your changes to ' +
        'the latest version and try again';
      await refusal(`${WIDGETS}/a`, { method: 'PUT', body: old as object }, 409, 'Conflict', words);
      const headers = { 'Content-Type': 'application/merge-patch+json' };
      const patch = { metadata: { resourceVersion: versionOf(old) }, spec: { size: 3 } };
      await refusal(`${WIDGETS}/a`, { method: 'PATCH', headers, body: patch }, 409, 'Conflict', words);
    });

    it('another uid', async () => {
      const body = await create('a');
      const other = { ...(body as object), metadata: { ...(at(body, 'metadata') as object), uid: 'other' } };
      const words = /Precondition failed: UID in precondition: other, UID in object meta: /;
      await refusal(`${WIDGETS}/a`, { method: 'PUT', body: other }, 409, 'Conflict', words);
      const headers = { 'Content-Type': 'application/merge-patch+json' };
      const patch = { metadata: { uid: 'other' } };
      await refusal(`${WIDGETS}/a`, { method: 'PATCH', headers, body: patch }, 422, 'Invalid', /metadata.uid: Invalid value: "other"/);
    });

    it('a replacement of a custom resource without a version', async () => {
      await create('a');
      const words = 'Widget.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update';
      await refusal(`${WIDGETS}/a`, { method: 'PUT', body: widget('a') }, 422, 'Invalid', words);
    });

    it('bad JSON', () =>
      refusal(
        WIDGETS,
        { method: 'POST', body: '{"kind":' },
        400,
        'BadRequest',
        /^the object provided is unrecognized \(must be of type Widget\): couldn't get version\/kind; json parse error: /,
      ));

    it('a body of an unknown type', () =>
      refusal(
        WIDGETS,
        { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: 'a,b' },
        415,
        'UnsupportedMediaType',
        /^the body of the request was in an unknown format - accepted media types include: application\/json, application\/yaml/,
      ));

    it('an Accept that it cannot serve', () =>
      refusal(WIDGETS, { headers: { Accept: 'text/csv' } }, 406, 'NotAcceptable', /^only the following media types are accepted/));

    it('a body that is too large', () =>
      refusal(
        WIDGETS,
        { method: 'POST', body: widget('a', { text: 'x'.repeat(3 * 1024 * 1024) }) },
        413,
        'RequestEntityTooLarge',
        'Request entity too large: limit is 3145728',
      ));

    it('a bad name, label or owner', async () => {
      await refusal(WIDGETS, { method: 'POST', body: widget('A_b') }, 422, 'Invalid', /^Widget.example.com "A_b" is invalid: metadata.name: /);
      await refusal(WIDGETS, { method: 'POST', body: widget('') }, 422, 'Invalid', /name or generateName is required/);
      const labels = widget('a', {}, { labels: { x: 1 } });
      await refusal(WIDGETS, { method: 'POST', body: labels }, 400, 'BadRequest', /cannot unmarshal number into Go struct field/);
    });

    it('names, namespaces and kinds that contradict the path', async () => {
      const elsewhere = widget('a', {}, { namespace: 'other' });
      const words = 'the namespace of the provided object does not match the namespace sent on the request';
      await refusal(WIDGETS, { method: 'POST', body: elsewhere }, 400, 'BadRequest', words);
      const named = { method: 'PUT', body: widget('b') };
      await refusal(`${WIDGETS}/a`, named, 400, 'BadRequest', 'the name of the object (b) does not match the name on the URL (a)');
      const gadget = { ...widget('a'), kind: 'Gadget' };
      await refusal(WIDGETS, { method: 'POST', body: gadget }, 422, 'Invalid', /kind: Invalid value: "Gadget": must be Widget/);
      const later = { ...widget('a'), apiVersion: 'example.com/v2' };
      await refusal(WIDGETS, { method: 'POST', body: later }, 400, 'BadRequest', /does not match the expected API version/);
    });
  });
});
