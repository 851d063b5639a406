import type { Listed, ReadResult } from '../model/manifest.ts';
import type { Outcome } from '../model/visit.ts';
import { storeErrorOf } from './errors.ts';
import {
  callAll,
  countWaiting,
  dropLease,
  enterListings,
  holdLeases,
  holdsLease,
  type Lease,
  leaseDue,
  type Plan,
  reclaimLeases,
  returnLease,
} from './frontier.ts';
import type { Group } from './group.ts';
import { publishIds } from './identity.ts';
import { delistMissing, forgetListed, noteListed } from './listings.ts';
import { notStorable, type Prepared } from './prepare.ts';
import { type Reclassified, reclassify } from './reclassify.ts';
import { type Written, writeResult } from './record.ts';
import { VISIT_ROWS } from './rows.ts';
import { endRun, lastListing, type SourceListing, startRun, writeSourceListing } from './runs.ts';
import type { SearchQueue } from './search-queue.ts';
import { type Sql, storable } from './sql.ts';
import type { Pen } from './tools.ts';
import type { Judge } from './verdicts.ts';

export interface RunOptions {
  /** Version of the rules that `judge` judges by. */
  readonly ruleset: string;
  /** Version of the extractors. A manifest that another version read is read again. */
  readonly extractor: string;
  readonly judge: Judge;
}

/** One finished visit, to be recorded. */
export interface VisitEnd {
  readonly lease: Lease;
  /** As it was read, or as a thread prepared it for the writer. */
  readonly result: ReadResult | Prepared;
  readonly durationMs: number;
  /** When to come back, given how it went. */
  plan(outcome: Outcome, result: ReadResult | Prepared): Plan;
}

/** What was recorded of a visit. `stale`: the lease was no longer valid, and nothing was written. */
export interface Recorded extends Omit<Written, 'leads' | 'validators'> {
  readonly locator: string;
  /** Token of the lease under which it was made. */
  readonly lease: number;
  /** Manifests that are in the frontier now because this one named them, and were not before. */
  readonly newLeads: number;
}

/** Writes one run. What a promise acknowledges is on the disk. Throws and rejects with `StoreError` on faults of the file. */
export interface RunWriter {
  readonly run: number;
  /**
   * Enters one line of a source's listing, together with others. Not acknowledged: a listing that is cut off is listed
   * again.
   */
  list(listed: Listed): void;
  /** Ends the listing of a source. A whole one that is no delta takes away what it no longer lists. */
  endListing(listing: SourceListing): Promise<void>;
  /** When a source was last listed to its end, epoch milliseconds; `full` leaves deltas out. */
  lastListing(source: string, full: boolean): number | undefined;
  /** Makes everything of some sources due now, save what the other side asked to wait. */
  callAll(sources: readonly string[]): void;
  /** How many manifests of some sources wait for a later time, those that this run visited left out. */
  waiting(sources: readonly string[]): number;
  /** Leases up to `limit` due manifests, a fair share from each source. */
  lease(sources: readonly string[], limit: number, leaseMs: number): readonly Lease[];
  /** Records a visit; resolves after its commit. Undefined when the lease had expired and someone else holds it. */
  record(end: VisitEnd): Promise<Recorded | undefined>;
  /** Records several visits, each as `record` does; resolves after the commit of the last one. */
  recordAll(ends: readonly VisitEnd[]): Promise<readonly (Recorded | undefined)[]>;
  /** Commits now what waits for a commit: for who knows that nothing else comes. Who waits for it is told, or of its fault. */
  commit(): void;
  /** Gives a lease back without a visit. */
  release(lease: Lease): void;
  /** Judges every tool anew whose verdict comes from other rules. Needs no network. */
  reclassify(): Promise<Reclassified>;
  finish(ended: 'done' | 'interrupted' | 'failed'): Promise<void>;
}

/** So many lines of listings are entered together. */
const LINES = 64;

export function beginRun(
  sql: Sql,
  group: Group,
  search: SearchQueue,
  now: () => number,
  options: RunOptions,
): RunWriter {
  let token =
    sql.get<{ top: number }>(
      'SELECT max(coalesce((SELECT max(lease) FROM visits), 0), coalesce((SELECT max(lease) FROM frontier), 0)) AS top',
    )?.top ?? 0;
  const nextToken = () => {
    token += 1;
    return token;
  };
  const run = group.write(() => {
    reclaimLeases(sql, now());
    return startRun(sql, now(), options.ruleset, options.extractor);
  });
  group.flush();
  let lines: Listed[] = [];
  const enterLines = () => {
    if (lines.length === 0) return;
    const entered = lines;
    lines = [];
    group.append(() => {
      enterListings(sql, entered, null, now());
      noteListed(sql, entered);
    });
  };
  const pen = (): Pen => ({ sql, search, judge: options.judge, run, at: now() });
  forgetListed(sql);
  return {
    run,
    list: (listed) => {
      lines.push(listed);
      if (lines.length >= LINES) enterLines();
    },
    endListing: (listing) => {
      enterLines();
      group.write(() => {
        if (listing.whole && !listing.delta) delistMissing(sql, listing.source);
        writeSourceListing(sql, run, listing);
      });
      return group.stored();
    },
    lastListing: (source, full) => lastListing(sql, source, full),
    callAll: (sources) => {
      enterLines();
      group.write(() => callAll(sql, sources, run, now()));
    },
    waiting: (sources) => {
      enterLines();
      return countWaiting(sql, sources, run, now());
    },
    lease: (sources, limit, leaseMs) => {
      enterLines();
      const until = now() + leaseMs;
      let leases: readonly Lease[] = [];
      const choose = () => {
        leases = leaseDue(sql, sources, limit, now(), until, nextToken);
      };
      group.write(choose, () => holdLeases(sql, leases, until));
      return leases;
    },
    record: async (end) => (await recordVisits(pen(), group, options.extractor, [end]))[0],
    recordAll: (ends) => recordVisits(pen(), group, options.extractor, ends),
    commit: () => group.flush(),
    release: (lease) => group.write(() => dropLease(sql, lease, now())),
    reclassify: () => reclassify(pen(), group, options.ruleset),
    finish: async (ended) => {
      enterLines();
      group.write(() => {
        publishIds(sql, run);
        endRun(sql, run, now(), ended);
      });
      const done = group.stored();
      group.flush();
      await done;
    },
  };
}

