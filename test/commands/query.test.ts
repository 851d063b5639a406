import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes } from '../../src/commands/changes.ts';
import { query } from '../../src/commands/query.ts';
import { csvCell, markdownCell } from '../../src/commands/rows.ts';
import { loadQueries } from '../../src/data/queries.ts';
import { SCHEMA_VERSION } from '../../src/store/schema.ts';
import { DATA } from '../classify/helpers.ts';
import { makeCatalogue, run } from '../helpers/commands.ts';
import { SHELVES } from './shelves.ts';

const folder = mkdtempSync(join(tmpdir(), 'toolrisk-query-'));
const db = join(folder, 'catalogue.db');
beforeAll(() => makeCatalogue(db, SHELVES));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (sql: string, typed: Readonly<Record<string, string | true>> = {}, columns?: number) =>
  run(query, [sql], { db, ...typed }, columns === undefined ? {} : { columns });

const queries = loadQueries(DATA);
const details = typeof query.details === 'function' ? query.details(DATA) : '';

describe('ready questions', () => {
  it('are at least ten', () => expect(queries.length).toBeGreaterThanOrEqual(10));

  /** Rows that this catalogue must give; the others may be empty. */
  const full = new Set([
    'capabilities',
    'coverage-by-reason',
    'critical-tools-in-words',
    'decisions-of-worst',
    'denied-tools',
    'most-severe-tools',
    'policy-gaps',
    'recent-changes',
    'secrets-within-reach',
    'servers-by-risk',
    'servers-that-run-code',
    'tools-that-destroy',
    'tools-that-move-money',
    'toxic-combinations',
    'contradicted-hints',
  ]);
  for (const { name, title } of queries) {
    it(`${name}: ${title}`, async () => {
      expect(title.length).toBeLessThanOrEqual(52);
      expect(details).toContain(`  ${name.padEnd(25)}${title}`);
      const { code, stdout, stderr } = await ask(name, { json: true });
      expect([code, stderr]).toEqual([0, '']);
      const rows: unknown = JSON.parse(stdout);
      expect(Array.isArray(rows)).toBe(true);
      if (full.has(name)) expect(rows, name).not.toEqual([]);
    });
  }

  it('print instants as toolrisk changes prints them', async () => {
    const asked = await run(query, ['recent-changes'], { db, json: true });
    const told = await run(changes, [], { db, json: true, since: '2025-01-01' });
    const at = JSON.parse(told.stdout).map((row: { at: string }) => row.at);
    expect(at[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
    expect(JSON.parse(asked.stdout).map((row: { changed_at: string }) => row.changed_at)).toEqual(at);
    for (const { name, sql } of queries) expect(sql, name).not.toContain('datetime(');
  });

  it('an unknown one is answered with the known ones', async () => {
    const { code, stderr } = await ask('most-sever-tools');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no ready question "most-sever-tools". There are capabilities,');
  });
});

describe('what is refused', () => {
  const refused: readonly (readonly [title: string, sql: string, says: string | RegExp])[] = [
    ['a delete', 'delete from servers', 'DELETE is not for "toolrisk query"'],
    ['an update behind a comment', '/* x */ -- y\n update servers set name = 1', 'UPDATE is not for'],
    ['an insert in WITH', 'with x as (select 1) insert into runs select 1, 1, 1, 1, 1, 1', /only reads/u],
    [
      'an update that gives rows',
      "with x as (select 1) update servers set name = 'x' returning name",
      /only reads|readonly/u,
    ],
    ['ATTACH', "attach 'x.db' as x", 'ATTACH is not for'],
    ['PRAGMA', 'pragma writable_schema = 1', 'PRAGMA is not for'],
    ['VACUUM INTO', `vacuum into '${join(folder, 'out.db')}'`, 'VACUUM is not for'],
    ['BEGIN', 'begin immediate', 'BEGIN is not for'],
    ['an extension', "select load_extension('x')", /not authorized|no such function/u],
    ['a file', "select writefile('x', 'y')", 'no such function: writefile'],
    ['two statements', 'select 1; select 2', /more than one statement/u],
    ['nothing', '  -- only a comment', 'There is no SQL statement here.'],
  ];
  for (const [title, sql, says] of refused) {
    it(title, async () => {
      const { code, stdout, stderr } = await ask(sql);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(says);
    });
  }

  it('a pragma function that would change something changes nothing', async () => {
    await ask("select * from pragma_user_version('99')");
    const { stdout } = await ask('select user_version from pragma_user_version', { format: 'jsonl' });
    expect(stdout).toContain(`"user_version":${SCHEMA_VERSION}`);
  });
});

describe('bounds', () => {
  const endless = 'with recursive n(i) as (select 1 union all select i + 1 from n)';
  it('a query that runs too long is ended', async () => {
    const { code, stderr } = await ask(`${endless} select count(*) from n`, { timeout: '1' });
    expect(code).toBe(2);
    expect(stderr).toContain('The query was ended after 1 s.');
  });
  it('a million rows are cut, and said to be', async () => {
    const { code, stdout, stderr } = await ask(`${endless} select i from n limit 1000000`, { format: 'jsonl' });
    expect(code).toBe(2);
    expect(stdout.trimEnd().split('\n').length).toBe(10_000);
    expect(stderr).toContain('There are more than 10,000 rows.');
  });
  it.each(['table', 'json'])(
    'the first rows are given to who asks for them, and said to be the first: %s',
    async (format) => {
      const { code, stdout, stderr } = await ask(`${endless} select i from n`, { rows: '5', format });
      expect([code, stderr]).toEqual([0, 'These are the first 5 rows of more.\n']);
      expect(stdout.match(/\d+/gu)).toEqual(['1', '2', '3', '4', '5']);
    },
  );
  it('as many rows as allowed are no excess', async () => {
    expect(await ask(`${endless} select i from n limit 5`, { rows: '5' })).toMatchObject({ code: 0, stderr: '' });
  });
  for (const rows of ['0', '-1', 'x', '1.5']) {
    it(`--rows ${rows} is none`, async () =>
      expect((await ask('select 1', { rows })).stderr).toContain('--rows takes'));
  }
});

describe('carets', () => {
  const faults: readonly (readonly [title: string, sql: string, line: string, at: number])[] = [
    ['a syntax error', 'select a frm b', 'select a frm b', 13],
    ['an unknown column', 'select\n  nme\nfrom servers', '  nme', 2],
    ['an unknown table', 'select * from tol_risk', 'select * from tol_risk', 14],
    ['an unknown function', 'select upr(name) from servers', 'select upr(name) from servers', 7],
    ['behind a tab', 'select\n\tnme from servers', ' nme from servers', 1],
  ];
  for (const [title, sql, line, at] of faults) {
    it(title, async () => {
      const { code, stderr } = await ask(sql);
      expect(code).toBe(2);
      expect(stderr).toContain(`${line}\n${' '.repeat(at)}^`);
    });
  }
});

describe('a database that cannot be used', () => {
  const make: Readonly<Record<string, readonly [(path: string) => (() => void) | undefined, string]>> = {
    missing: [() => undefined, 'There is no catalogue at'],
    empty: [(path) => void writeFileSync(path, ''), 'is an empty database'],
    'a text': [(path) => void writeFileSync(path, 'hello '.repeat(100)), 'is no SQLite database'],
    'a folder': [(path) => void mkdirSync(path), 'is a folder'],
    newer: [
      (path) => {
        const handle = new Database(path);
        handle.exec(
          `create table x (y); pragma application_id = ${0x746c726b}; pragma user_version = ${SCHEMA_VERSION + 1}`,
        );
        handle.close();
        return undefined;
      },
      'newer toolrisk',
    ],
    "another program's": [
      (path) => {
        const handle = new Database(path);
        handle.exec('create table x (y)');
        handle.close();
        return undefined;
      },
      'a database of another program',
    ],
    locked: [
      (path) => {
        const handle = new Database(path);
        handle.exec('pragma journal_mode = delete; create table x (y); begin exclusive');
        return () => handle.close();
      },
      'holds a lock on',
    ],
    corrupt: [
      (path) => {
        const handle = new Database(path);
        handle.exec(
          `create table x (y); pragma application_id = ${0x746c726b}; pragma user_version = ${SCHEMA_VERSION}`,
        );
        handle.close();
        const bytes = Buffer.alloc(8192, 0x55);
        writeFileSync(path, bytes, { flag: 'r+' });
        writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), bytes]));
        return undefined;
      },
      /is damaged|is no SQLite database/u.source,
    ],
  };
  for (const [title, [prepare, says]] of Object.entries(make)) {
    it(title, async () => {
      const path = join(folder, `bad-${title.replaceAll(/\W/gu, '-')}`);
      const release = prepare(path);
      const { code, stdout, stderr } = await ask('select 1', { db: path });
      release?.();
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(new RegExp(says, 'u'));
      expect(stderr).not.toContain('\n    at ');
    });
  }
});

