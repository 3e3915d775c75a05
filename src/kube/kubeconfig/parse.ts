import type path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { KubeError } from '../errors.ts';
import { isRecord, type JsonRecord } from '../guards.ts';
import { type ClusterEntry, type ContextEntry, type ExecPlugin, type Kubeconfig, present, type UserEntry } from './model.ts';

/**
 * One kubeconfig file. What Go's decoder refuses is refused here too (a number where text belongs, a name twice in
 * one list), since kubectl then works with none of the files; unknown fields are passed over as it does.
 * Throws a KubeError of kind `kubeconfig` that names file and field, never a value: values are secrets.
 */
export function parseKubeconfig(text: string, file: string, paths: path.PlatformPath): Kubeconfig {
  const fields = new Fields(file);
  const root = fields.record(readYaml(text, file), 'the file');
  const kind = fields.text(root, 'kind', '') ?? 'Config';
  const version = fields.text(root, 'apiVersion', '') ?? 'v1';
  if (kind !== 'Config' || version !== 'v1') throw fields.problem(`is a ${version} ${kind}, not a v1 Config`);
  const folder = paths.dirname(file);
  const absolute = (name: string | undefined): string | undefined => (name === undefined ? undefined : paths.resolve(folder, name));
  return {
    clusters: fields.named(root, 'clusters', 'cluster', (name, entry, where) => cluster(fields, name, entry, where, absolute)),
    users: fields.named(root, 'users', 'user', (name, entry, where) => user(fields, name, entry, where, { absolute, folder, separator: paths.sep })),
    contexts: fields.named(root, 'contexts', 'context', (name, entry, where) => context(fields, name, entry, where)),
    ...present({ currentContext: fields.text(root, 'current-context', '') }),
  };
}

/** YAML 1.1, first document, as sigs.k8s.io/yaml reads it: `yes` is true, a date is text. */
function readYaml(text: string, file: string): unknown {
  // Types that YAML 1.1 has and Go's JSON round trip does not.
  const foreign = /:(timestamp|binary|omap|pairs|set)$/;
  const documents = parseAllDocuments(text, {
    version: '1.1',
    prettyErrors: false,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !(foreign.test(tag.tag) || ('format' in tag && tag.format === 'TIME'))),
  });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  const error = document?.errors[0];
  if (error !== undefined) {
    // Not the parser's own words: they quote the line, and the line can be a token.
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw new KubeError('kubeconfig', `The kubeconfig ${file} is not valid YAML (line ${line}). Correct the file.`, { detail: error.code });
  }
  return document?.toJS() ?? {};
}

function cluster(fields: Fields, name: string, entry: JsonRecord, where: string, absolute: (name: string | undefined) => string | undefined): ClusterEntry {
  const extension = fields.list(entry, 'extensions', where).find((item) => isRecord(item) && item['name'] === 'client.authentication.k8s.io/exec');
  return {
    name,
    server: fields.text(entry, 'server', where) ?? '',
    insecure: fields.flag(entry, 'insecure-skip-tls-verify', where),
    disableCompression: fields.flag(entry, 'disable-compression', where),
    ...present({
      caFile: absolute(fields.text(entry, 'certificate-authority', where)),
      caData: fields.text(entry, 'certificate-authority-data', where),
      tlsServerName: fields.text(entry, 'tls-server-name', where),
      proxyUrl: fields.text(entry, 'proxy-url', where),
      execConfig: isRecord(extension) ? extension['extension'] : undefined,
    }),
  };
}

interface Place {
  readonly absolute: (name: string | undefined) => string | undefined;
  readonly folder: string;
  readonly separator: string;
}

function user(fields: Fields, name: string, entry: JsonRecord, where: string, place: Place): UserEntry {
  const provider = entry['auth-provider'];
  return {
    name,
    impersonation: impersonation(fields, entry, where),
    ...present({
      certFile: place.absolute(fields.text(entry, 'client-certificate', where)),
      certData: fields.text(entry, 'client-certificate-data', where),
      keyFile: place.absolute(fields.text(entry, 'client-key', where)),
      keyData: fields.text(entry, 'client-key-data', where),
      token: fields.text(entry, 'token', where),
      tokenFile: place.absolute(fields.text(entry, 'tokenFile', where)),
      username: fields.text(entry, 'username', where),
      password: fields.text(entry, 'password', where),
      exec: isRecord(entry['exec']) ? exec(fields, entry['exec'], `${where}.exec`, place) : undefined,
      authProvider: isRecord(provider)
        ? { name: fields.text(provider, 'name', `${where}.auth-provider`) ?? '', config: fields.texts(provider, 'config', `${where}.auth-provider`) }
        : undefined,
    }),
  };
}

