import type { ServerId } from '../model/id.ts';
import { METHODS, type Method, type ToolDefinition } from '../model/tool.ts';
import { changedFields } from './hash.ts';
import { OBSERVED_COLUMNS, type PreparedTool, type PreparedVerdict, prepareVerdict } from './prepare.ts';
import { reviseTool } from './revision.ts';
import { OBSERVATION_ROWS, TOOL_ROWS, VERSION_ROWS } from './rows.ts';
import type { SearchQueue } from './search-queue.ts';
import { type SearchTexts, searchTexts } from './search-texts.ts';
import { type Binds, fromJson, type Sql } from './sql.ts';
import { type Change, type Judge, type Judgement, judgementOf, writeChange, writeVerdict } from './verdicts.ts';

/** What every write of one visit shares. */
export interface Pen {
  readonly sql: Sql;
  readonly search: SearchQueue;
  readonly judge: Judge;
  readonly run: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Whose tools are written. */
export interface Subject {
  readonly serverId: ServerId;
  readonly manifest: number;
  readonly packageVersion: string | null;
  /** A server that was new in this run has one change of its own, and none per tool. */
  readonly quiet: boolean;
  /** The manifest was never read before: what it brings comes from a new place, not from a change of the server. */
  readonly newPlace: boolean;
}

interface Current {
  readonly tool: number;
  readonly manifest: number;
  readonly tool_version: number;
  readonly method: Method;
  readonly definition_hash: string;
  readonly package_version: string | null;
}

interface Candidate extends Current {
  readonly schema_complete: number;
  readonly locator: string;
}

const CURRENT = `SELECT t.tool, t.manifest, t.tool_version, d.method, d.definition_hash, o.package_version
  FROM tools t JOIN tool_versions d ON d.tool_version = t.tool_version
  LEFT JOIN observations o ON o.tool = t.tool AND o.manifest = t.manifest
  WHERE t.server_id = :serverId AND t.name = :name`;

/** Stores one tool as a manifest shows it. True when anything but the time of the visit is different now. */
export function observeTool(pen: Pen, subject: Subject, seen: PreparedTool): boolean {
  const { sql } = pen;
  const key = { serverId: subject.serverId, name: seen.name };
  const before = sql.get<Current>(CURRENT, key);
  const sought = { ...key, method: seen.method, hash: seen.hash };
  if (before === undefined) {
    // A tool that was gone and comes back as it was has its version already.
    addTool(pen, subject, seen, verdictFor(pen, subject.serverId, seen), versionOf(sql, sought));
    return true;
  }
  const isSame = before.definition_hash === seen.hash && before.method === seen.method;
  const version = isSame ? before.tool_version : (versionOf(sql, sought) ?? addVersion(pen, subject, seen));
  if (!writeObservation(sql, before.tool, subject, version, seen)) return false;
  reviseTool(sql, before.tool);
  settle(pen, subject, before.tool, seen.name, before);
  return true;
}

/** A tool that nobody showed before, with its verdict: its only observation is the current one. */
export function addTool(
  pen: Pen,
  subject: Subject,
  seen: PreparedTool,
  verdict: PreparedVerdict,
  known: number | undefined,
): void {
  const { sql, at } = pen;
  const { manifest, serverId } = subject;
  const { name, hash } = seen;
  const version = known ?? addVersion(pen, subject, seen);
  const tool = sql.nextKey('tools');
  sql.insert(TOOL_ROWS, [tool, serverId, name, manifest, version, at]);
  sql.insert(OBSERVATION_ROWS, [tool, manifest, version, subject.packageVersion, ...seen.observed]);
  writeJudged(pen, serverId, tool, verdict, seen.search, true);
  if (subject.quiet) return;
  const { category, severity } = verdict;
  const to = { category, severity, hash, version: subject.packageVersion };
  writeChange(sql, { serverId, tool: name, what: 'added', cause: causeOf(subject), to }, pen.run, at);
}

/** The verdict that came with the tool, or a new one where that was made for another server, or none was made. */
export function verdictFor(pen: Pen, serverId: ServerId, seen: PreparedTool): PreparedVerdict {
  if (seen.verdict?.server === serverId) return seen.verdict;
  return prepareVerdict(pen.judge(fromJson<ToolDefinition>(seen.definition), serverId), serverId);
}

/** Takes away what a manifest no longer shows of one tool; the tool stays while another manifest shows it. */
export function forgetTool(pen: Pen, subject: Subject, name: string): void {
  const before = pen.sql.get<Current>(CURRENT, { serverId: subject.serverId, name });
  if (before === undefined) return;
  pen.sql.run('DELETE FROM observations WHERE tool = :tool AND manifest = :manifest', {
    tool: before.tool,
    manifest: subject.manifest,
  });
  reviseTool(pen.sql, before.tool);
  settle(pen, subject, before.tool, name, before);
}

/** Names of the tools that a manifest shows of a server now. */
export function namesFrom(sql: Sql, serverId: ServerId, manifest: number): readonly string[] {
  return sql
    .all<{ name: string }>(
      `SELECT t.name FROM tools t CROSS JOIN observations o ON o.tool = t.tool AND o.manifest = :manifest
       WHERE t.server_id = :serverId ORDER BY t.name`,
      { serverId, manifest },
    )
    .map((row) => row.name);
}

/** Judges every tool of a server anew, because its id is another one now. */
export function rejudgeServer(pen: Pen, serverId: ServerId): void {
  const tools = pen.sql.all<{ tool: number; name: string }>(
    'SELECT tool, name FROM tools WHERE server_id = :serverId',
    { serverId },
  );
  const nowhere: Subject = { serverId, manifest: 0, packageVersion: null, quiet: true, newPlace: true };
  for (const { tool, name } of tools) {
    const before = pen.sql.get<Current>(CURRENT, { serverId, name });
    if (before !== undefined) settle(pen, nowhere, tool, name, before);
    rejudgeTool(pen, serverId, tool);
  }
}

/** Judges one stored tool by the present rules. Gives the judgement before and after. */
export function rejudgeTool(
  pen: Pen,
  serverId: ServerId,
  tool: number,
): { readonly before: Judgement | undefined; readonly after: Judgement } {
  const before = judgementOf(pen.sql, tool);
  const definition = definitionOf(pen.sql, tool);
  const after = prepareVerdict(pen.judge(definition, serverId), serverId);
  writeJudged(pen, serverId, tool, after, searchTexts(definition), false);
  reviseTool(pen.sql, tool);
  return { before, after };
}

/** Stores the verdict and the words to search for. */
function writeJudged(
  pen: Pen,
  serverId: ServerId,
  tool: number,
  verdict: PreparedVerdict,
  texts: SearchTexts,
  isNew: boolean,
): void {
  writeVerdict(pen.sql, tool, verdict, isNew);
  pen.search.put(tool, serverId, texts, isNew);
}

function definitionOf(sql: Sql, tool: number): ToolDefinition {
  const row = sql.get<{ definition: string }>(
    'SELECT d.definition FROM tools t JOIN tool_versions d USING (tool_version) WHERE t.tool = :tool',
    { tool },
  );
  return fromJson<ToolDefinition>(row?.definition ?? '');
}

/** The stored version of a definition. */
function versionOf(sql: Sql, key: Binds): number | undefined {
  return sql.get<{ tool_version: number }>(
    `SELECT tool_version FROM tool_versions
     WHERE server_id = :serverId AND name = :name AND method = :method AND definition_hash = :hash`,
    key,
  )?.tool_version;
}

function addVersion(pen: Pen, subject: Subject, seen: PreparedTool): number {
  const { serverId, packageVersion } = subject;
  const { name, method, hash, definition } = seen;
  const version = pen.sql.nextKey('tool_versions');
  pen.sql.insert(VERSION_ROWS, [version, serverId, name, method, hash, definition, packageVersion, pen.at]);
  return version;
}

const UPSERT_OBSERVATION = `INSERT INTO observations
  (tool, manifest, tool_version, package_version, ${OBSERVED_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET tool_version = excluded.tool_version,
    provenance = excluded.provenance, package_version = excluded.package_version, notes = excluded.notes,
    schema_complete = excluded.schema_complete, dynamic = excluded.dynamic, gated = excluded.gated
  WHERE tool_version <> excluded.tool_version OR provenance <> excluded.provenance OR notes <> excluded.notes
    OR package_version IS NOT excluded.package_version OR schema_complete <> excluded.schema_complete
    OR dynamic <> excluded.dynamic OR gated <> excluded.gated`;

/** True when the row is new or different. */
function writeObservation(sql: Sql, tool: number, subject: Subject, version: number, seen: PreparedTool): boolean {
  return sql.change(UPSERT_OBSERVATION, tool, subject.manifest, version, subject.packageVersion, seen.observed) > 0;
}

/** Chooses the current observation of a tool, judges it when the definition is another one, and logs the change. */
function settle(pen: Pen, subject: Subject, tool: number, name: string, before: Current): void {
  const { sql } = pen;
  const best = bestObservation(sql, tool);
  if (best === undefined) {
    removeTool(pen, subject, tool, name, before);
    return;
  }
  if (before.tool_version === best.tool_version && before.manifest === best.manifest) return;
  sql.run('UPDATE tools SET manifest = :manifest, tool_version = :version WHERE tool = :tool', {
    manifest: best.manifest,
    version: best.tool_version,
    tool,
  });
  if (before.tool_version === best.tool_version) return;
  const change = changeOf(sql, subject, name, before, best, rejudgeTool(pen, subject.serverId, tool));
  if (change !== undefined && !subject.quiet) writeChange(sql, change, pen.run, pen.at);
}

/** Strongest method first, then whole schemas, then the order of locators, which is the same in every run. */
function bestObservation(sql: Sql, tool: number): Candidate | undefined {
  const rows = sql.all<Candidate>(
    `SELECT o.tool, o.manifest, o.tool_version, d.method, d.definition_hash, o.package_version, o.schema_complete, m.locator
     FROM observations o JOIN tool_versions d USING (tool_version) JOIN manifests m USING (manifest) WHERE o.tool = :tool`,
    { tool },
  );
  if (rows.length < 2) return rows[0];
  const rank = (row: Candidate) => METHODS.indexOf(row.method) * 2 - row.schema_complete;
  return rows.sort((a, b) => rank(a) - rank(b) || (a.locator < b.locator ? -1 : 1))[0];
}

function removeTool(pen: Pen, subject: Subject, tool: number, name: string, before: Current): void {
  const { sql } = pen;
  const judged = judgementOf(sql, tool);
  pen.search.remove(tool);
  sql.run('DELETE FROM tools WHERE tool = :tool', { tool });
  if (judged === undefined || subject.quiet) return;
  const from = { ...judged, hash: before.definition_hash, version: before.package_version };
  writeChange(
    sql,
    { serverId: subject.serverId, tool: name, what: 'removed', cause: 'server-changed', from },
    pen.run,
    pen.at,
  );
}

/** Hashes compare within one method only: under another method, only a different judgement is a change. */
function changeOf(
  sql: Sql,
  subject: Subject,
  name: string,
  before: Current,
  best: Current,
  judged: { readonly before: Judgement | undefined; readonly after: Judgement },
): Change | undefined {
  const { serverId } = subject;
  const to = { ...judged.after, hash: best.definition_hash, version: best.package_version };
  const old = judged.before ?? judged.after;
  const from = { ...old, hash: before.definition_hash, version: before.package_version };
  if (before.method === best.method) {
    if (before.definition_hash === best.definition_hash) return undefined;
    const fields = changedFields(
      versionDefinition(sql, before.tool_version),
      versionDefinition(sql, best.tool_version),
    );
    return { serverId, tool: name, what: 'changed', cause: causeOf(subject), fields, from, to };
  }
  const same = from.category === to.category && from.severity === to.severity;
  return same ? undefined : { serverId, tool: name, what: 'verdict', cause: 'source-changed', from, to };
}

function causeOf(subject: Subject): 'source-changed' | 'server-changed' {
  return subject.newPlace ? 'source-changed' : 'server-changed';
}

function versionDefinition(sql: Sql, version: number): ToolDefinition {
  const row = sql.get<{ definition: string }>('SELECT definition FROM tool_versions WHERE tool_version = :version', {
    version,
  });
  return fromJson<ToolDefinition>(row?.definition ?? '');
}
