import type { Outcome } from '../model/visit.ts';
import { bit, type Sql } from './sql.ts';

/** How one source was listed. */
export interface SourceListing {
  readonly source: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Manifests listed. */
  readonly listed: number;
  /** The listing came to its end. */
  readonly whole: boolean;
  /** Only what is newer than the last listing was asked for. */
  readonly delta: boolean;
  readonly reason?: string;
  readonly message?: string;
}

/** How the newest listing of a source ended. Instants are epoch milliseconds. */
export interface SourceState {
  readonly source: string;
  readonly at: number;
  /** The listing came to its end. Otherwise what the source lists is unknown. */
  readonly whole: boolean;
  /** Manifests listed; of a listing that failed, those before it did. */
  readonly listed: number;
  readonly reason?: string;
  readonly message?: string;
  /** The newest listing that came to its end; absent when none ever did. */
  readonly lastWholeAt?: number;
}

interface SourceStateRow {
  readonly source: string;
  readonly at: number;
  readonly whole: number;
  readonly listed: number;
  readonly reason: string | null;
  readonly message: string | null;
  readonly last_whole_at: number | null;
}

/** One crawl, or one re-classification. Instants are epoch milliseconds. */
export interface RunRecord {
  readonly run: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** Absent while it runs, or when it died. */
  readonly ended?: 'done' | 'interrupted' | 'failed';
  readonly ruleset: string;
  readonly extractor: string;
  readonly sources: readonly SourceListing[];
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

interface RunRow {
  readonly run: number;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly ended: 'done' | 'interrupted' | 'failed' | null;
  readonly ruleset: string;
  readonly extractor: string;
}

interface SourceRow {
  readonly source: string;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly listed: number;
  readonly whole: number;
  readonly delta: number;
  readonly reason: string | null;
  readonly message: string | null;
}

export function startRun(sql: Sql, startedAt: number, ruleset: string, extractor: string): number {
  return sql.run('INSERT INTO runs (started_at, ruleset, extractor) VALUES (:startedAt, :ruleset, :extractor)', {
    startedAt,
    ruleset,
    extractor,
  }).id;
}

export function endRun(sql: Sql, run: number, finishedAt: number, ended: 'done' | 'interrupted' | 'failed'): void {
  sql.run('UPDATE runs SET finished_at = :finishedAt, ended = :ended WHERE run = :run', { run, finishedAt, ended });
}

export function writeSourceListing(sql: Sql, run: number, listing: SourceListing): void {
  sql.run(
    `INSERT OR REPLACE INTO run_sources (run, source, started_at, duration_ms, listed, whole, delta, reason, message)
     VALUES (:run, :source, :startedAt, :durationMs, :listed, :whole, :delta, :reason, :message)`,
    {
      run,
      source: listing.source,
      startedAt: listing.startedAt,
      durationMs: listing.durationMs,
      listed: listing.listed,
      whole: bit(listing.whole),
      delta: bit(listing.delta),
      reason: listing.reason ?? null,
      message: listing.message ?? null,
    },
  );
}

/** When a source was last listed to its end, epoch milliseconds; `full` leaves deltas out. */
export function lastListing(sql: Sql, source: string, full: boolean): number | undefined {
  const row = sql.get<{ at: number | null }>(
    `SELECT max(started_at) AS at FROM run_sources WHERE source = :source AND whole = 1 AND delta <= :delta`,
    { source, delta: bit(!full) },
  );
  return row?.at ?? undefined;
}

/** How the newest listing of each source ended, by source. */
export function sourceStates(sql: Sql): readonly SourceState[] {
  return sql
    .all<SourceStateRow>(
      'SELECT source, at, whole, reason, message, listed, last_whole_at FROM sources ORDER BY source',
    )
    .map(({ source, at, whole, reason, message, listed, last_whole_at: lastWholeAt }) => ({
      source,
      at,
      whole: whole === 1,
      listed,
      ...(reason === null ? {} : { reason }),
      ...(message === null ? {} : { message }),
      ...(lastWholeAt === null ? {} : { lastWholeAt }),
    }));
}

/** Runs, newest first. */
export function readRuns(sql: Sql, limit: number): readonly RunRecord[] {
  return sql.all<RunRow>('SELECT * FROM runs ORDER BY run DESC LIMIT :limit', { limit }).map((row) => runOf(sql, row));
}

function runOf(sql: Sql, row: RunRow): RunRecord {
  const counts = sql.all<{ outcome: Outcome; n: number }>(
    'SELECT outcome, count(*) AS n FROM visits WHERE run = :run GROUP BY outcome ORDER BY outcome',
    { run: row.run },
  );
  const sources = sql.all<SourceRow>('SELECT * FROM run_sources WHERE run = :run ORDER BY source', { run: row.run });
  return {
    run: row.run,
    startedAt: row.started_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.ended === null ? {} : { ended: row.ended }),
    ruleset: row.ruleset,
    extractor: row.extractor,
    sources: sources.map(listingOf),
    outcomes: Object.fromEntries(counts.map(({ outcome, n }) => [outcome, n])),
  };
}

function listingOf(row: SourceRow): SourceListing {
  return {
    source: row.source,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    listed: row.listed,
    whole: row.whole === 1,
    delta: row.delta === 1,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.message === null ? {} : { message: row.message }),
  };
}
