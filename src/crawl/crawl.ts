import type { Outcome } from '../model/visit.ts';
import type { Lease } from '../store/frontier.ts';
import type { SourceListing } from '../store/runs.ts';
import type { Recorded, RunWriter, VisitEnd } from '../store/writer.ts';
import { listSource } from './listing.ts';
import { planNext } from './schedule.ts';
import { AHEAD, jobOf, LocalVisits, type Visited, type Visits } from './visits.ts';
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

/** Where a crawl is small or large is not known yet, its first visits wait for so long at most, milliseconds. */
const CHOOSE_MS = 200;

/** A lease outlives the longest wait for a visit and the visit by this much, milliseconds. */
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
  /** Who makes the visits; chosen at the first ones. */
  #visits: Visits | undefined;
  /** The first visits have waited long enough to know how many there are, or there is nothing to choose. */
  #mayChoose: boolean;
  /** Leases whose visit is not over and written, or given back. */
  #open = 0;
  /** Visits that are over; those of one turn are written together. */
  #ended: VisitEnd[] = [];
  /** Visits under way had to end at once: what they failed with says nothing about the other side. */
  #isCut = false;
  readonly #names: readonly string[];
  /** Writings that are not yet committed. */
  #unstored = 0;
  #listing = 0;
  #fault: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(settings: Settings, world: CrawlWorld, run: RunWriter, tally: Tally) {
    this.#settings = settings;
    this.#world = world;
    this.#run = run;
    this.#tally = tally;
    this.#mayChoose = world.visits === undefined;
    this.#names = world.sources.map((source) => source.name);
  }

  async all(): Promise<readonly SourceListing[]> {
    const { signal } = this.#world;
    let grace: NodeJS.Timeout | undefined;
    const onSignal = () => {
      grace = setTimeout(() => this.#cut(), this.#settings.graceMs);
      this.#visits?.stop();
      this.#wake();
    };
    signal.addEventListener('abort', onSignal, { once: true });
    if (signal.aborted) onSignal();
    const choose = setTimeout(() => this.#mayBegin(), CHOOSE_MS);
    const listings = Promise.all(this.#world.sources.map((source) => this.#list(source)));
    // It is awaited below; until then a fault must not count as unhandled.
    listings.catch(() => {});
    try {
      await this.#visitDue();
      await this.#settled();
      if (this.#fault !== undefined) throw this.#fault.error;
      return await listings;
    } finally {
      this.#cut();
      clearTimeout(grace);
      clearTimeout(choose);
      signal.removeEventListener('abort', onSignal);
      await this.#settled();
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
        onLines: () => this.#mayBegin(),
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
      // What is handed over is bounded, however much is due.
      const room = (this.#visits?.window ?? AHEAD * concurrency) - this.#open;
      const isKnown = this.#visits !== undefined || this.#mayChoose || this.#listing === 0;
      const leases = room < concurrency || !isKnown ? [] : this.#lease(room);
      if (leases.length > 0) {
        this.#visits ??= this.#choose(leases.length === room || this.#listing > 0);
        for (const lease of leases) this.#begin(lease, this.#visits);
        continue;
      }
      if (this.#listing === 0 && this.#open === 0) return;
      await woken;
    }
  }

  #choose(many: boolean): Visits {
    return this.#world.visits?.(this.#settings, many) ?? new LocalVisits(this.#world.read, this.#settings);
  }

  #mayBegin(): void {
    this.#mayChoose = true;
    this.#wake();
  }

  #lease(limit: number): readonly Lease[] {
    const leaseMs = (AHEAD + 1) * this.#settings.visitMs + LEASE_MARGIN_MS;
    return this.#run.lease(this.#names, limit, leaseMs);
  }

  #begin(lease: Lease, visits: Visits): void {
    this.#open += 1;
    visits.visit(
      jobOf(lease, this.#world.extractor),
      (visited) => this.#over(lease, visited),
      (error) => {
        this.#fail(error);
        this.#over(lease, undefined);
      },
    );
  }

  #over(lease: Lease, visited: Visited | undefined): void {
    // A visit that we cut short ourselves says nothing about the other side.
    if (visited === undefined || this.#fault !== undefined || (this.#isCut && visited.result.kind === 'failed')) {
      this.#giveBack(lease);
      return;
    }
    const { result, durationMs } = visited;
    const { seed } = this.#settings;
    this.#ended.push({
      lease,
      result,
      durationMs,
      plan: (outcome, of) => planNext(lease, outcome, of, this.#world.now(), seed),
    });
    if (this.#ended.length === 1) queueMicrotask(() => this.#write());
  }

  #giveBack(lease: Lease): void {
    this.#open -= 1;
    try {
      this.#run.release(lease);
    } catch (error) {
      this.#fail(error);
    }
    this.#wake();
  }

  /** Writes what is over. The next visits do not wait for its commit; a group commit bounds how many wait for it. */
  #write(): void {
    const ended = this.#ended;
    this.#ended = [];
    this.#unstored += 1;
    this.#run
      .recordAll(ended)
      .then((all) => {
        for (const recorded of all) this.#acknowledge(recorded);
      })
      .catch((error) => this.#fail(error))
      .then(() => {
        this.#unstored -= 1;
        this.#wake();
      });
    this.#open -= ended.length;
    this.#wake();
  }

  #acknowledge(recorded: Recorded | undefined): void {
    if (recorded === undefined) return;
    this.#tally.add(recorded);
    this.#world.onEvent?.({ kind: 'visited', visit: recorded, underWay: this.#open });
  }

  /** Waits until no visit is open and none is uncommitted. */
  async #settled(): Promise<void> {
    while (this.#open + this.#unstored > 0) {
      // No further visit comes that a commit could wait for.
      if (this.#open === 0) this.#run.commit();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #cut(): void {
    this.#isCut = true;
    this.#visits?.cut();
  }

  #fail(error: unknown): void {
    this.#fault ??= { error };
    this.#cut();
    this.#wake();
  }
}
