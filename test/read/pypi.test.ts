import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { pack } from 'tar-stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { pypiReader } from '../../src/read/pypi.ts';
import { compareVersions } from '../../src/read/pypi-files.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { brief, readingOf, readWorld } from './world.ts';

const SERVER =
  'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("n")\n@mcp.tool()\ndef list_notes(tag: str = ""):\n    """Lists notes."""\n';
const METADATA =
  'Metadata-Version: 2.1\nName: Notes_Server\nVersion: 2.0\nSummary: Keeps notes\nProject-URL: Repository, https://r.example/notes\nLicense: MIT\n\n# Notes\n<!-- mcp-name: io.github.x/notes -->\n';

const wheel = zipSync({
  'notes/server.py': strToU8(SERVER),
  'notes/tests/test_server.py': strToU8(SERVER),
  'notes_server-2.0.dist-info/METADATA': strToU8(METADATA),
  'notes_server-2.0.dist-info/entry_points.txt': strToU8('[console_scripts]\nnotes = notes.server:main\n'),
});

async function sdist(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'notes-1.0/PKG-INFO' }, METADATA);
  tar.entry({ name: 'notes-1.0/src/notes/server.py' }, SERVER);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  return gzipSync(Buffer.concat(chunks));
}

const world = readWorld();
let server: Loopback | undefined;
afterAll(() => world.close());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** An index that answers as PEP 691 says, with one project. */
async function index(
  files: readonly {
    readonly filename: string;
    readonly bytes: Uint8Array;
    readonly sha256?: string | null;
    readonly yanked?: boolean;
  }[],
) {
  server = await loopback((path) => {
    if (path === '/simple/notes-server/') {
      const listed = files.map(({ filename, bytes, sha256, yanked }) => ({
        filename,
        url: `../../files/${filename}#sha256=x`,
        hashes: sha256 === null ? {} : { sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex') },
        ...(yanked === undefined ? {} : { yanked }),
        'upload-time': '2026-01-01T00:00:00Z',
      }));
      const body = JSON.stringify({
        meta: { 'api-version': '1.1' },
        name: 'notes-server',
        files: [...listed, { filename: 1 }],
      });
      return { body, type: 'application/vnd.pypi.simple.v1+json', headers: { etag: '"7"' } };
    }
    if (path === '/simple/html/') return { body: '<a href="x">x</a>', type: 'text/html' };
    const file = files.find((one) => path === `/files/${one.filename}`);
    return file === undefined ? undefined : { body: file.bytes, type: 'application/octet-stream' };
  });
  const { url, client } = server;
  return { ...world, client, pypiIndex: () => `${url}/simple` };
}

const WHEEL = { filename: 'notes_server-2.0-py3-none-any.whl', bytes: wheel };

describe('a Python package by name', () => {
  it('is read from its newest wheel', async () => {
    const far = await index([
      { filename: 'notes_server-10.0rc1-py3-none-any.whl', bytes: wheel },
      WHEEL,
      { filename: 'notes_server-1.9.1-py3-none-any.whl', bytes: wheel },
      { filename: 'notes_server-3.0-py3-none-any.whl', bytes: wheel, yanked: true },
    ]);
    const reading = readingOf(await pypiReader.read({ kind: 'pypi', name: 'Notes_Server' }, far));
    expect(reading.servers[0]?.facts).toEqual({
      id: 'pypi:notes-server',
      aliases: ['registry:io.github.x/notes'],
      name: 'Notes_Server',
      description: 'Keeps notes',
      version: '2.0',
      repository: 'https://r.example/notes',
      license: 'MIT',
      publishedAt: '2026-01-01T00:00:00Z',
      notes: [],
    });
    expect(reading.servers[0]?.tools.map((tool) => [tool.definition.name, tool.provenance])).toEqual([
      ['list_notes', 'pypi:notes-server@2.0!notes/server.py:3'],
    ]);
    expect(
      await pypiReader.read({ kind: 'pypi', name: 'notes-server' }, far, { contentHash: reading.contentHash }),
    ).toMatchObject({ kind: 'not-modified' });
  });

  it('is read from a source archive where there is no wheel, at the version that is asked for', async () => {
    const far = await index([{ filename: 'notes_server-1.0.tar.gz', bytes: await sdist() }, WHEEL]);
    expect(brief(await pypiReader.read({ kind: 'pypi', name: 'notes-server', version: '1.0' }, far))).toEqual([
      'pypi:notes-server: list_notes',
    ]);
  });

  const FAULTS: readonly {
    readonly title: string;
    readonly files: Parameters<typeof index>[0];
    readonly name?: string;
    readonly version?: string;
    readonly gives: string;
  }[] = [
    { title: 'a wrong hash', files: [{ ...WHEEL, sha256: '00'.repeat(32) }], gives: 'integrity integrity-mismatch' },
    { title: 'no hash', files: [{ ...WHEEL, sha256: null }], gives: 'integrity no-hash' },
    {
      title: 'a wheel that is no archive',
      files: [{ filename: WHEEL.filename, bytes: strToU8('x') }],
      gives: 'malformed zip-directory',
    },
    { title: 'no such version', files: [WHEEL], version: '9', gives: 'not-found no-release' },
    { title: 'no files', files: [], gives: 'not-found no-release' },
    { title: 'no such package', files: [], name: 'gone', gives: 'not-found http-404' },
    { title: 'a name that is none', files: [], name: '../x', gives: 'malformed package-name' },
    { title: 'an index in HTML only', files: [], name: 'html', gives: 'malformed simple-api' },
    {
      title: 'a package without tools',
      files: [{ filename: WHEEL.filename, bytes: zipSync({ 'notes/a.py': strToU8('x = 1') }) }],
      gives: 'no-static-tools no-definitions',
    },
  ];
  for (const { title, files, name, version, gives } of FAULTS) {
    it(`with ${title} is an outcome`, async () => {
      const far = await index(files);
      const locator = {
        kind: 'pypi' as const,
        name: name ?? 'notes-server',
        ...(version === undefined ? {} : { version }),
      };
      expect(brief(await pypiReader.read(locator, far))).toBe(gives);
    });
  }

  it('without a configured index is unreachable', async () => {
    expect(brief(await pypiReader.read({ kind: 'pypi', name: 'notes-server' }, world))).toBe('unreachable no-index');
  });
});

it('versions are ordered as PEP 440 says', () => {
  const sorted = ['1.0.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.2', '1.10', '2024.1.2', '1!0.1'];
  expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
});
