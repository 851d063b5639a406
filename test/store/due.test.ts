import { expect, test } from 'vitest';
import { gathered } from '../../src/store/due.ts';

const NOW = 1_700_000_000_123;
const HOUR = 3_600_000;

test.each([6 * HOUR, 24 * HOUR, 720 * HOUR])('instants of %i ms stay within their jitter, and are few', (interval) => {
  const found = new Set<number>();
  for (let i = 0; i <= 1_000; i++) {
    const due = Math.round(NOW + interval * (0.9 + (0.2 * i) / 1_000));
    const at = gathered(due, NOW, interval);
    expect(at).toBeGreaterThanOrEqual(NOW + interval * 0.9);
    expect(at).toBeLessThanOrEqual(NOW + interval * 1.1);
    expect(Math.abs(at - due)).toBeLessThan(interval / 16);
    found.add(at);
  }
  expect(found.size).toBeLessThanOrEqual(8);
});

test('a time too short to be shared stays as it is', () => {
  expect(gathered(NOW + 7, NOW, 10)).toBe(NOW + 7);
});
