import { hash } from 'node:crypto';
import type { ServerId } from '../model/id.ts';
import { fromJson, type Sql } from './sql.ts';

/**
 * All that a server's tools and changes are read from, and another whenever a row of that is: what each question gives of
 * it, for a range of servers. The rows of the first three begin with the key of their tool.
 */
const STAMPS_SQL = [
  `SELECT t.server_id, json_group_array(json_array(t.tool, t.name, t.manifest, t.tool_version, t.first_seen, v.ruleset,
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

/** Changes of the tools of one server. */
const TOOL_CHANGES_SQL = `SELECT tool_name, max(change) AS last, count(*) AS n FROM changes
  WHERE server_id = :serverId AND tool_name IS NOT NULL GROUP BY tool_name`;

/** Bytes of a stamp that are kept, 132 bits: it is compared with another stamp of the same server or tool only. */
const STAMP_CHARS = 22;

/** The stamps of a server, and of its tools. */
export interface ServerStamps {
  /** Another text whenever a tool of it, its verdict or a change of it is: the first 132 bits of a SHA-256, base64url. */
  readonly stamp: string;
  /** The same for each tool of it, ascending by name. To ask for them reads the changes of the tools. */
  toolStamps(): ReadonlyMap<string, string>;
}

/**
 * The stamps of each server of a range of canonical ids that has tools or changes. They cost a twentieth of reading the
 * tools, since definitions never change under their key and are not read, and since one question serves many servers.
 */
export function stampsOf(sql: Sql, first: ServerId, last: ServerId): ReadonlyMap<ServerId, ServerStamps> {
  const texts = new Map<ServerId, string[]>();
  for (const [i, question] of STAMPS_SQL.entries()) {
    for (const row of sql.all<{ server_id: ServerId; text: string }>(question, { first, last })) {
      const own = texts.get(row.server_id) ?? Array<string>(STAMPS_SQL.length).fill('');
      own[i] = row.text;
      texts.set(row.server_id, own);
    }
  }
  return new Map(
    Array.from(texts, ([id, own]): [ServerId, ServerStamps] => [
      id,
      // Each text is JSON, in which no line ends.
      { stamp: stampOfText(own.join('\n')), toolStamps: () => toolStampsIn(sql, id, own) },
    ]),
  );
}

/** The stamps of one server, by its canonical id; those of nobody where it has neither tools nor changes. */
export function serverStamps(sql: Sql, serverId: ServerId): ServerStamps {
  return stampsOf(sql, serverId, serverId).get(serverId) ?? NO_STAMPS;
}

export const NO_STAMPS: ServerStamps = { stamp: '', toolStamps: () => new Map() };

/** A row that begins with the key of its tool. */
type OfTool = readonly [tool: number, ...columns: (string | number | null)[]];
type VerdictRow = readonly [tool: number, name: string, ...columns: (string | number | null)[]];

/** Takes what the first questions gave of a server apart, by tool. */
function toolStampsIn(sql: Sql, serverId: ServerId, [verdicts, ...others]: readonly string[]): Map<string, string> {
  const changes = new Map(
    sql
      .all<{ tool_name: string; last: number; n: number }>(TOOL_CHANGES_SQL, { serverId })
      .map(({ tool_name: name, last, n }) => [name, [last, n]]),
  );
  const rows = rowsIn<VerdictRow>(verdicts);
  const parts = new Map(rows.map((row): [number, unknown[]] => [row[0], [row, changes.get(row[1])]]));
  for (const [i, text] of others.slice(0, TOOL_QUESTIONS - 1).entries())
    for (const row of rowsIn<OfTool>(text)) parts.get(row[0])?.push(i, row);
  return new Map(
    rows
      .map((row): [string, string] => [row[1], stampOfText(JSON.stringify(parts.get(row[0])))])
      .sort(([a], [b]) => compareBytes(a, b)),
  );
}

/** Characters whose order is another in UTF-16 than in UTF-8, by which the database sorts. */
const HIGH = /[\ud800-\uffff]/;

function compareBytes(a: string, b: string): number {
  if (HIGH.test(a) || HIGH.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** Questions whose rows are of one tool each. */
const TOOL_QUESTIONS = 3;

function rowsIn<Row>(text: string | undefined): readonly Row[] {
  return text === undefined || text === '' ? [] : fromJson<readonly Row[]>(text);
}

function stampOfText(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, STAMP_CHARS);
}
