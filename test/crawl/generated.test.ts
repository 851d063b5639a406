import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { feed } from '../../scripts/torture/feed.ts';
import { loadRuleset } from '../../src/data/load.ts';
import { folder } from '../store/kit.ts';

const place = folder();
afterAll(() => place.remove());

/** A tenth of `npm run torture:manifests`, with two seeds. */
test.each([3, 4])(
  '2,500 generated manifests (seed %i) end in an outcome each, and leave a sound catalogue',
  async (seed) => {
    const ruleset = loadRuleset(resolve(import.meta.dirname, '../../data'));
    const fed = await feed(place.file(`${seed}.db`), 2_500, seed, ruleset);
    expect(fed.thrown).toEqual([]);
    // Processor time, of which a busy machine needs a little more than a quiet one, and not many times as much.
    expect(fed.slowestCpuMs).toBeLessThan(5_000);
    expect(Object.keys(fed.outcomes)).toEqual(expect.arrayContaining(['changed', 'malformed']));
  },
);
