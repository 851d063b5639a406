import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../src/commands/index.ts';
import { npmRegistry, type Registry } from './helpers/npm-registry.ts';
import { makePackage } from './helpers/tarballs.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist', 'cli.js');
const SEED =
  '{"server":"python","name":"pip-install","description":"Runs pip install and returns a structured summary of installed packages. WARNING: may execute untrusted code."}';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server package with one registered tool for each name. */
function serverPackage(name: string, version: string, tools: readonly string[], broken = ''): Promise<Buffer> {
  const registered = tools
    .map(
      (tool) =>
        `server.registerTool('${tool}', { description: 'Deletes the ${tool} of a project.', inputSchema: { id: z.string() } }, run);`,
    )
    .join('\n');
  return makePackage({
    'package.json': JSON.stringify({
      name,
      version,
      type: 'module',
      bin: 'index.js',
      dependencies: { '@modelcontextprotocol/sdk': '1' },
    }),
    'index.js': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\nconst server = new McpServer({ name: 'x', version: '1' });\n${registered}\n`,
    ...(broken === '' ? {} : { 'broken.js': broken }),
  });
}

let folder: string;
let registry: Registry;
let env: NodeJS.ProcessEnv;

function run(args: readonly string[], input = '', cwd = folder, program = CLI): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { cwd, env, encoding: 'utf8', maxBuffer: 64 << 20 },
      (_, stdout, stderr) => done({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

/** What the catalogue says of visits and tools, without what differs from run to run. */
function rows(sql: string): unknown[] {
  const database = new Database(join(folder, 'out', 'catalogue.db'), { readonly: true });
  try {
    return database.prepare(sql).raw(true).all();
  } finally {
    database.close();
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'toolrisk-cli-'));
  const good = await serverPackage('good-server', '1.0.0', ['delete_a', 'delete_b']);
  registry = await npmRegistry({
    'good-server': { '1.0.0': { archive: good } },
    'syntax-server': { '1.0.0': { archive: await serverPackage('syntax-server', '1.0.0', ['delete_c'], 'const = ;') } },
    'wrong-hash': { '1.0.0': { archive: good, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` } },
    truncated: { '1.0.0': { archive: good.subarray(0, good.length - 100) } },
    'no-tools': {
      '1.0.0': {
        archive: await makePackage({
          'package.json': '{"name":"no-tools","version":"1.0.0"}',
          'index.js': 'export {};',
        }),
      },
    },
  });
  env = { ...process.env, npm_config_registry: registry.url };
  mkdirSync(join(folder, 'data', 'manifests'), { recursive: true });
  writeFileSync(
    join(folder, 'data', 'sources.yaml'),
    [
      'sources:',
      '  - source: files',
      '    paths: [manifests]',
      '  - source: npm',
      '    names: [good-server, syntax-server, wrong-hash, truncated, no-tools, missing-server]',
      '  - source: mcp-registry',
      '    url: http://127.0.0.1:9',
    ].join('\n'),
  );
  const tool = (name: string | undefined, description: string) => ({
    ...(name === undefined ? {} : { name }),
    description,
    inputSchema: { type: 'object' },
  });
  writeFileSync(
    join(folder, 'data', 'manifests', 'list.json'),
    JSON.stringify({
      tools: [
        tool('read_note', 'Reads a note.'),
        tool(undefined, 'No name.'),
        tool('read_note', 'Twice.'),
        tool('bare', ''),
      ],
    }),
  );
  writeFileSync(join(folder, 'data', 'manifests', 'not-json.json'), '{"tools": [');
});

afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('help', () => {
  it.each([
    ['nothing', []],
    ['--help', ['--help']],
    ['-h', ['-h']],
  ])('after %s lists every command with its summary, as if all had been loaded', async (_, words) => {
    const [short, whole] = await Promise.all([run(words), run(['--help', 'crawl'])]);
    expect(short.stdout + short.stderr).toBe(whole.stdout);
    const commands = await allCommands();
    const text = whole.stdout.replace(/\s+/gu, ' ');
    for (const { name, summary } of commands) expect(text).toContain(` ${name} ${summary}`);
  });

  it('is not all there is of a command behind --', async () => {
    const ran = await run(['--', 'schema', 'no_such']);
    expect(ran.stderr).toContain('no_such');
    expect(ran.code).toBe(2);
  });
});

