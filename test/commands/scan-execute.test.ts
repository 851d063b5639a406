import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { crawl } from '../../src/commands/crawl.ts';
import { withoutKeys } from '../../src/commands/scan/tokens.ts';
import { scan } from '../../src/commands/scan.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { makeCatalogue, run, type Typed } from '../helpers/commands.ts';
import { npmRegistry, type Registry } from '../helpers/npm-registry.ts';
import { hasBwrap, stdioServer } from '../helpers/sandbox.ts';
import { makePackage } from '../helpers/tarballs.ts';
import { tool } from '../store/kit.ts';

const SECRET = 'sk-live-0a1b2c3d4e5f6a7b8c9d';
const folder = mkdtempSync(join(tmpdir(), 'toolrisk-scan-execute-'));
const db = join(folder, 'catalogue.db');
let registry: Registry;

/** A server whose tools stand in its source in no form that can be read: they are made when it runs. */
const hidden = (tools: string, start = '') =>
  stdioServer(
    `if (call.method === 'tools/list') { say({ id: call.id, result: { tools: ${tools} } }); return true; }`,
    start,
  ).replace(
    /const tool = .*;/u,
    'const named = (name, description) => JSON.parse(JSON.stringify({ name, description }));',
  );

const DYNAMIC = hidden("[named(['delete', 'all'].join('_'), ['Deletes all files', 'for ever'].join(' '))]");

/** Says in the names of its tools whether it saw what it needs, and whether it saw a secret. */
const PRYING = `const fs = require('node:fs');
const read = (path) => { try { return fs.readFileSync(path, 'utf8'); } catch (error) { return error.code; } };
const all = [JSON.stringify(process.env), process.argv.slice(2).join(), ...['.mcp.json', 'clients.json', 'linked.json', '.env', '.git/config', 'packages/one/.env', 'packages/one/.state/key'].map(read)].join(' ');
const found = 'find_' + (all.includes('sk-live') ? 'secret' : 'nothing');
const seen = 'read_' + read('plain.txt') + read('packages/one/node_modules/.store/code.txt');`;

