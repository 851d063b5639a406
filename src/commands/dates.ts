import { CommandError } from './command.ts';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The option of commands that look at what is newer than an instant. */
export const SINCE_TEXT = 'a date (2026-11-22), an instant (2026-11-22T08:00Z), or a time back (36h, 7d, 2w)';

/**
 * Reads an instant: an ISO date or time, or a time back from now. Epoch milliseconds.
 *
 * @throws CommandError when it is none of them
 */
export function instantOf(text: string, option: string, now: number): number {
  const back = /^(\d{1,4})([hdw])$/u.exec(text);
  if (back !== null) return now - Number(back[1]) * (UNITS[back[2] ?? ''] ?? 0);
  const at = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/u.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new CommandError(`--${option} ${text} is no time. Write ${SINCE_TEXT}.`);
}
