import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { fileReader } from '../../src/read/file.ts';
import { readLocator } from '../../src/read/index.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { brief, folderOf, readingOf, readWorld } from './world.ts';

const tool = (name: string) => ({ name, description: `About ${name}.`, inputSchema: { type: 'object' } });
const root = folderOf({
  'notes.json': { tools: [tool('read_note')] },
  'broken.json': '{"tools": [',
  'other.json': { hello: 1 },
  'error.json': { jsonrpc: '2.0', error: { code: 1, message: 'no' } },
  'config/mcp.json': { mcpServers: { a: { command: 'npx', args: ['notes-server'], env: { KEY: 'sk-secret' } } } },
  'many/a.json': { tools: [tool('a')] },
  'many/b/b.json': { tools: [tool('b')] },
  'many/b/broken.json': '{',
  'many/package-lock.json': { lockfileVersion: 3 },
  'many/node_modules/x/tools.json': { tools: [tool('hidden')] },
  'docker/notes/server.yaml': 'name: notes\ntype: server\nimage: mcp/notes\nmeta: {}\nabout: {title: Notes}\n',
  'docker/notes/tools.json': [
    { name: 'read_note', description: 'Reads.', arguments: [{ name: 'id', type: 'string', desc: 'which' }] },
  ],
  'docker/empty/server.yaml':
    'name: empty\ntype: server\nimage: mcp/empty\nmeta: {}\nabout: {}\ndynamic: {tools: true}\n',
  'docker/empty/tools.json': '[]',
  'package/package.json': { name: 'notes-server', version: '1.0.0', bin: 'index.js' },
  'package/index.js':
    "server.registerTool('read_note', { description: 'Reads one note.', inputSchema: {} }, () => {});\n",
  'package/test/fixture.json': { tools: [tool('fixture')] },
  'python/pyproject.toml': '[project]\nname = "notes"\n',
  'python/src/notes/server.py':
    'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("n")\n@mcp.tool()\ndef list_notes(tag: str = ""):\n    """Lists notes."""\n',
  'nothing/readme.txt': 'hello',
});
symlinkSync(join(root, 'notes.json'), join(root, 'many/link.json'));
const world = readWorld({ root });
afterAll(() => world.close());

const CASES: readonly { readonly title: string; readonly name: string; readonly gives: unknown }[] = [
  { title: 'a file', name: 'notes.json', gives: ['file:notes.json: read_note'] },
  {
    title: 'a file under another spelling of its path',
    name: './many/../notes.json',
    gives: ['file:notes.json: read_note'],
  },
  { title: 'JSON that is cut off', name: 'broken.json', gives: 'malformed json-syntax' },
  { title: 'a file of no known shape', name: 'other.json', gives: 'malformed unknown-shape' },
  { title: 'an answer that is an error', name: 'error.json', gives: 'malformed no-server' },
  { title: 'a file that is not there', name: 'gone.json', gives: 'not-found no-file' },
  {
    title: 'a folder, without modules, links and files of no shape',
    name: 'many',
    gives: ['file:many/a.json: a', 'file:many/b/b.json: b'],
  },
  {
    title: 'a folder of Docker servers, each with its companion',
    name: 'docker',
    gives: ['oci:mcp/empty: ', 'oci:mcp/notes: read_note'],
  },
  { title: 'a server.yaml with its companion', name: 'docker/notes/server.yaml', gives: ['oci:mcp/notes: read_note'] },
  { title: "a JavaScript package's source, not its fixtures", name: 'package', gives: ['file:package: read_note'] },
  { title: "a Python package's source", name: 'python', gives: ['file:python: list_notes'] },
  {
    title: 'one file of Python',
    name: 'python/src/notes/server.py',
    gives: ['file:python/src/notes/server.py: list_notes'],
  },
  { title: 'one file of JavaScript', name: 'package/index.js', gives: ['file:package/index.js: read_note'] },
  { title: 'a folder without manifests', name: 'nothing', gives: 'malformed no-manifest' },
];