async function recordVisits(
  pen: Pen,
  group: Group,
  extractor: string,
  ends: readonly VisitEnd[],
): Promise<readonly (Recorded | undefined)[]> {
  const stored: Promise<void>[] = [];
  const written: (Recorded | undefined)[] = [];
  let waitsFor = 0;
  while (written.length < ends.length) {
    const some = ends.slice(written.length, written.length + group.room);
    for (const one of writeVisits(pen, group, extractor, some)) written.push(one);
    // One promise for each transaction in which something of these is.
    if (group.transaction === waitsFor) {
      group.added(some.length);
      continue;
    }
    waitsFor = group.transaction;
    const commit = group.stored(some.length);
    // Should a later one throw, nobody waits for this.
    commit.catch(() => {});
    stored.push(commit);
  }
  await Promise.all(stored);
  return written;
}

/** Writes several visits with fewer statements. When one of them fails, all are undone, and each is written alone. */
function writeVisits(
  pen: Pen,
  group: Group,
  extractor: string,
  ends: readonly VisitEnd[],
): readonly (Recorded | undefined)[] {
  const alone = () => ends.map((end) => writeVisit(pen, group, extractor, end));
  if (ends.length === 1) return alone();
  try {
    return group.write(() => settled(pen, () => ends.map((end) => writeOne(pen, extractor, end, end.result))));
  } catch (error) {
    if (storeErrorOf(error, pen.sql.path) !== undefined) throw error;
    return alone();
  }
}

/** A result that the store cannot take (too deep, too large for SQLite) is a malformed manifest, not a fault of the run. */
function writeVisit(pen: Pen, group: Group, extractor: string, end: VisitEnd): Recorded | undefined {
  try {
    return group.write(() => settled(pen, () => writeOne(pen, extractor, end, end.result)));
  } catch (error) {
    if (storeErrorOf(error, pen.sql.path) !== undefined) throw error;
    if (error instanceof LeaseLost || !holdsLease(pen.sql, end.lease)) return undefined;
    return group.write(() => settled(pen, () => writeOne(pen, extractor, end, notStorable(error))));
  }
}

/** Does some work, and inserts the rows that wait after it. */
function settled<T>(pen: Pen, work: () => T): T {
  const value = work();
  pen.sql.settle();
  return value;
}

/** The lease is no longer the one that holds: what was written under it has to be undone. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

function writeOne(pen: Pen, extractor: string, end: VisitEnd, result: ReadResult | Prepared): Recorded {
  const { sql, run, at } = pen;
  const { lease } = end;
  const written = writeResult(pen, lease, result, extractor);
  const { outcome, reason = null, message = null, tools, dropped } = written;
  const durationMs = Math.max(0, Math.round(end.durationMs));
  const visit = sql.nextKey('visits');
  sql.insert(VISIT_ROWS, [
    visit,
    run,
    lease.token,
    lease.locator,
    at,
    durationMs,
    outcome,
    reason === null ? null : storable(reason),
    message === null ? null : storable(message),
    tools,
    dropped,
  ]);
  const validators = outcome === 'not-modified' ? { ...lease.validators, ...written.validators } : written.validators;
  const plan = end.plan(outcome, result);
  if (!returnLease(sql, lease, plan, validators, visit, at)) throw new LeaseLost();
  const newLeads = enterLeads(pen, lease, written.leads);
  const recorded: { -readonly [Key in keyof Recorded]: Recorded[Key] } = {
    outcome,
    tools,
    dropped,
    locator: lease.locator,
    lease: lease.token,
    newLeads,
  };
  if (written.reason !== undefined) recorded.reason = written.reason;
  if (written.message !== undefined) recorded.message = written.message;
  return recorded;
}

function enterLeads(pen: Pen, lease: Lease, leads: readonly string[]): number {
  if (leads.length === 0) return 0;
  let fresh = 0;
  for (const lead of new Set(leads)) {
    if (lead === lease.locator) continue;
    const known = pen.sql.findBeside('SELECT 1 FROM frontier WHERE locator = ?', storable(lead));
    if (known === undefined) fresh += 1;
    enterListings(pen.sql, [{ locator: lead, source: lease.source, aliases: [] }], lease.locator, pen.at);
  }
  return fresh;
}
