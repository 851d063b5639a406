import { fileNameOf, openDocument } from '../extract/edge/document.ts';
import { extractorFor } from '../extract/index.ts';
import { remoteId } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, ReadResult } from '../model/manifest.ts';
import { readDocument } from './document.ts';
import type { ReadWorld } from './reader.ts';

/** Shapes that a card's address may answer with. */
const CARDS = new Set(['server-card', 'ai-catalogue', 'server-json', 'tools-list']);

/** Answers that say that there is no card, as opposed to one that cannot be read. */
const NONE = new Set(['not-found', 'malformed', 'gated']);

/**
 * Reads what a remote server says about itself without speaking MCP: `<endpoint>/server-card`, then the site's
 * `/.well-known/mcp/server-card.json`, `/.well-known/mcp.json` and `/.well-known/ai-catalog.json`. The first card with
 * tools counts, else the first card. A failure says which address answered how.
 */
export async function readRemoteCard(
  url: string,
  world: ReadWorld,
): Promise<Exclude<ReadResult, { kind: 'not-modified' }>> {
  if (remoteId(url) === undefined) return none(`${url} is no http(s) URL`);
  let first: ReadResult | undefined;
  let failure: Failure | undefined;
  for (const address of cardAddresses(url)) {
    const result = await readCard(address, world);
    if (result.kind === 'failed') {
      failure ??= result;
      // The host does not answer at all: three more questions would only cost time.
      if (!NONE.has(result.outcome)) return first?.kind === 'read' ? first : result;
      continue;
    }
    if (result.servers.some((server) => server.tools.length > 0)) return result;
    first ??= result;
  }
  return first?.kind === 'read'
    ? first
    : none(`no server card was found at ${url}: ${failure?.message ?? 'no answer'}`);
}

/** The addresses where a card may be, most specific first. */
export function cardAddresses(url: string): readonly string[] {
  const endpoint = new URL(url);
  endpoint.search = '';
  endpoint.hash = '';
  return [
    `${endpoint.href.replace(/\/+$/u, '')}/server-card`,
    new URL('/.well-known/mcp/server-card.json', endpoint).href,
    new URL('/.well-known/mcp.json', endpoint).href,
    new URL('/.well-known/ai-catalog.json', endpoint).href,
  ];
}

async function readCard(url: string, world: ReadWorld): Promise<Exclude<ReadResult, { kind: 'not-modified' }>> {
  const fetched = await world.client.fetch({
    url,
    trust: world.operatorOrigins?.has(new URL(url).origin) === true ? 'operator' : 'crawled',
    accept: 'application/mcp-server-card+json, application/json;q=0.9',
    maxBytes: LIMITS.manifestBytes,
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
  if (fetched.kind === 'failed') return fetched;
  if (fetched.kind === 'not-modified') return none(`${url} answered "not modified" unasked`);
  const opened = openDocument(fetched.body, fetched.url, `${fileNameOf(fetched.url).replace(/\.json$/u, '')}.json`);
  if (opened.kind === 'failed') return opened;
  if (!CARDS.has(extractorFor(opened.document)?.id ?? '')) return none(`${url} is no server card`);
  return readDocument(opened, async () => undefined, world.directories, fetched.validators);
}

function none(message: string): Failure {
  return { kind: 'failed', outcome: 'not-found', reason: 'no-card', message };
}
