import { schemaTables } from '../../src/store/schema.ts';
import type { Sql } from '../../src/store/sql.ts';

/** What every run may write: the log of runs and visits, the leases with their schedule, and when something was seen last. */
const VOLATILE_TABLES = new Set(['runs', 'run_sources', 'visits', 'frontier']);
const VOLATILE_COLUMNS = new Set(['last_seen']);

/** Keys that only count rows, in the order in which they came, and numbers that mean nothing but that they are others. */
const COUNTERS = new Set(['change', 'run', 'published_run', 'revision']);

/**
 * Every row outside runs, visits, leases and `last_seen`, as sorted lines. With `natural`, keys that only count are left
 * out or replaced by what they stand for, so that catalogues that were filled in another order can be compared.
 */
export function dump(sql: Sql, natural: boolean): readonly string[] {
  const names = natural ? keyNames(sql) : new Map<string, Map<number, string>>();
  return schemaTables()
    .filter((table) => !VOLATILE_TABLES.has(table.name))
    .flatMap((table) => {
      const rows = sql.all<Record<string, unknown>>(`SELECT * FROM ${table.name}`);
      return rows.map((row) => `${table.name} ${lineOf(row, natural, names)}`).sort();
    });
}

function lineOf(
  row: Record<string, unknown>,
  natural: boolean,
  names: ReadonlyMap<string, ReadonlyMap<number, string>>,
): string {
  const kept: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (VOLATILE_COLUMNS.has(column) || (natural && COUNTERS.has(column))) continue;
    const name = typeof value === 'number' ? names.get(column)?.get(value) : undefined;
    kept[column] = name ?? (Buffer.isBuffer(value) ? value.toString('hex') : value);
  }
  return JSON.stringify(kept);
}

function keyNames(sql: Sql): Map<string, Map<number, string>> {
  const of = (column: string, query: string): [string, Map<number, string>] => [
    column,
    new Map(sql.all<{ key: number; name: string }>(query).map((row) => [row.key, row.name])),
  ];
  return new Map([
    of('manifest', 'SELECT manifest AS key, locator AS name FROM manifests'),
    of('tool', "SELECT tool AS key, server_id || '#' || name AS name FROM tools"),
    of(
      'tool_version',
      "SELECT tool_version AS key, server_id || '#' || name || ' ' || method || ' ' || definition_hash AS name FROM tool_versions",
    ),
  ]);
}
