import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ALL, CHANGES, filesIn, inputOf, PLAIN, policyTable, scratch } from './kit.ts';

/** Threads run from the built program alone: `npm run build`, which `npm test` does first. */
const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'inside.js');

it.skipIf(!existsSync(BUILT))('gives the same bytes with threads and without', async () => {
  const { inside }: typeof import('../../scripts/inside.ts') = await import(BUILT);
  const { buildSite } = await inside.site();
  const place = scratch();
  try {
    const more = Array.from({ length: 12 }, (_, i) => ({ ...PLAIN, id: `npm:more-${100 + i}`, name: `more-${i}` }));
    const input = inputOf(
      [...ALL, ...more].sort((a, b) => (a.id < b.id ? -1 : 1)),
      CHANGES,
    );
    const [alone, threaded] = await Promise.all(
      [0, 2].map(async (threads) => {
        const out = join(place.path, String(threads), 'site');
        await buildSite(input, { out, policyTable, threads, now: () => 0 });
        return filesIn(out);
      }),
    );
    expect([...(threaded?.keys() ?? [])]).toEqual([...(alone?.keys() ?? [])]);
    const differs = [...(threaded ?? [])].filter(([path, bytes]) => !bytes.equals(alone?.get(path) ?? Buffer.alloc(0)));
    expect(differs.map(([path]) => path)).toEqual([]);
  } finally {
    place.remove();
  }
});
