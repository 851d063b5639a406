import PQueue from 'p-queue';
import type { ServerId } from '../model/id.ts';
import type { ReadResult } from '../model/manifest.ts';
import type { Previous } from '../read/reader.ts';
import type { Lease } from '../store/frontier.ts';
import type { Prepared } from '../store/prepare.ts';

/** What reading needs of a lease. Plain data. */
export interface Job {
  readonly locator: string;
  /** Ids that the sources declare for the same server. */
  readonly aliases: readonly ServerId[];
  /** Its sources say that it is gone. */
  readonly deleted: boolean;
  /** What a conditional request may lean on. */
  readonly previous?: Previous;
}

/** What a visit brought, and how long it took, milliseconds. */
export interface Visited {
  readonly result: ReadResult | Prepared;
  readonly durationMs: number;
}

/** Visits handed over for each one under way, at most: so many that reading goes on while results are being stored. */
export const AHEAD = 4;

/** Whoever makes the visits: this thread, or another one. */
export interface Visits {
  /** How many jobs may be handed over at once: those under way and as many in waiting as keep them coming. */
  readonly window: number;
  /** Visits once. Undefined: called off before it began. Rejects only when no visit can be made at all. */
  visit(job: Job): Promise<Visited | undefined>;
  /** Begins nothing new. */
  stop(): void;
  /** Ends what is under way at once: a failure that says nothing about the other side. */
  cut(): void;
}

/** Reads one locator. What it throws is a failed visit. */
export type Read = (locator: string, previous: Previous | undefined, signal: AbortSignal) => Promise<ReadResult>;

/** Bounds of the visits of one crawl. */
export interface VisitBounds {
  /** Visits under way at once. */
  readonly concurrency: number;
  /** One visit, milliseconds. */
  readonly visitMs: number;
}

/** The job that a lease gives. Nothing is asked conditionally when other extractors read it, or the last visit failed. */
export function jobOf(lease: Lease, extractor: string): Job {
  const { locator, aliases, deleted } = lease;
  const previous = previousOf(lease, extractor);
  return { locator, aliases, deleted, ...(previous === undefined ? {} : { previous }) };
}

function previousOf(lease: Lease, extractor: string): Previous | undefined {
  if (lease.extractor !== extractor || lease.failures > 0) return undefined;
  if (lease.validators === undefined && lease.contentHash === undefined) return undefined;
  return {
    ...(lease.validators === undefined ? {} : { validators: lease.validators }),
    ...(lease.contentHash === undefined ? {} : { contentHash: lease.contentHash }),
  };
}

/** Visits made in this thread. */
export class LocalVisits implements Visits {
  readonly window: number;
  readonly #read: Read;
  readonly #visitMs: number;
  readonly #queue: PQueue;
  readonly #onStart: () => void;
  /** One for each visit under way. */
  readonly #underWay = new Set<AbortController>();
  #stopped = false;

  /** `onStart` is called as each job leaves the queue, in the order in which they were handed over. */
  constructor(read: Read, { concurrency, visitMs }: VisitBounds, onStart: () => void = () => {}) {
    this.window = 2 * concurrency;
    this.#read = read;
    this.#visitMs = visitMs;
    this.#queue = new PQueue({ concurrency });
    this.#onStart = onStart;
  }

  visit(job: Job): Promise<Visited | undefined> {
    return this.#queue.add(() => this.#visit(job));
  }

  stop(): void {
    this.#stopped = true;
  }

  cut(): void {
    this.#stopped = true;
    for (const visit of this.#underWay) visit.abort();
  }

  async #visit(job: Job): Promise<Visited | undefined> {
    this.#onStart();
    if (this.#stopped) return undefined;
    const began = performance.now();
    const result = job.deleted ? DELISTED : await this.#bounded(job);
    return { result, durationMs: performance.now() - began };
  }

  /** Never throws: whatever the reader does is a result. */
  async #bounded(job: Job): Promise<ReadResult> {
    const bound = new AbortController();
    this.#underWay.add(bound);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ReadResult>((resolve) => {
      timer = setTimeout(() => {
        bound.abort();
        resolve(failed('timed-out', 'visit-time', `took longer than ${this.#visitMs / 1_000} s`));
      }, this.#visitMs);
    });
    try {
      return await Promise.race([this.#read(job.locator, job.previous, bound.signal), late]);
    } catch (error) {
      return failed('malformed', 'reader-threw', error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(bound);
    }
  }
}

const DELISTED = failed('removed', 'delisted', 'its source says that it is gone');

function failed(outcome: 'removed' | 'timed-out' | 'malformed', reason: string, message: string): ReadResult {
  return { kind: 'failed', outcome, reason, message };
}
