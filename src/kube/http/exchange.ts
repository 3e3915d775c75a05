import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Credentials } from '../credentials/credentials.ts';
import { KubeError, reasonOf } from '../errors.ts';
import { errorCode } from '../guards.ts';

export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  readonly credentials: Credentials;
  readonly agent: http.Agent;
  readonly signal: AbortSignal;
  /** Milliseconds until TCP and TLS have to stand. */
  readonly connectTimeout: number;
}

/** One request, until the headers of its answer. Rejects with what Node says, or with the signal's reason. */
export function exchange(request: Exchange): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (request.signal.aborted) {
      reject(reasonOf(request.signal));
      return;
    }
    const secure = request.url.protocol === 'https:';
    // TLS options on the request and not on the agent: VS Code may put its own agent in the place of ours, and Node's
    // agent keeps a pool for each set of them, so a rotated certificate never rides on an old connection.
    const options: https.RequestOptions = {
      ...urlToHttpOptions(request.url),
      ...(secure ? request.credentials.tls : {}),
      method: request.method,
      headers: { ...request.headers, ...request.credentials.headers },
      agent: request.credentials.proxy ?? request.agent,
      signal: request.signal,
    };
    const sent = secure ? https.request(options) : http.request(options);
    let connecting: NodeJS.Timeout | undefined;
    const fail = (error: Error): void => {
      clearTimeout(connecting);
      if (request.signal.aborted) reject(reasonOf(request.signal));
      else if (request.method === 'GET' && sent.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(errorCode(error) ?? '')) {
        // The server closed an idle connection while this request was on its way (a race that Node's documentation of
        // `reusedSocket` describes). Each turn takes one stale connection out of the pool, so this ends.
        exchange(request).then(resolve, reject);
      } else reject(error);
    };
    sent.on('socket', (socket) => {
      // The agent's time limit is for idle connections; a quiet watch is not one.
      socket.setTimeout(0);
      if (!socket.connecting) return;
      connecting = setTimeout(() => {
        sent.destroy(
          new KubeError('unreachable', `No connection to ${request.url.origin} within ${request.connectTimeout / 1000} seconds. Check the network or VPN, then the address in the kubeconfig.`),
        );
      }, request.connectTimeout);
      socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    sent.on('error', fail);
    sent.on('close', () => clearTimeout(connecting));
    sent.on('response', (response) => {
      clearTimeout(connecting);
      // Whoever reads it hears of the error by reading; without a listener a late one would end the process.
      response.on('error', () => undefined);
      resolve(response);
    });
    sent.end(request.body);
  });
}
