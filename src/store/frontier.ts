import type { ServerId } from '../model/id.ts';
import type { Listed } from '../model/manifest.ts';
import type { Validators } from '../model/visit.ts';
import { gathered } from './due.ts';
import { bit, fromJson, type Sql, storable, toJson } from './sql.ts';
import { rowsSql } from './waiting.ts';

/** Order in which what is due is visited. */
export const PRIORITY = { fresh: 0, regular: 1, failing: 2, gone: 3 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** Named in a query, they let its index go on to the times: it holds source, priority, time. */
const PRIORITIES = Object.values(PRIORITY).join(', ');

/** No schedule reaches further than this, milliseconds: what lies beyond was written by a clock that was wrong. */
export const HORIZON_MS = 45 * 86_400_000;

/** The right to visit one manifest once, until it expires. */
export interface Lease {
  /** Never given twice. */
  readonly token: number;
  readonly locator: string;
  readonly source: string;
  /** Declared by the sources that list it. */
  readonly aliases: readonly ServerId[];
  readonly name?: string;
  readonly description?: string;
  /** A source says that it is gone. */
  readonly deleted: boolean;
  /** Visits in a row without an answer. */
  readonly failures: number;
  readonly intervalMs?: number;
  /** Of the last good answer; absent when the last visit failed. */
  readonly validators?: Validators;
  readonly contentHash?: string;
  /** Version of the extractors that read the last good answer. */
  readonly extractor?: string;
  /** First answer, epoch milliseconds. */
  readonly firstSeen?: number;
  /** The manifest as the catalogue has it; absent when nothing was ever written of it. */
  readonly known?: KnownManifest;
}

/** What is known of a manifest when its lease is given. */
export interface KnownManifest {
  readonly manifest: number;
  readonly contentHash: string | null;
  readonly extractor: string | null;
}

/** When a manifest is visited next. */
export interface Plan {
  readonly priority: Priority;
  readonly dueAt: number;
  readonly intervalMs?: number;
  readonly failures: number;
  readonly notBefore?: number;
}

/** Enters lines of sources. Known manifests keep their schedule. */
export function enterListings(sql: Sql, lines: readonly Listed[], parent: string | null, dueAt: number): void {
  sql.putRows(
    ENTER,
    lines.map(({ locator, source, aliases, name, description, deleted }) => [
      storable(source),
      storable(locator),
      aliases.length === 0 ? '[]' : toJson([...new Set(aliases)].sort()),
      storableOrNull(name),
      storableOrNull(description),
      bit(deleted === true),
      parent,
    ]),
  );
  sql.putRows(
    ENTER_DUE,
    lines.map(({ locator, source }) => [storable(locator), storable(source), PRIORITY.fresh, dueAt]),
  );
}

const ENTER = rowsSql('listings', 'source, locator, aliases, name, description, deleted, parent', {
  rest: `ON CONFLICT DO UPDATE SET aliases = excluded.aliases, name = excluded.name, description = excluded.description,
      deleted = excluded.deleted, parent = min(parent, excluded.parent)
    WHERE (aliases, name, description, deleted, parent) IS NOT
      (excluded.aliases, excluded.name, excluded.description, excluded.deleted, min(parent, excluded.parent))`,
});

const ENTER_DUE = rowsSql('frontier', 'locator, source, priority, due_at', {
  rest: 'ON CONFLICT DO UPDATE SET source = excluded.source WHERE source > excluded.source',
});

/** Forgets every lease: the one who held it is dead, since the run lock is ours. */
export function reclaimLeases(sql: Sql, now: number): number {
  correctClock(sql, now);
  return sql.run('UPDATE frontier SET lease = NULL, due_at = min(due_at, :now) WHERE lease IS NOT NULL', { now })
    .changes;
}

/** Brings back what a clock that was wrong put too far into the future. */
function correctClock(sql: Sql, now: number): void {
  const horizon = now + HORIZON_MS;
  sql.run('UPDATE frontier SET due_at = :now WHERE due_at > :horizon', { now, horizon });
  sql.run('UPDATE frontier SET not_before = NULL WHERE not_before > :horizon', { horizon });
}

/** Makes everything of some sources due, save what was asked to wait and what this run visited already. */
export function callAll(sql: Sql, sources: readonly string[], run: number, now: number): void {
  for (const source of sources) {
    sql.run(
      `UPDATE frontier SET due_at = :now
       WHERE source = :source AND priority IN (${PRIORITIES}) AND due_at > :now
         AND lease IS NULL AND coalesce(not_before, 0) <= :now
         AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.visit = last_visit AND v.run = :run)`,
      { source, run, now },
    );
  }
}

/** How many manifests of some sources wait for a later time, those that this run visited left out. */
export function countWaiting(sql: Sql, sources: readonly string[], run: number, now: number): number {
  let waiting = 0;
  for (const source of sources) {
    // What this run visited is found by the run, so that nothing is looked up for each that waits: there may be a million.
    const row = sql.get<{ n: number }>(
      `SELECT
         (SELECT count(*) FROM frontier WHERE source = :source AND priority IN (${PRIORITIES}) AND due_at > :now)
         - (SELECT count(*) FROM visits v CROSS JOIN frontier f ON f.locator = v.locator
             WHERE v.run = :run AND f.last_visit = v.visit AND f.source = :source AND f.due_at > :now) AS n`,
      { source, run, now },
    );
    waiting += row?.n ?? 0;
  }
  return waiting;
}

interface DueRow {
  readonly manifest: number | null;
  readonly locator: string;
  readonly source: string;
  readonly failures: number;
  readonly interval_ms: number | null;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly content_hash: string | null;
  readonly extractor: string | null;
  readonly first_seen: number | null;
  /** What its source lists, … */
  readonly aliases: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly deleted: number | null;
  /** … and how many sources list it. */
  readonly listings: number;
}

/** `LIMIT +?`: a bare parameter would have SQLite plan the statement anew for every other value. */
const DUE = `SELECT m.manifest, f.locator, f.source, f.failures, f.interval_ms, f.etag, f.last_modified, m.content_hash,
    m.extractor, m.first_seen, l.aliases, l.name, l.description, l.deleted,
    (SELECT count(*) FROM listings o WHERE o.locator = f.locator) AS listings
  FROM frontier f LEFT JOIN manifests m ON m.locator = f.locator
    LEFT JOIN listings l ON l.locator = f.locator AND l.source = f.source
  WHERE f.source = :source AND f.priority = :priority AND f.due_at <= :now ORDER BY f.due_at, f.locator LIMIT +:limit`;

/** Leases up to `limit` due manifests, a fair share from each source. `nextToken` gives tokens that were never given. */
export function leaseDue(
  sql: Sql,
  sources: readonly string[],
  limit: number,
  now: number,
  until: number,
  nextToken: () => number,
): readonly Lease[] {
  const leases: Lease[] = [];
  for (const [index, source] of sources.entries()) {
    const share = Math.ceil((limit - leases.length) / (sources.length - index));
    for (const row of dueOf(sql, source, share, now)) leases.push(leaseOf(sql, row, nextToken()));
  }
  holdLeases(sql, leases, until);
  return leases;
}

/** Writes who holds what, and until when. */
export function holdLeases(sql: Sql, leases: readonly Lease[], until: number): void {
  for (const { locator, token } of leases) sql.changeBeside(HOLD, token, until, locator);
}

const HOLD = 'UPDATE frontier SET lease = ?, due_at = ? WHERE locator = ?';

/** Whether a lease is the one that holds. */
export function holdsLease(sql: Sql, { locator, token }: Lease): boolean {
  const held = sql.get('SELECT 1 FROM frontier WHERE locator = :locator AND lease = :token', { locator, token });
  return held !== undefined;
}

function dueOf(sql: Sql, source: string, limit: number, now: number): readonly DueRow[] {
  const rows: DueRow[] = [];
  for (const priority of Object.values(PRIORITY)) {
    if (rows.length >= limit) break;
    rows.push(...sql.all<DueRow>(DUE, { source, priority, now, limit: limit - rows.length }));
  }
  return rows;
}

/** Writes the schedule after a visit and gives the lease back. False when the lease is no longer the one that holds. */
export function returnLease(
  sql: Sql,
  lease: Lease,
  plan: Plan,
  validators: Validators | undefined,
  visit: number,
  now: number,
): boolean {
  const { priority, dueAt, intervalMs = null, failures, notBefore = null } = plan;
  const etag = storableOrNull(validators?.etag);
  const lastModified = storableOrNull(validators?.lastModified);
  const { locator, token } = lease;
  const isRegular = priority === PRIORITY.regular && intervalMs !== null && notBefore === null;
  const due = isRegular ? gathered(dueAt, now, intervalMs) : dueAt;
  const next = [priority, due, intervalMs, failures, notBefore, etag, lastModified, visit] as const;
  return sql.changeBeside(RETURN, ...next, locator, token) === 1;
}

const RETURN = `UPDATE frontier SET lease = NULL, priority = ?, due_at = ?, interval_ms = ?, failures = ?, not_before = ?,
    etag = ?, last_modified = ?, last_visit = ?
  WHERE locator = ? AND lease = ?`;

function storableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}

