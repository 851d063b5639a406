import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/fetch/client.ts';
import { cpuClock } from '../helpers/cpu.ts';

const HOUR = 3_600_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function site(robots: (response: ServerResponse) => void) {
  const asked = { robots: 0, agents: new Set<string | undefined>() };
  let now = 1_800_000_000_000;
  const server = createServer((request, response) => {
    asked.agents.add(request.headers['user-agent']);
    if (request.url !== '/robots.txt') return response.end('page');
    asked.robots += 1;
    robots(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const slept: number[] = [];
  const client = createHttpClient({
    userAgent: 'toolrisk/1.2.3 (+https://example.org/contact)',
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    retries: 0,
  });
  closers.push(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const get = (path: string) => client.fetch({ url: origin + path, trust: 'operator', maxBytes: 1_000, robots: true });
  return { get, asked, slept, pass: (ms: number) => (now += ms) };
}

const text = (rules: string) => (response: ServerResponse) => response.end(rules);

describe('robots.txt', () => {
  test.each([
    ['no rules', text(''), '/a', undefined],
    ['a rule for everybody', text('User-agent: *\nDisallow: /a'), '/a/b', 'robots'],
    ['a rule for somebody else', text('User-agent: other\nDisallow: /'), '/a', undefined],
    ['our name, in any case', text('User-agent: ToolRisk\nDisallow: /\n\nUser-agent: *\nAllow: /'), '/a', 'robots'],
    [
      'groups of one name are one group',
      text('User-agent: toolrisk\nDisallow: /a\n\nUser-agent: toolrisk\nDisallow: /b'),
      '/b',
      'robots',
    ],
    ['the longer rule wins', text('User-agent: *\nDisallow: /a\nAllow: /a/public'), '/a/public/x', undefined],
    ['Allow wins a tie', text('User-agent: *\nDisallow: /a\nAllow: /a'), '/a', undefined],
    ['a star', text('User-agent: *\nDisallow: /*.json'), '/x/y.json?z', 'robots'],
    ['an end mark', text('User-agent: *\nDisallow: /*.json$'), '/y.json?z', undefined],
    ['a byte-order mark', text('\ufeffUser-agent: *\nDisallow: /'), '/a', 'robots'],
    ['old line ends', text('User-agent: *\rDisallow: /a'), '/a', 'robots'],
    [
      'names of Object',
      text('User-agent: __proto__\nDisallow: /\nUser-agent: constructor\nDisallow: /'),
      '/a',
      undefined,
    ],
    ['a page that is no robots.txt', text('<html><body>hi</body></html>'), '/a', undefined],
    ['not found', (r: ServerResponse) => r.writeHead(404).end(), '/a', undefined],
    ['forbidden', (r: ServerResponse) => r.writeHead(403).end(), '/a', undefined],
    ['a server error', (r: ServerResponse) => r.writeHead(500).end(), '/a', 'robots-unreachable'],
    ['too many requests', (r: ServerResponse) => r.writeHead(429).end(), '/a', 'robots-unreachable'],
    ['a reset', (r: ServerResponse) => r.destroy(), '/a', 'robots-unreachable'],
  ] as const)('%s', async (_, robots, path, reason) => {
    const { get } = await site(robots);
    const result = await get(path);
    expect(result.kind === 'failed' ? result.reason : undefined).toBe(reason);
  });

  test('one that never ends is read as far as 512 KiB', async () => {
    const { get } = await site((response) => {
      response.write('User-agent: *\nDisallow: /a\n');
      const more = () => {
        while (!response.destroyed && response.write(`# ${'x'.repeat(8_000)}\n`));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await get('/a')).toMatchObject({ reason: 'robots' });
    expect(await get('/b')).toMatchObject({ kind: 'fetched' });
  });

  test.each([
    ['as many as any site has', 30, undefined],
    ['more than that', 250, 'robots'],
  ])('patterns that cost much: %s', async (_, count, reason) => {
    const { get } = await site(text(`User-agent: *\n${`Disallow: /${'*a'.repeat(900)}b\n`.repeat(count)}`));
    await get('/warm');
    const used = cpuClock();
    const result = await get(`/${'a'.repeat(1_900)}`);
    expect(result.kind === 'failed' ? result.reason : undefined).toBe(reason);
    expect(used()).toBeLessThan(5_000);
  });

  test('is asked once a day, by our name', async () => {
    const { get, asked, pass } = await site(text('User-agent: *\nDisallow: /a'));
    await Promise.all([get('/b'), get('/c'), get('/a')]);
    pass(23 * HOUR);
    await get('/b');
    expect(asked.robots).toBe(1);
    pass(2 * HOUR);
    await get('/b');
    expect(asked.robots).toBe(2);
    expect([...asked.agents]).toEqual(['toolrisk/1.2.3 (+https://example.org/contact)']);
  });

  test('one that was out of reach is asked again after ten minutes', async () => {
    let broken = true;
    const { get, pass } = await site((response) => response.writeHead(broken ? 503 : 404).end());
    expect(await get('/a')).toMatchObject({ reason: 'robots-unreachable', outcome: 'refused' });
    broken = false;
    expect(await get('/a')).toMatchObject({ reason: 'robots-unreachable' });
    pass(11 * 60_000);
    expect(await get('/a')).toMatchObject({ kind: 'fetched' });
  });

  test('a crawl delay is kept, up to half a minute', async () => {
    const { get, slept } = await site(text('User-agent: *\nCrawl-delay: 999'));
    await get('/a');
    await get('/b');
    expect(Math.max(...slept)).toBeLessThanOrEqual(30_000);
    expect(Math.max(...slept)).toBeGreaterThan(25_000);
  });
});
