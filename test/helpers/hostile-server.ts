import { createServer, type Server, type Socket } from 'node:net';
import type { FetchRequest } from '../../src/fetch/types.ts';
import { FAULTS, type Fault } from './hostile-faults.ts';

/** A server on loopback that misbehaves in every way of `FAULTS`: the path of a request names the fault. */
export interface HostileServer {
  /** The request that meets a fault. */
  request(fault: Fault): FetchRequest;
  readonly origin: string;
  close(): Promise<void>;
}

/** Largest body that the faults are asked for; bombs are far larger. */
export const HOSTILE_CAP = 1 << 20;

/** What no fault reaches but one that never ends, milliseconds. */
const LONG_MS = 60_000;

/** How long the bound is that a fault is about. Milliseconds. */
const SHORT_MS = { connect: 300, headers: 400, idle: 300, deadline: 900 } as const;

/**
 * The bounds of a client that meets this fault. Short is the one bound that it is about: all others are so long that
 * nothing else ends by time where the machine is busy.
 */
export function boundsFor({ reason }: Fault): {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly idleMs: number;
} {
  return {
    connectMs: reason === 'connect-timeout' ? SHORT_MS.connect : LONG_MS,
    headersMs: reason === 'headers-timeout' ? SHORT_MS.headers : LONG_MS,
    idleMs: reason === 'body-idle' ? SHORT_MS.idle : LONG_MS,
  };
}

/** Starts the server. Faults that strike before a request is sent have a port of their own. */
export async function startHostileServer(): Promise<HostileServer> {
  const byName = new Map(FAULTS.map((fault) => [fault.name, fault]));
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const ports = new Map<string, number>();

  async function listen(onSocket: (socket: Socket) => unknown): Promise<number> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // Clients hang up in the middle of everything: that is their right.
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return address.port;
  }

  const port = await listen((socket) => onRequest(socket, (path) => byName.get(nameIn(path))?.serve?.(socket, path)));
  for (const fault of FAULTS) {
    if (fault.connect !== undefined) ports.set(fault.name, await listen(fault.connect));
  }
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    request: (fault) => ({
      url: addressOf(fault, ports.get(fault.name) ?? port),
      trust: 'operator',
      maxBytes: HOSTILE_CAP,
      timeoutMs: fault.reason === 'deadline' ? SHORT_MS.deadline : LONG_MS,
      ...fault.request,
    }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function addressOf(fault: Fault, port: number): string {
  return fault.url?.(port) ?? `http://127.0.0.1:${port}/${encodeURIComponent(fault.name)}`;
}

function nameIn(path: string): string {
  return decodeURIComponent(path.split(/[/?]/u, 2)[1] ?? '');
}

/** Calls back with the path of each request on a socket, once its headers are complete. */
function onRequest(socket: Socket, serve: (path: string) => void): void {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const path = text.split(' ', 2)[1] ?? '/';
      text = text.slice(end + 4);
      serve(path);
    }
  });
}
