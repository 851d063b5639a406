import type { Failure } from '../model/manifest.ts';
import { StoreError } from '../store/errors.ts';
import type { SourceListing } from '../store/runs.ts';
import type { RunWriter } from '../store/writer.ts';
import type { CrawlSource } from './world.ts';

/** A source that lists deltas is listed whole again after this long, so that what it dropped silently goes. Milliseconds. */
const WHOLE_EVERY_MS = 7 * 86_400_000;

/** How many listed lines are entered before others get their turn. */
const TURN = 256;

/** How often it is looked whether a source still answers, milliseconds. */
const CHECK_MS = 500;

export interface ListingBounds {
  /** Whole listing, milliseconds. */
  readonly sourceMs: number;
  /** Time without a line, milliseconds. */
  readonly idleMs: number;
  now(): number;
  readonly signal: AbortSignal;
  /** Called after each group of lines. */
  onLines(): void;
}

/** Enters what a source lists into the frontier. A source that fails is a listing with its reason, never an exception. */
export async function listSource(source: CrawlSource, run: RunWriter, bounds: ListingBounds): Promise<SourceListing> {
  const startedAt = bounds.now();
  const since = deltaSince(source, run, startedAt);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, bounds.signal]);
  let listed = 0;
  let failure: Failure | undefined;
  const watch = new Watch(bounds, signal);
  try {
    const lines = source.list(since, signal)[Symbol.asyncIterator]();
    for (;;) {
      const next = await watch.bound(lines.next());
      if (next === 'late') failure = failed('timed-out', 'listing-time', 'gave no answer in time');
      if (next === 'stopped') failure = failed('unreachable', 'interrupted', 'was interrupted');
      if (typeof next === 'string' || next.done === true) break;
      if ('kind' in next.value) {
        failure = next.value;
        continue;
      }
      run.list({ ...next.value, source: source.name });
      listed += 1;
      if (listed % TURN === 0) await turn(bounds);
    }
  } catch (error) {
    // A fault of the catalogue ends the run; everything else ends this listing.
    if (error instanceof StoreError) throw error;
    failure = failed('malformed', 'source-threw', error instanceof Error ? error.message : String(error));
  } finally {
    watch.end();
    stop.abort();
  }
  const listing: SourceListing = {
    source: source.name,
    startedAt,
    durationMs: Math.max(0, bounds.now() - startedAt),
    listed,
    whole: failure === undefined,
    delta: since !== undefined,
    ...(failure === undefined ? {} : { reason: failure.reason, message: failure.message }),
  };
  await run.endListing(listing);
  return listing;
}

function deltaSince(source: CrawlSource, run: RunWriter, now: number): number | undefined {
  if (!source.delta) return undefined;
  const whole = run.lastListing(source.name, true);
  if (whole === undefined || now - whole > WHOLE_EVERY_MS || whole > now) return undefined;
  return run.lastListing(source.name, false);
}

function failed(outcome: 'timed-out' | 'unreachable' | 'malformed', reason: string, message: string): Failure {
  return { kind: 'failed', outcome, reason, message };
}

/** Looks after a source: one timer for the whole listing, since a listing can have a million lines. */
class Watch {
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#give('stopped');
  #since = performance.now();
  #give: (why: 'late' | 'stopped') => void = () => {};

  constructor(bounds: ListingBounds, signal: AbortSignal) {
    const deadline = this.#since + bounds.sourceMs;
    this.#signal = signal;
    this.#timer = setInterval(
      () => {
        const now = performance.now();
        if (now > deadline || now - this.#since > bounds.idleMs) this.#give('late');
      },
      Math.min(CHECK_MS, bounds.idleMs / 2),
    );
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The value, or why it did not come: `late`, or `stopped` by the signal. */
  bound<T>(promise: Promise<T>): Promise<T | 'late' | 'stopped'> {
    if (this.#signal.aborted) return Promise.resolve('stopped');
    this.#since = performance.now();
    return new Promise((resolve, reject) => {
      this.#give = resolve;
      promise.then(resolve, reject);
    });
  }

  end(): void {
    clearInterval(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

async function turn(bounds: ListingBounds): Promise<void> {
  bounds.onLines();
  await new Promise((resolve) => setImmediate(resolve));
}
