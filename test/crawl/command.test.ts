import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backup } from '../../src/commands/backup.ts';
import type { Input, World } from '../../src/commands/command.ts';
import { crawl } from '../../src/commands/crawl.ts';
import { reclassify } from '../../src/commands/reclassify.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { folder } from '../store/kit.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

let place: ReturnType<typeof folder>;
const servers: Server[] = [];
const children: ChildProcess[] = [];
beforeEach(() => {
  place = folder();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) server.closeAllConnections();
  place.remove();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in the test's folder, as a person would. */
function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const tsx = resolve(import.meta.dirname, '../../node_modules/tsx/dist/esm/index.mjs');
  const child = spawn(process.execPath, ['--import', tsx, CLI, ...args], {
    cwd: place.path,
    env: { ...process.env, HOME: place.path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, stdout, stderr })));
  return { child, ended };
}

/** Runs a command in this process: the same code, without the start of another one. */
async function run(args: readonly string[], env: World['env'] = {}): Promise<Ended> {
  const [name, ...rest] = args;
  const command = [crawl, reclassify, backup].find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const written = { stdout: '', stderr: '' };
  const stream = (to: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[to] += text;
    },
    isTTY: false,
    columns: 80,
  });
  const world: World = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from([]),
    env: { HOME: place.path, ...env },
    version: '0.0.0',
    cwd: place.path,
    dataFolder: resolve(import.meta.dirname, '../../data'),
    now: Date.now,
    signal: new AbortController().signal,
  };
  try {
    return { code: await command.run(inputOf(rest), world), ...written };
  } catch (error) {
    return { code: 2, ...written, stderr: error instanceof Error ? error.message : String(error) };
  }
}

/** `--name VALUE`, `--switch` and the rest, as the program itself would read them. */
function inputOf(words: readonly string[]): Input {
  const options = new Map<string, string>();
  const args: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!word.startsWith('--')) args.push(word);
    else if (SWITCHES.has(word)) options.set(word.slice(2), '');
    else options.set(word.slice(2), words[++i] ?? '');
  }
  const list = (name: string) => (options.has(name) ? [options.get(name) ?? ''] : []);
  return { args, option: (name) => options.get(name), list, has: (name) => options.has(name) };
}

const SWITCHES = new Set(['--due', '--json']);

function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
}

const TOOLS = {
  tools: [
    { name: 'delete_account', description: 'Deletes the account. This cannot be undone.' },
    { name: 'read_note' },
  ],
};

function sources(yaml: string): void {
  writeFileSync(place.file('sources.yaml'), yaml);
}

function manifests(): void {
  mkdirSync(place.file('manifests'));
  writeFileSync(join(place.file('manifests'), 'one.json'), JSON.stringify(TOOLS));
  writeFileSync(join(place.file('manifests'), 'broken.json'), '{');
  sources('sources:\n  - source: files\n    paths: [manifests]\n');
}

const CRAWL = ['crawl', '--sources', 'sources.yaml'];

