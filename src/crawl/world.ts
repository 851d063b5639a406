import type { Failure, Listed } from '../model/manifest.ts';
import type { Outcome } from '../model/visit.ts';
import type { WritableCatalogue } from '../store/catalogue.ts';
import type { Reclassified } from '../store/reclassify.ts';
import type { SourceListing } from '../store/runs.ts';
import type { Judge } from '../store/verdicts.ts';
import type { Recorded } from '../store/writer.ts';
import type { Read, VisitBounds, Visits } from './visits.ts';

/** A source as the crawl sees it. */
export interface CrawlSource {
  /** How the catalogue names it. */
  readonly name: string;
  /** It can list what is newer than an instant, instead of everything. */
  readonly delta: boolean;
  /** Lists manifests; ends after a `Failure` that it yields. `since` is epoch milliseconds. */
  list(since: number | undefined, signal: AbortSignal): AsyncIterable<Listed | Failure>;
}

/** What happens while a crawl runs, for whoever shows it. */
export type CrawlEvent =
  | { readonly kind: 'reclassified'; readonly result: Reclassified }
  | { readonly kind: 'listed'; readonly listing: SourceListing; readonly waiting: number }
  | { readonly kind: 'visited'; readonly visit: Recorded; readonly underWay: number };

/** Everything that a crawl needs from outside. */
export interface CrawlWorld {
  readonly catalogue: WritableCatalogue;
  readonly sources: readonly CrawlSource[];
  /** Reads one locator, in this thread. */
  readonly read: Read;
  /**
   * Makes the visits elsewhere instead, within the bounds; undefined when `read` does for this crawl. `many`: there is
   * more to visit than can be handed over at once. Asked once, before the first visit.
   */
  visits?(bounds: VisitBounds, many: boolean): Visits | undefined;
  readonly judge: Judge;
  /** Version of the rules. */
  readonly ruleset: string;
  /** Version of the extractors. */
  readonly extractor: string;
  /** Epoch milliseconds. */
  now(): number;
  onEvent?(event: CrawlEvent): void;
  /** Ends the run early: no new visits, and those under way get `graceMs`. */
  readonly signal: AbortSignal;
}

/** Bounds of one crawl. Times in milliseconds. */
export interface CrawlOptions {
  /** Visits under way at once. Default 16. */
  readonly concurrency?: number;
  /** Visit everything that is listed, not only what the schedule says is due. Default false. */
  readonly everything?: boolean;
  /** Bound of one visit. Default 5 minutes. */
  readonly visitMs?: number;
  /** Bound of one source's listing. Default 30 minutes. */
  readonly sourceMs?: number;
  /** A listing that gives nothing for so long has failed. Default 60 seconds. */
  readonly sourceIdleMs?: number;
  /** How long visits under way may go on after the signal. Default 5 seconds. */
  readonly graceMs?: number;
  /** Seed of the schedule's jitter. Default 0. */
  readonly seed?: number;
}

/** What a run came to. */
export interface RunReport {
  readonly run: number;
  readonly ended: 'done' | 'interrupted';
  readonly durationMs: number;
  readonly visits: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Tools that this run's visits read, and things that looked like tools and were left out. */
  readonly tools: number;
  readonly dropped: number;
  /** Manifests that the schedule or the other side lets wait. */
  readonly waiting: number;
  readonly sources: readonly SourceListing[];
  readonly reclassified: Reclassified;
}
