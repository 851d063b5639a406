import type { Outcome } from '../model/visit.ts';
import type { Sql } from './sql.ts';

/** One manifest with how the last visit to it ended, whether it speaks of servers or of none. */
export interface ManifestRecord {
  readonly locator: string;
  /** Empty when no source lists it any more. */
  readonly source: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly message?: string;
  /** Servers of which it speaks, or whose place is kept for it. */
  readonly servers: number;
  /** What its last good answer listed: tools, and things that looked like one. */
  readonly tools: number;
  readonly dropped: number;
}

interface ManifestRow {
  readonly locator: string;
  readonly source: string | null;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly message: string | null;
  readonly servers: number;
  readonly tools: number;
  readonly dropped: number;
}

/** Rows are read in pages, so that nothing is held open while the caller works. */
const PAGE = 256;

/** Every manifest that was visited, by locator. */
export function* readManifests(sql: Sql): IterableIterator<ManifestRecord> {
  for (let after = ''; ; ) {
    const rows = sql.all<ManifestRow>(MANIFESTS, { after, limit: PAGE });
    for (const row of rows) yield manifestRecord(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.locator;
  }
}

const MANIFESTS = `SELECT m.locator, f.source, v.outcome, v.reason, v.message, count(r.declared_id) AS servers,
    coalesce(sum(r.tools), 0) AS tools, coalesce(sum(json_array_length(r.dropped)), 0) AS dropped
  FROM manifests m
  LEFT JOIN frontier f ON f.locator = m.locator
  JOIN visits v ON v.visit = coalesce(f.last_visit, m.final_visit)
  LEFT JOIN readings r ON r.manifest = m.manifest
  WHERE m.locator > :after GROUP BY m.locator ORDER BY m.locator LIMIT :limit`;

/** How many manifests of one source of which the last visit ended alike; without an outcome: that were never visited. */
export interface OutcomeCount {
  readonly source: string;
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly manifests: number;
}

/** Counts the manifests that sources list by source and by how and why the last visit to them ended. */
export function countOutcomes(sql: Sql): readonly OutcomeCount[] {
  return sql
    .all<{ source: string; outcome: Outcome | null; reason: string | null; manifests: number }>(
      `SELECT f.source, v.outcome, v.reason, count(*) AS manifests FROM frontier f
       LEFT JOIN visits v ON v.visit = f.last_visit
       GROUP BY f.source, v.outcome, v.reason ORDER BY f.source, v.outcome, v.reason`,
    )
    .map(({ source, outcome, reason, manifests }) => ({
      ...{ source, manifests },
      ...(outcome === null ? {} : { outcome }),
      ...(reason === null ? {} : { reason }),
    }));
}

function manifestRecord(row: ManifestRow): ManifestRecord {
  const { locator, source, outcome, reason, message, servers, tools, dropped } = row;
  return {
    locator,
    source: source ?? '',
    outcome,
    ...(reason === null ? {} : { reason }),
    ...(message === null ? {} : { message }),
    servers,
    tools,
    dropped,
  };
}