describe('a file locator reads', () => {
  for (const { title, name, gives } of CASES) {
    it(title, async () => expect(brief(await fileReader.read({ kind: 'file', name }, world))).toEqual(gives));
  }

  it('a broken file of a folder as a problem of its own', async () => {
    const reading = readingOf(await fileReader.read({ kind: 'file', name: 'many' }, world));
    expect(reading.problems).toEqual([expect.stringMatching(/^b\/broken\.json: .*not valid JSON/u)]);
  });

  it('the companion with its own provenance, and an empty list as unknown', async () => {
    const servers = readingOf(await fileReader.read({ kind: 'file', name: 'docker' }, world)).servers;
    expect(servers[1]?.tools[0]?.provenance).toBe('file:docker/notes/tools.json#/0');
    expect(servers[0]).toMatchObject({ complete: false, listsTools: false });
  });

  it('source with file and line', async () => {
    const reading = readingOf(await fileReader.read({ kind: 'file', name: 'python' }, world));
    expect(reading.servers[0]?.tools[0]).toMatchObject({
      method: 'static',
      provenance: 'file:python!src/notes/server.py:3',
    });
  });

  it('nothing again when nothing changed', async () => {
    for (const name of ['notes.json', 'many', 'python']) {
      const { contentHash } = readingOf(await fileReader.read({ kind: 'file', name }, world));
      expect(await fileReader.read({ kind: 'file', name }, world, { contentHash })).toEqual({ kind: 'not-modified' });
    }
  });

  it('a configuration without keeping it', async () => {
    const reading = readingOf(await fileReader.read({ kind: 'file', name: 'config/mcp.json' }, world));
    expect(reading.leads).toEqual(['npm:notes-server']);
    expect(JSON.stringify(reading)).not.toContain('sk-secret');
    expect(reading.body).toBeUndefined();
    expect(readingOf(await fileReader.read({ kind: 'file', name: 'notes.json' }, world)).body).toBeDefined();
  });
});

describe('a file locator with an address', () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  it('reads the document, with its validators', async () => {
    server = await loopback((path) =>
      path === '/notes.json'
        ? { body: JSON.stringify({ tools: [tool('far_note')] }), headers: { etag: '"1"' } }
        : undefined,
    );
    const far = { ...world, client: server.client, operatorOrigins: new Set([server.url]) };
    const reading = readingOf(await readLocator(`file:${server.url}/notes.json`, far));
    expect(reading.validators?.etag).toBe('"1"');
    expect(reading.servers[0]?.facts.id).toBe(`remote:${server.url}/notes.json`);
    expect(reading.servers[0]?.tools[0]?.provenance).toBe(`${server.url}/notes.json#/tools/0`);
    expect(brief(await readLocator(`file:${server.url}/gone.json`, far))).toBe('not-found http-404');
  });

  it('is not followed to a private address that a document named', async () => {
    const { createHttpClient } = await import('../../src/fetch/client.ts');
    const client = createHttpClient({ userAgent: 'toolrisk-test/1', now: Date.now, retries: 0 });
    server = await loopback(() => ({ body: '{}' }));
    expect(brief(await readLocator(`file:${server.url}/x.json`, { ...world, client }))).toMatch(/^refused /u);
    expect(server.asked).toEqual([]);
    await client.close();
  });
});

it('a locator that only names a server is answered, never an empty list', async () => {
  expect(brief(await readLocator('oci:mcp/notes', world))).toBe('no-static-tools image-not-read');
  expect(brief(await readLocator('registry:io.x/notes', world))).toBe('no-static-tools nothing-to-visit');
});

describe('what a site says about its servers', () => {
  it('is read at its well-known places, without asking robots.txt', async () => {
    const server = await loopback((path) => {
      if (path === '/.well-known/ai-catalog.json') {
        return {
          body: JSON.stringify({
            specVersion: '1.0',
            entries: [{ type: 'application/mcp-server-card+json', url: '/mcp/server-card' }],
          }),
        };
      }
      if (path !== '/mcp/server-card') return undefined;
      const card = {
        name: 'io.x/notes',
        version: '1',
        description: 'd',
        endpoint: `http://${server.url.slice(7)}/mcp`,
        tools: [tool('read_note')],
      };
      return { body: JSON.stringify(card), type: 'application/mcp-server-card+json' };
    });
    const far = { ...world, client: server.client, operatorOrigins: new Set([server.url]) };
    const [lead = ''] = readingOf(await readLocator(`file:${server.url}/.well-known/ai-catalog.json`, far)).leads;
    expect(lead).toBe(`file:${server.url}/mcp/server-card`);
    expect(brief(await readLocator(lead, far))).toEqual([`remote:${server.url}/mcp: read_note`]);
    expect(server.asked).toEqual(['/.well-known/ai-catalog.json', '/mcp/server-card']);
    await server.close();
  });
});
