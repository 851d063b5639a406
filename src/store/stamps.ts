import { hash } from 'node:crypto';
import type { ServerId } from '../model/id.ts';
import type { Sql } from './sql.ts';

/**
 * The same for as long as no row changes that `toolsOf` or `changes` of a server is read from: what each question gives
 * of it. Every row holds its key, so that nothing depends on the order in which rows come.
 */
const STAMPS_SQL = [
  `SELECT t.server_id, json_group_array(json_array(t.tool, t.manifest, t.tool_version, t.first_seen, v.ruleset,
      v.category, v.severity, v.confidence, v.capabilities, v.moves, v.operations, v.threats, v.override)) AS text
    FROM tools t JOIN verdicts v ON v.tool = t.tool WHERE t.server_id BETWEEN :first AND :last GROUP BY t.server_id`,
  `SELECT t.server_id, json_group_array(json_array(o.tool, o.manifest, o.tool_version, o.package_version, o.provenance,
      o.schema_complete, o.dynamic, o.gated, o.notes)) AS text
    FROM tools t JOIN observations o ON o.tool = t.tool WHERE t.server_id BETWEEN :first AND :last GROUP BY t.server_id`,
  `SELECT t.server_id, json_group_array(json_array(f.tool, f.position, f.rule, f.capability, f.path, f.part,
      f.span_start, f.span_end, f.discounted)) AS text
    FROM tools t JOIN verdict_findings f ON f.tool = t.tool WHERE t.server_id BETWEEN :first AND :last
    GROUP BY t.server_id`,
  `SELECT server_id, json_array(max(change), count(*)) AS text
    FROM changes WHERE server_id BETWEEN :first AND :last GROUP BY server_id`,
];

/** The same of one tool of `toolsOf`: texts of JSON, in which no line ends. */
const TOOL_STAMPS_SQL = `SELECT t.name, json_array(t.tool, t.manifest, t.tool_version, t.first_seen, v.ruleset, v.category,
    v.severity, v.confidence, v.capabilities, v.moves, v.operations, v.threats, v.override) || char(10) ||
  (SELECT json_group_array(json_array(o.manifest, o.tool_version, o.package_version, o.provenance, o.schema_complete,
      o.dynamic, o.gated, o.notes))
    FROM observations o WHERE o.tool = t.tool) || char(10) ||
  (SELECT json_group_array(json_array(f.position, f.rule, f.capability, f.path, f.part, f.span_start, f.span_end,
      f.discounted))
    FROM verdict_findings f WHERE f.tool = t.tool) || char(10) ||
  (SELECT json_array(max(c.change), count(*)) FROM changes c WHERE c.server_id = :serverId AND c.tool_name = t.name) AS text
  FROM tools t JOIN verdicts v ON v.tool = t.tool WHERE t.server_id = :serverId ORDER BY t.name`;

/** Bytes of a stamp that are kept, 132 bits: it is compared with another stamp of the same server or tool only. */
const STAMP_CHARS = 22;

/**
 * A text for each tool of the server, ascending by name, that is another whenever the tool, its verdict or a change of it
 * is: the first 132 bits of a SHA-256, base64url.
 */
export function toolStampsOf(sql: Sql, serverId: ServerId): ReadonlyMap<string, string> {
  const rows = sql.all<{ readonly name: string; readonly text: string }>(TOOL_STAMPS_SQL, { serverId });
  return new Map(rows.map(({ name, text }) => [name, hash('sha256', text, 'base64url').slice(0, STAMP_CHARS)]));
}

/**
 * A text for each server of a range of canonical ids that has tools or changes, which is another whenever a tool of it,
 * its verdict or a change of it is: the first 132 bits of a SHA-256, base64url. It costs a twentieth of reading them, since definitions never
 * change under their key and are not read, and since one question serves many servers.
 */
export function stampsOf(sql: Sql, first: ServerId, last: ServerId): ReadonlyMap<ServerId, string> {
  const texts = new Map<ServerId, string[]>();
  for (const [i, question] of STAMPS_SQL.entries()) {
    for (const row of sql.all<{ server_id: ServerId; text: string }>(question, { first, last })) {
      const own = texts.get(row.server_id) ?? Array<string>(STAMPS_SQL.length).fill('');
      own[i] = row.text;
      texts.set(row.server_id, own);
    }
  }
  // Each text is JSON, in which no line ends.
  return new Map(
    Array.from(texts, ([id, own]) => [id, hash('sha256', own.join('\n'), 'base64url').slice(0, STAMP_CHARS)]),
  );
}

/** The same of one server, by its canonical id; empty where it has neither tools nor changes. */
export function stampOf(sql: Sql, serverId: ServerId): string {
  return stampsOf(sql, serverId, serverId).get(serverId) ?? '';
}
