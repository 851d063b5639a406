import type { ServerId } from '../model/id.ts';
import type { Sql } from './sql.ts';

/**
 * The same for as long as nothing changes that `toolsOf` or `changes` of a server is read from. Revisions are random, so
 * that their sum tells as much as all of them.
 */
const STAMPS_SQL = [
  `SELECT server_id, count(*) || ' ' || sum(revision) AS text
    FROM tools WHERE server_id BETWEEN :first AND :last GROUP BY server_id`,
  `SELECT server_id, count(*) || ' ' || max(change) AS text
    FROM changes WHERE server_id BETWEEN :first AND :last GROUP BY server_id`,
];

/** The same of one tool: what changes of it are logged, they revise it. */
const TOOL_STAMPS_SQL =
  'SELECT name, CAST(revision AS TEXT) AS text FROM tools WHERE server_id = :serverId ORDER BY name';

/**
 * A text of at most 15 characters for each tool of the server, ascending by name, that is another whenever toolrisk
 * changes the tool, its verdict, what manifests show of it, or its history, and when somebody else updates their rows.
 */
export function toolStampsOf(sql: Sql, serverId: ServerId): ReadonlyMap<string, string> {
  const rows = sql.all<{ readonly name: string; readonly text: string }>(TOOL_STAMPS_SQL, { serverId });
  return new Map(rows.map(({ name, text }) => [name, text]));
}

/**
 * The same for each server of a range of canonical ids that has tools or changes: a text of at most 60 characters that
 * is another whenever a tool of it, its verdict or a change of it is. It reads one row for each tool, and an index.
 */
export function stampsOf(sql: Sql, first: ServerId, last: ServerId): ReadonlyMap<ServerId, string> {
  const stamps = new Map<ServerId, string>();
  for (const question of STAMPS_SQL) {
    for (const { server_id: id, text } of sql.all<{ server_id: ServerId; text: string }>(question, { first, last }))
      stamps.set(id, `${stamps.get(id) ?? ''}/${text}`);
  }
  return stamps;
}

/** The same of one server, by its canonical id; empty where it has neither tools nor changes. */
export function stampOf(sql: Sql, serverId: ServerId): string {
  return stampsOf(sql, serverId, serverId).get(serverId) ?? '';
}
