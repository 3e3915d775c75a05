// The embedded cluster: how soon it is there, and what a full one costs.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import path from 'node:path';
import { distDir } from '../../scripts/lib/paths.mjs';
import type { FullCluster } from './playground/fullCluster.ts';
import { median, type Row } from './row.ts';

const STARTS = 7;
const LISTS = 7;
/** How much longer than JSON.stringify of the same objects a list may take. */
const LIST_FACTOR = 3;

export async function playground(): Promise<Omit<Row, 'group'>[]> {
  return [await start(), ...(await fullCluster())];
}

/** From the start of the process to its word that it is ready. */
async function start(): Promise<Omit<Row, 'group'>> {
  const times: number[] = [];
  for (let run = 0; run < STARTS; run++) {
    const began = performance.now();
    const child = fork(path.join(distDir, 'playground.js'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await messageOf(child);
    times.push(performance.now() - began);
    await end(child);
  }
  return { name: 'start to Ready', value: median(times), unit: 'ms', limit: 1500 };
}

async function fullCluster(): Promise<Omit<Row, 'group'>[]> {
  const program = path.join(import.meta.dirname, 'playground/fullCluster.ts');
  const child = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--expose-gc'] });
  const cluster = (await messageOf(child)) as FullCluster;
  const agent = new Agent({ keepAlive: true, ca: cluster.ca });
  try {
    const lists: number[] = [];
    const texts: number[] = [];
    const measures = [
      async () => lists.push(await listAll(cluster, agent)),
      async () => {
        child.send('stringify');
        texts.push((await messageOf(child)) as number);
      },
    ];
    for (let run = 0; run < LISTS; run++) {
      for (const measure of run % 2 === 0 ? measures : [...measures].reverse()) await measure();
    }
    const full = `${cluster.services} services and ${cluster.revisions} revisions`;
    return [
      { name: `memory with ${full}`, value: cluster.memory, unit: 'MB', limit: 400 },
      { name: `list of ${full} (peer: JSON.stringify)`, value: median(lists), peerValue: median(texts), unit: 'ms', limit: LIST_FACTOR * median(texts) },
    ];
  } finally {
    agent.destroy();
    await end(child);
  }
}

async function listAll(cluster: FullCluster, agent: Agent): Promise<number> {
  const began = performance.now();
  await list(cluster, agent, '/apis/serving.kserve.io/v1beta1/inferenceservices');
  await list(cluster, agent, '/apis/serving.knative.dev/v1/revisions');
  return performance.now() - began;
}

async function list({ url, token }: FullCluster, agent: Agent, where: string): Promise<void> {
  const outgoing = request(url + where, { agent, headers: { Authorization: `Bearer ${token}` } });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.resume();
  await once(incoming, 'end');
  if (incoming.statusCode !== 200) throw new Error(`${where}: ${incoming.statusCode ?? 0}`);
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const onExit = (): void => { ended.abort(new Error('the playground ended before it was ready')); };
  child.once('exit', onExit);
  try {
    const [message] = (await once(child, 'message', { signal: ended.signal })) as [unknown];
    return message;
  } finally {
    child.off('exit', onExit);
  }
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
