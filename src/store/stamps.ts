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

/** The same for as long as no row changes that one tool of `toolsOf`, or a change of it, is read from. */
const TOOL_STAMPS_SQL = `SELECT t.name, json_array(t.tool, t.manifest, t.tool_version, t.first_seen, v.ruleset, v.category,
    v.severity, v.confidence, v.capabilities, v.moves, v.operations, v.threats, v.override) AS own,
  (SELECT json_group_array(json_array(o.manifest, o.tool_version, o.package_version, o.provenance, o.schema_complete,
      o.dynamic, o.gated, o.notes) ORDER BY o.manifest)
    FROM observations o WHERE o.tool = t.tool) AS observations,
  (SELECT json_group_array(json_array(f.rule, f.capability, f.path, f.part, f.span_start, f.span_end, f.discounted)
      ORDER BY f.position)
    FROM verdict_findings f WHERE f.tool = t.tool) AS findings,
  (SELECT json_array(max(c.change), count(*)) FROM changes c WHERE c.server_id = :serverId AND c.tool_name = t.name) AS changes
  FROM tools t JOIN verdicts v ON v.tool = t.tool WHERE t.server_id = :serverId ORDER BY t.name`;

/** Bytes of a stamp of one tool that are kept: it is compared with another stamp of the same tool only. */
const STAMP_CHARS = 22;

/**
 * A text for each tool of the server, ascending by name, that is another whenever the tool, its verdict or a change of it
 * is: the first 132 bits of a SHA-256, base64url.
 */
export function toolStampsOf(sql: Sql, serverId: ServerId): ReadonlyMap<string, string> {
  const rows = sql.all<Record<string, Bind> & { readonly name: string }>(TOOL_STAMPS_SQL, { serverId });
  return new Map(rows.map((row) => [row.name, hash('sha256', JSON.stringify(row), 'base64url').slice(0, STAMP_CHARS)]));
}

/**
 * A text that is another whenever a tool of the server, its verdict or a change of it is: SHA-256, base64url. It costs a
 * tenth of reading them, since definitions never change under their key and are not read.
 */
export function stampOf(sql: Sql, serverId: ServerId): string {
  const row = sql.get<Record<string, Bind>>(STAMP_SQL, { serverId });
  // Each column is JSON, in which no line ends.
  return hash('sha256', Object.values(row ?? {}).join('\n'), 'base64url');
}