/** Gives a lease back without a visit: it is due again at once. */
export function dropLease(sql: Sql, lease: Lease, now: number): void {
  sql.run('UPDATE frontier SET lease = NULL, due_at = :now WHERE locator = :locator AND lease = :token', {
    locator: lease.locator,
    token: lease.token,
    now,
  });
}

/** What a source lists of a manifest. */
interface ListingRow {
  readonly aliases: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly deleted: number;
}

const LISTINGS = 'SELECT aliases, name, description, deleted FROM listings WHERE locator = :locator ORDER BY source';

function listingsOf(sql: Sql, row: DueRow): readonly ListingRow[] {
  const { locator, aliases, name, description, deleted } = row;
  if (row.listings !== 1 || aliases === null || deleted === null) return sql.all<ListingRow>(LISTINGS, { locator });
  return [{ aliases, name, description, deleted }];
}

function leaseOf(sql: Sql, row: DueRow, token: number): Lease {
  const listings = listingsOf(sql, row);
  const name = listings.find((listing) => listing.name !== null)?.name ?? undefined;
  const description = listings.find((listing) => listing.description !== null)?.description ?? undefined;
  const lease = {
    token,
    locator: row.locator,
    source: row.source,
    aliases: listings.flatMap(aliasesOf),
    deleted: listings.length > 0 && listings.every((listing) => listing.deleted === 1),
    failures: row.failures,
  };
  if (name === undefined && description === undefined && row.manifest === null) return lease;
  return {
    ...lease,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(row.manifest === null ? {} : knownOf(row, row.manifest)),
  };
}

function aliasesOf({ aliases }: ListingRow): readonly ServerId[] {
  return aliases === '[]' ? [] : fromJson<readonly ServerId[]>(aliases).map(storable);
}

/** What a lease says of a manifest that was written before. */
function knownOf(row: DueRow, manifest: number): Partial<Lease> {
  const { content_hash: contentHash, extractor, first_seen: firstSeen } = row;
  // What was read in part is read again whole.
  const wasWhole = contentHash?.startsWith('partial:') !== true;
  const validators = {
    ...(row.etag === null ? {} : { etag: row.etag }),
    ...(row.last_modified === null ? {} : { lastModified: row.last_modified }),
  };
  return {
    ...(Object.keys(validators).length === 0 || !wasWhole ? {} : { validators }),
    ...(contentHash === null || !wasWhole ? {} : { contentHash }),
    ...(extractor === null ? {} : { extractor }),
    ...(firstSeen === null ? {} : { firstSeen }),
    ...(row.interval_ms === null ? {} : { intervalMs: row.interval_ms }),
    known: { manifest, contentHash, extractor },
  };
}
