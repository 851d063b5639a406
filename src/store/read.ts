import type { ServerId } from '../model/id.ts';
import type { ChangeRecord, ServerRecord, ToolRecord } from '../model/rows.ts';
import type { Method } from '../model/tool.ts';
import { CATEGORIES, type Category, type Severity } from '../model/verdict.ts';
import { canonicalOf } from './identity.ts';
import {
  type ChangeRow,
  changeRecord,
  type ServerRow,
  serverRecords,
  TOOL_SELECT,
  type ToolRow,
  toolRecord,
} from './records.ts';
import { findToolsWhere } from './search.ts';
import { type Bind, type Sql, storable } from './sql.ts';

/** Rows are read in pages, so that nothing is held open while the caller works and memory stays the same. */
const PAGE = 256;

/** Which tools are wanted; what is absent does not matter. */
export interface ToolFilter {
  readonly serverId?: ServerId;
  readonly names?: readonly string[];
  readonly category?: Category;
  readonly severity?: Severity;
  readonly capability?: string;
  readonly method?: Method;
  readonly source?: string;
  /** Tools with a change at or after this instant, epoch milliseconds. */
  readonly changedSince?: number;
}

/** Which changes are wanted; newest first. */
export interface ChangeFilter {
  readonly serverId?: ServerId;
  /** Epoch milliseconds, inclusive. */
  readonly since?: number;
  readonly run?: number;
  readonly cause?: ChangeRecord['cause'];
  readonly limit?: number;
}

/** All servers, by id. */
export function* readServers(sql: Sql): IterableIterator<ServerRecord> {
  let after = '';
  for (;;) {
    const rows = sql.all<ServerRow>(`SELECT * FROM servers WHERE server_id > :after ORDER BY server_id LIMIT ${PAGE}`, {
      after,
    });
    yield* serverRecords(sql, rows);
    const last = rows[rows.length - 1];
    if (last === undefined || rows.length < PAGE) return;
    after = last.server_id;
  }
}

/** One server by its canonical id or an alias. */
export function readServer(sql: Sql, id: string): ServerRecord | undefined {
  const serverId = canonicalOf(sql, id);
  if (serverId === undefined) return undefined;
  const row = sql.get<ServerRow>('SELECT * FROM servers WHERE server_id = :serverId', { serverId });
  return row === undefined ? undefined : serverRecords(sql, [row])[0];
}

/** Tools that pass a filter, by server and name. */
export function* readTools(sql: Sql, filter: ToolFilter = {}): IterableIterator<ToolRecord> {
  const { where, binds } = toolConditions(filter);
  let after = { server: '', name: '' };
  for (;;) {
    const rows = sql.all<ToolRow>(
      `${TOOL_SELECT} WHERE (t.server_id, t.name) > (:afterServer, :afterName)${where} ORDER BY t.server_id, t.name LIMIT ${PAGE}`,
      { ...binds, afterServer: after.server, afterName: after.name },
    );
    for (const row of rows) yield toolRecord(sql, row);
    const last = rows[rows.length - 1];
    if (last === undefined || rows.length < PAGE) return;
    after = { server: last.server_id, name: last.name };
  }
}

/** One tool; the server by its canonical id or an alias. */
export function readTool(sql: Sql, id: string, name: string): ToolRecord | undefined {
  const serverId = canonicalOf(sql, id);
  if (serverId === undefined) return undefined;
  const row = sql.get<ToolRow>(`${TOOL_SELECT} WHERE t.server_id = :serverId AND t.name = :name`, {
    serverId,
    name: storable(name),
  });
  return row === undefined ? undefined : toolRecord(sql, row);
}

/** Tools that fit a text and a filter, best first. */
export function searchTools(sql: Sql, text: string, filter: ToolFilter, limit: number): readonly ToolRecord[] {
  const { where, binds } = toolConditions(filter);
  const found: ToolRecord[] = [];
  for (const tool of findToolsWhere(sql, text, where, binds, limit)) {
    const row = sql.get<ToolRow>(`${TOOL_SELECT} WHERE t.tool = :tool`, { tool });
    if (row !== undefined) found.push(toolRecord(sql, row));
  }
  return found;
}

/** Changes that pass a filter, newest first. */
export function* readChanges(sql: Sql, filter: ChangeFilter = {}): IterableIterator<ChangeRecord> {
  const parts: string[] = [];
  const binds: Record<string, Bind> = {};
  const add = (condition: string, name: string, value: Bind | undefined) => {
    if (value === undefined) return;
    parts.push(` AND ${condition}`);
    binds[name] = value;
  };
  add('server_id = :serverId', 'serverId', filter.serverId);
  add('at >= :since', 'since', filter.since);
  add('run = :run', 'run', filter.run);
  add('cause = :cause', 'cause', filter.cause);
  let before = Number.MAX_SAFE_INTEGER;
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const rows = sql.all<ChangeRow>(
      `SELECT * FROM changes WHERE change < :before${parts.join('')} ORDER BY change DESC LIMIT ${PAGE}`,
      { ...binds, before },
    );
    for (const row of rows.slice(0, left)) yield changeRecord(row);
    left -= rows.length;
    const last = rows[rows.length - 1];
    if (last === undefined || rows.length < PAGE) return;
    before = last.change;
  }
}

