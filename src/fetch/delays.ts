import { LIMITS } from '../model/limits.ts';

/** Longest pause that a RateLimit header brings: hosts that mean more say so with 429 and Retry-After. */
const RATE_LIMIT_PAUSE_MS = 3_600_000;

/** A host that says 429 and not until when gets this long, doubled each time in a row up to an hour. */
const UNSAID_PAUSE_MS = 60_000;

/** Seconds after this are an instant (GitHub, for one), not a span: 2001 in epoch seconds. */
const EPOCH_SECONDS = 1_000_000_000;

/**
 * The instant until which `Retry-After` asks to wait (seconds or a date), epoch milliseconds, at most
 * `LIMITS.retryAfterMs` from now; undefined when there is none, it is unreadable, or it is past.
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const wait = /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) * 1_000 : httpDate(text) - now;
  if (!(wait > 0)) return undefined;
  return Math.ceil(now + Math.min(wait, LIMITS.retryAfterMs));
}

/** Only the three forms of RFC 9110 5.6.7, which all begin with the name of a day: Date.parse alone takes "1" for a year. */
function httpDate(text: string): number {
  return /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[, ]/u.test(text) ? Date.parse(text) : Number.NaN;
}

/** Until when a host without quota left wants to be left alone; undefined while there is some. */
export function quotaPause(headers: ReadonlyMap<string, string>, now: number): number | undefined {
  const seconds = structuredQuota(headers.get('ratelimit')) ?? namedQuota(headers);
  if (seconds === undefined || !(seconds > 0)) return undefined;
  const wait = seconds > EPOCH_SECONDS ? seconds * 1_000 - now : seconds * 1_000;
  return wait > 0 ? Math.ceil(now + Math.min(wait, RATE_LIMIT_PAUSE_MS)) : undefined;
}

/** `RateLimit: "default";r=0;t=30`, of draft-ietf-httpapi-ratelimit-headers; also `limit=10, remaining=0, reset=30`. */
function structuredQuota(value: string | undefined): number | undefined {
  if (value === undefined || value.length > 1_000) return undefined;
  const left = /(?:;\s*r|remaining)\s*=\s*(\d+)/u.exec(value)?.[1];
  const reset = /(?:;\s*t|reset)\s*=\s*(\d+)/u.exec(value)?.[1];
  return left !== undefined && Number(left) === 0 && reset !== undefined ? Number(reset) : undefined;
}

/** What is left, and when there is more again, of the headers with a name for each. */
const NAMED_QUOTAS = ['ratelimit-', 'x-ratelimit-', 'x-rate-limit-'].map((prefix) => ({
  left: `${prefix}remaining`,
  reset: `${prefix}reset`,
}));

function namedQuota(headers: ReadonlyMap<string, string>): number | undefined {
  for (const named of NAMED_QUOTAS) {
    const left = headers.get(named.left);
    if (left === undefined || !/^0+$/u.test(left.trim())) continue;
    const reset = headers.get(named.reset);
    if (reset !== undefined) return Number(reset);
  }
  return undefined;
}

/** Pause after the `count`-th 429 in a row that says nothing of when. */
export function unsaidPause(count: number, now: number): number {
  return now + Math.min(UNSAID_PAUSE_MS * 2 ** Math.min(count - 1, 10), RATE_LIMIT_PAUSE_MS);
}
