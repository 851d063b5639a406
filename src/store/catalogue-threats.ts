import type { ServerId } from '../model/id.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Threat } from '../model/verdict.ts';
import { canonicalOf } from './identity.ts';
import { fromJson, type Sql, storable } from './sql.ts';

/** A threat that shows only beside another tool of the catalogue. */
export interface CatalogueThreat extends Threat {
  /** The tool that is imitated or steered. */
  readonly other: { readonly server: string; readonly tool: string };
}

/** Finds the threats of one tool beside the others. */
export type FindThreats = (server: string, definition: ToolDefinition) => readonly CatalogueThreat[];

/** Tools in one transaction, and names that are read at once. */
const PAGE = 500;
const NAMES = 5_000;

/** The names of all current tools, read in pages. */
export function* toolNames(sql: Sql): Generator<{ readonly server: string; readonly tool: string }> {
  for (let after = 0; ; ) {
    const rows = sql.all<{ tool: number; server_id: string; name: string }>(
      `SELECT tool, server_id, name FROM tools WHERE tool > :after ORDER BY tool LIMIT ${NAMES}`,
      { after },
    );
    const last = rows[rows.length - 1];
    if (last === undefined) return;
    for (const row of rows) yield { server: row.server_id, tool: row.name };
    after = last.tool;
  }
}

/** Whether a server, by its canonical id, has a current tool of that name. */
export function hasTool(sql: Sql, server: string, name: string): boolean {
  return (
    sql.get('SELECT 1 FROM tools WHERE server_id = :server AND name = :name', { server, name: storable(name) }) !==
    undefined
  );
}

/**
 * Looks at every current tool and stores what is found, in pages between which the event loop runs; rows that are
 * right stay untouched. A signal ends it after a page.
 *
 * @returns how many threats are stored of the tools that were looked at
 */
