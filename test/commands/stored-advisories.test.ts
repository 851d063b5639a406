import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/query.ts';
import { reclassify } from '../../src/commands/reclassify.ts';
import { refreshAdvisories } from '../../src/commands/stored-advisories.ts';
import { SEVERITIES } from '../../src/model/verdict.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { DATA } from '../classify/helpers.ts';
import { makeCatalogue, run, type Shelf } from '../helpers/commands.ts';
import { clock, folder, reading, serverReading, tool, visitAll } from '../store/kit.ts';

const TOOLS = [tool('read_file', { description: 'Read a file.' })];
const SHELVES: readonly Shelf[] = [
  { id: 'npm:mcp-remote', version: '0.1.15', tools: TOOLS },
  { id: 'npm:@cyanheads/git-mcp-server', version: '9.0.0', tools: TOOLS },
  { id: 'npm:mcp-remote-not', version: '0.1.15', tools: TOOLS },
  // One vulnerability of both packages.
  { id: 'npm:kubectl-mcp-server', version: '9.0.0', aliases: ['pypi:kubectl-mcp-server'], tools: TOOLS },
  // Without a version nobody can say.
  { id: 'npm:@modelcontextprotocol/inspector', tools: TOOLS },
];
const scratch = folder();
const db = scratch.file('catalogue.db');
beforeAll(() => makeCatalogue(db, SHELVES));
afterAll(() => scratch.remove());

const world = { dataFolder: DATA, signal: new AbortController().signal };
const BRIDGE = 'CVE-2025-6514';

async function rows(question: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout, stderr, code } = await run(query, [question], { db, json: true });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

function states(): Promise<readonly Record<string, unknown>[]> {
  return rows(`select distinct server_id, version, state from server_advisories
    where cve in ('${BRIDGE}', 'CVE-2025-53107', 'CVE-2025-49596') order by 1`);
}

describe('the view of known vulnerabilities', () => {
  const expected = [
    { server_id: 'npm:@cyanheads/git-mcp-server', version: '9.0.0', state: 'not-affected' },
    { server_id: 'npm:@modelcontextprotocol/inspector', version: null, state: 'unknown' },
    { server_id: 'npm:mcp-remote', version: '0.1.15', state: 'affected' },
  ];

  it('has exactly the packages that are named, each with what its version means', async () => {
    expect(await states()).toEqual(expected);
  });

  it('answers the ready question with those that are affected alone', async () => {
    const found = await rows('known-vulnerabilities');
    expect(found).toEqual([
      {
        ...{ server_id: 'npm:mcp-remote', version: '0.1.15', cve: BRIDGE, severity: 'critical', fixed: '0.1.16' },
        title: expect.stringMatching(/^A hostile server/u),
      },
    ]);
  });

  it('has the severity as a number too, and none where none was published', async () => {
    const found = await rows('select distinct severity, severity_rank from server_advisories');
    expect(found.length).toBeGreaterThan(2);
    const ranks: readonly unknown[] = SEVERITIES;
    for (const { severity, severity_rank: rank } of found)
      expect(rank).toBe(severity === null ? null : ranks.indexOf(severity));
  });

  it('says once what is published of two packages of a server', async () => {
    const found = await rows("select cve from server_advisories where server_id = 'npm:kubectl-mcp-server'");
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ cve }) => cve)).size).toBe(found.length);
  });

  it('stays as it is when a run changes nothing', async () => {
    const catalogue = openCatalogue(db, { mode: 'write', now: clock().now });
    const before = catalogue.sql.handle.prepare('select total_changes() as n').get();
    expect(await refreshAdvisories(catalogue, world)).toBeGreaterThan(2);
    expect(catalogue.sql.handle.prepare('select total_changes() as n').get()).toEqual(before);
    catalogue.close();
  });

  it('is made again by reclassify', async () => {
    const catalogue = openCatalogue(db, { mode: 'write', now: clock().now });
    catalogue.sql.exec('DELETE FROM advisories');
    catalogue.close();
    expect((await run(reclassify, [], { db })).code).toBe(0);
    expect(await states()).toEqual(expected);
  });

  it('follows the version that is read', async () => {
    const time = clock();
    const catalogue = openCatalogue(db, { mode: 'write', now: time.now });
    time.pass(1_000);
    await visitAll(catalogue, {
      'npm:mcp-remote': reading([serverReading('npm:mcp-remote', TOOLS, { version: '0.1.16' })]),
    });
    await refreshAdvisories(catalogue, world);
    catalogue.close();
    expect(await rows('known-vulnerabilities')).toEqual([]);
    expect((await states()).at(-1)).toEqual({ server_id: 'npm:mcp-remote', version: '0.1.16', state: 'not-affected' });
  });

  it('leaves the rest when it is stopped', async () => {
    const catalogue = openCatalogue(db, { mode: 'write', now: clock().now });
    catalogue.sql.exec('DELETE FROM advisories');
    expect(await refreshAdvisories(catalogue, { ...world, signal: AbortSignal.abort() })).toBe(0);
    catalogue.close();
    expect(await states()).toEqual([]);
  });
});
