import type { Method, ToolDefinition } from '../model/tool.ts';
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
