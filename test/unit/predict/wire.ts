/** A raw TCP server for tests: what arrives is kept as bytes, what is answered is written as bytes. */
import net from 'node:net';
import type { Target } from '../../../src/predict/index.ts';

export interface Wire {
  readonly port: number;
  /** Everything that arrived so far, all connections, as Latin-1. */
  readonly arrived: () => string;
  /** Resolves when a connection has come. */
  readonly connection: Promise<net.Socket>;
  readonly close: () => Promise<void>;
}

/** `answer` is called once a whole request (headers and Content-Length bytes) is there. */
export async function wire(answer: (socket: net.Socket, request: string) => void): Promise<Wire> {
  let arrived = '';
  const sockets = new Set<net.Socket>();
  let came: (socket: net.Socket) => void = () => undefined;
  const connection = new Promise<net.Socket>((resolve) => { came = resolve; });
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let request = '';
    let answered = false;
    came(socket);
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      arrived += text;
      request += text;
      const end = request.indexOf('\r\n\r\n');
      if (end < 0 || answered) return;
      const length = Number(/^content-length: (\d+)/im.exec(request.slice(0, end))?.[1] ?? 0);
      if (request.length >= end + 4 + length) { answered = true; answer(socket, request); }
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    arrived: () => arrived,
    connection,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    },
  };
}

export function localTarget(port: number, host = 'sklearn-iris.kserve-test.example.com'): Target {
  return { address: { host: '127.0.0.1', port, protocol: 'http' }, host, pathPrefix: '', why: { address: '', host: '' } };
}

export function json(body: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
}
