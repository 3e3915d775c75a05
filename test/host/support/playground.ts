import assert from 'node:assert/strict';
import childProcess, { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import * as vscode from 'vscode';
import { parse } from 'yaml';
import { bucket, namespace, type ServiceText } from './documents.ts';
import { until } from './until.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** The part of an InferenceService that these tests look at. */
export interface Stored {
  readonly metadata: { readonly resourceVersion: string; readonly uid: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly predictor: { readonly canaryTrafficPercent?: number; readonly model: { readonly storageUri: string } } };
}

/** The playground that the extension's own command starts, and a way to its API that does not pass the extension. */
export class Playground {
  /** Every child that the extension host started while this one was being opened. */
  readonly children: readonly ChildProcess[];
  readonly kubeconfig: string;
  readonly #server: URL;
  readonly #agent: https.Agent;
  readonly #token: string;

  private constructor(children: readonly ChildProcess[]) {
    const [child] = children;
    assert.ok(child, 'the command starts a playground');
    this.children = children;
    this.kubeconfig = child.spawnargs[child.spawnargs.indexOf('--kubeconfig') + 1] ?? '';
    const { clusters: [cluster], users: [user] } = parse(readFileSync(this.kubeconfig, 'utf8')) as Kubeconfig;
    assert.ok(cluster && user);
    this.#server = new URL(cluster.cluster.server);
    this.#agent = new https.Agent({ ca: Buffer.from(cluster.cluster['certificate-authority-data'], 'base64'), keepAlive: false });
    this.#token = user.user.token;
  }

  /** Opens it as a user does; `times` clicks at once. */
  static async open(times = 1): Promise<Playground> {
    const children: ChildProcess[] = [];
    const { spawn } = childProcess;
    const noting = (...args: Parameters<typeof spawn>): ChildProcess => {
      const child = spawn(...args);
      if (child.spawnargs.some((arg) => arg.endsWith('playground.js'))) children.push(child);
      return child;
    };
    Object.assign(childProcess, { spawn: noting });
    try {
      await Promise.all(Array.from({ length: times }, () => vscode.commands.executeCommand('kserveCanary.openPlayground')));
    } finally {
      Object.assign(childProcess, { spawn });
    }
    return new Playground(children);
  }

  /** Ends it as if it had crashed, and waits for its end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#agent.destroy();
    for (const child of this.children) child.kill(signal);
    await until('the end of the playground', () => this.children.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null), (ended) => ended);
  }

  async get(name: string): Promise<Stored> {
    return await this.request('GET', `${services}/${name}`) as Stored;
  }

  /** Creates a service; what it lacks is as in the sample. */
  async create({ name, model = 'model-1', percent, annotations = {} }: ServiceText): Promise<void> {
    const uri = /^\w+:/.test(model) ? model : `${bucket}/${model}`;
    await this.request('POST', services, {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name, namespace, annotations },
      spec: { predictor: { ...(percent !== undefined && { canaryTrafficPercent: percent }), model: { modelFormat: { name: 'sklearn' }, storageUri: uri } } },
    });
  }

  /** A JSON merge patch. */
  async patch(name: string, patch: object): Promise<void> {
    await this.request('PATCH', `${services}/${name}`, patch);
  }

  async delete(name: string): Promise<void> {
    await this.request('DELETE', `${services}/${name}`);
  }

  /** Deletes a service and waits until it is gone: KServe's finalizer keeps it for a moment. */
  async deleted(name: string): Promise<void> {
    await this.delete(name);
    await until(`the end of ${name}`, () => this.get(name).then(() => false, () => true), (gone) => gone);
  }

  private async request(method: string, path: string, body?: object): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request = https.request(new URL(path, this.#server), {
      method,
      agent: this.#agent,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
    }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => {
        if ((response.statusCode ?? 0) < 300) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${path}: ${String(response.statusCode)} ${text}`));
      });
    });
    request.on('error', reject).end(body && JSON.stringify(body));
    return promise;
  }
}

const services = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;

/** A patch of the predictor. */
export function predictor(change: { readonly percent?: number | null; readonly model?: string }): object {
  return { spec: { predictor: {
    ...(change.percent !== undefined && { canaryTrafficPercent: change.percent }),
    ...(change.model !== undefined && { model: { storageUri: `${bucket}/${change.model}` } }),
  } } };
}
