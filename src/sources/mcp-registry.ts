import * as z from 'zod';
import type { Failure, Listed } from '../model/manifest.ts';
import { ServerJson, tiesOf } from '../model/server-json.ts';
import type { Source } from './source.ts';
import { fetchJson } from './support/fetch-json.ts';

const Settings = z.strictObject({
  /** Base address, without `/v0.1`. */
  url: z.url({ protocol: /^https?$/u }),
  /** Servers a page; the API allows 1 to 100. */
  limit: z.int().min(1).max(100).default(100),
  /** At most so many pages, for a mirror whose cursors run in a circle. */
  maxPages: z.int().positive().default(2_000),
});
type Settings = z.infer<typeof Settings>;

const OFFICIAL = 'io.modelcontextprotocol.registry/official';

/** The registry's own words about a version, beside the server. Loose: only what is used. */
const Official = z.object({
  status: z.string().nullish(),
  isLatest: z.boolean().nullish(),
  statusMessage: z.string().nullish(),
});
type Official = z.infer<typeof Official>;

const Entry = z.object({ server: ServerJson, _meta: z.record(z.string(), z.unknown()).nullish() });

const Page = z.object({
  servers: z.array(z.unknown()).nullish(),
  metadata: z.object({ nextCursor: z.string().nullish(), next_cursor: z.string().nullish() }).nullish(),
});

/** The official MCP registry, and every registry that serves its v0.1 API. */
export const mcpRegistry: Source<typeof Settings> = {
  id: 'mcp-registry',
  title: 'MCP registry (API v0.1)',
  homepage: 'https://registry.modelcontextprotocol.io/docs',
  settings: Settings,
  delta: true,
  async *list(settings, world) {
    let cursor: string | undefined;
    let bad = 0;
    const seen = new Set<string>();
    for (let page = 0; page < settings.maxPages; page++) {
      const answer = await fetchJson(pageUrl(settings, cursor, world.since), Page, world);
      if (answer.kind === 'failed') {
        yield answer;
        return;
      }
      for (const entry of answer.value.servers ?? []) {
        const lines = linesOf(entry);
        if (lines === undefined) bad++;
        else yield* lines;
      }
      const { nextCursor, next_cursor } = answer.value.metadata ?? {};
      cursor = nextCursor ?? next_cursor ?? undefined;
      if (cursor === undefined || cursor === '') {
        if (bad > 0) yield broken('bad-entries', `${settings.url} lists ${bad} entries that are no servers`);
        return;
      }
      if (seen.has(cursor)) {
        yield broken('cursor-loop', `${settings.url} gave the cursor ${JSON.stringify(cursor.slice(0, 200))} twice`);
        return;
      }
      seen.add(cursor);
    }
    yield broken('too-many-pages', `${settings.url} has more than ${settings.maxPages} pages`);
  },
};

/** A delta shows deleted servers by itself; a whole listing asks for the latest version of each server only. */
function pageUrl(settings: Settings, cursor: string | undefined, since: number | undefined): string {
  const url = new URL(`${settings.url.replace(/\/+$/u, '')}/v0.1/servers`);
  url.searchParams.set('limit', String(settings.limit));
  url.searchParams.set('version', 'latest');
  if (since !== undefined) url.searchParams.set('updated_since', new Date(since).toISOString());
  if (cursor !== undefined) url.searchParams.set('cursor', cursor);
  return url.href;
}

/** What one entry of a page leads to; undefined when it is no server. */
function linesOf(value: unknown): Iterable<Listed> | undefined {
  const entry = Entry.safeParse(value);
  if (!entry.success) return undefined;
  const official = officialOf(entry.data);
  // Older versions come only from registries that do not know `version=latest`.
  return official.isLatest === false ? [] : waysTo(entry.data.server, official);
}

function officialOf(entry: z.infer<typeof Entry>): Official {
  const beside = Official.safeParse(entry._meta?.[OFFICIAL]).data;
  // Until September 2025 the status stood in the server itself.
  return { status: entry.server.status, ...beside };
}

/** One line for each way to the server that can be visited; the registry's own document where there is none. */
function* waysTo(server: ServerJson, official: Official): Generator<Listed> {
  const { ids, locators } = tiesOf(server);
  for (const locator of locators.length === 0 ? [ids[0]] : locators) {
    yield {
      // Without its version: a new version is the same server, and the reader takes the newest.
      locator: locator.replace(/^((?:npm|pypi):.[^@]*)@.*$/u, '$1'),
      source: 'mcp-registry',
      aliases: ids,
      name: server.title ?? server.name,
      ...(server.description == null ? {} : { description: server.description }),
      ...(official.status === 'deleted' ? { deleted: true } : {}),
    };
  }
}

function broken(reason: string, message: string): Failure {
  return { kind: 'failed', outcome: 'malformed', reason, message };
}
