import type { ServerId } from '../model/id.ts';
import { METHODS, type Method, type ToolDefinition } from '../model/tool.ts';
import { canonicalOf } from './identity.ts';
import { fromJson, type Sql, storable } from './sql.ts';

/** A tool as one manifest shows it now, with its whole definition. */
export interface Observation {
  readonly method: Method;
  readonly provenance: string;
  readonly definition: ToolDefinition;
  readonly packageVersion?: string;
  /** Whether the verdict is about this one. */
  readonly current: boolean;
}

interface ObservationRow {
  readonly method: Method;
  readonly provenance: string;
  readonly definition: string;
  readonly package_version: string | null;
  readonly current: number;
}

/** Every observation of one tool, the current one first. Empty when the catalogue has no such tool. */
export function observationsOf(sql: Sql, id: string, name: string): readonly Observation[] {
  const serverId = canonicalOf(sql, id);
  if (serverId === undefined) return [];
  return sql
    .all<ObservationRow>(
      `SELECT d.method, o.provenance, d.definition, o.package_version, o.manifest = t.manifest AS current
       FROM tools t JOIN observations o ON o.tool = t.tool JOIN tool_versions d ON d.tool_version = o.tool_version
       WHERE t.server_id = :serverId AND t.name = :name ORDER BY current DESC, d.method, o.provenance`,
      { serverId, name: storable(name) },
    )
    .map((row) => ({
      method: row.method,
      provenance: row.provenance,
      definition: fromJson<ToolDefinition>(row.definition),
      ...(row.package_version === null ? {} : { packageVersion: row.package_version }),
      current: row.current === 1,
    }));
}

/** Tools of one server that the same methods tell, where more than one method has told of the server. */
export interface MethodShare {
  readonly serverId: ServerId;
  /** In the order of `METHODS`: the first one's definition is the current one. */
  readonly methods: readonly Method[];
  readonly tools: number;
  /** Of these, tools of which the methods do not say the same. */
  readonly differing: number;
  /** The first of these tools by name. */
  readonly example: string;
}

/**
 * Compares the lists that several methods give of one server: which tools all of them tell, and which only some. Of one
 * server (canonical id or alias), or of every server with more than one method; by server.
 */
export function methodSharesOf(sql: Sql, id?: string): readonly MethodShare[] {
  const serverId = id === undefined ? null : (canonicalOf(sql, id) ?? id);
  const rows = sql.all<{ server_id: string; methods: string; tools: number; differing: number; example: string }>(
    `WITH told AS (
       SELECT t.server_id, t.name, count(DISTINCT d.definition_hash) AS hashes,
         group_concat(DISTINCT d.method) AS methods
       FROM tools t JOIN observations o ON o.tool = t.tool JOIN tool_versions d ON d.tool_version = o.tool_version
       WHERE :serverId IS NULL OR t.server_id = :serverId
       GROUP BY t.tool
     )
     SELECT server_id, methods, count(*) AS tools, sum(hashes > 1) AS differing, min(name) AS example
     FROM told GROUP BY server_id, methods ORDER BY server_id, methods`,
    { serverId },
  );
  const shares = rows.map((row) => {
    const named = row.methods.split(',');
    return {
      serverId: row.server_id,
      methods: METHODS.filter((method) => named.includes(method)),
      tools: row.tools,
      differing: row.differing,
      example: row.example,
    };
  });
  const several = new Map<string, Set<Method>>();
  for (const share of shares) {
    const methods = several.get(share.serverId) ?? new Set();
    several.set(share.serverId, methods);
    for (const method of share.methods) methods.add(method);
  }
  return shares.filter((share) => (several.get(share.serverId)?.size ?? 0) > 1);
}

/** What each strength says of one tool, as stored; undefined before the end of the run that judged it. */
export function decisionsOf(
  sql: Sql,
  id: string,
  name: string,
): { readonly permissive: string; readonly recommended: string; readonly strict: string } | undefined {
  const serverId = canonicalOf(sql, id);
  if (serverId === undefined) return undefined;
  return sql.get(
    `SELECT permissive, recommended, strict FROM tool_decisions
     WHERE tool = (SELECT tool FROM tools WHERE server_id = :serverId AND name = :name)`,
    { serverId, name: storable(name) },
  );
}
