import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../src/fetch/client.ts';
import { quotaPause, retryAfter } from '../../src/fetch/delays.ts';
import { HostQueues } from '../../src/fetch/hosts.ts';
import { MANNERS, mannerFor } from '../../src/fetch/manners.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server and a client whose clock only moves when it sleeps. */
async function world(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  more: Partial<HttpClientOptions> = {},
) {
  const requests: string[] = [];
  const slept: number[] = [];
  let now = NOW;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const client = createHttpClient({
    userAgent: 'toolrisk/1.2.3 (+https://example.org/contact)',
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    ...more,
  });
  closers.push(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const get = (path: string, request: object = {}) =>
    client.fetch({ url: origin + path, trust: 'operator', maxBytes: 1 << 20, ...request });
  return { origin, client, get, requests, slept, pass: (ms: number) => (now += ms) };
}

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    ['0', undefined],
    ['-5', undefined],
    ['1.5', 1_500],
    ['Sun, 22 Nov 2026 12:01:00 GMT', 60_000],
    ['Sunday, 22-Nov-26 12:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 12:00:00 GMT', undefined],
    ['99999999', 7 * DAY],
    ['1e9', undefined],
    ['9'.repeat(400), 7 * DAY],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 7 * DAY],
    ['soon', undefined],
    ['2027', 2_027_000],
    ['', undefined],
    [undefined, undefined],
  ])('%s → %s ms from now', (value, wait) => {
    expect(retryAfter(value, NOW)).toBe(wait === undefined ? undefined : NOW + wait);
  });
});

describe('RateLimit headers', () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{ ratelimit: '"default";r=0;t=30' }, 30_000],
    [{ ratelimit: '"default";r=5;t=30' }, undefined],
    [{ ratelimit: 'limit=10, remaining=0, reset=7' }, 7_000],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '12' }, 12_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 90) }, 90_000],
    [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '90' }, undefined],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1e99' }, 3_600_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, undefined],
    [{ 'x-ratelimit-remaining': '0' }, undefined],
  ])('%j → %s ms', (headers, wait) => {
    expect(quotaPause(new Map(Object.entries(headers)), NOW)).toBe(wait === undefined ? undefined : NOW + wait);
  });
});

describe('the table of manners', () => {
  test('every line has a reason and a source, and the last one is for everybody', () => {
    for (const manner of MANNERS) {
      expect(manner.reason, manner.host).not.toBe('');
      expect(manner.source, manner.host).toMatch(/^(?:ours|https:\/\/\S+)$/u);
      expect(manner.concurrency, manner.host).toBeGreaterThan(0);
    }
    expect(MANNERS.at(-1)).toMatchObject({ host: '*' });
  });

  test.each([
    ['a.github.io', 'crawled', '*.github.io'],
    ['B.GitHub.io.', 'crawled', '*.github.io'],
    ['github.io', 'crawled', 'crawled github.io:'],
    ['notgithub.io', 'crawled', 'crawled notgithub.io:'],
    ['example.org', 'crawled', 'crawled example.org:'],
    ['example.org', 'operator', 'operator example.org:'],
  ] as const)('%s of %s data stands in the queue %s', (host, trust, queue) => {
    expect(mannerFor(host, '', trust, MANNERS).queue).toBe(queue);
  });
});

