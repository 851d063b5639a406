import type { ServerId } from '../model/id.ts';
import type { ReadResult } from '../model/manifest.ts';
import type { Previous } from '../read/reader.ts';
import type { Lease } from '../store/frontier.ts';
import type { Prepared } from '../store/prepare.ts';
import { Shift, Stops } from './shift.ts';

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

/** Hears how a visit was. */
export type Over = (visited: Visited | undefined) => void;

/** Whoever makes the visits: this thread, or another one. */
export interface Visits {
  /** How many jobs may be handed over at once: those under way and as many in waiting as keep them coming. */
  readonly window: number;
  /**
   * Visits once, and tells one of both, which must not throw: how it was, undefined when it was called off before it
   * began; or that no visit can be made at all. Callbacks, since promises for each visit cost as much as storing some.
   */
  visit(job: Job, over: Over, lost: (error: Error) => void): void;
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
  return previous === undefined ? { locator, aliases, deleted } : { locator, aliases, deleted, previous };
}

function previousOf(lease: Lease, extractor: string): Previous | undefined {
  if (lease.extractor !== extractor || lease.failures > 0) return undefined;
  if (lease.validators === undefined && lease.contentHash === undefined) return undefined;
  return {
    ...(lease.validators === undefined ? {} : { validators: lease.validators }),
    ...(lease.contentHash === undefined ? {} : { contentHash: lease.contentHash }),
  };
}

/** A visit that waits, or is under way. */
interface Made {
  readonly job: Job;
  readonly over: Over;
  /** When it began, milliseconds of the process. */
  began: number;
}

/** Visits made in this thread. */
export class LocalVisits implements Visits {
  readonly window: number;
  readonly #read: Read;
  readonly #bounds: VisitBounds;
  readonly #onStart: () => void;
  readonly #waiting: Made[] = [];
  /** Those with a visit under way. */
  readonly #shifts = new Set<Shift<Made>>();
  /** The newest one. */
  #shift: Shift<Made> | undefined;
  readonly #stops = new Stops();
  #underWay = 0;
  #stopped = false;

  /** `onStart` is called as each job begins, in the order in which they were handed over. */
  constructor(read: Read, bounds: VisitBounds, onStart: () => void = () => {}) {
    this.window = 2 * bounds.concurrency;
    this.#read = read;
    this.#bounds = bounds;
    this.#onStart = onStart;
  }

  visit(job: Job, over: Over): void {
    this.#waiting.push({ job, over, began: 0 });
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
  }

  cut(): void {
    this.#stopped = true;
    for (const shift of this.#shifts) shift.abort();
  }

  #next(): void {
    while (this.#underWay < this.#bounds.concurrency) {
      const made = this.#waiting.shift();
      if (made === undefined) return;
      this.#onStart();
      if (this.#stopped) made.over(undefined);
      else if (made.job.deleted) made.over({ result: DELISTED, durationMs: 0 });
      else void this.#begin(made);
    }
  }

  /** Never throws: whatever the reader does is a result. */
  async #begin(made: Made): Promise<void> {
    this.#underWay += 1;
    made.began = performance.now();
    const shift = this.#shiftAt(made.began);
    shift.add(made);
    let result: ReadResult;
    try {
      result = await this.#read(made.job.locator, made.job.previous, shift.signal);
    } catch (error) {
      result = failed('malformed', 'reader-threw', error instanceof Error ? error.message : String(error));
    }
    // One that was late has ended already.
    if (!shift.delete(made)) return;
    if (shift.isOver) this.#shifts.delete(shift);
    this.#end(made, result);
  }

  #end(made: Made, result: ReadResult): void {
    this.#underWay -= 1;
    made.over({ result, durationMs: performance.now() - made.began });
    this.#next();
  }

  /** The shift of visits that begin now. */
  #shiftAt(now: number): Shift<Made> {
    const { visitMs } = this.#bounds;
    if (this.#shift?.isOpen(now) === true) return this.#shift;
    const shift = new Shift<Made>(now, visitMs, this.#stops, (late) => {
      this.#shifts.delete(shift);
      const result = failed('timed-out', 'visit-time', `took longer than ${visitMs / 1_000} s`);
      for (const made of late) this.#end(made, result);
    });
    this.#shifts.add(shift);
    this.#shift = shift;
    return shift;
  }
}

const DELISTED = failed('removed', 'delisted', 'its source says that it is gone');

function failed(outcome: 'removed' | 'timed-out' | 'malformed', reason: string, message: string): ReadResult {
  return { kind: 'failed', outcome, reason, message };
}
