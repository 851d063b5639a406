import type { Listed } from '../model/manifest.ts';
import { type Sql, storable } from './sql.ts';
import { rowsSql } from './waiting.ts';

/** Makes the temporary table that says what sources listed in this run; it is empty then. */
export function forgetListed(sql: Sql): void {
  sql.exec(
    'CREATE TEMP TABLE IF NOT EXISTS listed_now (source TEXT, locator TEXT, PRIMARY KEY (source, locator)) WITHOUT ROWID',
  );
  sql.exec('DELETE FROM listed_now');
}

/** Notes what sources listed in this run. */
export function noteListed(sql: Sql, lines: readonly Listed[]): void {
  sql.putRows(
    NOTE,
    lines.map(({ source, locator }) => [storable(source), storable(locator)]),
  );
}

const NOTE = rowsSql('listed_now', 'source, locator', { rest: 'ON CONFLICT DO NOTHING' });

/**
 * Takes away what a source no longer lists, after a whole listing: the temporary table `listed_now` says what it listed.
 * What was learned stays in the catalogue; only the visits end, unless another source lists the manifest.
 */
export function delistMissing(sql: Sql, source: string): void {
  for (let after = ''; ; ) {
    const missing = sql.all<{ locator: string }>(MISSING, { source, after, limit: MISSING_AT_ONCE });
    for (const { locator } of missing) delist(sql, source, locator);
    if (missing.length < MISSING_AT_ONCE) return;
    after = missing.at(-1)?.locator ?? '';
  }
}

/** A source may drop a million lines: so many of them are in memory. */
const MISSING_AT_ONCE = 1_000;

const MISSING = `SELECT locator FROM listings l WHERE l.source = :source AND l.locator > :after AND l.parent IS NULL
  AND NOT EXISTS (SELECT 1 FROM listed_now n WHERE n.source = l.source AND n.locator = l.locator)
  ORDER BY l.locator LIMIT :limit`;

/** Takes one line away, and those that its manifest named. */
function delist(sql: Sql, source: string, locator: string): void {
  sql.run('DELETE FROM listings WHERE source = :source AND locator = :locator', { source, locator });
  const other = sql.get<{ source: string | null }>(
    'SELECT min(source) AS source FROM listings WHERE locator = :locator',
    { locator },
  );
  if (other?.source != null) {
    sql.run('UPDATE frontier SET source = :source WHERE locator = :locator', { source: other.source, locator });
    return;
  }
  sql.run(
    `UPDATE manifests SET final_visit = coalesce((SELECT last_visit FROM frontier WHERE locator = :locator), final_visit)
     WHERE locator = :locator`,
    { locator },
  );
  sql.run('DELETE FROM frontier WHERE locator = :locator', { locator });
  const children = sql.all<{ source: string; locator: string }>(
    'SELECT source, locator FROM listings WHERE parent = :locator',
    { locator },
  );
  for (const child of children) delist(sql, child.source, child.locator);
}