describe('the main job on hostile and honest input', () => {
  it('crawls, and every fault is an outcome with its reason', async () => {
    const ran = await run(['crawl']);
    expect(ran.stderr + ran.stdout).toContain('mcp-registry');
    expect(ran.code).toBe(0);
    const ends = rows(
      'SELECT f.locator, v.outcome, v.reason FROM frontier f JOIN visits v ON v.visit = f.last_visit ORDER BY 1',
    );
    expect(ends).toMatchInlineSnapshot(`
      [
        [
          "file:manifests/list.json",
          "changed",
          null,
        ],
        [
          "file:manifests/not-json.json",
          "malformed",
          "json-syntax",
        ],
        [
          "npm:good-server",
          "changed",
          null,
        ],
        [
          "npm:missing-server",
          "not-found",
          "http-404",
        ],
        [
          "npm:no-tools",
          "no-static-tools",
          "no-definitions",
        ],
        [
          "npm:syntax-server",
          "changed",
          null,
        ],
        [
          "npm:truncated",
          "malformed",
          "tar-truncated",
        ],
        [
          "npm:wrong-hash",
          "integrity",
          "integrity-mismatch",
        ],
      ]
    `);
    expect(rows('SELECT server_id, tool_name, category FROM tool_risk ORDER BY 1, 2')).toMatchInlineSnapshot(`
      [
        [
          "file:manifests/list.json",
          "bare",
          "Unknown",
        ],
        [
          "file:manifests/list.json",
          "read_note",
          "Read",
        ],
        [
          "npm:good-server",
          "delete_a",
          "Destructive",
        ],
        [
          "npm:good-server",
          "delete_b",
          "Destructive",
        ],
        [
          "npm:syntax-server",
          "delete_c",
          "Destructive",
        ],
      ]
    `);
  });

  it('reuses what has not changed, and says so', async () => {
    const before = rows('SELECT server_id, tool_name, definition_hash, first_seen FROM tool_risk ORDER BY 1, 2');
    const ran = await run(['crawl']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/not-modified|unchanged/u);
    expect(rows('SELECT server_id, tool_name, definition_hash, first_seen FROM tool_risk ORDER BY 1, 2')).toEqual(
      before,
    );
  });

  it('loses nothing and doubles nothing when it is killed in the middle', async () => {
    const reference = rows('SELECT server_id, tool_name, definition_hash FROM tool_risk ORDER BY 1, 2');
    rmSync(join(folder, 'out'), { recursive: true });
    const asked = registry.asked.length;
    const child = spawn(process.execPath, [CLI, 'crawl'], { cwd: folder, env, stdio: 'ignore' });
    const ended = new Promise((done) => child.once('exit', done));
    // The first request is the middle: the catalogue is open, and visits are under way.
    while (registry.asked.length === asked && child.exitCode === null) await new Promise((done) => setTimeout(done, 5));
    child.kill('SIGKILL');
    await ended;
    const ran = await run(['crawl']);
    expect(ran.code).toBe(0);
    expect(rows('SELECT server_id, tool_name, definition_hash FROM tool_risk ORDER BY 1, 2')).toEqual(reference);
    expect(rows('PRAGMA integrity_check')).toEqual([['ok']]);
  });

  it('builds the pages', async () => {
    const ran = await run(['build']);
    expect(ran.stderr).not.toContain('toolrisk:');
    expect(ran.code).toBe(0);
    expect(existsSync(join(folder, 'out', 'site', 'index.html'))).toBe(true);
    env = { ...env, npm_lifecycle_event: 'start' };
    expect((await run(['build'])).stderr).toContain('look at it with "npx toolrisk serve"');
    const { npm_lifecycle_event: _, ...alone } = env;
    env = alone;
    expect((await run(['build'])).stderr).toContain('look at it with "toolrisk serve"');
  });

  it.each<[readonly string[], string]>([
    [['show', 'npm:good-server'], 'delete_a'],
    [['show', 'npm:good-server/delete_a'], 'npm:good-server@1.0.0!index.js:4'],
    [['search', 'delete', '--category', 'Destructive', '--json'], '"tool_name": "delete_b"'],
    [['explain', 'npm:good-server#delete_a'], '^^^^^^'],
    [['policy', 'npm:good-server', '--format', 'policylayer-gateway'], '"default": "deny"'],
    [['policy', 'npm:good-server#delete_a', '--format', 'claude-code'], 'delete_a'],
    [['query', 'most-severe-tools'], 'delete_a'],
    [['coverage'], 'http-404'],
  ])('answers %j of what it read', async (args, part) => {
    const ran = await run(args);
    expect(`${ran.stdout}${ran.stderr}`).toContain(part);
    expect(ran.code).toBe(0);
  });

  it('extracts without a catalogue, as JSON Lines with provenance', async () => {
    const ran = await run(['extract', 'npm:good-server@1.0.0']);
    const lines = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.name)).toEqual(['delete_a', 'delete_b']);
    expect(lines[0].provenance).toBe('npm:good-server@1.0.0!index.js:4');
    expect(ran.code).toBe(0);
  });
});

