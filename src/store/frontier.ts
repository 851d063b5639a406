import type { ServerId } from '../model/id.ts';
import type { Listed } from '../model/manifest.ts';
import type { Validators } from '../model/visit.ts';
import { bit, fromJson, type Sql, toJson } from './sql.ts';

/** Order in which what is due is visited. */
export const PRIORITY = { fresh: 0, regular: 1, failing: 2, gone: 3 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

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

/** Enters one line of a source. Known manifests keep their schedule. */
export function enterListing(sql: Sql, listed: Listed, parent: string | null, dueAt: number): void {
  const { locator, source } = listed;
  sql.run(
    `INSERT INTO listings (source, locator, aliases, name, description, deleted, parent)
     VALUES (:source, :locator, :aliases, :name, :description, :deleted, :parent)
     ON CONFLICT DO UPDATE SET aliases = :aliases, name = :name, description = :description, deleted = :deleted,
       parent = min(parent, :parent)
     WHERE (aliases, name, description, deleted, parent)
       IS NOT (:aliases, :name, :description, :deleted, min(parent, :parent))`,
    {
      source,
      locator,
      aliases: toJson([...new Set(listed.aliases)].sort()),
      name: listed.name ?? null,
      description: listed.description ?? null,
      deleted: bit(listed.deleted === true),
      parent,
    },
  );
  sql.run(
    `INSERT INTO frontier (locator, source, priority, due_at) VALUES (:locator, :source, ${PRIORITY.fresh}, :dueAt)
     ON CONFLICT DO UPDATE SET source = min(source, :source) WHERE source > :source`,
    { locator, source, dueAt },
  );
}

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
       WHERE source = :source AND due_at > :now AND lease IS NULL AND coalesce(not_before, 0) <= :now
         AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.visit = last_visit AND v.run = :run)`,
      { source, run, now },
    );
  }
}

/** How many manifests of some sources wait for a later time, those that this run visited left out. */
export function countWaiting(sql: Sql, sources: readonly string[], run: number, now: number): number {
  let waiting = 0;
  for (const source of sources) {
    const row = sql.get<{ n: number }>(
      `SELECT count(*) AS n FROM frontier WHERE source = :source AND due_at > :now
         AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.visit = last_visit AND v.run = :run)`,
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
}

const DUE = `SELECT m.manifest, f.locator, f.source, f.failures, f.interval_ms, f.etag, f.last_modified, m.content_hash, m.extractor, m.first_seen
  FROM frontier f LEFT JOIN manifests m USING (locator)
  WHERE f.source = :source AND f.priority = :priority AND f.due_at <= :now ORDER BY f.due_at, f.locator LIMIT :limit`;

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
  for (const { locator, token } of leases) {
    sql.run('UPDATE frontier SET lease = :token, due_at = :until WHERE locator = :locator', { token, until, locator });
  }
}

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
): boolean {
  const done = sql.run(
    `UPDATE frontier SET lease = NULL, priority = :priority, due_at = :dueAt, interval_ms = :interval, failures = :failures,
       not_before = :notBefore, etag = :etag, last_modified = :lastModified, last_visit = :visit
     WHERE locator = :locator AND lease = :token`,
    {
      locator: lease.locator,
      token: lease.token,
      priority: plan.priority,
      dueAt: plan.dueAt,
      interval: plan.intervalMs ?? null,
      failures: plan.failures,
      notBefore: plan.notBefore ?? null,
      etag: validators?.etag ?? null,
      lastModified: validators?.lastModified ?? null,
      visit,
    },
  );
  return done.changes === 1;
}

/** Gives a lease back without a visit: it is due again at once. */
export function dropLease(sql: Sql, lease: Lease, now: number): void {
  sql.run('UPDATE frontier SET lease = NULL, due_at = :now WHERE locator = :locator AND lease = :token', {
    locator: lease.locator,
    token: lease.token,
    now,
  });
}

function leaseOf(sql: Sql, row: DueRow, token: number): Lease {
  const listings = sql.all<{
    aliases: string;
    name: string | null;
    description: string | null;
    deleted: number;
    parent: string | null;
  }>('SELECT aliases, name, description, deleted, parent FROM listings WHERE locator = :locator ORDER BY source', {
    locator: row.locator,
  });
  const name = listings.find((listing) => listing.name !== null)?.name ?? undefined;
  const description = listings.find((listing) => listing.description !== null)?.description ?? undefined;
  // What was read in part is read again whole.
  const wasWhole = row.content_hash?.startsWith('partial:') !== true;
  const validators = {
    ...(row.etag === null ? {} : { etag: row.etag }),
    ...(row.last_modified === null ? {} : { lastModified: row.last_modified }),
  };
  return {
    token,
    locator: row.locator,
    source: row.source,
    aliases: listings.flatMap((listing) => fromJson<readonly ServerId[]>(listing.aliases)),
    deleted: listings.length > 0 && listings.every((listing) => listing.deleted === 1),
    failures: row.failures,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(row.interval_ms === null ? {} : { intervalMs: row.interval_ms }),
    ...(Object.keys(validators).length === 0 || !wasWhole ? {} : { validators }),
    ...(row.content_hash === null || !wasWhole ? {} : { contentHash: row.content_hash }),
    ...(row.extractor === null ? {} : { extractor: row.extractor }),
    ...(row.first_seen === null ? {} : { firstSeen: row.first_seen }),
    ...(row.manifest === null
      ? {}
      : { known: { manifest: row.manifest, contentHash: row.content_hash, extractor: row.extractor } }),
  };
}
