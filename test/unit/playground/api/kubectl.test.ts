import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeKubeconfig } from '../../../../src/playground/api/kubeconfig.ts';
import { type Playground, startPlayground, TOKEN, widget } from './support.ts';

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** The cells of each line of a table but the last (the age); kubectl writes a cell without value as blanks, which vanish here. */
function cells(table: string): string[] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().replace(/\s+\S+$/, '').split(/\s{2,}/).join('|'));
}

describe('playground API: kubectl', function () {
  this.timeout(60_000);
  let playground: Playground;
  const cleanups: (() => Promise<void>)[] = [];
  let env: NodeJS.ProcessEnv;

  before(async function () {
    const { code } = await run('kubectl', ['version', '--client'], process.env);
    if (code !== 0) {
      this.skip();
    }
    const folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    playground = await startPlayground();
    cleanups.push(() => playground.stop());
    const file = join(folder, 'config');
    const { url } = playground.server;
    await writeKubeconfig({ file, name: 'playground', url, ca: playground.tls.ca, token: TOKEN, namespace: 'default' });
    env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: file, KUBECACHEDIR: join(folder, 'cache') };
  });

  after(async () => {
    await Promise.all(cleanups.map((cleanUp) => cleanUp()));
  });

  const kubectl = (args: string, input = ''): Promise<Outcome> => run('kubectl', args.split(' '), env, input);
  const succeeds = async (args: string, input = ''): Promise<string> => {
    const { code, stdout, stderr } = await kubectl(args, input);
    assert.equal(code, 0, `kubectl ${args}: ${stderr}`);
    return stdout;
  };
  const fails = async (args: string, wanted: RegExp, input = ''): Promise<void> => {
    const { code, stderr } = await kubectl(args, input);
    assert.notEqual(code, 0, `kubectl ${args}`);
    assert.match(stderr, wanted);
  };
  const manifest = (name: string, size: number): string =>
    JSON.stringify({ ...widget(name, { size }), metadata: { name, namespace: 'default' } });

  it('applies: created, unchanged, configured', async () => {
    assert.match(await succeeds('apply -f -', manifest('applied', 1)), /widget.example.com\/applied created/);
    assert.match(await succeeds('apply -f -', manifest('applied', 1)), /applied unchanged/);
    assert.match(await succeeds('apply -f - --dry-run=server', manifest('applied', 2)), /configured \(server dry run\)/);
    assert.match(await succeeds('apply -f -', manifest('applied', 2)), /applied configured/);
    assert.equal(await succeeds('diff -f -', manifest('applied', 2)), '');
  });

  it('gets: table, wide, all namespaces, labels, formats', async () => {
    await succeeds('create -f -', JSON.stringify(widget('got', { size: 7, colour: 'red' }, { labels: { pick: 'me' } })));
    assert.deepEqual(cells(await succeeds('get wd -l pick=me')), ['NAME|SIZE|READY', 'got|7']);
    assert.deepEqual(cells(await succeeds('get widgets -A -l pick=me')), ['NAMESPACE|NAME|SIZE|READY', 'default|got|7']);
    assert.deepEqual(cells(await succeeds('get widget got -o wide')), ['NAME|SIZE|READY|COLOUR', 'got|7|red']);
    assert.equal(await succeeds('get wd got -o jsonpath={.spec.size}'), '7');
    assert.equal(await succeeds('get wd -l pick=me -o name'), 'widget.example.com/got\n');
    assert.match(await succeeds('get wd got -o yaml'), /^kind: Widget$/m);
    assert.match(await succeeds('get wd --field-selector metadata.name=got -o json'), /"size": 7/);
    assert.match(await succeeds('get all'), /widget.example.com\/got/);
    await fails('get wd nothing', /Error from server \(NotFound\): widgets.example.com "nothing" not found/);
    await fails('get nonsense', /the server doesn't have a resource type "nonsense"/);
  });

  it('watches', async () => {
    const child = spawn('kubectl', ['get', 'widgets', '-w', '-l', 'watched=yes'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    try {
      let seen = '';
      const lines = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          seen += chunk.toString();
          if (seen.split('\n').length > 3) {
            resolve();
          }
        });
      });
      const { store } = playground;
      const type = store.type('example.com/Widget');
      const made = store.create(type, widget('watched', { size: 1 }, { labels: { watched: 'yes' } }));
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      store.update(type, { ...made, spec: { size: 2 } });
      await lines;
      assert.deepEqual(cells(seen), ['NAME|SIZE|READY', 'watched|1', 'watched|2']);
    } finally {
      child.kill();
      await ended;
    }
  });

  it('describes, with events', async () => {
    const { store } = playground;
    const { uid } = store.create(store.type('example.com/Widget'), widget('described', { size: 5 })).metadata;
    store.create(store.type('/Event'), {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'described.1', namespace: 'default' },
      involvedObject: { kind: 'Widget', apiVersion: 'example.com/v1', name: 'described', namespace: 'default', uid },
      type: 'Warning',
      reason: 'TooSmall',
      message: 'five is small',
      source: { component: 'test' },
    });
    const text = await succeeds('describe wd described');
    assert.match(text, /^ {2}Size: +5$/m);
    assert.match(text, /Warning +TooSmall .*five is small/);
    assert.match(await succeeds('get events'), /Warning +TooSmall +widget\/described +five is small/);
  });

  it('patches, labels, annotates and replaces', async () => {
    await succeeds('create -f -', manifest('patched', 1));
    assert.match(await succeeds('patch wd patched --type merge -p {"spec":{"size":2}}'), /patched$/m);
    const operations = '[{"op":"replace","path":"/spec/size","value":3}]';
    assert.match(await succeeds(`patch wd patched --type json -p ${operations}`), /patched$/m);
    await fails('patch wd patched -p {"spec":{}}', /application\/strategic-merge-patch\+json is not supported by example.com\/v1, Kind=Widget/);
    assert.match(await succeeds('label wd patched a=b'), /labeled/);
    assert.match(await succeeds('annotate wd patched a=b'), /annotated/);
    const live = await succeeds('get wd patched -o json');
    assert.match(await succeeds('replace -f -', live.replace('"size": 3', '"size": 4')), /replaced/);
    await fails('replace -f -', /the object has been modified; please apply your changes to the latest version/, live);
    assert.equal(await succeeds('get wd patched -o jsonpath={.spec.size}{.metadata.labels.a}{.metadata.generation}'), '4b4');
  });

  it('waits and deletes', async () => {
    const { store } = playground;
    const type = store.type('example.com/Widget');
    const made = store.create(type, widget('ready'));
    const waiting = succeeds('wait --for=condition=Ready wd/ready --timeout=20s');
    store.update(type, { ...made, status: { conditions: [{ type: 'Ready', status: 'True' }] } }, { subresource: 'status' });
    assert.match(await waiting, /condition met/);
    assert.match(await succeeds('delete wd ready'), /deleted/);
    assert.equal(store.get(type, made.metadata), undefined);
  });

  it('creates and deletes namespaces', async () => {
    assert.match(await succeeds('create namespace made'), /namespace\/made created/);
    assert.deepEqual(cells(await succeeds('get ns made')), ['NAME|STATUS', 'made|Active']);
    assert.match(await succeeds('label ns made a=b'), /labeled/);
    assert.match(await succeeds('delete ns made'), /deleted/);
    await fails('get ns made', /namespaces "made" not found/);
  });

  it('asks what it may do and what there is', async () => {
    assert.equal(await succeeds('auth can-i create widgets'), 'yes\n');
    assert.match(await succeeds('auth whoami'), /playground/);
    assert.match(await succeeds('api-resources'), /widgets +wd +example.com\/v1 +true +Widget/);
    assert.match(await succeeds('version'), /Server Version: .*playground/);
  });
});