describe('classify', () => {
  it('answers the seed: Execute, critical, with both spans', async () => {
    const ran = await run(['classify', '-'], `${SEED}\n`);
    const verdict = JSON.parse(ran.stdout);
    expect([verdict.category, verdict.severity]).toEqual(['Execute', 'critical']);
    const texts = verdict.findings.map((finding: { text: string }) => finding.text);
    expect(texts).toContain('Runs pip install');
    expect(texts).toContain('may execute untrusted code');
    expect(ran.code).toBe(0);
  });

  it('gives one line per line, in order, and exit 1 where one is no tool', async () => {
    const ran = await run(['classify'], `${SEED}\nnot json\n{"server":"x"}\n${SEED}\n`);
    const lines = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => (line.error === undefined ? line.name : 'error'))).toEqual([
      'pip-install',
      'error',
      'error',
      'pip-install',
    ]);
    expect(ran.code).toBe(1);
  });
});

describe('what goes wrong is a sentence and exit 2', () => {
  it.each([
    ['an unknown command', ['crwal'], 'crawl'],
    ['an unknown option', ['crawl', '--nope'], '--nope'],
    ['no catalogue', ['show', 'npm:x', '--db', 'nowhere.db'], 'toolrisk crawl'],
    ['an unknown server', ['show', 'npm:never-heard-of'], 'npm:never-heard-of'],
    ['no sources file', ['crawl', '--sources', 'nowhere.yaml'], 'nowhere.yaml'],
    ['an unknown format', ['policy', 'npm:good-server', '--format', 'nope'], 'nope'],
    ['a package that is not there', ['extract', 'npm:missing-server'], '404'],
  ])('%s', async (_, args, part) => {
    const ran = await run(args);
    expect(ran.stderr).toContain(part);
    expect(ran.stderr).not.toMatch(/\n\s+at /u);
    expect(ran.code).toBe(2);
  });
});

describe('the published package', () => {
  it('runs where it is installed, with its data', async () => {
    const place = mkdtempSync(join(tmpdir(), 'toolrisk-pack-'));
    try {
      const [packed] = JSON.parse(
        execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
          cwd: ROOT,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      );
      const modules = join(place, 'node_modules');
      mkdirSync(modules);
      // What npm would install beside it stands in this checkout already; compiling it again would take a minute.
      for (const name of readdirSync(join(ROOT, 'node_modules')))
        symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
      execFileSync('tar', ['xzf', packed.filename, '-C', modules], { cwd: place });
      execFileSync('mv', [join(modules, 'package'), join(modules, 'toolrisk')]);
      const ran = await run(['classify', '-'], `${SEED}\n`, place, join(modules, 'toolrisk', 'dist', 'cli.js'));
      expect(JSON.parse(ran.stdout)).toMatchObject({ category: 'Execute', severity: 'critical' });
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
});
