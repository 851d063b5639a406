import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../src/fetch/client.ts';
import type { HttpClient } from '../../src/fetch/types.ts';
import { parseLocator } from '../../src/model/id.ts';
import type { ReadWorld } from '../../src/read/reader.ts';
import { listRemote, remoteReader } from '../../src/read/remote.ts';
import { HOSTILE_LISTINGS } from '../helpers/mcp-hostile.ts';
import {
  type Call,
  type Served,
  serveByHand,
  serveEverything,
  serveHttp,
  serveModern,
  TOOL,
} from '../helpers/mcp-servers.ts';

const served: Served[] = [];
const clients: HttpClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const one of served.splice(0)) await one.close();
});

async function started(server: Promise<Served>): Promise<Served> {
  const one = await server;
  served.push(one);
  return one;
}

/** A world in which crawled data may name these origins on loopback, and nothing else of it. */
function world(...origins: readonly string[]): ReadWorld {
  const client = createHttpClient({
    userAgent: 'toolrisk/0.0.0',
    now: Date.now,
    retries: 0,
    allowLoopbackFor: origins,
    manners: [{ host: '*', concurrency: 4, intervalMs: 0, reason: 'test', source: 'ours' }],
  });
  clients.push(client);
  return {
    client,
    npmRegistry: () => ({ url: 'http://127.0.0.1:1', headers: {} }),
    pypiIndex: () => 'http://127.0.0.1:1',
    parsers: { parse: async () => ({ kind: 'died', message: 'none' }), close: async () => undefined },
    root: '.',
  };
}

async function list({ url, origin }: Served) {
  const listed = await listRemote(url, world(origin));
  if (listed.kind === 'failed') throw new Error(`${listed.reason}: ${listed.message}`);
  return listed;
}

const names = (listed: Awaited<ReturnType<typeof list>>) => listed.server.tools.map((tool) => tool.definition.name);

describe('the reference server', () => {
  let [http, sse]: Served[] = [];
  beforeAll(async () => {
    [http, sse] = await Promise.all([serveEverything('streamableHttp'), serveEverything('sse')]);
  });
  afterAll(() => Promise.all([http?.close(), sse?.close()]));

  test('over streamable HTTP and over HTTP+SSE lists the same 13 tools', async () => {
    if (http === undefined || sse === undefined) throw new Error('not started');
    const [a, b] = [await list(http), await list(sse)];
    expect(a).toMatchObject({ protocol: '2025-11-25', transport: 'streamable HTTP', isPublic: true });
    expect(b).toMatchObject({ protocol: '2025-11-25', transport: 'HTTP+SSE' });
    expect(names(a)).toHaveLength(13);
    expect(names(b)).toEqual(names(a));
    expect(a.server).toMatchObject({ complete: true, listsTools: true, dropped: [] });
    expect(a.server.facts).toMatchObject({ id: `remote:${http.url}`, name: 'mcp-servers/everything' });
    expect(a.server.tools[0]).toMatchObject({
      method: 'live',
      provenance: `${http.url}#/result/tools/0`,
      gated: false,
    });
  });
});

describe('a server of the modern era', () => {
  test('is discovered, and listed without a session', async () => {
    const listed = await list(await started(serveModern('public')));
    expect(listed).toMatchObject({ protocol: '2026-07-28', transport: 'streamable HTTP', isPublic: true });
    expect(names(listed)).toEqual(['add', 'drop']);
    expect(listed.server.facts).toMatchObject({
      name: 'modern',
      title: 'Modern server',
      version: '3.1.4',
      instructions: 'Be kind.',
    });
    expect(listed.server.tools[1]?.definition).toMatchObject({
      title: 'Drop it',
      annotations: { destructiveHint: true },
    });
  });

  test('that does not mark its list as public is shown to who asks, and not published', async () => {
    const server = await started(serveModern('private'));
    expect(await list(server)).toMatchObject({ isPublic: false });
    const read = await remoteReader.read(parseLocator(`remote:${server.url}`), world(server.origin));
    expect(read).toMatchObject({ kind: 'failed', outcome: 'gated', reason: 'mcp-private' });
  });

  test('drops a tool whose header name is none, and keeps the others', async () => {
    const schema = (header: unknown) => ({
      type: 'object',
      properties: { a: { type: 'string', 'x-mcp-header': header } },
    });
    const server = await started(
      serveByHand((call, response) => {
        const result =
          call.method === 'server/discover'
            ? { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }
            : {
                tools: [
                  { name: 'good', inputSchema: schema('Tenant') },
                  { name: 'bad', inputSchema: schema('a b') },
                ],
                cacheScope: 'public',
              };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
        return true;
      }),
    );
    const listed = await list(server);
    expect(names(listed)).toEqual(['good']);
    expect(listed.server.dropped).toMatchObject([{ name: 'bad', reason: 'malformed' }]);
  });
});

