import * as z from 'zod';
import { npmPackage, packageId } from '../model/declared.ts';
import type { Failure } from '../model/manifest.ts';
import type { Source } from './source.ts';
import { fetchJson } from './support/fetch-json.ts';

const Settings = z.strictObject({
  /** What is asked: the registry's own search language. */
  text: z.string().min(1).default('keywords:mcp-server'),
  /** Packages a page; the API allows at most 250. */
  size: z.int().min(1).max(250).default(250),
  /** At most so many packages. How deep `from` reaches is not documented. */
  limit: z.int().min(1).max(5_000).default(500),
});

const Page = z.object({ objects: z.array(z.unknown()), total: z.number().optional().catch(undefined) });
const Hit = z.object({ package: z.object({ name: z.string(), description: z.string().optional().catch(undefined) }) });

/** npm packages by the registry's search, where the registry answers it. */
export const npmSearch: Source<typeof Settings> = {
  id: 'npm-search',
  title: 'npm search',
  homepage: 'https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md',
  settings: Settings,
  async *list(settings, world) {
    const registry = world.npmRegistry('');
    const seen = new Set<string>();
    for (let from = 0; seen.size < settings.limit; from += settings.size) {
      const query = new URLSearchParams({ text: settings.text, size: String(settings.size), from: String(from) });
      const answer = await fetchJson(`${registry.url}/-/v1/search?${query}`, Page, world, registry.headers);
      if (answer.kind === 'failed') {
        yield answer;
        return;
      }
      const before = seen.size;
      for (const object of answer.value.objects) {
        const hit = Hit.safeParse(object).data?.package;
        const declared = npmPackage(hit?.name ?? '');
        if (hit === undefined || declared === undefined || seen.has(declared.name) || seen.size >= settings.limit)
          continue;
        seen.add(declared.name);
        const { name, description } = hit;
        yield {
          locator: packageId(declared),
          source: 'npm-search',
          aliases: [],
          name,
          ...(description === undefined ? {} : { description }),
        };
      }
      // A page without anything new is the end, whatever the total says.
      if (seen.size === before || answer.value.objects.length < settings.size) break;
    }
    if (seen.size === 0) yield empty(registry.url);
  },
};

function empty(url: string): Failure {
  return {
    kind: 'failed',
    outcome: 'malformed',
    reason: 'search-empty',
    message: `${url} found nothing; it may not serve the search`,
  };
}
