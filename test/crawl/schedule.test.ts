import { describe, expect, test } from 'vitest';
import { INTERVAL, planNext } from '../../src/crawl/schedule.ts';
import type { ReadResult } from '../../src/model/manifest.ts';
import { OUTCOMES, type Outcome } from '../../src/model/visit.ts';
import { HORIZON_MS, type Lease, PRIORITY } from '../../src/store/frontier.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 1);

const lease = (more: Partial<Lease> = {}): Lease => ({
  token: 1,
  locator: 'npm:x',
  source: 'one',
  aliases: [],
  deleted: false,
  failures: 0,
  ...more,
});

const notModified: ReadResult = { kind: 'not-modified' };
const failed = (outcome: Outcome, notBefore?: number): ReadResult =>
  ({
    kind: 'failed',
    outcome,
    reason: 'r',
    message: 'm',
    ...(notBefore === undefined ? {} : { notBefore }),
  }) as ReadResult;

describe('the interval follows the history of the manifest', () => {
  const cases: readonly (readonly [string, number | undefined, Outcome, number])[] = [
    ['a first answer', undefined, 'changed', DAY],
    ['changed: half', 4 * DAY, 'changed', 2 * DAY],
    ['unchanged: half as much again', 4 * DAY, 'unchanged', 6 * DAY],
    ['not modified counts the same', 4 * DAY, 'not-modified', 6 * DAY],
    ['partial leaves it', 4 * DAY, 'partial', 4 * DAY],
    ['never below the least', INTERVAL.least, 'changed', INTERVAL.least],
    ['never above the most', INTERVAL.most, 'unchanged', INTERVAL.most],
  ];
  test.each(cases)('%s', (_, intervalMs, outcome, expected) => {
    const plan = planNext(lease(intervalMs === undefined ? {} : { intervalMs }), outcome, notModified, NOW, 0);
    expect(plan.intervalMs).toBe(expected);
    expect(Math.abs(plan.dueAt - NOW - expected)).toBeLessThanOrEqual(expected * 0.1);
    expect(plan).toMatchObject({ priority: PRIORITY.regular, failures: 0 });
  });
});

describe('failures', () => {
  test('each doubles the wait, up to a month', () => {
    const waits = Array.from(
      { length: 20 },
      (_, failures) => planNext(lease({ failures }), 'unreachable', failed('unreachable'), NOW, 0).dueAt - NOW,
    );
    expect((waits[1] ?? 0) / (waits[0] ?? 1)).toBeCloseTo(2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(INTERVAL.most * 1.1);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  test('what was not found three times is gone: last in line, once a month', () => {
    const plans = [0, 1, 2].map((failures) => planNext(lease({ failures }), 'not-found', failed('not-found'), NOW, 0));
    expect(plans.map((plan) => plan.priority)).toEqual([PRIORITY.failing, PRIORITY.failing, PRIORITY.gone]);
    expect((plans[2]?.dueAt ?? 0) - NOW).toBeGreaterThan(20 * DAY);
  });

  const waits: readonly (readonly [string, number, number | undefined])[] = [
    ['two days', NOW + 2 * DAY, NOW + 2 * DAY],
    ['the year 9999', Date.UTC(9999, 0, 1), NOW + 7 * DAY],
    ['1e300', 1e300, NOW + 7 * DAY],
    ['the past', NOW - DAY, undefined],
    ['no number', Number.NaN, undefined],
  ];
  test.each(waits)('Retry-After: %s', (_, notBefore, expected) => {
    const plan = planNext(lease(), 'rate-limited', failed('rate-limited', notBefore), NOW, 0);
    expect(plan.notBefore).toBe(expected);
    expect(plan.dueAt).toBeGreaterThanOrEqual(expected ?? NOW);
  });
});

describe('every plan', () => {
  test.each(OUTCOMES)('%s: in the future, within the horizon, a whole number', (outcome) => {
    for (const failures of [0, 1, 5, 1_000]) {
      for (const now of [0, NOW, Date.UTC(2024, 1, 29), Date.UTC(2036, 0, 1)]) {
        const plan = planNext(lease({ failures, intervalMs: DAY }), outcome, failed(outcome), now, 7);
        expect(plan.dueAt).toBeGreaterThan(now);
        expect(plan.dueAt).toBeLessThan(now + HORIZON_MS);
        expect(Number.isSafeInteger(plan.dueAt)).toBe(true);
      }
    }
  });

  test('is the same for the same seed, and spread over manifests', () => {
    const due = (locator: string, seed: number) =>
      planNext(lease({ locator, intervalMs: DAY }), 'unchanged', notModified, NOW, seed).dueAt;
    expect(due('npm:x', 1)).toBe(due('npm:x', 1));
    expect(new Set(Array.from({ length: 100 }, (_, i) => due(`npm:s${i}`, 1))).size).toBeGreaterThan(95);
  });
});
