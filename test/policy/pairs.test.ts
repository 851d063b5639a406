import { describe, expect, it } from 'vitest';
import { formats } from '../../src/policy/formats/index.ts';
import { checkHostile, hostileStrings } from './support/hostile.ts';
import { comparePairs, compareStreams } from './support/pairs.ts';

/** A tenth of what scripts/evaluate-policies.ts runs. */
const PAIRS = 1_000;
const CALLS = 1_200;
const STRINGS = 600;
/** Some 10 s alone; many times that where others use the machine too. */
const SLOW_MS = 300_000;

describe('made-up policies and calls', () => {
  const report = comparePairs(PAIRS, 20_261_122);

  for (const { id } of formats) {
    it(`${id} decides as the model, or more tightly and says so`, () => {
      const agreement = report.formats[id];
      expect(agreement?.faults).toEqual([]);
      expect(agreement?.equal).toBeGreaterThan(PAIRS / 5);
    });
  }

  it('hold calls of tools that no policy lists', () => expect(report.unlisted).toBeGreaterThan(PAIRS / 5));

  it('come to the same limits in Intercept', () => expect(compareStreams(CALLS, 7).faults).toEqual([]));
});

describe('hostile names, arguments, values and server names', () => {
  it(
    'are read back as they were, and bring no rule of their own',
    () => {
      const report = checkHostile(hostileStrings(STRINGS, 11));
      expect(report.strings).toBe(STRINGS);
      expect(report.faults).toEqual([]);
    },
    SLOW_MS,
  );
});
