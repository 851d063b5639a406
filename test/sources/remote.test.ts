import { afterEach, describe, expect, it } from 'vitest';
import { readSources } from '../../src/sources/config.ts';
import { type Loopback, loopback, type Reply } from '../helpers/loopback.ts';
import { linesOf, sourceWorld } from './world.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const OFFICIAL = 'io.modelcontextprotocol.registry/official';

function entry(name: string, more: object = {}, official: object = {}) {
  return {
    server: { name, description: `About ${name}`, version: '1.0.0', _meta: {}, ...more },
    _meta: { [OFFICIAL]: { status: 'active', publishedAt: '2026-01-01T00:00:00Z', isLatest: true, ...official } },
  };
}

async function registry(reply: (path: string) => Reply | undefined, since?: number) {
  server = await loopback(reply);
  const [source] = readSources(`sources: [{source: mcp-registry, url: "${server.url}/", limit: 2}]`, 'sources.yaml');
  const world = sourceWorld({ client: server.client, ...(since === undefined ? {} : { since }) });
  return source === undefined ? [] : linesOf(source.list(world));
}

const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });

describe('the MCP registry', () => {
  it('is read page by page, each way to a server as a line with all declared ids', async () => {
    const lines = await registry((path) =>
      path.includes('cursor=next%3A1')
        ? json({ servers: [entry('io.x/two', { packages: null, remotes: null })], metadata: { count: 1 } })
        : json({
            servers: [
              entry('io.x/one', {
                packages: [
                  { registryType: 'npm', identifier: '@x/one', version: '1.0.0', transport: { type: 'stdio' } },
                  { registryType: 'nuget', identifier: 'X.One', version: '1.0.0' },
                ],
                remotes: [
                  { type: 'streamable-http', url: 'https://one.example/mcp?key=1' },
                  { type: 'sse', url: 'https://{tenant}.example/sse' },
                ],
              }),
            ],
            metadata: { nextCursor: 'next:1', count: 1 },
          }),
    );
    const aliases = ['registry:io.x/one', 'npm:@x/one', 'remote:https://one.example/mcp'];
    expect(lines).toEqual([
      { locator: 'npm:@x/one', source: 'mcp-registry', aliases, name: 'io.x/one', description: 'About io.x/one' },
      {
        locator: 'remote:https://one.example/mcp',
        source: 'mcp-registry',
        aliases,
        name: 'io.x/one',
        description: 'About io.x/one',
      },
      {
        locator: 'registry:io.x/two',
        source: 'mcp-registry',
        aliases: ['registry:io.x/two'],
        name: 'io.x/two',
        description: 'About io.x/two',
      },
    ]);
    expect(server?.asked).toEqual([
      '/v0.1/servers?limit=2&version=latest',
      '/v0.1/servers?limit=2&version=latest&cursor=next%3A1',
    ]);
  });

  it('gives a delta with deletions, and neither old versions nor an unknown status', async () => {
    const lines = await registry(
      () =>
        json({
          servers: [
            entry(
              'io.x/gone',
              { packages: [{ registryType: 'pypi', identifier: 'Gone_Server' }] },
              { status: 'deleted' },
            ),
            entry('io.x/old', {}, { isLatest: false }),
            entry('io.x/deprecated', {}, { status: 'deprecated' }),
          ],
          metadata: { nextCursor: '' },
        }),
      Date.UTC(2026, 10, 1),
    );
    expect(server?.asked[0]).toContain('updated_since=2026-11-01T00%3A00%3A00.000Z');
    expect(lines.map((line) => 'locator' in line && [line.locator, line.deleted ?? false])).toEqual([
      ['pypi:gone-server', true],
      ['registry:io.x/deprecated', false],
    ]);
  });

  const FAULTS: readonly { readonly title: string; readonly reply: Reply; readonly reason: string | RegExp }[] = [
    { title: 'a null page', reply: json({ servers: null, metadata: null }), reason: 'nothing' },
    {
      title: 'an entry that is no server',
      reply: json({ servers: [{ server: {} }, entry('io.x/a')] }),
      reason: 'bad-entries',
    },
    { title: 'a page that is not JSON', reply: { body: '<html>' }, reason: 'json-syntax' },
    { title: 'a page of another form', reply: json({ servers: 'many' }), reason: 'json-shape' },
    {
      title: 'cursors that run in a circle',
      reply: json({ servers: [], metadata: { nextCursor: 'again' } }),
      reason: 'cursor-loop',
    },
    {
      title: 'an error',
      reply: { status: 500, body: '{"title":"oops"}', type: 'application/problem+json' },
      reason: 'http-500',
    },
  ];
  for (const { title, reply, reason } of FAULTS) {
    it(`tells ${title} by its reason`, async () => {
      const failures = (await registry(() => reply)).filter((line) => 'kind' in line);
      expect(failures.map((line) => 'reason' in line && line.reason)).toEqual(reason === 'nothing' ? [] : [reason]);
    });
  }
});

describe('the search of npm', () => {
  it('is paged until nothing new comes, and never gives a name that is none', async () => {
    const names = ['a', 'b', 'c'];
    server = await loopback((path) => {
      const from = Number(new URL(path, 'http://x').searchParams.get('from'));
      const page = [...names, '../evil'].slice(from, from + 2);
      return json({ objects: page.map((name) => ({ package: { name, description: `d ${name}` } })), total: 4 });
    });
    const { url, client } = server;
    const [source] = readSources('sources: [{source: npm-search, size: 2}]', 'sources.yaml');
    const world = sourceWorld({ client, npmRegistry: () => ({ url, headers: {} }) });
    const lines = source === undefined ? [] : await linesOf(source.list(world));
    expect(lines.map((line) => 'locator' in line && line.locator)).toEqual(['npm:a', 'npm:b', 'npm:c']);
    expect(server.asked[0]).toBe('/-/v1/search?text=keywords%3Amcp-server&size=2&from=0');
  });

  it('says so where a registry does not serve it', async () => {
    server = await loopback(() => undefined);
    const { url, client } = server;
    const [source] = readSources('sources: [{source: npm-search}]', 'sources.yaml');
    const lines =
      source === undefined
        ? []
        : await linesOf(source.list(sourceWorld({ client, npmRegistry: () => ({ url, headers: {} }) })));
    expect(lines.map((line) => 'reason' in line && line.reason)).toEqual(['http-404']);
  });
});
