import { load } from 'cheerio';
import { afterAll, describe, expect, it } from 'vitest';
import type { ManifestState } from '../../src/model/rows.ts';
import { urls } from '../../src/site/urls.ts';
import { build, filesIn, inputOf, PLAIN, scratch, type ToyServer } from './kit.ts';

const place = scratch();
afterAll(() => place.remove());

function failed(id: string, outcome: ManifestState['outcome'], reason?: string): ToyServer {
  const visit = { locator: id, source: 'files', outcome, at: 0, tools: 0, dropped: [] };
  return { id, tools: [], facts: { visits: [reason === undefined ? visit : { ...visit, reason }] } };
}

describe('the page about coverage', () => {
  it('says how many manifests failed for which reason', async () => {
    const servers = [
      PLAIN,
      failed('npm:w', 'unreachable', 'dns-not-found'),
      failed('npm:x', 'unreachable', 'no-index'),
      failed('npm:y', 'unreachable', 'no-index'),
      failed('npm:z', 'gated'),
    ];
    await build(inputOf(servers), place.path.concat('/site'));
    const files = filesIn(place.path.concat('/site'));
    const page = load(files.get(urls.coverage())?.toString('utf8') ?? '');
    const rows = page('[aria-label="Manifests by outcome"] tbody tr').toArray();
    const said = rows.map((row) => {
      const reasons = page(row).find('.small').toArray();
      return [
        page(row).find('th').text(),
        page(row).find('.num').first().text(),
        reasons.map((one) => page(one).text()),
      ];
    });
    expect(said).toEqual([
      ['unreachable', '3', ['no-index: 2', 'dns-not-found: 1']],
      ['gated', '1', []],
      ['read', '1', []],
    ]);
    expect(JSON.parse(files.get(urls.api(urls.coverage()))?.toString('utf8') ?? '')).toMatchObject({
      manifests: { unreachable: 3, gated: 1, read: 1 },
      reasons: { unreachable: { 'no-index': 2, 'dns-not-found': 1 } },
    });
  });
});