function exec(fields: Fields, entry: JsonRecord, where: string, place: Place): ExecPlugin {
  const command = fields.text(entry, 'command', where) ?? '';
  const env: Record<string, string> = {};
  for (const item of fields.list(entry, 'env', where)) {
    const variable = fields.record(item, `${where}.env`);
    env[fields.text(variable, 'name', `${where}.env`) ?? ''] = fields.text(variable, 'value', `${where}.env`) ?? '';
  }
  return {
    apiVersion: fields.text(entry, 'apiVersion', where) ?? '',
    // client-go resolves a command against the file only when it is a path, not a name to look up in PATH.
    command: command.includes(place.separator) ? (place.absolute(command) ?? command) : command,
    args: fields.textList(entry, 'args', where),
    env,
    provideClusterInfo: fields.flag(entry, 'provideClusterInfo', where),
    interactiveMode: fields.text(entry, 'interactiveMode', where) ?? 'IfAvailable',
    folder: place.folder,
    ...present({ installHint: fields.text(entry, 'installHint', where) }),
  };
}

/** The headers that client-go sends for `as…` (`transport/round_trippers.go`, impersonatingRoundTripper). */
function impersonation(fields: Fields, entry: JsonRecord, where: string): Record<string, string | string[]> {
  const name = fields.text(entry, 'as', where);
  if (name === undefined) return {};
  const headers: Record<string, string | string[]> = { 'Impersonate-User': name };
  const uid = fields.text(entry, 'as-uid', where);
  if (uid !== undefined) headers['Impersonate-Uid'] = uid;
  const groups = fields.textList(entry, 'as-groups', where);
  if (groups.length > 0) headers['Impersonate-Group'] = groups;
  const extra = entry['as-user-extra'];
  if (isRecord(extra)) for (const key of Object.keys(extra)) headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = fields.textList(extra, key, `${where}.as-user-extra`);
  return headers;
}

function context(fields: Fields, name: string, entry: JsonRecord, where: string): ContextEntry {
  return {
    name,
    cluster: fields.text(entry, 'cluster', where) ?? '',
    user: fields.text(entry, 'user', where) ?? '',
    ...present({ namespace: fields.text(entry, 'namespace', where) }),
  };
}

/** Reads fields of one file; every complaint names the file and the field. */
class Fields {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  problem(words: string): KubeError {
    return new KubeError('kubeconfig', `The kubeconfig ${this.#file} cannot be used: ${words}. Correct the file.`);
  }

  record(value: unknown, where: string): JsonRecord {
    if (value === undefined || value === null) return {};
    if (!isRecord(value)) throw this.problem(`${where} is not a mapping`);
    return value;
  }

  list(record: JsonRecord, key: string, where: string): readonly unknown[] {
    const value: unknown = record[key];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.problem(`${at(where, key)} is not a list`);
    return value;
  }

  text(record: JsonRecord, key: string, where: string): string | undefined {
    const value = record[key];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw this.problem(`${at(where, key)} is not text (put it in quotes)`);
    return value;
  }

  textList(record: JsonRecord, key: string, where: string): string[] {
    return this.list(record, key, where).map((item) => {
      if (typeof item !== 'string') throw this.problem(`${at(where, key)} holds something that is not text (put it in quotes)`);
      return item;
    });
  }

  texts(record: JsonRecord, key: string, where: string): Record<string, string> {
    const values = this.record(record[key], at(where, key));
    return Object.fromEntries(Object.keys(values).map((name) => [name, this.text(values, name, at(where, key)) ?? '']));
  }

  flag(record: JsonRecord, key: string, where: string): boolean {
    const value = record[key];
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') throw this.problem(`${at(where, key)} is neither true nor false`);
    return value;
  }

  named<T>(root: JsonRecord, plural: string, singular: string, read: (name: string, entry: JsonRecord, where: string) => T): Map<string, T> {
    const entries = new Map<string, T>();
    for (const [index, item] of this.list(root, plural, '').entries()) {
      const where = `${plural}[${index}]`;
      const named = this.record(item, where);
      const name = this.text(named, 'name', where) ?? '';
      if (entries.has(name)) throw this.problem(`${plural} has the name "${name}" twice`);
      entries.set(name, read(name, this.record(named[singular], `${where}.${singular}`), `${where}.${singular}`));
    }
    return entries;
  }
}

function at(where: string, key: string): string {
  return where === '' ? key : `${where}.${key}`;
}
