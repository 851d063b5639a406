import type { ServerId } from '../model/id.ts';
import type { ToolDefinition } from '../model/tool.ts';
import type { Category, Severity, Verdict } from '../model/verdict.ts';
import { type PreparedVerdict, VERDICT_COLUMNS } from './prepare.ts';
import { FINDING_ROWS, NEW_SERVER_ROWS, TOOL_CAPABILITY_ROWS, VERDICT_ROWS } from './rows.ts';
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
  if (isNew) sql.insert(VERDICT_ROWS, [tool, ...verdict.row]);
  else sql.change(REPLACE_VERDICT, tool, verdict.row);
  for (const finding of verdict.findings) sql.insert(FINDING_ROWS, [tool, ...finding]);
  for (const capability of verdict.capabilities) sql.insert(TOOL_CAPABILITY_ROWS, [tool, capability]);
}

const REPLACE_VERDICT = `INSERT OR REPLACE INTO verdicts (tool, ${VERDICT_COLUMNS})
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

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

/** Appends that a server is new. */
export function writeNewServer(sql: Sql, serverId: ServerId, run: number, at: number): void {
  sql.insert(NEW_SERVER_ROWS, [at, run, serverId]);
}
