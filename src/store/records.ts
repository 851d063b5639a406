import type { ServerId } from '../model/id.ts';
import type { ChangeRecord, ManifestState, OtherObservation, ServerRecord, ToolRecord } from '../model/rows.ts';
import type { DroppedTool, Method, ToolDefinition } from '../model/tool.ts';
import type { Category, Finding, Move, Operation, Severity, Threat, Verdict } from '../model/verdict.ts';
import type { Outcome } from '../model/visit.ts';
import { fromJson, type Sql } from './sql.ts';

/** Columns of one tool, as `TOOL_SELECT` gives them. */
export interface ToolRow {
  readonly tool: number;
  readonly server_id: string;
  readonly server_name: string;
  readonly manifest: number;
  readonly name: string;
  readonly definition: string;
  readonly method: Method;
  readonly definition_hash: string;
  readonly package_version: string | null;
  readonly provenance: string;
  readonly schema_complete: number;
  readonly dynamic: number;
  readonly gated: number;
  readonly notes: string;
  readonly first_seen: number;
  readonly last_seen: number | null;
  readonly ruleset: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly confidence: number;
  readonly capabilities: string;
  readonly moves: string;
  readonly operations: string;
  readonly threats: string;
  readonly override: string | null;
}

export const TOOL_SELECT = `SELECT t.tool, t.server_id, s.name AS server_name, t.manifest, t.name, d.definition, d.method,
    d.definition_hash, o.package_version, o.provenance, o.schema_complete, o.dynamic, o.gated, o.notes, t.first_seen,
    m.last_seen, v.ruleset, v.category, v.severity, v.confidence, v.capabilities, v.moves, v.operations, v.threats, v.override
  FROM tools t
  JOIN verdicts v ON v.tool = t.tool
  JOIN servers s ON s.server_id = t.server_id
  JOIN tool_versions d ON d.tool_version = t.tool_version
  JOIN observations o ON o.tool = t.tool AND o.manifest = t.manifest
  JOIN manifests m ON m.manifest = t.manifest`;

/** One tool with its verdict, findings and other observations. */
export function toolRecord(sql: Sql, row: ToolRow): ToolRecord {
  const definition = fromJson<ToolDefinition>(row.definition);
  return {
    serverId: row.server_id,
    serverName: row.server_name,
    definition,
    verdict: verdictOf(sql, row, definition),
    method: row.method,
    definitionHash: row.definition_hash,
    ...(row.package_version === null ? {} : { packageVersion: row.package_version }),
    provenance: row.provenance,
    schemaComplete: row.schema_complete === 1,
    dynamic: row.dynamic === 1,
    gated: row.gated === 1,
    notes: fromJson<readonly string[]>(row.notes),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen ?? row.first_seen,
    others: othersOf(sql, row),
  };
}

function verdictOf(sql: Sql, row: ToolRow, definition: ToolDefinition): Verdict {
  return {
    v: 1,
    ruleset: row.ruleset,
    server: row.server_id,
    name: definition.name,
    category: row.category,
    severity: row.severity,
    confidence: row.confidence,
    capabilities: fromJson<string[]>(row.capabilities),
    findings: findingsOf(sql, row.tool),
    moves: fromJson<Move[]>(row.moves),
    operations: fromJson<Operation[]>(row.operations),
    threats: fromJson<Threat[]>(row.threats),
    ...(row.override === null ? {} : { override: fromJson<NonNullable<Verdict['override']>>(row.override) }),
  };
}

interface FindingRow {
  readonly rule: string;
  readonly capability: string;
  readonly path: string;
  readonly part: 'key' | 'value';
  readonly span_start: number;
  readonly span_end: number;
  readonly text: string;
  readonly discounted: string | null;
}

function findingsOf(sql: Sql, tool: number): Finding[] {
  const rows = sql.all<FindingRow>('SELECT * FROM verdict_findings WHERE tool = :tool ORDER BY position', { tool });
  return rows.map((row) => ({
    rule: row.rule,
    capability: row.capability,
    path: row.path,
    on: row.part,
    start: row.span_start,
    end: row.span_end,
    text: row.text,
    ...(row.discounted === null ? {} : { discounted: row.discounted }),
  }));
}

interface OtherRow {
  readonly method: Method;
  readonly provenance: string;
  readonly definition_hash: string;
  readonly package_version: string | null;
}

function othersOf(sql: Sql, row: ToolRow): readonly OtherObservation[] {
  const others = sql.all<OtherRow>(
    `SELECT d.method, o.provenance, d.definition_hash, o.package_version
     FROM observations o JOIN tool_versions d USING (tool_version)
     WHERE o.tool = :tool AND o.manifest <> :manifest ORDER BY d.method, o.provenance`,
    { tool: row.tool, manifest: row.manifest },
  );
  return others.map((other) => ({
    method: other.method,
    provenance: other.provenance,
    definitionHash: other.definition_hash,
    ...(other.package_version === null ? {} : { packageVersion: other.package_version }),
  }));
}

/** Columns of one server, as the table has them. */
export interface ServerRow {
  readonly server_id: string;
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly version: string | null;
  readonly homepage: string | null;
  readonly repository: string | null;
  readonly license: string | null;
  readonly deprecated: string | null;
  readonly notes: string;
  readonly tool_count: number;
  readonly first_seen: number;
}

