import { hash } from 'node:crypto';
import type { ServerId } from '../model/id.ts';
import type { Bind, Sql } from './sql.ts';

/** The same for as long as no row changes that `toolsOf` or `changes` of one server is read from. */
const STAMP_SQL = `SELECT
  (SELECT json_group_array(json_array(t.tool, t.manifest, t.tool_version, t.first_seen, v.ruleset, v.category, v.severity,
      v.confidence, v.capabilities, v.moves, v.operations, v.threats, v.override) ORDER BY t.tool)
    FROM tools t JOIN verdicts v ON v.tool = t.tool WHERE t.server_id = :serverId) AS tools,
  (SELECT json_group_array(json_array(o.tool, o.manifest, o.tool_version, o.package_version, o.provenance,
      o.schema_complete, o.dynamic, o.gated, o.notes) ORDER BY o.tool, o.manifest)
    FROM observations o JOIN tools t ON t.tool = o.tool WHERE t.server_id = :serverId) AS observations,
  (SELECT json_group_array(json_array(f.tool, f.rule, f.capability, f.path, f.part, f.span_start, f.span_end,
      f.discounted) ORDER BY f.tool, f.position)
    FROM verdict_findings f JOIN tools t ON t.tool = f.tool WHERE t.server_id = :serverId) AS findings,
  (SELECT json_array(max(change), count(*)) FROM changes WHERE server_id = :serverId) AS changes`;

/**
 * A text that is another whenever a tool of the server, its verdict or a change of it is: SHA-256, base64url. It costs a
 * tenth of reading them, since definitions never change under their key and are not read.
 */
export function stampOf(sql: Sql, serverId: ServerId): string {
  const row = sql.get<Record<string, Bind>>(STAMP_SQL, { serverId });
  return hash('sha256', JSON.stringify(row), 'base64url');
}
