import type { Column, Table } from '../describe.ts';

/** What every value must have. */
export const required = 'NOT NULL';
export const flag = (name: string, text: string): Column => ({
  name,
  type: 'INTEGER',
  text,
  unit: '0 or 1',
  sql: `NOT NULL CHECK (${name} IN (0, 1))`,
});
export const instant = (name: string, text: string, sql = required): Column => ({
  name,
  type: 'INTEGER',
  text,
  unit: 'epoch milliseconds',
  sql,
});
export const prose = (name: string, text: string): Column => ({ name, type: 'TEXT', text });
export const count = (name: string, text: string): Column => ({
  name,
  type: 'INTEGER',
  text,
  sql: 'NOT NULL DEFAULT 0',
});

const DEFERRED = ' DEFERRABLE INITIALLY DEFERRED';

/**
 * The table as one statement can insert many rows into it: as long as something within the statement could fail that
 * would undo it alone, SQLite keeps copies of all pages that it touches. So references are checked at the commit, and of
 * JSON only the first character, which needs no function: not where JSON from outside is kept, which may be too deep.
 */
export function forManyRows(table: Table): Table {
  return { ...table, columns: table.columns.map(lightly) };
}

function lightly(column: Column): Column {
  const { sql, type } = column;
  if (type === 'JSON') return { ...column, check: 'first' };
  return sql === undefined || !sql.includes('REFERENCES') || sql.endsWith(DEFERRED)
    ? column
    : { ...column, sql: `${sql}${DEFERRED}` };
}
