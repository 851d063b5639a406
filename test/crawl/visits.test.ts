import { expect, test } from 'vitest';
import { type Job, LocalVisits, type Read, type Visited } from '../../src/crawl/visits.ts';
import type { ReadResult } from '../../src/model/manifest.ts';

const READ: ReadResult = { kind: 'not-modified' };
const jobOf = (locator: string, deleted = false): Job => ({ locator, aliases: [], deleted });

/** Visits that a test reads as promises. */
function visitsBy(read: Read, bounds: { readonly concurrency?: number; readonly visitMs?: number } = {}) {
  const begun: number[] = [];
  const visits = new LocalVisits(read, { concurrency: 2, visitMs: 60_000, ...bounds }, () => begun.push(begun.length));
  const visit = (job: Job) => new Promise<Visited | undefined>((resolve) => visits.visit(job, resolve));
  return { visits, visit, begun };
}

/** Ends when it is told to. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<ReadResult>((resolve) => {
    const end = () => resolve({ kind: 'failed', outcome: 'unreachable', reason: 'aborted', message: 'called off' });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

test('no more visits are under way than may be, and each one is told once', async () => {
  let [now, most] = [0, 0];
  const { visit, begun } = visitsBy(
    async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now -= 1;
      return READ;
    },
    { concurrency: 3 },
  );
  const all = await Promise.all(Array.from({ length: 50 }, (_, n) => visit(jobOf(`npm:${n}`, n % 7 === 0))));
  expect(most).toBe(3);
  expect(begun).toHaveLength(50);
  expect(all.filter((one) => one?.result.kind === 'failed')).toHaveLength(8);
});

test('a visit that takes too long ends with its signal aborted; those that ended in time have heard nothing', async () => {
  const signals: AbortSignal[] = [];
  const { visit } = visitsBy(
    (locator, _, signal) => {
      signals.push(signal);
      return locator === 'npm:hangs' ? new Promise(() => {}) : Promise.resolve(READ);
    },
    { visitMs: 60 },
  );
  const began = performance.now();
  const hanging = visit(jobOf('npm:hangs'));
  expect((await visit(jobOf('npm:good')))?.result).toEqual(READ);
  expect(signals.some((signal) => signal.aborted)).toBe(false);
  expect((await hanging)?.result).toMatchObject({ outcome: 'timed-out', reason: 'visit-time' });
  expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  expect(signals[0]?.aborted).toBe(true);
  // Its place is free, and who begins now has a bound of its own.
  const later = await Promise.all([visit(jobOf('npm:1')), visit(jobOf('npm:2')), visit(jobOf('npm:3'))]);
  expect(later.map((one) => one?.result)).toEqual([READ, READ, READ]);
  expect(signals.at(-1)?.aborted).toBe(false);
});

test('a visit that begins later than another one is not ended with it', async () => {
  const { visit } = visitsBy((_, __, signal) => untilAborted(signal), { visitMs: 300 });
  const first = visit(jobOf('npm:first'));
  await new Promise((resolve) => setTimeout(resolve, 150));
  const began = performance.now();
  await Promise.all([first, visit(jobOf('npm:second'))]);
  // Timers count whole milliseconds.
  expect(performance.now() - began).toBeGreaterThanOrEqual(299);
});

test('a cut ends what is under way, and nothing begins any more', async () => {
  const { visits, visit, begun } = visitsBy((_, __, signal) => untilAborted(signal), { concurrency: 20 });
  const under = Array.from({ length: 20 }, (_, n) => visit(jobOf(`npm:${n}`)));
  const waiting = visit(jobOf('npm:waits'));
  visits.cut();
  for (const one of await Promise.all(under)) expect(one?.result).toMatchObject({ reason: 'aborted' });
  expect(await waiting).toBeUndefined();
  expect(begun).toHaveLength(21);
});

test('a signal serves later visits again, unless it was aborted or is in use', async () => {
  const signals = new Map<string, AbortSignal>();
  let end = () => {};
  const { visit } = visitsBy(
    (locator, _, signal) => {
      signals.set(locator, signal);
      if (locator === 'npm:late') return new Promise(() => {});
      return locator === 'npm:long' ? new Promise((resolve) => (end = () => resolve(READ))) : Promise.resolve(READ);
    },
    { concurrency: 4, visitMs: 2_560 },
  );
  await visit(jobOf('npm:first'));
  await visit(jobOf('npm:second'));
  expect(signals.get('npm:second')).toBe(signals.get('npm:first'));
  const long = visit(jobOf('npm:long'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const late = visit(jobOf('npm:late'));
  expect(signals.get('npm:late')).not.toBe(signals.get('npm:long'));
  end();
  await Promise.all([long, late]);
  expect(signals.get('npm:late')?.aborted).toBe(true);
  expect(signals.get('npm:long')?.aborted).toBe(false);
  await visit(jobOf('npm:last'));
  expect(signals.get('npm:last')).toBe(signals.get('npm:long'));
});
