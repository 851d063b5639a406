import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VIRTUAL_TABLES } from '../../src/store/schema/search.ts';
import { SCHEMA_VERSION, schemaTables } from '../../src/store/schema.ts';
import { VIEWS } from '../../src/store/views.ts';
import { scratchCatalogue } from './kit.ts';

let scratch: ReturnType<typeof scratchCatalogue>;
beforeEach(() => {
  scratch = scratchCatalogue();
});
afterEach(() => scratch.end());

const described = () => [...schemaTables(), ...VIRTUAL_TABLES, ...VIEWS];

describe('the description of the schema', () => {
  test('names every table and view of the file, and no other', () => {
    const rows = scratch.catalogue.sql.all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'tools_fts_%' ORDER BY name`,
    );
    expect(
      described()
        .map((one) => one.name)
        .sort(),
    ).toEqual(rows.map((row) => row.name));
  });

  test.each(described().map((one) => [one.name, one] as const))('says what every column of %s means', (name, one) => {
    const rows = scratch.catalogue.sql.all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`);
    expect(one.columns.map((column) => column.name)).toEqual(rows.map((row) => row.name));
    expect(one.text).toMatch(/^[A-Z].*[^.]$/u);
    for (const column of one.columns) expect(column.text, column.name).toMatch(/^\S.*[^.]$/u);
  });

  test('every table is STRICT', () => {
    const rows = scratch.catalogue.sql.all<{ name: string; strict: number }>('PRAGMA table_list');
    const loose = rows.filter((row) => row.strict === 0 && schemaTables().some((table) => table.name === row.name));
    expect(loose).toEqual([]);
  });

  test('the file carries the version', () => {
    expect(scratch.catalogue.sql.handle.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
  });
});

test('tool_risk keeps its columns', () => {
  expect(VIEWS.find((view) => view.name === 'tool_risk')?.columns.map((column) => column.name)).toEqual([
    'server_id',
    'server_name',
    'tool_name',
    'category',
    'severity',
    'severity_rank',
    'capabilities',
    'confidence',
    'method',
    'definition_hash',
    'package_version',
    'provenance',
    'first_seen',
    'last_seen',
    'title',
    'description',
  ]);
});
