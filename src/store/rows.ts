import { FINDING_COLUMNS, OBSERVED_COLUMNS, VERDICT_COLUMNS } from './prepare.ts';
import { NEW_REVISION } from './revision.ts';
import { SERVER_COLUMNS } from './server-texts.ts';
import { type RowsSql, rowsSql } from './waiting.ts';

/** What `countsOf` gives. */
const COUNT_COLUMNS = 'tool_count, low_count, medium_count, high_count, critical_count, severity_rank';

/** The tables into which every visit writes rows; each comes after those that its rows refer to. */
const ORDER = [
  'manifests',
  'servers',
  'server_aliases',
  'changes',
  'readings',
  'tool_versions',
  'tools',
  'observations',
  'verdicts',
  'verdict_findings',
  'tool_capabilities',
  'server_capabilities',
  'visits',
] as const;

function rowsOf(
  table: (typeof ORDER)[number],
  columns: string,
  options: { row?: string; alone?: boolean } = {},
): RowsSql {
  return rowsSql(table, columns, { ...options, order: ORDER.indexOf(table) });
}

export const MANIFEST_ROWS = rowsOf(
  'manifests',
  'manifest, locator, content_hash, extractor, body, body_bytes, first_seen, last_seen',
);

export const SERVER_ROWS = rowsOf(
  'servers',
  `server_id, first_seen, name, description, version, ${SERVER_COLUMNS}, ${COUNT_COLUMNS}`,
);

export const ALIAS_ROWS = rowsOf('server_aliases', 'id, server_id');

/** That a server is new: the shortest and by far the most frequent change of a first crawl. */
export const NEW_SERVER_ROWS = rowsOf('changes', 'at, run, server_id, what, cause, fields, without_version_change', {
  row: "(?, ?, ?, 'added', 'source-changed', '[]', 0)",
});

export const READING_ROWS = rowsOf(
  'readings',
  'manifest, declared_id, server_id, facts, complete, lists_tools, tools, dropped, placeholder',
);

/** A definition is JSON from outside, which SQLite checks whole: it may be too deep. */
export const VERSION_ROWS = rowsOf(
  'tool_versions',
  'tool_version, server_id, name, method, definition_hash, definition, package_version, first_seen',
  { alone: true },
);

export const TOOL_ROWS = rowsOf('tools', 'tool, server_id, name, manifest, tool_version, first_seen, revision', {
  row: `(?, ?, ?, ?, ?, ?, ${NEW_REVISION})`,
});

export const OBSERVATION_ROWS = rowsOf(
  'observations',
  `tool, manifest, tool_version, package_version, ${OBSERVED_COLUMNS}`,
);

export const VERDICT_ROWS = rowsOf('verdicts', `tool, ${VERDICT_COLUMNS}`);

export const FINDING_ROWS = rowsOf('verdict_findings', `tool, ${FINDING_COLUMNS}`);

export const TOOL_CAPABILITY_ROWS = rowsOf('tool_capabilities', 'tool, capability');

export const SERVER_CAPABILITY_ROWS = rowsOf('server_capabilities', 'server_id, capability, tool_count');

export const VISIT_ROWS = rowsOf(
  'visits',
  'visit, run, lease, locator, at, duration_ms, outcome, reason, message, tools, dropped',
);
