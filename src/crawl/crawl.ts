import PQueue from 'p-queue';
import type { Outcome } from '../model/visit.ts';
import type { Lease } from '../store/frontier.ts';
import type { SourceListing } from '../store/runs.ts';
import type { Recorded, RunWriter } from '../store/writer.ts';
import { listSource } from './listing.ts';
import { planNext } from './schedule.ts';
import { visit } from './visit.ts';
import type { CrawlOptions, CrawlWorld, RunReport } from './world.ts';

const DEFAULTS = {
  concurrency: 16,
  everything: false,
  visitMs: 300_000,
  sourceMs: 1_800_000,
  sourceIdleMs: 60_000,
  graceMs: 5_000,
  seed: 0,
} as const;

/** A lease outlives the longest visit by this much, milliseconds. */
const LEASE_MARGIN_MS = 60_000;

type Settings = Required<CrawlOptions>;

/**
 * One run: lists the sources, visits what is due, and records each visit. Ends when nothing is due any more,
 * or soon after the signal. Rejects with `StoreError` when the catalogue cannot be written.
 */
export async function crawl(options: CrawlOptions, world: CrawlWorld): Promise<RunReport> {
  const settings: Settings = { ...DEFAULTS, ...options };
  const run = world.catalogue.begin({ ruleset: world.ruleset, extractor: world.extractor, judge: world.judge });
  const startedAt = world.now();
  const tally = new Tally();
  try {
    const reclassified = await run.reclassify();
    if (reclassified.judged > 0) world.onEvent?.({ kind: 'reclassified', result: reclassified });
    const sources = await new Rounds(settings, world, run, tally).all();
    const ended = world.signal.aborted ? 'interrupted' : 'done';
    const waiting = run.waiting(world.sources.map((source) => source.name));
    await run.finish(ended);
    const durationMs = Math.max(0, world.now() - startedAt);
    return { run: run.run, ended, durationMs, ...tally.report(), waiting, sources, reclassified };
  } catch (error) {
    await run.finish('failed').catch(() => {
      // The catalogue cannot even take this; the first fault is the one to tell.
    });
    throw error;
  }
}

/** Counts what a run recorded. */
class Tally {
  readonly #outcomes = new Map<Outcome, number>();
  #visits = 0;
  #tools = 0;
  #dropped = 0;

  add(recorded: Recorded): void {
    this.#visits += 1;
    this.#tools += recorded.tools;
    this.#dropped += recorded.dropped;
    this.#outcomes.set(recorded.outcome, (this.#outcomes.get(recorded.outcome) ?? 0) + 1);
  }

