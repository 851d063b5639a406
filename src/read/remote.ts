import { parseUrl } from '../fetch/url.ts';
import type { Locator } from '../model/id.ts';
import { remoteId } from '../model/id.ts';
import type { Failure, ReadResult } from '../model/manifest.ts';
import { mcpFailure } from './mcp/failures.ts';
import { MCP_LIMITS } from './mcp/limits.ts';
import { type LiveListing, listTools } from './mcp/list.ts';
import { Budget } from './mcp/message.ts';
import { connectRemote } from './mcp/streamable.ts';
import { failureFrom } from './mcp/wire.ts';
import type { Reader, ReadWorld } from './reader.ts';

/** Parts of an address that somebody has to fill in: `{tenant}`, `${TOKEN}`, `<id>`, `:id` is none. Also percent-encoded. */
const TEMPLATE = /[{}<>]|\$\w|%7B|%7D|%3C|%3E/iu;

/** Lists the tools of a remote server as anybody could, without credentials. */
export const remoteReader: Reader = {
  kind: 'remote',
  async read(locator: Locator, world: ReadWorld): Promise<ReadResult> {
    const listed = await listRemote(locator.name, world);
    if (listed.kind === 'failed') return listed;
    // A list for whoever asked is nobody else's business: it is not published.
    if (!listed.isPublic) return mcpFailure('mcp-private', locator.name.slice(0, 200));
    return { kind: 'read', servers: [listed.server], problems: [], leads: [], contentHash: listed.contentHash };
  },
};

/** The whole conversation with a remote server: revision, tools, end. Nothing is expanded, no credentials are sent. */
export async function listRemote(address: string, world: ReadWorld): Promise<LiveListing | Failure> {
  if (TEMPLATE.test(address)) return mcpFailure('url-template', address.slice(0, 200));
  const url = parseUrl(address);
  const id = url === undefined ? undefined : remoteId(url.href);
  if (url === undefined || id === undefined) return mcpFailure('not-a-url', address.slice(0, 200));
  const late = AbortSignal.timeout(MCP_LIMITS.visitMs);
  const remote = {
    client: world.client,
    url: url.href,
    trust: world.operatorOrigins?.has(url.origin) === true ? 'operator' : 'crawled',
    budget: new Budget(),
    signal: world.signal === undefined ? late : AbortSignal.any([late, world.signal]),
  } as const;
  const listed = await converse();
  return listed.kind === 'failed' && late.aborted ? mcpFailure('mcp-timeout', `${MCP_LIMITS.visitMs} ms`) : listed;

  async function converse(): Promise<LiveListing | Failure> {
    const peer = await connectRemote(remote);
    if (peer.kind === 'failed') return peer;
    try {
      const location = id?.slice('remote:'.length) ?? '';
      return await listTools(peer, remote.budget, { id: id ?? 'remote:', method: 'live', location, notes: [] });
    } catch (error) {
      return failureFrom(error);
    } finally {
      await peer.close();
    }
  }
}
