import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The whole body as text. Rejects when the connection breaks before its end. */
export async function readText(response: IncomingMessage, limit = Infinity): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const body: AsyncIterable<unknown> = decoded(response);
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function decoded(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  // `pipeline` and not `pipe`: it carries a broken connection over to the reader. The callback is its way to do so.
  return pipeline(response, createGunzip(), () => undefined);
}
