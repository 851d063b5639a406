import { LIMITS } from '../model/limits.ts';
import type { ReadResult } from '../model/manifest.ts';
import { OUTCOME_INFO, type Outcome } from '../model/visit.ts';
import { type Lease, type Plan, PRIORITY } from '../store/frontier.ts';
import type { Prepared } from '../store/prepare.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Bounds of the time between two visits, milliseconds. */
export const INTERVAL = { first: DAY, least: 6 * HOUR, most: 30 * DAY } as const;

/** What an answer does to the interval: what changed is seen sooner, what did not, later. */
const FACTOR: Readonly<Record<'changed' | 'unchanged' | 'not-modified' | 'partial', number>> = {
  changed: 0.5,
  unchanged: 1.5,
  'not-modified': 1.5,
  partial: 1,
};

/** The first wait after a failure; each further failure doubles it, up to the interval's bound. Milliseconds. */
const BACK_OFF: Readonly<Partial<Record<Outcome, number>>> = {
  'rate-limited': HOUR,
  unreachable: HOUR,
  'timed-out': 2 * HOUR,
  'not-found': DAY,
  removed: 7 * DAY,
  refused: 7 * DAY,
  gated: 3 * DAY,
};
const BACK_OFF_OTHER = 12 * HOUR;

/** So many visits in a row that found nothing make a tombstone: asked for once in a while, after everything else. */
const GONE_AFTER = 3;

/** Share of a wait by which it is moved, so that what was found together does not come back together. */
const JITTER = 0.1;

/**
 * When a manifest is visited next, after a visit that ended at `now`. Deterministic: the jitter comes from the locator and
 * `seed`. A `Retry-After` is honoured up to `LIMITS.retryAfterMs`.
 */
export function planNext(
  lease: Lease,
  outcome: Outcome,
  result: ReadResult | Prepared,
  now: number,
  seed: number,
): Plan {
  const jitter = 1 + JITTER * (2 * fraction(`${seed}:${lease.locator}`) - 1);
  if (OUTCOME_INFO[outcome].answered) {
    const intervalMs = nextInterval(lease.intervalMs, outcome);
    return { priority: PRIORITY.regular, dueAt: now + Math.round(intervalMs * jitter), intervalMs, failures: 0 };
  }
  const failures = lease.failures + 1;
  const first = BACK_OFF[outcome] ?? BACK_OFF_OTHER;
  const wait = Math.min(first * 2 ** Math.min(lease.failures, 16), INTERVAL.most) * jitter;
  const notBefore = result.kind === 'failed' ? clampWait(result.notBefore, now) : undefined;
  const isGone = (outcome === 'not-found' && failures >= GONE_AFTER) || outcome === 'removed';
  return {
    priority: isGone ? PRIORITY.gone : PRIORITY.failing,
    dueAt: Math.max(now + Math.round(isGone ? INTERVAL.most * jitter : wait), notBefore ?? 0),
    failures,
    ...(lease.intervalMs === undefined ? {} : { intervalMs: lease.intervalMs }),
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

function nextInterval(before: number | undefined, outcome: Outcome): number {
  if (before === undefined) return INTERVAL.first;
  const factor = outcome in FACTOR ? FACTOR[outcome as keyof typeof FACTOR] : 1;
  return Math.round(Math.min(INTERVAL.most, Math.max(INTERVAL.least, before * factor)));
}

/** An instant that the other side named, within what we honour; undefined when it is past, or no number. */
function clampWait(notBefore: number | undefined, now: number): number | undefined {
  if (notBefore === undefined || !(notBefore > now)) return undefined;
  return Math.min(Math.round(notBefore), now + LIMITS.retryAfterMs);
}

/** A number from 0 to 1 (exclusive) that follows from a text: FNV-1a, 32 bits. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
