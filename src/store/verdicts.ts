import type { ServerId } from '../model/id.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Category, Severity, Verdict } from '../model/verdict.ts';
import { FINDING_COLUMNS, type PreparedVerdict, VERDICT_COLUMNS } from './prepare.ts';
import { bit, type Sql, toJson } from './sql.ts';

/** Judges one tool. Pure: the same definition and server give the same verdict. */
export type Judge = (definition: ToolDefinition, serverId: ServerId) => Verdict;

/** Category and severity, as changes record them. */
export interface Judgement {
  readonly category: Category;
  readonly severity: Severity;
}

/** The judgement that is stored for a tool. */
export function judgementOf(sql: Sql, tool: number): Judgement | undefined {
  return sql.get<Judgement>('SELECT category, severity FROM verdicts WHERE tool = :tool', { tool });
}

/** Stores the verdict on a tool in place of an earlier one. */
export function writeVerdict(sql: Sql, tool: number, verdict: PreparedVerdict, isNew: boolean): void {
  if (!isNew) {
    sql.run('DELETE FROM verdict_findings WHERE tool = :tool', { tool });
    sql.run('DELETE FROM tool_capabilities WHERE tool = :tool', { tool });
  }
  sql.put(isNew ? INSERT_VERDICT : REPLACE_VERDICT, tool, verdict.row);
  for (const finding of verdict.findings) sql.put(INSERT_FINDING, tool, finding);
  for (const capability of verdict.capabilities) sql.put(INSERT_CAPABILITY, tool, capability);
}

const VERDICT_ROW = `INTO verdicts (tool, ${VERDICT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_VERDICT = `INSERT ${VERDICT_ROW}`;
const REPLACE_VERDICT = `INSERT OR REPLACE ${VERDICT_ROW}`;
const INSERT_FINDING = `INSERT INTO verdict_findings (tool, ${FINDING_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_CAPABILITY = 'INSERT INTO tool_capabilities (tool, capability) VALUES (?, ?)';

/** One row of the change log, before it has a time and a run. */
export interface Change {
  readonly serverId: ServerId;
  readonly tool?: string;
  readonly what: 'added' | 'changed' | 'removed' | 'verdict';
  readonly cause: 'server-changed' | 'rules-changed' | 'source-changed';
  readonly fields?: readonly string[];
  readonly from?: Judgement & { readonly hash: string; readonly version: string | null };
  readonly to?: Judgement & { readonly hash: string; readonly version: string | null };
}

/** Appends to the change log. A definition that changed under the same version number is marked. */
export function writeChange(sql: Sql, change: Change, run: number, at: number): void {
  const { from, to } = change;
  const sameVersion = from !== undefined && to !== undefined && from.version !== null && from.version === to.version;
  sql.run(
    `INSERT INTO changes (at, run, server_id, tool_name, what, cause, fields, from_category, from_severity, to_category,
       to_severity, from_hash, to_hash, from_version, to_version, without_version_change)
     VALUES (:at, :run, :serverId, :tool, :what, :cause, :fields, :fromCategory, :fromSeverity, :toCategory, :toSeverity,
       :fromHash, :toHash, :fromVersion, :toVersion, :withoutVersionChange)`,
    {
      at,
      run,
      serverId: change.serverId,
      tool: change.tool ?? null,
      what: change.what,
      cause: change.cause,
      fields: toJson(change.fields ?? []),
      fromCategory: from?.category ?? null,
      fromSeverity: from?.severity ?? null,
      toCategory: to?.category ?? null,
      toSeverity: to?.severity ?? null,
      fromHash: from?.hash ?? null,
      toHash: to?.hash ?? null,
      fromVersion: from?.version ?? null,
      toVersion: to?.version ?? null,
      withoutVersionChange: bit(sameVersion && change.what === 'changed'),
    },
  );
}

/** Appends that a server is new: the shortest and by far the most frequent row of a first crawl. */
export function writeNewServer(sql: Sql, serverId: ServerId, run: number, at: number): void {
  sql.put(INSERT_NEW_SERVER, at, run, serverId);
}

const INSERT_NEW_SERVER = `INSERT INTO changes (at, run, server_id, what, cause, fields, without_version_change)
  VALUES (?, ?, ?, 'added', 'source-changed', '[]', 0)`;
