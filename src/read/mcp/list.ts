import { factsFrom, type PartialFacts } from '../../extract/edge/facts.ts';
import { joinLists, type ToolList, toolsFrom } from '../../extract/edge/tools.ts';
import { field, listOf, objectOf, pointer, textOf } from '../../extract/edge/value.ts';
import type { ServerId } from '../../model/id.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Failure, ServerReading } from '../../model/manifest.ts';
import type { DroppedTool, Json, JsonObject, Method } from '../../model/tool.ts';
import { mcpFailure } from './failures.ts';
import { badHeaderOf } from './header-rule.ts';
import { MCP_LIMITS } from './limits.ts';
import type { Budget } from './message.ts';
import { MODERN, type Peer } from './peer.ts';
import { errorFailure } from './streamable.ts';

/** What is listed, and how the result is to be labelled. */
export interface ListContext {
  readonly id: ServerId;
  readonly method: Method;
  /** Prefix of each provenance. */
  readonly location: string;
  /** Version of the package that was run; it says more than what the server calls its version. */
  readonly version?: string;
  /** Facts about how it was listed, beside the protocol. */
  readonly notes: readonly string[];
}

/** Everything that one conversation showed. */
export interface LiveListing {
  readonly kind: 'listed';
  readonly server: ServerReading;
  readonly protocol: string;
  readonly transport: string;
  /** False when the server says, by the mark of its revision, that the list is for whoever asked. */
  readonly isPublic: boolean;
  /** SHA-256 over the lists as they were sent. */
  readonly contentHash: string;
}

/** One page as it came. */
interface Page {
  readonly kind: 'page';
  readonly list: Json;
  readonly next: string | undefined;
  /** False where the revision marks lists, and this one is not marked as the same for everybody. */
  readonly isPublic: boolean;
}

/** Asks for every page of `tools/list` and reads it tool by tool. */
export async function listTools(peer: Peer, budget: Budget, context: ListContext): Promise<LiveListing | Failure> {
  if (!offersTools(peer.hello)) return listing(peer, budget, context, [], ['offers-no-tools']);
  const pages: Page[] = [];
  const cursors = new Set<string>();
  let count = 0;
  let cursor: string | undefined;
  for (;;) {
    if (pages.length === MCP_LIMITS.pages) return mcpFailure('mcp-pages', `${MCP_LIMITS.pages} pages`);
    const page = await askPage(peer, cursor);
    if (page.kind === 'failed') return page;
    for (const entry of listOf(page.list) ?? []) budget.note(JSON.stringify(entry));
    pages.push(page);
    count += listOf(page.list)?.length ?? 0;
    if (count > LIMITS.toolsPerServer) return mcpFailure('mcp-tools', `over ${LIMITS.toolsPerServer} tools`);
    cursor = page.next;
    if (cursor === undefined) return listing(peer, budget, context, pages, []);
    if (cursors.has(cursor)) return mcpFailure('mcp-cursor-loop', JSON.stringify(cursor.slice(0, 80)));
    cursors.add(cursor);
  }
}

async function askPage(peer: Peer, cursor: string | undefined): Promise<Page | Failure> {
  const answer = await peer.ask('tools/list', cursor === undefined ? {} : { cursor });
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'error') return errorFailure(answer);
  const { result } = answer;
  if (textOf(field(result, 'resultType')) === 'input_required') return mcpFailure('mcp-input-required', 'tools/list');
  const list = field(result, 'tools');
  if (listOf(list) === undefined || list === undefined) return mcpFailure('mcp-shape', 'tools/list gives no list');
  const isPublic =
    peer.protocol !== MODERN || peer.transport === 'stdio' || textOf(field(result, 'cacheScope')) === 'public';
  const next = field(result, 'nextCursor');
  if (next === undefined || next === null) return { kind: 'page', list, next: undefined, isPublic };
  // The empty text is a cursor like any other.
  if (typeof next !== 'string' || next.length > MCP_LIMITS.cursorChars) {
    return mcpFailure('mcp-cursor', typeof next === 'string' ? `${next.length} characters` : typeof next);
  }
  return { kind: 'page', list, next, isPublic };
}

function listing(
  peer: Peer,
  budget: Budget,
  context: ListContext,
  pages: readonly Page[],
  notes: readonly string[],
): LiveListing {
  const facts = factsOf(peer, context, notes);
  budget.note(JSON.stringify(facts));
  const list = joinLists(pages.map((page, index) => readPage(page.list, index, pages.length, peer, context)));
  return {
    kind: 'listed',
    server: { facts: factsFrom(facts), tools: list.tools, dropped: list.dropped, complete: true, listsTools: true },
    protocol: peer.protocol,
    transport: peer.transport,
    isPublic: pages.every((page) => page.isPublic),
    contentHash: budget.digest(),
  };
}

function readPage(page: Json, index: number, count: number, peer: Peer, context: ListContext): ToolList {
  const base = count === 1 ? '/result/tools' : pointer('', index, 'result', 'tools');
  const { location, method } = context;
  if (peer.protocol !== MODERN || peer.transport === 'stdio') {
    return toolsFrom(page, { location, method, pointer: base });
  }
  const dropped: DroppedTool[] = [];
  const kept = (listOf(page) ?? []).map((entry, at) => {
    const bad = badHeaderOf(entry);
    if (bad === undefined) return entry;
    const name = textOf(field(entry, 'name'));
    const provenance = `${location}#${pointer(base, at)}`;
    dropped.push({ ...(name === undefined ? {} : { name }), reason: 'malformed', message: bad, provenance });
    return undefined;
  });
  const good = kept.filter((entry) => entry !== undefined);
  const read = toolsFrom(good, { location, method, pointer: base });
  return { tools: read.tools, dropped: [...read.dropped, ...dropped] };
}

function offersTools(hello: JsonObject): boolean {
  const capabilities = objectOf(field(hello, 'capabilities'));
  // Old servers forget to say so; one that says nothing at all is asked.
  return capabilities === undefined || Object.keys(capabilities).length === 0 || 'tools' in capabilities;
}

function factsOf(peer: Peer, context: ListContext, notes: readonly string[]): PartialFacts {
  const meta = field(peer.hello, '_meta');
  const info = field(peer.hello, 'serverInfo') ?? field(meta, 'io.modelcontextprotocol/serverInfo');
  return {
    id: context.id,
    name: textOf(field(info, 'name')),
    title: textOf(field(info, 'title')),
    description: textOf(field(info, 'description')),
    version: context.version ?? textOf(field(info, 'version')),
    homepage: textOf(field(info, 'websiteUrl')),
    instructions: textOf(field(peer.hello, 'instructions')),
    notes: [
      ...context.notes,
      ...notes,
      `protocol-${peer.protocol}`,
      `transport-${peer.transport.replaceAll(' ', '-')}`,
    ],
  };
}
