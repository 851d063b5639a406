/** An instant may move by this share of the time between two visits: less than jitter moves it. */
const SHARE = 16;

/**
 * Instants of one interval, put together in a few. Jitter spreads them so that each would stand on another page of the
 * index, and every visit would write one. Each moves towards the middle of its interval, so the earliest and the latest
 * that jitter gives stay the bounds.
 *
 * @param dueAt - epoch milliseconds, as `now` is
 * @param intervalMs - time between two visits without jitter
 */
export function gathered(dueAt: number, now: number, intervalMs: number): number {
  const slack = intervalMs / SHARE;
  if (slack < 1) return dueAt;
  const step = 2 ** Math.floor(Math.log2(slack));
  return (dueAt > now + intervalMs ? Math.floor(dueAt / step) : Math.ceil(dueAt / step)) * step;
}
