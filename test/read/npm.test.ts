import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmReader } from '../../src/read/npm.ts';
import type { SourceParser } from '../../src/read/reader.ts';
import { npmRegistry, type Registry, testPool } from '../helpers/npm-registry.ts';
import { makePackage } from '../helpers/tarballs.ts';

const SERVER = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
const server = new McpServer({ name: 'x', version: '1' });
server.registerTool('add_note', { description: 'Adds a note', inputSchema: { text: z.string() } }, async () => ({}));
`;
const manifest = (more: object = {}) =>
  JSON.stringify({ name: 'notes-mcp', version: '1.0.0', bin: 'index.js', ...more });

let registry: Registry;
let pool: SourceParser;

beforeAll(async () => {
  pool = testPool();
  const good = await makePackage({
    'package.json': manifest({ mcpName: 'io.example/notes', scripts: { postinstall: 'x' } }),
    'index.js': SERVER,
  });
  const library = await makePackage({
    'package.json': JSON.stringify({ name: 'notes-core', version: '2.3.0', main: 'lib.js' }),
    'lib.js': SERVER.replaceAll('add_note', 'core_note'),
  });
  registry = await npmRegistry({
    'notes-mcp': { '0.9.0': { archive: good, deprecated: 'use 1.0.0' }, '1.0.0': { archive: good } },
    '@scope/elsewhere': { '1.0.0': { archive: good, tarballHost: 'mirror.invalid' } },
    'wrong-hash': { '1.0.0': { archive: good, integrity: 'sha512-AAAA' } },
    truncated: { '1.0.0': { archive: good.subarray(0, good.byteLength - 40) } },
    'no-manifest': { '1.0.0': { archive: await makePackage({ 'index.js': SERVER }) } },
    'no-tools': {
      '1.0.0': { archive: await makePackage({ 'package.json': manifest(), 'index.js': 'console.log(1)' }) },
    },
    'half-broken': {
      '1.0.0': {
        archive: await makePackage({
          'package.json': manifest(),
          'index.js': `import './bad.js';\n${SERVER}`,
          'bad.js': 'registerTool(((',
        }),
      },
    },
    unpublished: {},
    'notes-server': {
      '1.0.0': {
        archive: await makePackage({
          'package.json': JSON.stringify({
            name: 'notes-server',
            bin: 'cli.js',
            dependencies: { 'notes-core': '^2.1.0', express: '1' },
          }),
          'cli.js': "require('notes-core').start(); require('express');",
        }),
      },
    },
    'notes-core': { '2.3.0': { archive: library }, '3.0.0': { archive: library } },
    doubles: {
      '1.0.0': {
        archive: await makePackage({
          'package.json': manifest(),
          'index.js': `${SERVER}\nserver.registerTool('add_note', { description: 'Adds a note' }, f);\nserver.registerTool('', { description: 'nameless' }, f);\nserver.registerTool('${'n'.repeat(300)}', { description: 'long' }, f);`,
        }),
      },
    },
  });
});
afterAll(async () => {
  await pool.close();
  await registry.close();
});

const read = (name: string, version?: string, previous?: Parameters<typeof npmReader.read>[2]) =>
  npmReader.read({ kind: 'npm', name, ...(version === undefined ? {} : { version }) }, registry.world(pool), previous);

describe('npmReader', () => {
  it('reads a package: facts, tools, provenance', async () => {
    const result = await read('notes-mcp');
    expect(result).toMatchObject({ kind: 'read', problems: [], leads: [] });
    if (result.kind !== 'read') return;
    const [server] = result.servers;
    expect(server?.facts).toMatchObject({
      id: 'npm:notes-mcp',
      aliases: ['registry:io.example/notes'],
      version: '1.0.0',
      notes: ['has-install-script'],
    });
    expect(server?.tools.map(({ definition, provenance }) => [definition.name, provenance])).toEqual([
      ['add_note', 'npm:notes-mcp@1.0.0!index.js:5'],
    ]);
    expect(server?.complete).toBe(false);
  });

  it('reads a pinned version and says that it is deprecated', async () => {
    const result = await read('notes-mcp', '0.9.0');
    expect(result.kind === 'read' && result.servers[0]?.facts).toMatchObject({
      version: '0.9.0',
      deprecated: 'use 1.0.0',
      notes: ['deprecated', 'has-install-script'],
    });
  });

  it('takes the archive from the configured registry, whatever host is named', async () => {
    expect((await read('@scope/elsewhere')).kind).toBe('read');
  });

  it('says not-modified to the same packument, and to the same version and hash', async () => {
    const first = await read('notes-mcp');
    if (first.kind !== 'read') throw new Error('not read');
    const { validators, contentHash } = first;
    expect(
      (await read('notes-mcp', undefined, { ...(validators === undefined ? {} : { validators }), contentHash })).kind,
    ).toBe('not-modified');
    const before = registry.asked.length;
    expect((await read('notes-mcp', undefined, { contentHash })).kind).toBe('not-modified');
    expect(registry.asked.length).toBe(before + 1);
  });

  const failures: readonly (readonly [string, string, string | undefined, string, string])[] = [
    ['a package that does not exist', 'nowhere', undefined, 'not-found', 'http-404'],
    ['a version that does not exist', 'notes-mcp', '7.0.0', 'not-found', 'npm-version'],
    ['a name that is none', '../../etc', undefined, 'malformed', 'npm-name'],
    ['an unpublished package', 'unpublished', undefined, 'removed', 'unpublished'],
    ['a wrong hash', 'wrong-hash', undefined, 'integrity', 'integrity-mismatch'],
    ['a truncated archive', 'truncated', undefined, 'malformed', 'tar-truncated'],
    ['an archive without package.json', 'no-manifest', undefined, 'malformed', 'package-json'],
    ['a package without tools', 'no-tools', undefined, 'no-static-tools', 'no-definitions'],
  ];
  it.each(failures)('%s is an outcome with its reason', async (_title, name, version, outcome, reason) => {
    expect(await read(name, version)).toMatchObject({ kind: 'failed', outcome, reason });
  });

  it('reads what it can of a package with a broken file, and names the file', async () => {
    const result = await read('half-broken');
    expect(result.kind === 'read' && [result.servers[0]?.tools.length, result.problems.length]).toEqual([1, 1]);
    expect(result.kind === 'read' && result.problems[0]).toContain('bad.js');
  });

  it('reads the tools of a declared dependency for the package that serves them', async () => {
    const result = await read('notes-server');
    expect(result.kind === 'read' && result.servers[0]?.facts.id).toBe('npm:notes-server');
    expect(
      result.kind === 'read' &&
        result.servers[0]?.tools.map(({ definition, provenance }) => [definition.name, provenance]),
    ).toEqual([['core_note', 'npm:notes-core@2.3.0!lib.js:5']]);
    expect(registry.asked.some((path) => path.includes('express'))).toBe(false);
  });

  it('keeps one of two equal tools, and drops one with a name over the limit', async () => {
    const result = await read('doubles');
    if (result.kind !== 'read') throw new Error(JSON.stringify(result));
    expect(result.servers[0]?.tools.map(({ definition }) => definition.name)).toEqual(['add_note']);
    expect(result.servers[0]?.dropped.map(({ reason }) => reason)).toEqual(['no-name', 'over-limit']);
  });
});
