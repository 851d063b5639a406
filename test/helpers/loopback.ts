import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient } from '../../src/fetch/client.ts';
import type { HttpClient } from '../../src/fetch/types.ts';

/** What a loopback server answers; a function decides by the request. */
export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A server on loopback and a client that may reach it. */
export interface Loopback {
  readonly url: string;
  readonly client: HttpClient;
  /** Paths with queries, in the order of the requests. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts a server that answers as `reply` says; undefined is 404. */
export async function loopback(
  reply: (path: string, request: IncomingMessage) => Reply | undefined,
): Promise<Loopback> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    const answer = reply(path, request) ?? { status: 404, body: 'no such page', type: 'text/plain' };
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json', ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient({
    userAgent: 'toolrisk-test/1',
    now: Date.now,
    operatorOrigins: () => [url],
    allowLoopbackFor: [url],
    retries: 0,
  });
  return {
    url,
    client,
    asked,
    async close() {
      await client.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