describe('a server with sessions', () => {
  test('gets its session id and revision with every request, and a DELETE at the end', async () => {
    const seen: unknown[] = [];
    const server = await started(
      serveHttp(async (request, response) => {
        const { 'mcp-session-id': session, 'mcp-protocol-version': version, authorization } = request.headers;
        seen.push([request.method, session, version, authorization]);
        if (request.method === 'DELETE') return response.writeHead(204).end();
        let text = '';
        for await (const chunk of request) text += chunk;
        const { id, method } = JSON.parse(text);
        if (method === 'server/discover') return response.writeHead(400).end('Bad Request: Server not initialized');
        if (id === undefined) return response.writeHead(202).end();
        const result =
          method === 'initialize' ? { protocolVersion: '2025-03-26', capabilities: { tools: {} } } : { tools: [TOOL] };
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'abc' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      }),
    );
    expect(names(await list(server))).toEqual(['echo']);
    expect(seen).toEqual([
      ['POST', undefined, '2026-07-28', undefined],
      ['POST', undefined, undefined, undefined],
      ['POST', 'abc', '2025-03-26', undefined],
      ['POST', 'abc', '2025-03-26', undefined],
      ['DELETE', 'abc', '2025-03-26', undefined],
    ]);
  });

  test('is listed page by page; the empty text is a cursor', async () => {
    const pages = new Map([
      [undefined, { tools: [{ name: 'a' }], nextCursor: '' }],
      ['', { tools: [{ name: 'b' }, { name: 'a' }], nextCursor: 'last' }],
      ['last', { tools: [{ name: 'c' }] }],
    ]);
    const server = await started(
      serveByHand((call, response) => {
        if (call.method !== 'tools/list') return undefined;
        const result = pages.get(call.params.cursor as string | undefined);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
        return true;
      }),
    );
    const listed = await list(server);
    expect(names(listed)).toEqual(['a', 'b', 'c']);
    expect(listed.server.tools.at(-1)?.provenance).toBe(`${server.url}#/2/result/tools/0`);
    expect(listed.server.dropped).toMatchObject([{ name: 'a', reason: 'duplicate' }]);
  });

  test('that offers no tools has none, and says so', async () => {
    const server = await started(
      serveByHand((call, response) => {
        if (call.method !== 'initialize') return undefined;
        const result = { protocolVersion: '2025-06-18', capabilities: { prompts: {} } };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
        return true;
      }),
    );
    const listed = await list(server);
    expect(listed.server).toMatchObject({ tools: [], complete: true });
    expect(listed.server.facts.notes).toContain('offers-no-tools');
  });

  test('that asks things of the client is refused, a few times', async () => {
    const calls: Call[] = [];
    const asks = [
      'sampling/createMessage',
      'roots/list',
      'elicitation/create',
      'ping',
      ...Array(20).fill('roots/list'),
    ];
    const server = await started(
      serveByHand((call, response) => {
        if (call.method !== 'tools/list') return undefined;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const [n, method] of asks.entries()) {
          response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 900 + n, method })}\n\n`);
        }
        response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { tools: [TOOL] } })}\n\n`);
        return true;
      }, calls),
    );
    expect(names(await list(server))).toEqual(['echo']);
    const answers = calls.filter((call) => call.method === undefined);
    expect(answers.map((call) => call.id)).toEqual([900, 901, 902, 903, 904, 905, 906, 907]);
    expect(answers.filter((call) => call.error !== undefined)).toHaveLength(7);
  });
});

describe('an address that is not listed', () => {
  test.each([
    [401, 'gated'],
    [403, 'gated'],
    [404, 'not-found'],
    [429, 'rate-limited'],
    [503, 'unreachable'],
  ])('status %i is %s', async (status, outcome) => {
    let requests = 0;
    const server = await started(
      serveHttp((_, response) => {
        requests += 1;
        response.writeHead(status, { 'www-authenticate': 'Bearer resource_metadata="http://169.254.169.254/"' }).end();
      }),
    );
    const read = await remoteReader.read(parseLocator(`remote:${server.url}`), world(server.origin));
    expect(read).toMatchObject({ kind: 'failed', outcome, reason: `http-${status}` });
    // What asks for authorization is asked once and left alone.
    if (outcome === 'gated') expect(requests).toBe(1);
  });

  test.each([
    ['https://{tenant}.example.org/mcp', 'url-template'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what catalogues hold
    ['https://example.org/mcp?key=${HOME}', 'url-template'],
    ['https://example.org/$HOME/mcp', 'url-template'],
    ['https://example.org/%7Btoken%7D/mcp', 'url-template'],
    ['https://example.org/<your-id>/mcp', 'url-template'],
    ['ftp://example.org/mcp', 'not-a-url'],
    ['example.org', 'not-a-url'],
    ['http://127.0.0.1/mcp', 'private-address'],
    ['http://localhost:3000/mcp', 'url-port'],
    ['http://[::ffff:127.0.0.1]/mcp', 'private-address'],
  ])('%s → %s', async (url, reason) => {
    const read = await remoteReader.read(parseLocator(`remote:${url}`), world());
    expect(read).toMatchObject({ kind: 'failed', reason });
  });

  test('an event stream that sends us elsewhere is not followed', async () => {
    const server = await started(
      serveHttp((request, response) => {
        if (request.method !== 'GET') return response.writeHead(405).end();
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: endpoint\ndata: http://169.254.169.254/messages\n\n');
      }),
    );
    const read = await remoteReader.read(parseLocator(`remote:${server.url}`), world(server.origin));
    expect(read).toMatchObject({ kind: 'failed', outcome: 'refused', reason: 'mcp-endpoint' });
  });
});

describe('a hostile server', () => {
  test.each(HOSTILE_LISTINGS)('$name → $reason', async ({ misbehave, reason, outcome, tools, dropped }) => {
    const server = await started(serveByHand(misbehave));
    const listed = await listRemote(server.url, world(server.origin));
    if (reason !== undefined) return expect(listed).toMatchObject({ kind: 'failed', reason, outcome });
    if (listed.kind === 'failed') throw new Error(listed.message);
    expect([listed.server.tools.length, listed.server.dropped.length]).toEqual([tools, dropped]);
  });
});
