import * as z from 'zod';
import type { Source } from './source.ts';
import { documents, WebAddress } from './support/documents.ts';

const Settings = z.strictObject({
  /** Addresses of cards and of `ai-catalog.json`. */
  cards: z.array(WebAddress).default([]),
  /** Sites whose `/.well-known/` catalogue and cards are read. */
  sites: z.array(WebAddress).default([]),
  /** Streamable HTTP endpoints, read at `ENDPOINT/server-card`. */
  endpoints: z.array(WebAddress).default([]),
});

/** Where a site announces its servers; the first is the proposed standard, the others are in use. */
const WELL_KNOWN = ['/.well-known/ai-catalog.json', '/.well-known/mcp/server-card.json', '/.well-known/mcp.json'];

/** What servers say about themselves on their own site. */
export const serverCards: Source<typeof Settings> = {
  id: 'server-cards',
  title: 'Server cards',
  homepage: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2127',
  settings: Settings,
  async *list(settings) {
    yield* documents('server-cards', settings.cards);
    for (const site of settings.sites) {
      yield* documents(
        'server-cards',
        WELL_KNOWN.map((path) => new URL(path, site).href),
      );
    }
    yield* documents(
      'server-cards',
      settings.endpoints.map((endpoint) => `${endpoint.replace(/\/+$/u, '')}/server-card`),
    );
  },
};