beforeAll(async () => {
  // The sandbox runs as another user where we are root.
  chmodSync(folder, 0o755);
  const archiveOf = async (name: string, source: string, bin: object = { bin: './index.js' }) => ({
    '1.0.0': {
      archive: await makePackage({
        'package.json': JSON.stringify({ name, version: '1.0.0', ...bin }),
        'index.js': source,
      }),
    },
  });
  registry = await npmRegistry({
    dynamic: await archiveOf('dynamic', DYNAMIC),
    wanting: await archiveOf(
      'wanting',
      hidden(
        "[named('read_' + 'it', 'Reads')]",
        "if (!process.env.SERVICE_API_KEY) { console.error('SERVICE_API_KEY is required'); process.exit(1); }",
      ),
    ),
    broken: await archiveOf('broken', `console.error('boom ${SECRET}'); process.exit(3);`),
    empty: await archiveOf('empty', hidden('[]')),
    library: await archiveOf('library', 'module.exports = 1;', {}),
  });
  await makeCatalogue(db, [{ id: 'npm:known', tools: [tool('read_file', { description: 'Read a file.' })] }]);
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A project folder with these files, which the sandbox may enter. */
function project(files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(join(folder, 'project-'));
  chmodSync(place, 0o755);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  return place;
}

/** Does it when it is first asked for. */
function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const npx = (name: string) => ({ command: 'npx', args: ['-y', name, '--key', SECRET], env: { API_TOKEN: SECRET } });
const node = (...args: string[]) => ({ command: 'node', args, env: { API_TOKEN: SECRET } });
const configOf = (mcpServers: object) => JSON.stringify({ mcpServers }, undefined, 1);

/** Scans the project's own configuration, with a home folder elsewhere. */
function scanned(place: string, typed: Typed, more: Readonly<Record<string, string>> = {}, named = '.mcp.json') {
  const env = { HOME: join(folder, 'home'), npm_config_registry: registry.url, PATH: process.env.PATH, ...more };
  return run(scan, [named], { db, ...typed }, { cwd: place, env });
}

const Report = z.object({
  servers: z.array(
    z.object({
      name: z.string(),
      known: z.string(),
      note: z.string().optional(),
      tools: z.array(z.object({ name: z.string(), severity: z.string(), provenance: z.string() })),
    }),
  ),
});

async function serversOf(place: string, typed: Typed, more: Readonly<Record<string, string>> = {}, named?: string) {
  const ran = await scanned(place, { json: true, ...typed }, more, named);
  expect(ran.stdout + ran.stderr).not.toContain(SECRET);
  const { servers } = Report.parse(JSON.parse(ran.stdout), { error: () => ran.stderr });
  return { ...ran, servers: new Map(servers.map((server) => [server.name, server])) };
}

/** A script that leaves a mark beside itself when it is run, if it can. */
const MARKING = `require('node:fs').writeFileSync(__dirname + '/mark', 'ran'); ${DYNAMIC}`;

describe('scan without --execute', () => {
  it('runs nothing, neither a package nor a script', async () => {
    const place = project({ '.mcp.json': configOf({ dynamic: npx('dynamic'), mine: node('server.cjs') }) });
    writeFileSync(join(place, 'server.cjs'), MARKING);
    const bin = project({});
    // Programs of these names come first on the PATH, and tell that they were started.
    for (const name of ['npm', 'npx', 'node', 'bwrap', 'prlimit'])
      writeFileSync(join(bin, name), `#!/bin/sh\necho ${name} >> ${join(bin, 'started')}\n`, { mode: 0o755 });
    const { servers } = await serversOf(place, {}, { PATH: `${bin}:${process.env.PATH}` });
    expect([...servers.values()].map(({ known, tools }) => [known, tools.length])).toEqual([
      ['unknown', 0],
      ['unknown', 0],
    ]);
    expect(() => readFileSync(join(bin, 'started'))).toThrow('ENOENT');
    expect(() => readFileSync(join(place, 'mark'))).toThrow('ENOENT');
  });
});

describe('scan --execute refuses', () => {
  it('to run anything without bubblewrap, and says so of the server', async () => {
    const place = project({ '.mcp.json': configOf({ dynamic: npx('dynamic'), mine: node('server.cjs') }) });
    writeFileSync(join(place, 'server.cjs'), DYNAMIC);
    const { servers, stderr } = await serversOf(place, { execute: true }, { PATH: '/nowhere' });
    for (const name of ['dynamic', 'mine']) {
      expect(servers.get(name)).toMatchObject({ known: 'unknown', tools: [] });
      expect(servers.get(name)?.note).toContain('; it was not run: Servers are run only in a sandbox, and bubblewrap');
    }
    expect(stderr).not.toContain('Running');
  });

  it('to go without the network', async () => {
    const { code, stderr } = await scanned(project({ '.mcp.json': '{"mcpServers":{}}' }), {
      execute: true,
      offline: true,
    });
    expect([code, stderr]).toEqual([
      2,
      '--execute installs packages, which needs the network: leave it or --offline out.',
    ]);
  });

  const elsewhere = join(folder, 'elsewhere.cjs');
  const REFUSED: readonly (readonly [title: string, entry: object, says: string])[] = [
    ['a Python package', { command: 'uvx', args: ['thing'] }, 'unreachable: '],
    ['an image', { command: 'docker', args: ['run', 'a/b'] }, ''],
    ['a binary', { command: '/opt/x/run', args: [SECRET] }, 'only npm packages and scripts of Node and Python are run'],
    ['code in an argument', node('-e', SECRET), 'only npm packages and scripts of Node and Python are run'],
    ['a script that starts elsewhere', { ...node('server.cjs'), cwd: 'sub' }, 'only npm packages and scripts'],
    ['a script outside', node(elsewhere), 'its script lies outside of the working folder'],
    ['a script above', node('../server.cjs'), 'its script lies outside of the working folder'],
    ['a hidden script', node('.hidden/server.cjs'), 'its script is hidden'],
    ['a script in a hidden folder', node('packages/.one/server.cjs'), 'its script is hidden'],
    ['a script that is not there', node('none.cjs'), 'its script is not in the working folder'],
    ['a template', node('$' + '{workspaceFolder}/server.cjs'), 'its script is not in the working folder'],
    ['what is switched off', { ...node('server.cjs'), disabled: true }, 'its tools can be seen only by running it'],
    ['a package that is not there', npx('no-such-package'), 'not-found: '],
  ];
  const place = lazy(() => {
    const entries = REFUSED.map(([title, entry]) => [title, entry] as const);
    return serversOf(
      project({
        '.mcp.json': configOf(Object.fromEntries(entries)),
        'server.cjs': DYNAMIC,
        '.hidden/server.cjs': DYNAMIC,
        'packages/.one/server.cjs': DYNAMIC,
      }),
      { execute: true },
    );
  });
  it.each(REFUSED)('%s', async (title, _, says) => {
    const { servers, stderr } = await place();
    expect(servers.get(title)).toMatchObject({ known: 'unknown', tools: [] });
    expect(servers.get(title)?.note).toContain(says);
    expect(stderr).not.toContain('Running');
  });

  it('a script of the home folder, or of one around it', async () => {
    const place = project({ '.mcp.json': configOf({ it: node('server.cjs') }), 'server.cjs': DYNAMIC });
    for (const HOME of [place, join(place, 'me')]) {
      const { servers } = await serversOf(place, { execute: true }, { HOME });
      expect(servers.get('it')?.note).toContain('a script sees the working folder, and all your files are in this one');
    }
  });
});

describe.skipIf(!hasBwrap)('scan --execute (needs bubblewrap, and leave to use it)', () => {
  it('lists what nothing is known of by running it, and nothing else', { timeout: 120_000 }, async () => {
    const config = configOf({
      dynamic: npx('dynamic'),
      pinned: npx('dynamic@1.0.0'),
      wanting: npx('wanting'),
      known: npx('known'),
      broken: npx('broken'),
      empty: npx('empty'),
      library: npx('library'),
      prying: node('prying.cjs', '--key', SECRET),
      failing: node('failing.cjs', SECRET),
    });
    const place = project({
      '.mcp.json': config,
      'linked.json': config,
      '.env': `API_TOKEN=${SECRET}`,
      '.git/config': SECRET,
      'packages/one/.env': SECRET,
      'packages/one/.state/key': SECRET,
      'packages/one/node_modules/.store/code.txt': '_code',
      'plain.txt': 'plain',
      'prying.cjs': hidden("[named(seen, 'Reads'), named(found, 'Finds')]", PRYING),
      'failing.cjs': `console.error('Error: cannot use key ${SECRET}'); process.exit(1);`,
    });
    symlinkSync('linked.json', join(place, 'clients.json'));
    const { servers, stderr, code } = await serversOf(place, { execute: true }, {}, 'clients.json');
    expect(code, stderr).toBe(0);
    const note = (name: string) => servers.get(name)?.note ?? '';
    const names = (name: string) => servers.get(name)?.tools.map((one) => `${one.severity} ${one.name}`);

    expect([servers.get('dynamic')?.known, names('dynamic')]).toEqual(['run', ['critical delete_all']]);
    expect(servers.get('dynamic')?.tools[0]?.provenance).toContain('npm:dynamic@1.0.0');
    expect(note('dynamic')).toBe('it was run in the sandbox, without what the configuration passes to it');
    expect([servers.get('pinned')?.known, names('pinned')]).toEqual(['run', ['critical delete_all']]);
    expect(note('wanting')).toContain('listed with dummy values for SERVICE_API_KEY');
    expect(servers.get('known')?.known).toBe('catalogue');
    expect(stderr).not.toContain('Running known');

    expect([servers.get('prying')?.known, names('prying')]).toEqual([
      'run',
      ['low find_nothing', 'low read_plain_code'],
    ]);
    for (const { provenance } of servers.get('prying')?.tools ?? []) expect(provenance).toMatch(/^file:prying\W/u);

    for (const [name, why] of [
      ['broken', '; running it brought no list: The server ended before it answered (exit code 3: boom '],
      ['empty', '; it was run, and lists no tools without its settings'],
      ['library', '; running it brought no list: The package names no program to run (library'],
      ['failing', '; running it brought no list: The server ended before it answered (exit code 1: Error: '],
    ] as const) {
      expect([name, servers.get(name)?.known, names(name)]).toEqual([name, 'unknown', []]);
      expect(note(name)).toContain(why);
    }
  });

  it('the advice for a package that was run can be followed: crawl --execute runs it too', {
    timeout: 60_000,
  }, async () => {
    const place = project({ 'sources.yaml': 'sources:\n  - source: npm\n    names: [dynamic]\n' });
    const env = { HOME: join(folder, 'home'), npm_config_registry: registry.url, PATH: process.env.PATH };
    const own = join(place, 'own.db');
    const more = { cwd: place, env, now: Date.now };
    const { code, stderr } = await run(
      crawl,
      [],
      { db: own, sources: join(place, 'sources.yaml'), execute: true },
      more,
    );
    expect(code, stderr).toBe(0);
    const catalogue = openCatalogue(own, { mode: 'read', now: Date.now });
    const server = catalogue.server('npm:dynamic');
    expect([...catalogue.toolsOf('npm:dynamic')].map(({ definition, method }) => [definition.name, method])).toEqual([
      ['delete_all', 'executed'],
    ]);
    // That nothing was found without running it stays beside it.
    expect(server?.visits.map(({ outcome, tools }) => [outcome, tools])).toEqual([
      ['no-static-tools', 0],
      ['changed', 1],
    ]);
    catalogue.close();
  });

  it('says in the table how it is known, and fails on it', { timeout: 60_000 }, async () => {
    const place = project({ '.mcp.json': configOf({ mine: node('server.cjs') }), 'server.cjs': DYNAMIC });
    const { stdout, code } = await scanned(place, { execute: true, 'fail-on': 'critical' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^critical +Destructive +mine +delete_all /mu);
    expect(stdout).toContain('mine (file:mine, .mcp.json:3) 1 tool: it was run in the sandbox');
    expect(stdout).not.toContain('server.cjs');
  });
});

describe('what a program wrote', () => {
  it.each([
    ['a key', `cannot use ${SECRET}!`, 'cannot use …!'],
    ['a key in an address', `at https://x.example/${SECRET}?a=b`, 'at https://x.example/…'],
    ['a token of parts', 'eyJhbGciOiJIUzI1NiJ9abc.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x', '….….x'],
    ['words', 'The package could not be installed (@modelcontextprotocol/server-everything).', undefined],
    ['a setting', 'Error: AZURE_DEVOPS_ORGANIZATION_URL is required', undefined],
    ['a version', 'Node.js v20.20.2', undefined],
  ])('%s', (_, text, shown) => expect(withoutKeys(text)).toBe(shown ?? text));
});
