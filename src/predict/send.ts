/**
 * Sends one request over `node:http`/`node:https`. Not by `fetch`: every fetch of Node, undici's too, drops the Host header
 * silently, and the Host is what chooses the revision.
 */
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { PredictError, type Phase, type PredictErrorKind } from './errors.ts';
import { fullPath, wireHeaders, type PredictRequest } from './request.ts';
import { authority } from './target.ts';

/** Milliseconds of each phase. Absent: it did not happen (no name to look up, no TLS) or a proxy hid it. */
export interface Times {
  readonly dns?: number;
  readonly connect?: number;
  readonly tls?: number;
  /** From the connection until the first byte of the answer: sending the body, the way, and the model's own time. */
  readonly wait: number;
  readonly download: number;
  readonly total: number;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** As they came: order, case and doubles. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** UTF-8 text; '' when `binary`. */
  readonly body: string;
  /** Not UTF-8. */
  readonly binary: boolean;
  /** Bytes of the (decoded) body that were read. */
  readonly size: number;
  /** There is more than `maxBytes`; the rest was not read. */
  readonly truncated: boolean;
  /** Content-Length, where the server said one. */
  readonly declaredSize?: number;
  readonly times: Times;
  /** The IP that answered. */
  readonly remote?: string;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for everything, from the look-up to the last byte: a server that drips is caught too. 60,000 unless told. */
  readonly timeoutMs?: number;
  /** Bytes of the body that are read; 5,000,000 unless told. */
  readonly maxBytes?: number;
}

const TIMEOUT = 60_000;
const MAX_BYTES = 5_000_000;

/** The first value of a header, whatever its case. */
export function header(answer: Pick<Answer, 'headers'>, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

const KINDS: Readonly<Record<string, PredictErrorKind>> = {
  ENOTFOUND: 'dns', EAI_AGAIN: 'dns', EAI_FAIL: 'dns', EAI_NODATA: 'dns', ENODATA: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable', EADDRNOTAVAIL: 'unreachable', EHOSTDOWN: 'unreachable', ENETDOWN: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'closed', EPIPE: 'closed', ECONNABORTED: 'closed',
  EPROTO: 'tls', CERT_HAS_EXPIRED: 'tls', CERT_NOT_YET_VALID: 'tls', CERT_REVOKED: 'tls', DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls', UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls', UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls', CERT_SIGNATURE_FAILURE: 'tls', INVALID_CA: 'tls', HOSTNAME_MISMATCH: 'tls',
};

function kindOf(code: string, phase: Phase): PredictErrorKind {
  const known = KINDS[code];
  // A reset in the handshake is TLS's answer to a port that does not speak it.
  if (known === 'closed' && phase === 'tls') return 'tls';
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return 'not-http';
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) return 'tls';
  if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_FORMAT') || code === 'ERR_PADDING_1') return 'not-http';
  return 'failed';
}

function decoded(response: http.IncomingMessage): Readable {
  // Nothing compressed is asked for; a server that compresses all the same is understood, within the same size limit.
  switch (response.headers['content-encoding']?.trim().toLowerCase()) {
    case 'gzip': case 'x-gzip': return response.pipe(createGunzip());
    case 'deflate': return response.pipe(createInflate());
    case 'br': return response.pipe(createBrotliDecompress());
    default: return response;
  }
}

function textOf(bytes: Buffer, truncated: boolean): string | undefined {
  try {
    // `stream` leaves a character that the limit cut in two out instead of failing on it.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: truncated });
  } catch {
    return undefined;
  }
}

/**
 * Sends, and resolves with whatever HTTP answer comes: a 4xx, a 5xx and a redirect (never followed) are answers too.
 * Rejects with a PredictError; nothing was sent when its kind is `invalid`.
 */
