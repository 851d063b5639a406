import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { exportCommand } from '../../src/commands/export.ts';
import { search } from '../../src/commands/search.ts';
import { makeCatalogue, run, type Typed } from '../helpers/commands.ts';
import { sarifFaults } from '../helpers/sarif.ts';
import { SHELVES } from './shelves.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-export-'));
const db = join(folder, 'catalogue.db');
beforeAll(() => makeCatalogue(db, SHELVES));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (what: string, file: string, typed: Typed = {}) =>
  run(exportCommand, [what, file], { db, ...typed }, { cwd: folder });
const TOOLS = SHELVES.reduce((sum, { tools }) => sum + tools.length, 0);

describe('export', () => {
  const hasSqlite = spawnSync('sqlite3', ['--version']).status === 0;
  it.skipIf(!hasSqlite)('sqlite opens read-only from a read-only folder (needs the sqlite3 program)', async () => {
    mkdirSync(join(folder, 'public'));
    expect(await write('sqlite', 'public/c.db')).toMatchObject({ code: 0 });
    const file = join(folder, 'public', 'c.db');
    expect(statSync(file).mode & 0o222).toBe(0);
    chmodSync(join(folder, 'public'), 0o555);
    const ask = (sql: string) => execFileSync('sqlite3', ['-readonly', file, sql], { encoding: 'utf8' }).trim();
    expect(ask('select count(*) from tool_risk')).toBe(String(TOOLS));
    expect(ask('pragma journal_mode')).toBe('delete');
    expect(ask('pragma integrity_check')).toBe('ok');
    expect(ask("select count(*) from tools_fts where tools_fts match 'refund'")).toBe('1');
    const found = await run(search, ['refund'], { db: file, json: true });
    expect(JSON.parse(found.stdout)).toMatchObject([{ tool_name: 'create_refund' }]);
    chmodSync(join(folder, 'public'), 0o755);
    // Bytes 18 and 19 of the header: 1 is a rollback journal, 2 a write-ahead log.
    expect([...readFileSync(file).subarray(18, 20)]).toEqual([1, 1]);
  });

  it('JSON Lines have lists as lists', async () => {
    const lines = (stdout: string) =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const tools = lines((await write('jsonl', '-')).stdout);
    expect(tools).toHaveLength(TOOLS);
    expect(tools.find(({ tool_name }) => tool_name === 'run_command')).toMatchObject({
      capabilities: expect.arrayContaining(['runs-arbitrary-code']),
      description: 'Run an arbitrary shell command on this machine.',
      title: null,
    });
    const servers = lines((await write('jsonl', '-', { view: 'server_risk' })).stdout);
    expect(servers.map(({ sources }) => sources)).toEqual(SHELVES.map(() => ['test']));
  });

  it('parquet is read back by DuckDB', async () => {
    expect(await write('parquet', 'tools.parquet')).toMatchObject({
      code: 0,
      stderr: `${TOOLS} rows written to tools.parquet.\n`,
    });
    const duck = await DuckDBInstance.create(':memory:');
    const connection = await duck.connect();
    const file = join(folder, 'tools.parquet');
    const reader = await connection.runAndReadAll(
      `select tool_name, severity_rank, confidence, package_version from '${file}' order by server_id, tool_name`,
    );
    const rows = reader.getRowObjectsJson();
    expect(rows).toHaveLength(TOOLS);
    expect(rows[1]).toMatchObject({ tool_name: 'read_file', severity_rank: '1' });
    expect(rows.map((row) => row.tool_name)).toContain('=cmd|calc');
    connection.closeSync();
  });

  it('parquet of an empty view is a table without rows', async () => {
    expect((await write('parquet', 'none.parquet', { view: 'recent_changes' })).code).toBe(0);
  });

  it('csv and jsonl have the rows of a stable view', async () => {
    const csv: readonly (readonly string[])[] = parse((await write('csv', '-')).stdout);
    expect(csv).toHaveLength(TOOLS + 1);
    for (const row of csv) for (const cell of row) expect(cell).not.toMatch(/^[=+@\t\r-]/u);
    const lines = (await write('jsonl', '-', { view: 'policies' })).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(TOOLS * 3);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ strength: expect.any(String), decision: expect.any(String) });
  });

  for (const severity of ['low', 'critical']) {
    it(`sarif from ${severity} is valid by the schema`, async () => {
      const { code, stdout } = await write('sarif', '-', { severity });
      expect(code).toBe(0);
      const log: unknown = JSON.parse(stdout);
      expect(sarifFaults(log)).toEqual([]);
      const { runs } = Log.parse(log);
      const results = runs[0]?.results ?? [];
      expect(results.length).toBeGreaterThan(0);
      for (const { ruleId, ruleIndex } of results) expect(runs[0]?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      const threat = results.find((one) => one.properties.strength === 'strong');
      expect(threat?.level).toBe('error');
    });
  }

  it('meta speaks the words of SEP-2793, per server', async () => {
    const { stdout } = await write('meta', '-');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Meta.parse(JSON.parse(line)));
    expect(lines.map(({ name }) => name)).toEqual(['io.example/files', 'npm:shop-server', 'pypi:odd-server']);
    const files = lines[0]?._meta['toolrisk/risk-metadata'];
    expect(files?.riskLevel).toBe('critical');
    expect(files?.tools.find(({ name }) => name === 'read_file')).toMatchObject({
      category: 'read',
      reversibility: 'auto',
    });
    const unknown = lines[1]?._meta['toolrisk/risk-metadata'].tools.find(({ name }) => name === 'company_esg');
    expect(unknown?.category).toBeUndefined();
    expect(unknown?.approvalRecommendation).not.toBe('none');
  });

  const wrong: readonly (readonly [title: string, what: string, file: string, says: string])[] = [
    ['an unknown format', 'xlsx', 'x', 'export writes sqlite,'],
    ['a file that is there', 'csv', 'there.csv', 'is there already'],
    ['a folder that is not there', 'csv', 'no/where.csv', 'cannot be written'],
    ['a database to standard output', 'sqlite', '-', 'needs a file'],
    ['the catalogue itself', 'sqlite', 'catalogue.db', 'is there already'],
  ];
  it.each(wrong)('%s: a sentence, exit 2', async (_, what, file, says) => {
    writeFileSync(join(folder, 'there.csv'), 'mine');
    const { code, stderr } = await write(what, file);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(readFileSync(join(folder, 'there.csv'), 'utf8')).toBe('mine');
  });
});

const Log = z.object({
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int(),
          level: z.string(),
          properties: z.object({ strength: z.string().optional() }),
        }),
      ),
    }),
  ),
});

const Meta = z.strictObject({
  name: z.string(),
  version: z.string().optional(),
  _meta: z.strictObject({
    'toolrisk/risk-metadata': z.object({
      riskLevel: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
      tools: z.array(
        z.object({
          name: z.string(),
          riskLevel: z.enum(['low', 'medium', 'high', 'critical']),
          category: z.enum(['read', 'observe', 'mutate', 'delete', 'destroy', 'utility']).optional(),
          blastRadius: z.enum(['item', 'namespace', 'cluster', 'organization', 'global']).optional(),
          reversibility: z.enum(['auto', 'manual', 'none']).optional(),
          sideEffects: z.array(z.string()),
          approvalRecommendation: z.enum(['none', 'single', 'multi']),
          minTrustLevel: z.int().min(1).max(5),
        }),
      ),
    }),
  }),
});
