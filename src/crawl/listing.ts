import type { Failure } from '../model/manifest.ts';
import { StoreError } from '../store/errors.ts';
import type { SourceListing } from '../store/runs.ts';
import type { RunWriter } from '../store/writer.ts';
import type { CrawlSource } from './world.ts';

/** A source that lists deltas is listed whole again after this long, so that what it dropped silently goes. Milliseconds. */
const WHOLE_EVERY_MS = 7 * 86_400_000;

/** How many listed lines are entered before others get their turn. */
const TURN = 256;

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
  const lines = source.list(since, signal)[Symbol.asyncIterator]();
  const deadline = performance.now() + bounds.sourceMs;
  try {
    for (;;) {
      const next = await within(lines.next(), Math.min(bounds.idleMs, deadline - performance.now()), signal);
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

/** The value, or why it did not come: `late` after `ms`, `stopped` by the signal. */
async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | 'late' | 'stopped'> {
  if (signal.aborted) return 'stopped';
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const bound = new Promise<'late' | 'stopped'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.max(0, ms));
    stop = () => resolve('stopped');
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, bound]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

async function turn(bounds: ListingBounds): Promise<void> {
  bounds.onLines();
  await new Promise((resolve) => setImmediate(resolve));
}
