import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { APPLICATION_ID, migrationSql } from '../../src/store/open.ts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../src/store/schema.ts';
import { dump } from '../crawl/dump.ts';
import { judgeBy, listed, reading, scratchCatalogue, serverReading, tool, visitAll } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const LINES = ['npm:a', 'npm:b', 'npm:gone', 'npm:empty'];

/** Two servers with tools, one that a source dropped, and one that never answered. */
async function fill(): Promise<void> {
  const answers = {
    'npm:a': reading([serverReading('npm:a', [tool('read_a'), tool('delete_a')], { version: '1.0.0' })]),
    'npm:b': reading([serverReading('npm:b', [tool('read_b')], { aliases: ['pypi:b', 'oci:b'] })]),
    'npm:gone': reading([serverReading('npm:gone', [tool('read_gone')])]),
    'npm:empty': { kind: 'failed', outcome: 'unreachable', reason: 'dns', message: 'no address' } as const,
  };
  await visitAll(scratch.catalogue, answers, { lines: LINES.map((line) => listed(line)) });
  const run = scratch.catalogue.begin({ ruleset: 'rules-1', extractor: 'extract-1', judge: judgeBy('rules-1') });
  for (const line of LINES) if (line !== 'npm:gone') run.list(listed(line));
  const whole = { source: 'test', startedAt: 0, durationMs: 1, listed: 3, whole: true, delta: false };
  await run.endListing(whole);
  await run.finish('done');
}

/** The tables of a version. What is no table any more today is a view. */
function stepTables(version: number) {
  const steps = MIGRATIONS.filter((step) => step.version <= version);
  const dropped = new Set(steps.flatMap((step) => step.dropped ?? []).map(({ name }) => name));
  return steps.flatMap((step) => step.tables).filter(({ name }) => !dropped.has(name));
}

/** The same rows in a file of an older version. */
function asVersion(version: number, path: string): void {
  const { handle } = scratch.catalogue.sql;
  const old = new Database(path);
  // Texts of tables in the schema may be replaced, as in a migration.
  old.unsafeMode(true);
  for (const step of MIGRATIONS) if (step.version <= version) for (const sql of migrationSql(step)) old.exec(sql);
  old.unsafeMode(false);
  for (const { name } of stepTables(version)) {
    const columns = old.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${name}')`).all();
    const names = columns.map((column) => column.name).join(', ');
    const insert = old.prepare(`INSERT INTO ${name} (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
    for (const row of handle.prepare<[], unknown[]>(`SELECT ${names} FROM ${name}`).raw(true).all()) insert.run(row);
  }
  const texts = handle.prepare<[], [number, string]>('SELECT tool, name FROM tools').raw(true).all();
  const index = old.prepare('INSERT INTO tools_fts (rowid, name, title, description, server) VALUES (?, ?, ?, ?, ?)');
  for (const [key, name] of texts) index.run(key, name, '', '', '');
  old.pragma(`application_id = ${APPLICATION_ID}`);
  old.pragma(`user_version = ${version}`);
  old.close();
}

const states = (catalogue: ReturnType<typeof openCatalogue>) =>
  [...catalogue.servers()].map(({ id, visits, sources }) => ({ id, visits, sources }));

describe('a catalogue of an older version', () => {
  const older = MIGRATIONS.map((step) => step.version).filter((version) => version < SCHEMA_VERSION);
  test.each(older)('of schema %i is brought up to date with every row', async (version) => {
    await fill();
    const path = scratch.place.file('old.db');
    asVersion(version, path);
    const catalogue = openCatalogue(path, { mode: 'write', now: scratch.time.now });
    try {
      const { sql } = catalogue;
      expect(sql.handle.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
      expect(sql.handle.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(sql.all('PRAGMA foreign_key_check')).toEqual([]);
      // Each tool has a number of its own, which is another one in every catalogue.
      const numbers = sql.all<{ revision: number }>('SELECT revision FROM tools').map(({ revision }) => revision);
      expect(new Set([0, ...numbers]).size).toBe(numbers.length + 1);
      for (const each of [sql, scratch.catalogue.sql]) each.run('UPDATE tools SET revision = 0');
      expect(dump(sql, false)).toEqual(dump(scratch.catalogue.sql, false));
      const frontier = 'SELECT * FROM frontier ORDER BY locator';
      expect(sql.all(frontier)).toEqual(scratch.catalogue.sql.all(frontier));
      const ids = 'SELECT * FROM server_ids ORDER BY id';
      expect(sql.all(ids)).toEqual(scratch.catalogue.sql.all(ids));
      expect(catalogue.server('pypi:b')?.id).toBe('npm:b');
      expect(states(catalogue)).toEqual(states(scratch.catalogue));
      expect(catalogue.search('delete').map((one) => one.definition.name)).toEqual(['delete_a']);
    } finally {
      catalogue.close();
    }
  });

  test('has the same tables and indexes as a new one', () => {
    const path = scratch.place.file('old.db');
    asVersion(1, path);
    const catalogue = openCatalogue(path, { mode: 'write', now: scratch.time.now });
    const objects = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'tools_fts_%' ORDER BY name";
    expect(catalogue.sql.all(objects)).toEqual(scratch.catalogue.sql.all(objects));
    catalogue.close();
  });

  test('goes on with its schedule', async () => {
    await fill();
    const path = scratch.place.file('old.db');
    asVersion(3, path);
    const catalogue = openCatalogue(path, { mode: 'write', now: scratch.time.now });
    const changed = reading([serverReading('npm:a', [tool('read_a')], { version: '1.1.0' })]);
    scratch.time.pass(100 * 86_400_000);
    const [visit] = await visitAll(catalogue, { 'npm:a': changed });
    expect(visit?.outcome).toBe('changed');
    expect([...catalogue.toolsOf('npm:a')].map((one) => one.definition.name)).toEqual(['read_a']);
    catalogue.close();
  });
});
