import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../../src/kube/kubeconfig/files.ts';
import { type LoadedKubeconfig, loadKubeconfig } from '../../../src/kube/kubeconfig/load.ts';
import { parseKubeconfig } from '../../../src/kube/kubeconfig/parse.ts';
import { selectContext } from '../../../src/kube/kubeconfig/select.ts';
import { connect, kubeconfigFiles, listContexts } from '../../../src/kube/index.ts';
import { isRecord, listAt, recordAt, textAt } from '../../../src/kube/guards.ts';
import { errorOf } from './support/connections.ts';

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe('kube: kubeconfig', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes a file below the test's folder; returns its path. */
  function file(name: string, text: string): string {
    const full = path.join(folder, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  function environment(...files: readonly string[]): Environment {
    return { env: { KUBECONFIG: files.join(path.delimiter), HOME: folder }, platform: process.platform, cwd: folder, exists: () => false };
  }

  function load(...files: readonly string[]): Promise<LoadedKubeconfig> {
    return loadKubeconfig({}, environment(...files));
  }

  const one = `
apiVersion: v1
kind: Config
current-context: ""
clusters:
- {name: c, cluster: {server: "https://one"}}
users:
- name: u
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [a], env: [{name: E, value: v}], interactiveMode: Never}}
contexts:
- {name: x, context: {cluster: c, user: u}}
`;
  const two = `
current-context: z
clusters:
- {name: c, cluster: {server: "https://two", insecure-skip-tls-verify: true, tls-server-name: foo}}
- {name: d, cluster: {server: "https://dd/", certificate-authority: pki/ca.crt, proxy-url: "http://proxy:1"}}
users:
- {name: u, user: {token: abc, as: jane}}
- {name: v, user: {client-certificate: ../v.crt, client-key: /abs/v.key}}
contexts:
- {name: x, context: {cluster: d, user: v, namespace: nn}}
- {name: z, context: {cluster: d, user: v, namespace: nn}}
`;

  it('merges as kubectl does: the first file that has a name wins with the whole entry, as does the first current-context', async () => {
    const files = [file('a/one', one), path.join(folder, 'missing'), file('b/two', two)];
    const config = await load(...files);
    assert.deepEqual(config.files, [files[0], files[2]]);
    assert.equal(config.currentContext, 'z');
    assert.deepEqual([...config.clusters.values()], [
      { name: 'c', server: 'https://one', insecure: false, disableCompression: false },
      { name: 'd', server: 'https://dd/', insecure: false, disableCompression: false, caFile: path.join(folder, 'b/pki/ca.crt'), proxyUrl: 'http://proxy:1' },
    ]);
    assert.deepEqual([...config.contexts.values()], [
      { name: 'x', cluster: 'c', user: 'u' },
      { name: 'z', cluster: 'd', user: 'v', namespace: 'nn' },
    ]);
    assert.deepEqual(config.users.get('v'), { name: 'v', impersonation: {}, certFile: path.join(folder, 'v.crt'), keyFile: path.resolve('/abs/v.key') });
    assert.deepEqual(config.users.get('u')?.exec, {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: path.join(folder, 'a/bin/login'),
      args: ['a'],
      env: { E: 'v' },
      folder: path.join(folder, 'a'),
      interactiveMode: 'Never',
      provideClusterInfo: false,
    });
  });

  it('reads YAML 1.1, the first document, Windows line ends and a byte order mark', () => {
    const read = (text: string): unknown => parseKubeconfig(text, '/k', path.posix);
    assert.equal(parseKubeconfig('clusters: [{name: c, cluster: {server: s, insecure-skip-tls-verify: yes}}]', '/k', path.posix).clusters.get('c')?.insecure, true);
    assert.equal(parseKubeconfig('clusters: [{name: 2024-01-01, cluster: {server: 12:30}}]', '/k', path.posix).clusters.get('2024-01-01')?.server, '12:30');
    assert.equal(parseKubeconfig('\ufeffcurrent-context: a\r\nkind: Config\r\n', '/k', path.posix).currentContext, 'a');
    assert.equal(parseKubeconfig('current-context: a\n---\ncurrent-context: b\n', '/k', path.posix).currentContext, 'a');
    for (const empty of ['', '# nothing\n', '{}', 'clusters: null\n']) assert.deepEqual(read(empty), { clusters: new Map(), users: new Map(), contexts: new Map() });
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['a: [b\n', /is not valid YAML \(line \d\)/],
    ['hello', /the file is not a mapping/],
    ['kind: Pod\napiVersion: v1\n', /is a v1 Pod, not a v1 Config/],
    ['apiVersion: v2\nkind: Config\n', /is a v2 Config/],
    ['clusters: {}\n', /clusters is not a list/],
    ['clusters:\n- {name: c, cluster: {server: a}}\n- {name: c, cluster: {server: b}}\n', /clusters has the name "c" twice/],
    ['users: [{name: u, user: {token: 12345}}]', /users\[0\]\.user\.token is not text/],
    ['contexts: [{name: y, context: {cluster: c}}]', /contexts\[0\]\.name is not text/],
    ['clusters: [{name: c, cluster: {insecure-skip-tls-verify: "true"}}]', /neither true nor false/],
  ];

  for (const [text, message] of broken) {
    it(`refuses, as kubectl does: ${JSON.stringify(text)}`, async () => {
      const name = file('config', text);
      const error = await errorOf(load(name));
      assert.equal(error.kind, 'kubeconfig');
      assert.match(error.message, message);
      assert.ok(error.message.includes(name));
      if (kubectl) assert.notEqual(spawnSync('kubectl', ['--kubeconfig', name, 'config', 'view']).status, 0);
    });
  }

  it('quotes no value of a broken file', async () => {
    const error = await errorOf(load(file('config', 'users:\n- name: u\n  user: {token: "very-secret" oops\n')));
    assert.doesNotMatch(JSON.stringify([error.message, error.detail]), /secret/);
  });

  it('says where it looked when there is none, and refuses a folder', async () => {
    const error = await errorOf(load());
    assert.equal(error.kind, 'no-kubeconfig');
    assert.ok(error.message.includes(path.join(folder, '.kube', 'config')));
    assert.equal((await errorOf(load(path.join(folder, 'missing')))).kind, 'no-kubeconfig');
    assert.equal((await errorOf(loadKubeconfig({ kubeconfig: 'missing' }, environment()))).kind, 'no-kubeconfig');
    const directory = await errorOf(load(folder));
    assert.equal(directory.kind, 'kubeconfig');
    assert.match(directory.message, /it is a folder/);
  });

  describe('choosing a context', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAQIDBA==\n-----END CERTIFICATE-----\n';

    async function select(text: string, context?: string): ReturnType<typeof selectContext> {
      return selectContext(await load(file('config', text)), context);
    }

    const whole = `
current-context: one
clusters:
- {name: c, cluster: {server: "https://c:6443///", certificate-authority-data: ${Buffer.from(pem).toString('base64')}}}
- {name: bare, cluster: {server: "h:8080"}}
- {name: both, cluster: {server: "https://c", certificate-authority-data: AAAA, insecure-skip-tls-verify: true}}
- {name: none, cluster: {}}
- {name: lost, cluster: {server: "https://c", certificate-authority: lost.crt}}
- {name: odd, cluster: {server: "ftp://c"}}
users:
- {name: u, user: {token: t}}
- {name: half, user: {client-certificate-data: AAAA}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: bare, user: "", namespace: ns}}
- {name: no-cluster, context: {cluster: nope, user: u}}
- {name: no-user, context: {cluster: c, user: nope}}
- {name: both, context: {cluster: both, user: u}}
- {name: none, context: {cluster: none, user: u}}
- {name: half, context: {cluster: c, user: half}}
- {name: lost, context: {cluster: lost, user: u}}
- {name: odd, context: {cluster: odd, user: u}}
`;

    it('the current one, or the one asked for', async () => {
      const current = await select(whole);
      assert.deepEqual(current.identity, { kubeconfig: [path.join(folder, 'config')], context: 'one', server: 'https://c:6443', caHash: '9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a', namespace: 'default' });
      const other = await select(whole, 'two');
      assert.deepEqual([other.identity.server, other.identity.namespace, other.identity.caHash], ['http://h:8080', 'ns', '']);
    });

    it('the same CA has the same hash as a file and as data, whatever its layout', async () => {
      const { identity } = await select(whole);
      file('ca.crt', `# comment\r\n${pem.replaceAll('\n', '\r\n')}`);
      const fromFile = await select('current-context: x\nclusters: [{name: c, cluster: {server: "https://c", certificate-authority: ca.crt}}]\ncontexts: [{name: x, context: {cluster: c}}]\n');
      assert.equal(fromFile.identity.caHash, identity.caHash);
    });

    for (const [context, message] of [
      ['nope', /no context "nope"\. It has: one, two/],
      ['no-cluster', /names the cluster "nope"/],
      ['no-user', /names the user "nope"/],
      ['both', /both a certificate authority and insecure-skip-tls-verify/],
      ['none', /has no server address/],
      ['half', /certificate without a key/],
      ['lost', /cannot be read: .*lost\.crt/],
      ['odd', /not an http or https URL/],
    ] as const) {
      it(`says what is wrong with "${context}"`, async () => {
        const error = await errorOf(select(whole, context));
        assert.equal(error.kind, 'kubeconfig');
        assert.match(error.message, message);
      });
    }

    it('says that there is no current context', async () => {
      assert.match((await errorOf(select('contexts: [{name: a, context: {cluster: c}}]'))).message, /no current context\. Choose one of: a/);
    });
  });

  it('offers its contexts, and connects without sending anything', async () => {
    const name = file('two', two.replace('pki/ca.crt', 'two'));
    assert.deepEqual(await listContexts({ kubeconfig: name }), {
      current: 'z',
      contexts: [
        { name: 'x', cluster: 'd', server: 'https://dd/', namespace: 'nn', user: 'v' },
        { name: 'z', cluster: 'd', server: 'https://dd/', namespace: 'nn', user: 'v' },
      ],
    });
    assert.deepEqual(kubeconfigFiles({ kubeconfig: name }), [name]);
    const connection = await connect({ kubeconfig: name, context: 'x' });
    assert.equal(connection.identity.server, 'https://dd');
    connection.dispose();
  });

  describe('beside kubectl', () => {
    before(function () {
      if (!kubectl) this.skip();
    });

    /** What `kubectl config view` shows of the fields that we read. */
    function view(...files: readonly string[]): unknown {
      const out: unknown = JSON.parse(execFileSync('kubectl', ['config', 'view', '--raw', '--flatten', '-o', 'json'], { encoding: 'utf8', env: { ...process.env, KUBECONFIG: files.join(path.delimiter), HOME: folder } }));
      const named = (plural: string, singular: string): unknown[] => listAt(out, plural).map((item) => ({ name: textAt(item, 'name'), ...recordAt(item, singular) }));
      return { current: textAt(out, 'current-context'), clusters: named('clusters', 'cluster'), users: named('users', 'user'), contexts: named('contexts', 'context') };
    }

    function data(inline: string | undefined, name: string | undefined): string | undefined {
      return inline ?? (name === undefined ? undefined : readFileSync(name).toString('base64'));
    }

    /** Ours in the same words; kubectl sorts by name. */
    function ours(config: LoadedKubeconfig): unknown {
      const sorted = <T extends { name: string }>(entries: ReadonlyMap<string, T>): T[] => [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return {
        current: config.currentContext,
        clusters: sorted(config.clusters).map((entry) => ({
          name: entry.name,
          server: entry.server,
          'tls-server-name': entry.tlsServerName,
          'insecure-skip-tls-verify': entry.insecure || undefined,
          'certificate-authority-data': data(entry.caData, entry.caFile),
          'proxy-url': entry.proxyUrl,
          'disable-compression': entry.disableCompression || undefined,
        })),
        users: sorted(config.users).map((entry) => ({
          name: entry.name,
          'client-certificate-data': data(entry.certData, entry.certFile),
          'client-key-data': data(entry.keyData, entry.keyFile),
          token: entry.token,
          tokenFile: entry.tokenFile,
          as: entry.impersonation['Impersonate-User'],
          'as-groups': entry.impersonation['Impersonate-Group'],
          username: entry.username,
          password: entry.password,
          'auth-provider': entry.authProvider,
          exec: entry.exec && {
            apiVersion: entry.exec.apiVersion,
            command: entry.exec.command,
            args: entry.exec.args,
            env: Object.entries(entry.exec.env).map(([name, value]) => ({ name, value })),
            interactiveMode: entry.exec.interactiveMode,
            provideClusterInfo: entry.exec.provideClusterInfo,
            installHint: entry.exec.installHint,
          },
        })),
        contexts: sorted(config.contexts).map(({ name, cluster, user, namespace }) => ({ name, cluster, user, namespace })),
      };
    }

    /** Without what is undefined, and with `null` lists as empty ones. */
    function plain(value: unknown): unknown {
      return JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === 'env' && item === null ? [] : isRecord(item) ? Object.fromEntries(Object.entries(item).sort()) : item)));
    }

    const third = `
apiVersion: v1
kind: Config
preferences: {}
current-context: eks
clusters:
- name: c
  cluster: {server: "https://three", certificate-authority-data: QUJD, disable-compression: true}
- name: e
  cluster: {server: "http://127.0.0.1:8001"}
users:
- name: v
  user: {token: never seen}
- name: oidc
  user: {auth-provider: {name: oidc, config: {id-token: a.b.c, idp-issuer-url: "https://i"}}}
- name: basic
  user: {username: a, password: "yes", as: jane, as-groups: [g1, g2], tokenFile: tok}
- name: eks
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [eks, get-token]
      env: [{name: AWS_PROFILE, value: dev}]
      interactiveMode: IfAvailable
      provideClusterInfo: true
      installHint: install it
contexts:
- name: eks
  context: {cluster: e, user: eks, namespace: "on"}
`;

    for (const order of [['a/one', 'b/two', 'third'], ['third', 'b/two', 'a/one'], ['b/two', 'missing', 'a/one'], ['third', 'third']]) {
      it(`sees the same in ${order.join(', ')}`, async () => {
        file('a/one', one);
        file('b/two', two.replace('/abs/v.key', '../v.key'));
        file('third', third);
        for (const name of ['v.crt', 'v.key', 'b/pki/ca.crt']) file(name, `content of ${name}`);
        const files = order.map((name) => path.join(folder, name));
        const expected = view(...files);
        const config = ours(await load(...files));
        // `config view` resolves neither tokenFile nor a plugin's path, though kubectl does when it uses them.
        const relative = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(path.join(folder, 'tok'), 'tok').replaceAll(path.join(folder, 'a/bin/login'), 'bin/login'));
        assert.deepEqual(plain(relative(config)), plain(relative(expected)));
      });
    }
  });
});