/** Servers, ascending by id, with their aliases, sources and the state of their manifests. */
export function serverRecords(sql: Sql, rows: readonly ServerRow[]): readonly ServerRecord[] {
  const first = rows[0]?.server_id;
  const last = rows[rows.length - 1]?.server_id;
  if (first === undefined || last === undefined) return [];
  // One question for all of them: a question for each takes five times as long.
  const range = { first, last };
  const manifests = byServer(sql.all<ManifestRow>(MANIFESTS_SQL, range));
  const ids = byServer(sql.all<IdRow>(IDS_SQL, range));
  const sources = byServer(sql.all<SourceRow>(SOURCES_SQL, range));
  return rows.map((row) =>
    serverRecord(row, manifests.get(row.server_id), ids.get(row.server_id), sources.get(row.server_id)),
  );
}

function serverRecord(
  row: ServerRow,
  manifests: readonly ManifestRow[] = [],
  ids: readonly IdRow[] = [],
  sources: readonly SourceRow[] = [],
): ServerRecord {
  return {
    id: row.server_id,
    aliases: ids.flatMap(({ id }) => (id === row.server_id ? [] : [id])),
    name: row.name,
    ...present('title', row.title),
    ...present('description', row.description),
    ...present('version', row.version),
    ...present('homepage', row.homepage),
    ...present('repository', row.repository),
    ...present('license', row.license),
    ...present('deprecated', row.deprecated),
    notes: fromJson<readonly string[]>(row.notes),
    sources: sources.map(({ source }) => source),
    toolCount: row.tool_count,
    firstSeen: row.first_seen,
    lastSeen: Math.max(row.first_seen, ...manifests.map((manifest) => manifest.last_seen ?? 0)),
    visits: manifests.flatMap(stateOf),
  };
}

/** Rows of several servers as lists of each. */
function byServer<Row extends OfServer>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const lists = new Map<string, Row[]>();
  for (const row of rows) {
    const list = lists.get(row.server_id);
    if (list === undefined) lists.set(row.server_id, [row]);
    else list.push(row);
  }
  return lists;
}

interface OfServer {
  readonly server_id: string;
}

interface ManifestRow extends OfServer {
  readonly locator: string;
  readonly last_seen: number | null;
  readonly dropped: string;
  readonly tools: number;
  readonly source: string | null;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly at: number | null;
}

interface IdRow extends OfServer {
  readonly id: ServerId;
}

interface SourceRow extends OfServer {
  readonly source: string;
}

const MANIFESTS_SQL = `SELECT r.server_id, m.locator, m.last_seen, r.dropped, r.tools, f.source, v.outcome, v.reason,
    v.message, v.at
  FROM readings r JOIN manifests m USING (manifest)
  LEFT JOIN frontier f ON f.locator = m.locator
  LEFT JOIN visits v ON v.visit = coalesce(f.last_visit, m.final_visit)
  WHERE r.server_id BETWEEN :first AND :last ORDER BY r.server_id, m.locator, r.declared_id`;

const IDS_SQL = 'SELECT server_id, id FROM server_ids WHERE server_id BETWEEN :first AND :last ORDER BY server_id, id';

const SOURCES_SQL = `SELECT DISTINCT r.server_id, l.source
  FROM readings r JOIN manifests m USING (manifest) JOIN listings l USING (locator)
  WHERE r.server_id BETWEEN :first AND :last ORDER BY r.server_id, l.source`;

function stateOf(row: ManifestRow): readonly ManifestState[] {
  if (row.outcome === null || row.at === null) return [];
  return [
    {
      locator: row.locator,
      source: row.source ?? '',
      outcome: row.outcome,
      ...present('reason', row.reason),
      ...present('message', row.message),
      at: row.at,
      tools: row.tools,
      dropped: fromJson<readonly DroppedTool[]>(row.dropped),
    },
  ];
}

/** Columns of one change, as the table has them. */
export interface ChangeRow {
  readonly change: number;
  readonly at: number;
  readonly run: number;
  readonly server_id: string;
  readonly tool_name: string | null;
  readonly what: ChangeRecord['what'];
  readonly cause: ChangeRecord['cause'];
  readonly fields: string;
  readonly from_category: Category | null;
  readonly from_severity: Severity | null;
  readonly to_category: Category | null;
  readonly to_severity: Severity | null;
  readonly without_version_change: number;
}

export function changeRecord(row: ChangeRow): ChangeRecord {
  return {
    at: row.at,
    run: row.run,
    serverId: row.server_id,
    ...present('tool', row.tool_name),
    what: row.what,
    cause: row.cause,
    fields: fromJson<readonly string[]>(row.fields),
    ...judged('from', row.from_category, row.from_severity),
    ...judged('to', row.to_category, row.to_severity),
    withoutVersionChange: row.without_version_change === 1,
  };
}

function judged<Key extends 'from' | 'to'>(key: Key, category: Category | null, severity: Severity | null) {
  if (category === null || severity === null) return {};
  return { [key]: { category, severity } } as {
    readonly [K in Key]: { readonly category: Category; readonly severity: Severity };
  };
}

function present<Key extends string>(key: Key, value: string | null): { readonly [K in Key]?: string } {
  return value === null ? {} : ({ [key]: value } as { readonly [K in Key]: string });
}