export async function send(request: PredictRequest, options: SendOptions = {}): Promise<Answer> {
  const headers = wireHeaders(request);
  const { address, sni, ca } = request.target;
  const body = request.body === undefined ? undefined : Buffer.from(request.body, 'utf8');
  if (body) headers.push(['Content-Length', String(body.length)]);
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const { signal } = options;
  const where = authority(address);

  return await new Promise<Answer>((resolve, reject) => {
    const started = performance.now();
    let phase: Phase = isIP(address.host) === 0 ? 'dns' : 'connect';
    let connected = started;
    let times: { dns?: number; connect?: number; tls?: number } = {};
    let received = 0;
    let settled = false;

    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      act();
      outgoing.destroy();
    };
    const fail = (kind: PredictErrorKind, error?: unknown): void => {
      const cause = error instanceof Error ? error : undefined;
      const code = cause && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
      settle(() => {
        reject(new PredictError({
          kind, address: where, phase, received, after: performance.now() - started,
          ...(code === undefined ? {} : { code }),
          ...(cause === undefined ? {} : { detail: cause.message }),
        }, cause ? { cause } : undefined));
      });
    };
    const failed = (error: Error): void => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
      fail(kindOf(code, phase), error);
    };
    const cancel = (): void => { fail('cancelled'); };

    const common: http.RequestOptions = {
      host: address.host,
      port: address.port,
      method: request.method,
      path: fullPath(request),
      // A flat list goes to the wire as it is: one Host, in this order and case. `setHost` would add a second one.
      headers: headers.flat(),
      setHost: false,
      // A connection of its own: a kept one may close just as the request is written, and a prediction must not be repeated unasked.
      agent: false,
    };
    // Without `servername` Node takes the name from the Host header, with its port; '' asks for none (an IP has no SNI).
    const outgoing = address.protocol === 'https'
      ? https.request({ ...common, servername: sni ?? '', ...(ca === undefined ? {} : { ca }) })
      : http.request(common);
    const timer = setTimeout(() => { fail('timeout'); }, options.timeoutMs ?? TIMEOUT);
    signal?.addEventListener('abort', cancel, { once: true });

    outgoing.on('error', failed);
    outgoing.once('socket', (socket) => {
      const looked = performance.now();
      let ready = looked;
      socket.once('lookup', () => {
        ready = performance.now();
        times = { ...times, dns: ready - started };
        phase = 'connect';
      });
      socket.once('connect', () => {
        connected = performance.now();
        times = { ...times, connect: connected - (times.dns === undefined ? started : ready) };
        phase = address.protocol === 'https' ? 'tls' : 'wait';
      });
      socket.once('secureConnect', () => {
        const secure = performance.now();
        times = { ...times, tls: secure - connected };
        connected = secure;
        phase = 'wait';
      });
    });
    outgoing.once('response', (response) => {
      const first = performance.now();
      phase = 'download';
      const remote = response.socket.remoteAddress;
      const chunks: Buffer[] = [];
      const finish = (truncated: boolean): void => {
        const end = performance.now();
        const bytes = Buffer.concat(chunks);
        const text = textOf(bytes, truncated);
        const pairs: [string, string][] = [];
        for (let index = 0; index + 1 < response.rawHeaders.length; index += 2) pairs.push([response.rawHeaders[index] ?? '', response.rawHeaders[index + 1] ?? '']);
        const declared = Number(response.headers['content-length'] ?? Number.NaN);
        settle(() => {
          resolve({
            status: response.statusCode ?? 0,
            statusText: response.statusMessage ?? '',
            httpVersion: response.httpVersion,
            headers: pairs,
            body: text ?? '',
            binary: text === undefined,
            size: bytes.length,
            truncated,
            ...(Number.isSafeInteger(declared) ? { declaredSize: declared } : {}),
            times: { ...times, wait: first - connected, download: end - first, total: end - started },
            ...(remote === undefined ? {} : { remote }),
          });
        });
      };
      const stream = decoded(response);
      stream.on('data', (chunk: Buffer) => {
        if (settled) return;
        const room = maxBytes - received;
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        received += Math.min(chunk.length, room);
        if (chunk.length > room) finish(true);
      });
      stream.once('end', () => { finish(false); });
      stream.on('error', failed);
      if (stream !== response) {
        // A pipe does not hand the source's failure on.
        response.on('error', failed);
        response.once('aborted', () => { fail('closed'); });
      }
      response.once('close', () => { if (!response.complete) fail('closed'); });
    });
    outgoing.once('close', () => { if (phase !== 'download') fail('closed'); });

    if (signal?.aborted) { cancel(); return; }
    outgoing.end(body);
  });
}