/** What an address of a person names: a server, or a tool of it. */
export interface Resolved {
  readonly serverId: ServerId;
  readonly tool?: string;
}

/**
 * Reads `SERVER`, `SERVER#TOOL` or `SERVER/TOOL`, by canonical id or alias; the kind may be left out where only one
 * server has the rest as its id. `SERVER/TOOL` splits at the longest known id. Undefined when no server fits.
 */
export function resolveServer(sql: Sql, text: string): Resolved | undefined {
  const whole = known(sql, text);
  if (whole !== undefined) return { serverId: whole };
  const hash = text.indexOf('#');
  if (hash > 0) {
    const serverId = known(sql, text.slice(0, hash));
    return serverId === undefined ? undefined : { serverId, tool: text.slice(hash + 1) };
  }
  for (let slash = text.lastIndexOf('/'); slash > 0; slash = text.lastIndexOf('/', slash - 1)) {
    const serverId = known(sql, text.slice(0, slash));
    if (serverId !== undefined) return { serverId, tool: text.slice(slash + 1) };
  }
  return undefined;
}

function known(sql: Sql, id: string): ServerId | undefined {
  const exact = canonicalOf(sql, id);
  if (exact !== undefined) return exact;
  const found = sql.all<{ server_id: string }>(
    `SELECT DISTINCT server_id FROM server_ids WHERE id IN ('npm:' || :id, 'pypi:' || :id, 'oci:' || :id, 'registry:' || :id, 'file:' || :id)`,
    { id },
  );
  return found.length === 1 ? found[0]?.server_id : undefined;
}

/** Sizes of the catalogue. */
export interface Counts {
  readonly servers: number;
  /** Servers of which at least one tool is known. */
  readonly withTools: number;
  readonly tools: number;
  /** `category severity` pairs that occur. */
  readonly judged: readonly { readonly category: Category; readonly severity: Severity; readonly tools: number }[];
}

export function readCounts(sql: Sql): Counts {
  const { servers, withTools } = sql.get<{ servers: number; withTools: number }>(
    'SELECT count(*) AS servers, count(*) FILTER (WHERE tool_count > 0) AS withTools FROM servers',
  ) ?? { servers: 0, withTools: 0 };
  const judged = sql.all<{ category: Category; severity: Severity; tools: number }>(
    'SELECT category, severity, count(*) AS tools FROM verdicts GROUP BY category, severity_rank ORDER BY category, severity_rank',
  );
  return { servers, withTools, tools: judged.reduce((sum, row) => sum + row.tools, 0), judged };
}

const CATEGORY_RANKS = CATEGORIES.map((category, i) => `WHEN '${category}' THEN ${i}`).join(' ');

/** The most severe tools: by severity, then by the order of categories, then by server and name. */
export function mostSevere(sql: Sql, limit: number): readonly ToolRecord[] {
  const rows = sql.all<ToolRow>(
    `${TOOL_SELECT} ORDER BY v.severity_rank DESC,
       CASE v.category ${CATEGORY_RANKS} END, t.server_id, t.name LIMIT :limit`,
    { limit },
  );
  return rows.map((row) => toolRecord(sql, row));
}

function toolConditions(filter: ToolFilter): {
  readonly where: string;
  readonly binds: Readonly<Record<string, Bind>>;
} {
  const parts: string[] = [];
  const binds: Record<string, Bind> = {};
  const add = (condition: string, name: string, value: Bind | undefined) => {
    if (value === undefined) return;
    parts.push(` AND ${condition}`);
    binds[name] = value;
  };
  add('t.server_id = :serverId', 'serverId', filter.serverId);
  const names = filter.names && JSON.stringify(filter.names.map(storable));
  add('t.name IN (SELECT value FROM json_each(:names))', 'names', names);
  add('v.category = :category', 'category', filter.category);
  add('v.severity = :severity', 'severity', filter.severity);
  add(
    'EXISTS (SELECT 1 FROM tool_capabilities c WHERE c.tool = t.tool AND c.capability = :capability)',
    'capability',
    filter.capability,
  );
  add('d.method = :method', 'method', filter.method);
  add('EXISTS (SELECT 1 FROM listings l WHERE l.locator = m.locator AND l.source = :source)', 'source', filter.source);
  add(
    'EXISTS (SELECT 1 FROM changes c WHERE c.server_id = t.server_id AND coalesce(c.tool_name, t.name) = t.name AND c.at >= :changedSince)',
    'changedSince',
    filter.changedSince,
  );
  return { where: parts.join(''), binds };
}