describe('output', () => {
  it('a table fits the terminal', async () => {
    const { stdout } = await ask('select server_id, tool_name, provenance, capabilities from tool_risk', {}, 60);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(stdout).not.toContain('\u001b');
  });

  it('CSV is read back by another parser, with formulas inert', async () => {
    const { stdout } = await ask('select tool_name, confidence, null as blank from tool_risk order by tool_name', {
      format: 'csv',
    });
    const rows: readonly (readonly string[])[] = parse(stdout);
    expect(rows[0]).toEqual(['tool_name', 'confidence', 'blank']);
    expect(rows.map(([name]) => name)).toContain("'=cmd|calc");
    for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+@\t\r-]/u);
  });

  const cells = [
    '=1+1',
    '+1',
    '-1',
    '@x',
    '\t=1',
    '\r=1',
    'a "quoted" cell',
    'two\nlines',
    'comma, semicolon;',
    '',
    '＝1',
    ' =1',
  ];
  it.each(cells)('CSV keeps %j as a text', (text) => {
    const [[back] = []]: readonly (readonly string[])[] = parse(`${csvCell(text)},"x"\r\n`);
    expect([text, `'${text}`]).toContain(back);
    expect(back).not.toMatch(/^[=+\-@\t\r]/u);
  });

  it('Markdown has nothing that is read as Markdown or HTML', () => {
    expect(markdownCell('<img src=x> | [a](javascript:b) `c` **d**')).not.toMatch(/[<>|[\]()`*]/u);
  });

  it('JSON Lines and JSON give the same rows', async () => {
    const sql = 'select tool_name, severity from tool_risk order by 1';
    const [json, jsonl] = [await ask(sql, { json: true }), await ask(sql, { format: 'jsonl' })];
    expect(
      jsonl.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(JSON.parse(json.stdout));
  });

  it('a statement from a file', async () => {
    writeFileSync(join(folder, 'ask.sql'), '-- a comment\nselect 42 as answer');
    const { stdout } = await run(query, [], { db, file: 'ask.sql', json: true }, { cwd: folder });
    expect(JSON.parse(stdout)).toEqual([{ answer: 42 }]);
  });
});