describe('host queues', () => {
  test('space the starts of requests to one host', async () => {
    const { get, slept } = await world((_, response) => response.end('ok'), {
      manners: [{ host: '127.0.0.1', concurrency: 2, intervalMs: 400, reason: 'test', source: 'ours' }],
    });
    await Promise.all([get('/1'), get('/2'), get('/3')]);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(800);
  });

  test('never run more at a time than the line allows', async () => {
    let [now, most] = [0, 0];
    const { get } = await world(
      (_, response) => {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          response.end('ok');
        }, 10);
      },
      { manners: [{ host: '127.0.0.1', concurrency: 3, intervalMs: 0, reason: 'test', source: 'ours' }] },
    );
    await Promise.all(Array.from({ length: 20 }, (_, n) => get(`/${n}`)));
    expect(most).toBe(3);
  });

  test('serve who comes when another one has been served, at once or later', async () => {
    let [now, most, served] = [0, 0, 0];
    const { get } = await world(
      (_, response) => {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          served += 1;
          response.end('ok');
        }, 1);
      },
      { manners: [{ host: '127.0.0.1', concurrency: 3, intervalMs: 0, reason: 'test', source: 'ours' }] },
    );
    const follow = async (pause: () => Promise<unknown>) => {
      for (let n = 0; n < 30; n += 1) {
        expect(await get(`/${n}`)).toMatchObject({ kind: 'fetched' });
        await pause();
      }
    };
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const moment = () => new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([async () => undefined, async () => undefined, turn, turn, moment].map(follow));
    expect(served).toBe(150);
    expect(most).toBeLessThanOrEqual(3);
  });

  test('hold a bounded number of hosts', async () => {
    const queues = new HostQueues({ now: () => NOW, sleep: async () => undefined }, MANNERS, 8);
    for (let n = 0; n < 10_000; n += 1) {
      const place = await queues.acquire(new URL(`http://host-${n}.example/`), 'crawled', undefined);
      if (place.kind === 'place') place.release();
    }
    expect(queues.size).toBeLessThanOrEqual(2_049);
  });

  test('a clock that is set back ten years does not stop a host', async () => {
    const { get, pass } = await world((_, response) => response.end('ok'), {
      manners: [{ host: '*', concurrency: 1, intervalMs: 500, reason: 'test', source: 'ours' }],
    });
    await get('/1');
    pass(-3_650 * DAY);
    expect(await get('/2')).toMatchObject({ kind: 'fetched' });
    pass(7_300 * DAY);
    expect(await get('/3')).toMatchObject({ kind: 'fetched' });
  });
});

describe('a host that complains', () => {
  test('429 with a long Retry-After: fails with the instant, and others to the host do not even ask', async () => {
    const { get, requests, pass } = await world((request, response) => {
      if (request.url === '/busy') response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    });
    const busy = await get('/busy');
    expect(busy).toMatchObject({
      kind: 'failed',
      outcome: 'rate-limited',
      reason: 'http-429',
      notBefore: NOW + 3_600_000,
    });
    expect(await get('/other')).toMatchObject({
      reason: 'host-paused',
      outcome: 'rate-limited',
      notBefore: NOW + 3_600_000,
    });
    expect(requests).toEqual(['/busy']);
    pass(3_600_000);
    expect(await get('/other')).toMatchObject({ kind: 'fetched' });
  });

  test('429 with a short Retry-After is waited out once', async () => {
    let count = 0;
    const { get, requests } = await world((_, response) => {
      count += 1;
      if (count === 1) response.writeHead(429, { 'retry-after': '2' });
      response.end('ok');
    });
    expect(await get('/')).toMatchObject({ kind: 'fetched' });
    expect(requests).toHaveLength(2);
  });

  test('429 that does not say until when: a minute, then two', async () => {
    const { get, pass } = await world((_, response) => response.writeHead(429).end());
    expect(await get('/')).toMatchObject({ notBefore: NOW + 60_000 });
    pass(60_000);
    expect(await get('/')).toMatchObject({ notBefore: NOW + 60_000 + 120_000 });
  });

  test('no quota left: the next request waits', async () => {
    const { get, slept } = await world((_, response) =>
      response.writeHead(200, { ratelimit: '"d";r=0;t=20' }).end('ok'),
    );
    await get('/1');
    expect(await get('/2')).toMatchObject({ kind: 'fetched' });
    expect(slept).toContain(20_000);
  });
});

describe('retries', () => {
  test('a passing fault of a GET is tried again, with growing waits', async () => {
    let count = 0;
    const { get, slept } = await world((_, response) => {
      count += 1;
      response.writeHead(count < 3 ? 502 : 200).end('ok');
    });
    expect(await get('/')).toMatchObject({ kind: 'fetched' });
    expect(slept).toEqual([500, 1_000]);
  });

  test.each([
    ['a POST', 502, { method: 'POST', body: '{}' }],
    ['a status that stays', 404, {}],
    ['a server error of its own', 500, {}],
  ])('%s is sent once', async (_, status, request) => {
    const { get, requests } = await world((__, response) => response.writeHead(status).end());
    expect(await get('/', request)).toMatchObject({ kind: 'failed', reason: `http-${status}` });
    expect(requests).toHaveLength(1);
  });

  test('gives up after two', async () => {
    const { get, requests } = await world((_, response) => response.writeHead(503).end());
    expect(await get('/')).toMatchObject({ reason: 'http-503', outcome: 'unreachable' });
    expect(requests).toHaveLength(3);
  });
});
