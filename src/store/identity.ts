import { canonicalId, type ServerId } from '../model/id.ts';
import { countsOf, nameOf } from './facts.ts';
import type { PreparedVerdict } from './prepare.ts';
import { ALIAS_ROWS, SERVER_ROWS } from './rows.ts';
import type { SearchQueue } from './search-queue.ts';
import type { ServerTexts } from './server-texts.ts';
import { type Bind, type Sql, storable } from './sql.ts';

interface Known {
  readonly server_id: string;
  readonly published_run: number | null;
}

/** The server that ids lead to, and whether its tools have to be judged anew because its id is another one now. */
export interface Joined {
  readonly serverId: ServerId;
  /** The verdicts on its tools, in their order, when nothing was known of it before. */
  readonly fresh: readonly PreparedVerdict[] | undefined;
  readonly renamed: boolean;
  /** Its id was fixed at the end of an earlier run. */
  readonly published: boolean;
}

/** What joining writes with. */
export interface JoinPen {
  readonly sql: Sql;
  readonly search: SearchQueue;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * The one server that the declared ids name. Ids that were separate servers until now become one. A canonical id that
 * was published at the end of a run stays; before that, it is the first of the design's order, so that the order of
 * visits within a run does not matter.
 */
export function joinServer(
  pen: JoinPen,
  ids: readonly [ServerId, ...ServerId[]],
  texts: ServerTexts,
  judged: (serverId: ServerId) => readonly PreparedVerdict[],
): Joined {
  const { sql, at } = pen;
  const { servers: known, missing } = serversOf(sql, ids);
  const [only] = known;
  if (only !== undefined && known.length === 1 && (only.published_run !== null || missing.length === 0)) {
    for (const id of missing) addAlias(sql, id, only.server_id);
    return { serverId: only.server_id, fresh: undefined, renamed: false, published: only.published_run !== null };
  }
  if (only === undefined) {
    const serverId = canonicalId(ids);
    const fresh = judged(serverId);
    addServer(sql, serverId, texts, countsOf(fresh), at);
    for (const id of missing) if (id !== serverId) addAlias(sql, id, serverId);
    return { serverId, fresh, renamed: false, published: false };
  }
  const serverId = chooseId(sql, known, ids);
  const chosen = known.find((server) => server.server_id === serverId);
  if (chosen === undefined) {
    // It was an alias of one of the others, perhaps.
    sql.run('DELETE FROM server_aliases WHERE id = :serverId', { serverId });
    addServer(sql, serverId, texts, countsOf([]), at);
  }
  const others = known.filter((server) => server.server_id !== serverId);
  for (const other of others) mergeServer(pen, other.server_id, serverId);
  for (const id of missing) if (id !== serverId) addAlias(sql, id, serverId);
  const published = chosen !== undefined && chosen.published_run !== null;
  return { serverId, fresh: undefined, renamed: others.length > 0, published };
}

/** The canonical id of any known id. */
export function canonicalOf(sql: Sql, id: string): ServerId | undefined {
  const stored = storable(id);
  return sql.find<Known>(SERVER_OF, stored, stored)?.server_id;
}

/** Fixes the canonical ids of every server that was new in this run. */
export function publishIds(sql: Sql, run: number): void {
  sql.run('UPDATE servers SET published_run = :run WHERE published_run IS NULL', { run });
}

function serversOf(
  sql: Sql,
  ids: readonly ServerId[],
): { readonly servers: readonly Known[]; readonly missing: readonly ServerId[] } {
  const found = new Map<string, Known>();
  const missing: ServerId[] = [];
  for (const id of ids.length === 1 ? ids : new Set(ids)) {
    const server = sql.isWaiting(id) ? sql.find<Known>(SERVER_OF, id, id) : sql.findBeside<Known>(SERVER_OF, id, id);
    if (server === undefined) missing.push(id);
    else found.set(server.server_id, server);
  }
  return { servers: [...found.values()], missing };
}

const SERVER_OF = `SELECT server_id, published_run FROM servers
  WHERE server_id = coalesce((SELECT server_id FROM server_aliases WHERE id = ?), ?)`;

function chooseId(sql: Sql, known: readonly Known[], ids: readonly [ServerId, ...ServerId[]]): ServerId {
  const runs = known.map((server) => server.published_run).filter((run) => run !== null);
  if (runs.length > 0) {
    const first = Math.min(...runs);
    const [id, ...rest] = known.filter((server) => server.published_run === first).map((server) => server.server_id);
    if (id !== undefined) return canonicalId([id, ...rest]);
  }
  const aliases = known.flatMap((server) => idsOf(sql, server.server_id));
  return canonicalId([...ids, ...aliases]);
}

/** Every id of a server, sorted. */
export function idsOf(sql: Sql, serverId: string): readonly ServerId[] {
  return sql
    .all<{ id: string }>('SELECT id FROM server_ids WHERE server_id = :serverId ORDER BY id', { serverId })
    .map((row) => row.id);
}

function addServer(sql: Sql, serverId: ServerId, texts: ServerTexts, counts: readonly Bind[], at: number): void {
  const { name, description, version, row } = texts;
  const values = [serverId, at, name ?? nameOf(serverId), description, version, ...row, ...counts];
  sql.insert(SERVER_ROWS, values, serverId);
}

function addAlias(sql: Sql, id: ServerId, serverId: string): void {
  sql.insert(ALIAS_ROWS, [id, serverId], id);
}

/** Moves everything that is known of one server to another. Tools of the same name become one. */
function mergeServer(pen: JoinPen, from: string, to: string): void {
  const { sql } = pen;
  const both = { from, to };
  const first = 'SELECT min(first_seen) FROM servers WHERE server_id IN (:from, :to)';
  sql.run(`UPDATE servers SET first_seen = (${first}) WHERE server_id = :to`, both);
  sql.run('UPDATE server_aliases SET server_id = :to WHERE server_id = :from', both);
  sql.run('UPDATE readings SET server_id = :to WHERE server_id = :from', both);
  sql.run('UPDATE tool_versions SET server_id = :to WHERE server_id = :from', both);
  const tools = sql.all<{ tool: number; name: string; first_seen: number }>(
    'SELECT tool, name, first_seen FROM tools WHERE server_id = :from',
    { from },
  );
  for (const tool of tools) mergeTool(pen, tool, to);
  sql.run(
    `DELETE FROM changes WHERE server_id = :from AND tool_name IS NULL AND what = 'added'
       AND EXISTS (SELECT 1 FROM changes WHERE server_id = :to AND tool_name IS NULL AND what = 'added')`,
    both,
  );
  sql.run('UPDATE changes SET server_id = :to WHERE server_id = :from', both);
  sql.run('DELETE FROM servers WHERE server_id = :from', { from });
  addAlias(sql, from, to);
}

function mergeTool(
  pen: JoinPen,
  tool: { readonly tool: number; readonly name: string; readonly first_seen: number },
  to: string,
): void {
  const { sql } = pen;
  const twin = sql.get<{ tool: number }>('SELECT tool FROM tools WHERE server_id = :to AND name = :name', {
    to,
    name: tool.name,
  });
  if (twin === undefined) {
    sql.run('UPDATE tools SET server_id = :to WHERE tool = :tool', { to, tool: tool.tool });
    return;
  }
  const both = { from: tool.tool, to: twin.tool };
  sql.run('UPDATE OR IGNORE observations SET tool = :to WHERE tool = :from', both);
  sql.run('UPDATE tools SET first_seen = min(first_seen, :at) WHERE tool = :tool', {
    at: tool.first_seen,
    tool: twin.tool,
  });
  pen.search.remove(tool.tool);
  sql.run('DELETE FROM tools WHERE tool = :tool', { tool: tool.tool });
}