  report() {
    const outcomes: Partial<Record<Outcome, number>> = Object.fromEntries([...this.#outcomes].sort());
    return { visits: this.#visits, tools: this.#tools, dropped: this.#dropped, outcomes };
  }
}

/** Leases and visits in turns until nothing is due and no source lists any more. */
class Rounds {
  readonly #settings: Settings;
  readonly #world: CrawlWorld;
  readonly #run: RunWriter;
  readonly #tally: Tally;
  readonly #queue: PQueue;
  /** One for each visit under way. */
  readonly #underWay = new Set<AbortController>();
  /** Visits under way had to end at once: what they failed with says nothing about the other side. */
  #isCut = false;
  readonly #names: readonly string[];
  /** Visits that are written and not yet committed. */
  readonly #unstored = new Set<Promise<void>>();
  #listing = 0;
  #fault: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(settings: Settings, world: CrawlWorld, run: RunWriter, tally: Tally) {
    this.#settings = settings;
    this.#world = world;
    this.#run = run;
    this.#tally = tally;
    this.#queue = new PQueue({ concurrency: settings.concurrency });
    this.#queue.on('next', () => this.#wake());
    this.#names = world.sources.map((source) => source.name);
  }

  async all(): Promise<readonly SourceListing[]> {
    const { signal } = this.#world;
    let grace: NodeJS.Timeout | undefined;
    const onSignal = () => {
      grace = setTimeout(() => this.#cut(), this.#settings.graceMs);
      this.#wake();
    };
    signal.addEventListener('abort', onSignal, { once: true });
    const listings = Promise.all(this.#world.sources.map((source) => this.#list(source)));
    // It is awaited below; until then a fault must not count as unhandled.
    listings.catch(() => {});
    try {
      await this.#visitDue();
      await this.#queue.onIdle();
      await Promise.all(this.#unstored);
      if (this.#fault !== undefined) throw this.#fault.error;
      return await listings;
    } finally {
      this.#cut();
      clearTimeout(grace);
      signal.removeEventListener('abort', onSignal);
      await this.#queue.onIdle();
      await Promise.all(this.#unstored);
    }
  }

  async #list(source: CrawlWorld['sources'][number]): Promise<SourceListing> {
    const { sourceMs, sourceIdleMs, everything } = this.#settings;
    this.#listing += 1;
    try {
      const listing = await listSource(source, this.#run, {
        sourceMs,
        idleMs: sourceIdleMs,
        now: this.#world.now,
        signal: this.#world.signal,
        onLines: () => this.#wake(),
      });
      if (everything) this.#run.callAll([source.name]);
      this.#world.onEvent?.({ kind: 'listed', listing, waiting: this.#run.waiting([source.name]) });
      return listing;
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#listing -= 1;
      this.#wake();
    }
  }

  async #visitDue(): Promise<void> {
    const { concurrency } = this.#settings;
    for (;;) {
      if (this.#fault !== undefined) throw this.#fault.error;
      if (this.#world.signal.aborted) return;
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      // The queue holds at most one visit in waiting for each one under way, however much is due.
      const room = 2 * concurrency - this.#queue.size - this.#queue.pending;
      const leases = room < concurrency ? [] : this.#lease(room);
      for (const lease of leases) void this.#queue.add(() => this.#visit(lease));
      if (leases.length > 0) continue;
      if (this.#listing === 0 && this.#queue.size + this.#queue.pending === 0) return;
      await woken;
    }
  }

  #lease(limit: number): readonly Lease[] {
    const leaseMs = 2 * this.#settings.visitMs + LEASE_MARGIN_MS;
    return this.#run.lease(this.#names, limit, leaseMs);
  }

  async #visit(lease: Lease): Promise<void> {
    try {
      if (this.#world.signal.aborted || this.#fault !== undefined) {
        this.#run.release(lease);
        return;
      }
      await this.#visitOne(lease);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #visitOne(lease: Lease): Promise<void> {
    const { visitMs, seed } = this.#settings;
    const began = performance.now();
    const result = await visit(lease, this.#world, visitMs, this.#underWay);
    // A visit that we cut short ourselves says nothing about the other side.
    if (this.#isCut && result.kind === 'failed') {
      this.#run.release(lease);
      return;
    }
    const stored = this.#run.record({
      lease,
      result,
      durationMs: performance.now() - began,
      plan: (outcome, of) => planNext(lease, outcome, of, this.#world.now(), seed),
    });
    // The next visit does not wait for this one's commit; a group commit bounds how many wait for it.
    const acknowledged = stored.then((recorded) => this.#acknowledge(recorded)).catch((error) => this.#fail(error));
    this.#unstored.add(acknowledged);
    void acknowledged.then(() => this.#unstored.delete(acknowledged));
  }

  #acknowledge(recorded: Recorded | undefined): void {
    if (recorded === undefined) return;
    this.#tally.add(recorded);
    this.#world.onEvent?.({ kind: 'visited', visit: recorded, underWay: this.#queue.pending });
  }

  #cut(): void {
    this.#isCut = true;
    for (const visitUnderWay of this.#underWay) visitUnderWay.abort();
  }

  #fail(error: unknown): void {
    this.#fault ??= { error };
    this.#cut();
    this.#wake();
  }
}