export async function storeCatalogueThreats(sql: Sql, find: FindThreats, signal?: AbortSignal): Promise<number> {
  let stored = 0;
  let after = 0;
  while (signal?.aborted !== true) {
    const rows = sql.all<{ tool: number; server_id: string; definition: string }>(
      `SELECT t.tool, t.server_id, d.definition FROM tools t JOIN tool_versions d ON d.tool_version = t.tool_version
       WHERE t.tool > :after ORDER BY t.tool LIMIT ${PAGE}`,
      { after },
    );
    const last = rows[rows.length - 1];
    if (last === undefined) break;
    const known = threatsBetween(sql, after, last.tool);
    sql.handle.transaction(() => {
      for (const row of rows) {
        const threats = find(row.server_id, fromJson<ToolDefinition>(row.definition));
        stored += threats.length;
        if (JSON.stringify(threats.map(rowOf)) === JSON.stringify(known.get(row.tool) ?? [])) continue;
        replace(sql, row.tool, threats);
      }
    })();
    after = last.tool;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return stored;
}

/** What the catalogue knows of one tool beside the others, in order; empty before the end of the run that read it. */
export function catalogueThreatsOf(sql: Sql, id: string, name: string): readonly CatalogueThreat[] {
  const server = canonicalOf(sql, id);
  if (server === undefined) return [];
  return sql
    .all<Row>(
      `SELECT ${COLUMNS} FROM catalogue_threats
       WHERE tool = (SELECT tool FROM tools WHERE server_id = :server AND name = :name)
       ORDER BY position`,
      { server, name: storable(name) },
    )
    .map(threatOf);
}

/** A threat beside another tool, and whether the catalogue still has that tool. */
export interface ListedThreat extends CatalogueThreat {
  readonly other: CatalogueThreat['other'] & { readonly listed: boolean };
}

/** The same of all tools of one server, by its canonical id: tool name → threats in order, tools ascending by name. */
export function neighboursOf(sql: Sql, server: string): ReadonlyMap<string, readonly ListedThreat[]> {
  const byName = new Map<string, ListedThreat[]>();
  for (const row of sql.all<NeighbourRow>(NEIGHBOURS_SQL, { server })) {
    const name = row.definition === null ? row.name : fromJson<ToolDefinition>(row.definition).name;
    const threats = byName.get(name) ?? [];
    if (threats.length === 0) byName.set(name, threats);
    const threat = threatOf(row);
    threats.push({ ...threat, other: { ...threat.other, listed: row.listed === 1 } });
  }
  return byName;
}

/** The servers of which `neighboursOf` tells something: few of all. */
export function serversBeside(sql: Sql): ReadonlySet<ServerId> {
  const rows = sql.all<{ server_id: ServerId }>(
    'SELECT DISTINCT t.server_id FROM catalogue_threats c CROSS JOIN tools t ON t.tool = c.tool',
  );
  return new Set(rows.map((row) => row.server_id));
}

/** What a server tells the model about itself, by its canonical id or an alias. */
export function instructionsOf(sql: Sql, id: string): string | undefined {
  const server = canonicalOf(sql, id);
  if (server === undefined) return undefined;
  const row = sql.get<{ instructions: string | null }>('SELECT instructions FROM servers WHERE server_id = :server', {
    server,
  });
  return row?.instructions ?? undefined;
}

const COLUMNS = 'rule, strength, path, span_start, span_end, text, other_server_id, other_tool';

interface Row {
  readonly rule: string;
  readonly strength: Threat['strength'];
  readonly path: string;
  readonly span_start: number;
  readonly span_end: number;
  readonly text: string;
  readonly other_server_id: string;
  readonly other_tool: string;
}

interface NeighbourRow extends Row {
  readonly name: string;
  /** Only where the name was stored otherwise than it is. */
  readonly definition: string | null;
  readonly listed: number;
}

/** A name with an escape of `storable` is not listed: what it was before cannot be told. */
const NEIGHBOURS_SQL = `SELECT t.name, ${COLUMNS},
    CASE WHEN instr(t.name, '\\u{') > 0 THEN (SELECT definition FROM tool_versions d WHERE d.tool_version = t.tool_version) END AS definition,
    instr(other_tool, '\\u{') = 0
      AND EXISTS (SELECT 1 FROM tools o WHERE o.server_id = other_server_id AND o.name = other_tool) AS listed
  FROM tools t JOIN catalogue_threats c ON c.tool = t.tool
  WHERE t.server_id = :server ORDER BY t.name, c.position`;

function threatOf(row: Row): CatalogueThreat {
  return {
    rule: row.rule,
    strength: row.strength,
    path: row.path,
    start: row.span_start,
    end: row.span_end,
    text: row.text,
    other: { server: row.other_server_id, tool: row.other_tool },
  };
}

function rowOf(threat: CatalogueThreat): Row {
  return {
    rule: threat.rule,
    strength: threat.strength,
    path: threat.path,
    span_start: threat.start,
    span_end: threat.end,
    text: storable(threat.text),
    other_server_id: threat.other.server,
    other_tool: threat.other.tool,
  };
}

function threatsBetween(sql: Sql, after: number, last: number): ReadonlyMap<number, readonly Row[]> {
  const rows = sql.all<Row & { tool: number }>(
    `SELECT tool, ${COLUMNS} FROM catalogue_threats WHERE tool > :after AND tool <= :last ORDER BY tool, position`,
    { after, last },
  );
  const byTool = new Map<number, Row[]>();
  for (const { tool, ...row } of rows) {
    const list = byTool.get(tool);
    if (list === undefined) byTool.set(tool, [row]);
    else list.push(row);
  }
  return byTool;
}

function replace(sql: Sql, tool: number, threats: readonly CatalogueThreat[]): void {
  sql.run('DELETE FROM catalogue_threats WHERE tool = :tool', { tool });
  for (const [position, threat] of threats.entries()) {
    sql.run(
      `INSERT INTO catalogue_threats (tool, position, ${COLUMNS})
       VALUES (:tool, :position, :rule, :strength, :path, :span_start, :span_end, :text, :other_server_id, :other_tool)`,
      { tool, position, ...rowOf(threat) },
    );
  }
}