describe('toolrisk crawl', () => {
  test('says what it did and where to look next; the second run reuses what has not changed', async () => {
    manifests();
    const first = await run(CRAWL);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(
      /2 visits[\s\S]*malformed +1[\s\S]*2 tools of[\s\S]*Most severe[\s\S]*delete_account[\s\S]*Next: toolrisk search/u,
    );
    const second = await run(CRAWL);
    expect(second.stdout).toMatch(/1 manifest had not changed/u);
    // What npm started need not be on the path.
    expect((await run(CRAWL, { npm_lifecycle_event: 'start' })).stdout).toContain('Next: npx toolrisk search');
    const due = await run([...CRAWL, '--due', '--json']);
    expect(JSON.parse(due.stdout)).toMatchObject({ visits: 0, waiting: 2, ended: 'done' });
  });

  test('a source that cannot be reached is one line with its reason', async () => {
    manifests();
    sources(
      'sources:\n  - source: files\n    paths: [manifests]\n  - source: mcp-registry\n    url: http://127.0.0.1:9\n',
    );
    const { code, stdout } = await run(CRAWL);
    expect(code).toBe(0);
    expect(stdout.match(/^source mcp-registry: .+$/gmu)).toHaveLength(1);
    expect(stdout).toMatch(/2 visits/u);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a sources file that is not there', ['crawl', '--sources', 'none.yaml'], /none\.yaml cannot be read.*--sources/u],
    ['a source that the file does not list', [...CRAWL, '--only', 'x'], /lists no source "x".*files/u],
    ['an interval that is none', [...CRAWL, '--every', 'often'], /--every often.*6h/u],
    ['a concurrency that is none', [...CRAWL, '--concurrency', '0'], /--concurrency 0/u],
    ['a folder as catalogue', [...CRAWL, '--db', '.'], /is a folder.*--db/u],
    ['a text as catalogue', [...CRAWL, '--db', 'sources.yaml'], /is no SQLite database/u],
    ['a catalogue that is not there, for reclassify', ['reclassify', '--db', 'none.db'], /no catalogue at/u],
    ['a folder that is not there, for backup', ['backup', 'none/copy.db'], /There is no folder .*none. Make it/u],
    ['a catalogue that is not there, for backup', ['backup', 'copy.db', '--db', 'none.db'], /no catalogue at/u],
  ];
  test.each(wrong)('%s: a sentence, and exit 2', async (_, args, message) => {
    manifests();
    const { code, stderr, stdout } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('a newer catalogue is refused with a sentence', async () => {
    manifests();
    await run(CRAWL);
    const handle = new Database(place.file('out/catalogue.db'));
    handle.pragma('user_version = 99');
    handle.close();
    const { code, stderr } = await run(CRAWL);
    expect(code).toBe(2);
    expect(stderr).toMatch(/newer toolrisk.*nothing was changed/u);
  });
});

/**
 * After the signal, visits under way get 5 s and the rest has little to do; without that, the visit would end with its
 * request, which may take 30 s. Milliseconds.
 */
const BOUND_MS = 20_000;

describe('signals and kills', () => {
  /** A registry whose first package is never answered in time; the others do not exist. */
  const slowRegistry = (onAsked: () => void) =>
    serve((request, response) => {
      onAsked();
      if (request.url?.includes('slow') === true) return;
      response.writeHead(404).end();
    });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends within the bound, exits %i and keeps what was visited', async (signal, expected) => {
    manifests();
    sources('sources:\n  - source: files\n    paths: [manifests]\n  - source: npm\n    names: [slow]\n');
    let asked = 0;
    const registry = await slowRegistry(() => {
      asked += 1;
    });
    const { child, ended } = start(CRAWL, { npm_config_registry: registry });
    await until(() => asked > 0);
    await until(() => visitsIn(place.file('out/catalogue.db')) >= 2);
    const began = performance.now();
    child.kill(signal);
    const { code, stdout } = await ended;
    expect(code).toBe(expected);
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
    expect(stdout).toMatch(/before it was stopped/u);
    const catalogue = openCatalogue(place.file('out/catalogue.db'), { mode: 'read', now: Date.now });
    expect(catalogue.counts().tools).toBe(2);
    expect(catalogue.runs()[0]).toMatchObject({ ended: 'interrupted' });
    catalogue.close();
  });

  test('a second crawl beside the first is told so; after a kill nothing is lost and nothing is there twice', async () => {
    manifests();
    sources('sources:\n  - source: files\n    paths: [manifests]\n  - source: npm\n    names: [slow]\n');
    const registry = await slowRegistry(() => {});
    const first = start(CRAWL, { npm_config_registry: registry });
    await until(() => visitsIn(place.file('out/catalogue.db')) >= 2);
    const beside = await run(CRAWL);
    expect(beside.code).toBe(2);
    expect(beside.stderr).toMatch(/Another crawl is writing/u);
    first.child.kill('SIGKILL');
    await first.ended;
    sources('sources:\n  - source: files\n    paths: [manifests]\n');
    const again = await run([...CRAWL, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ visits: 2, ended: 'done' });
    const catalogue = openCatalogue(place.file('out/catalogue.db'), { mode: 'read', now: Date.now });
    expect(catalogue.counts().tools).toBe(2);
    expect(catalogue.sql.all('SELECT visit FROM visits')).toHaveLength(4);
    catalogue.close();
  });

  async function until(done: () => boolean): Promise<void> {
    for (let i = 0; i < 2_000 && !done(); i++) await new Promise((next) => setTimeout(next, 50));
    expect(done()).toBe(true);
  }

  function visitsIn(path: string): number {
    try {
      const handle = new Database(path, { readonly: true });
      try {
        return handle.prepare<[], { n: number }>('SELECT count(*) AS n FROM visits').get()?.n ?? 0;
      } finally {
        handle.close();
      }
    } catch {
      return 0;
    }
  }
});
