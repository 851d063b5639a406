import type { Failure } from '../model/manifest.ts';
import { isTransient } from './reasons.ts';

/** First wait before the same request is sent again; doubled each time, with jitter. */
const BASE_MS = 500;

/** A Retry-After up to this long is waited out instead of failing the visit. */
const SHORT_MS = 10_000;

/** How long to wait before the same request is sent again, milliseconds; undefined when that makes no sense. */
export function retryWait(failed: Failure, round: number, now: number, random: () => number): number | undefined {
  if (failed.notBefore !== undefined) {
    const wait = failed.notBefore - now;
    return wait <= SHORT_MS ? Math.max(wait, 0) + random() * BASE_MS : undefined;
  }
  return isTransient(failed.reason) ? BASE_MS * 2 ** round * (0.5 + random()) : undefined;
}
