import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createHttpClient } from '../../src/fetch/client.ts';
import { guardedConnector, type Resolve } from '../../src/fetch/guard.ts';
import { FetchError } from '../../src/fetch/types.ts';
import { ANSWERS, numbers, randomSpelling, SPELLINGS, WRAPPERS } from './ssrf-cases.ts';

/** What a run of attempts showed. */
export interface SsrfReport {
  readonly attempts: number;
  /** Connections that a sentinel on loopback saw. Must be 0. */
  readonly connections: number;
  /** Attempts that did not end as a failure. Must be empty. */
  readonly passed: readonly string[];
  readonly reasons: ReadonlyMap<string, number>;
  /** Ports on which sentinels listen; 80 and 443 where the machine lets us, so that no port rule stands before the address rule. */
  readonly ports: readonly number[];
}

const LOOPBACKS = ['127.0.0.1', '::1'] as const;
const STATUSES = [301, 302, 303, 307, 308] as const;
const PARALLEL = 64;

/** Listeners that must never be touched. */
class Sentinels {
  connections = 0;
  readonly ports: number[] = [];
  readonly #servers: Server[] = [];

  async open(): Promise<void> {
    for (const port of [80, 443, 0]) for (const host of LOOPBACKS) await this.#listen(host, port);
  }

  async #listen(host: string, port: number): Promise<void> {
    const server = createServer((socket) => {
      this.connections += 1;
      socket.destroy();
    });
    server.listen(port, host);
    const bound = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]);
    if (!bound) return;
    this.#servers.push(server);
    const address = server.address();
    if (address !== null && typeof address !== 'string') this.ports.push(address.port);
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Names of the form `aN-K.test` answer the N-th hostile answer; every other name does not exist. */
const hostileResolver: Resolve = (hostname, answer) => {
  const index = /^a(\d+)-/u.exec(hostname)?.[1];
  const addresses = index === undefined ? undefined : ANSWERS[Number(index)];
  if (addresses !== undefined) return answer(null, addresses);
  if (/(?:^|\.)localhost\.?$/u.test(hostname)) return answer(null, ANSWERS[0] ?? []);
  answer(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
};

/**
 * Tries `count` times to reach loopback: through the client, through a redirect of a server that may be reached, and
 * through the connector alone, which sees hosts that no URL check has looked at.
 */
export async function tryToReachLoopback(count: number, seed = 1): Promise<SsrfReport> {
  const sentinels = new Sentinels();
  await sentinels.open();
  const random = numbers(seed);
  const redirector = await startRedirector();
  const client = createHttpClient({
    userAgent: 'toolrisk/0.0.0',
    now: Date.now,
    retries: 0,
    concurrency: PARALLEL,
    manners: [{ host: '*', concurrency: PARALLEL, intervalMs: 0, reason: 'torture', source: 'ours' }],
    resolve: hostileResolver,
    allowLoopbackFor: [redirector.origin],
  });
  const connector = guardedConnector({ resolve: hostileResolver, connectMs: 2_000, ca: [], exempt: new Set() });
  const reasons = new Map<string, number>();
  const passed: string[] = [];

  function pick<T>(list: readonly T[], fallback: T): T {
    return list[Math.floor(random() * list.length)] ?? fallback;
  }

  function target(n: number): { readonly host: string; readonly url: string } {
    const kind = random();
    const name = () => `a${n % ANSWERS.length}-${n}.test`;
    const host =
      kind < 0.4
        ? name()
        : kind < 0.7
          ? pick(SPELLINGS, '127.0.0.1')
          : kind < 0.98
            ? randomSpelling(random)
            : 'x.localhost';
    const port = random() < 0.1 ? `:${pick(sentinels.ports, 80)}` : '';
    return { host, url: pick(WRAPPERS, 'http://HOST/').replace('HOST', host + port) };
  }

  async function attempt(n: number): Promise<void> {
    const { host, url } = target(n);
    const route = n % 10;
    if (route < 3) return note(url, await dial(connector, host, pick(sentinels.ports, 80)));
    const address = route < 5 ? redirector.leadTo(url, pick(STATUSES, 302)) : url;
    const result = await client.fetch({ url: address, trust: 'crawled', maxBytes: 1_000, timeoutMs: 5_000 });
    note(url, result.kind === 'failed' ? result.reason : undefined);
  }

  function note(url: string, reason: string | undefined): void {
    if (reason === undefined) passed.push(url);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await attempt(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  await client.close();
  await redirector.close();
  await sentinels.close();
  return { attempts: next, connections: sentinels.connections, passed, reasons, ports: sentinels.ports };
}

/** Dials through the connector alone; the reason of the refusal, undefined when a socket came of it. */
function dial(connector: ReturnType<typeof guardedConnector>, host: string, port: number): Promise<string | undefined> {
  const hostname = host.replace(/^\[|\]$/gu, '');
  const protocol = port === 443 ? 'https:' : 'http:';
  return new Promise((resolve) => {
    connector({ hostname, host: hostname, protocol, port: String(port) }, (error, socket) => {
      socket?.destroy();
      resolve(
        error === null ? undefined : `connector: ${error instanceof FetchError ? error.failure.reason : error.message}`,
      );
    });
  });
}

/** A server that crawled data may name, for this test, and that redirects wherever it is told. */
async function startRedirector() {
  const sockets = new Set<Socket>();
  // By hand: Node's own server refuses to send some of what a hostile one would.
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const path = chunk.toString('latin1').split(' ', 2)[1] ?? '/';
      const [status, target] = path.slice(1).split('/', 2);
      const location = Buffer.from(target ?? '', 'base64url')
        .toString('utf8')
        .replace(/[\r\n]/gu, '');
      socket.write(`HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    leadTo: (url: string, status: number) => `${origin}/${status}/${Buffer.from(url).toString('base64url')}`,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
