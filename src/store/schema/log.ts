import type { Table } from '../describe.ts';
import { flag, instant, prose, required } from './columns.ts';

export const RUNS: Table = {
  name: 'runs',
  text: 'Every crawl and re-classification',
  columns: [
    { name: 'run', type: 'INTEGER', text: 'Key', sql: 'PRIMARY KEY' },
    instant('started_at', 'Start'),
    instant('finished_at', 'End; null while it runs, or when it died', ''),
    {
      name: 'ended',
      type: 'TEXT',
      text: 'How it ended: done, interrupted or failed; null while it runs, or when it died',
    },
    { name: 'ruleset', type: 'TEXT', text: 'Version of the rules', sql: required },
    { name: 'extractor', type: 'TEXT', text: 'Version of the extractors', sql: required },
  ],
};

export const RUN_SOURCES: Table = {
  name: 'run_sources',
  text: 'How each source was listed in each run',
  columns: [
    { name: 'run', type: 'INTEGER', text: 'Run', sql: 'NOT NULL REFERENCES runs' },
    { name: 'source', type: 'TEXT', text: 'Source', sql: required },
    instant('started_at', 'When the listing began'),
    { name: 'duration_ms', type: 'INTEGER', text: 'How long it took', unit: 'milliseconds', sql: required },
    { name: 'listed', type: 'INTEGER', text: 'Manifests listed', sql: required },
    flag('whole', 'The listing came to its end'),
    flag('delta', 'Only what is newer than the last listing was asked for'),
    prose('reason', 'Why it ended early: a stable word'),
    prose('message', 'Why it ended early: a sentence'),
  ],
  constraints: ['PRIMARY KEY (run, source)'],
  withoutRowid: true,
};

export const VISITS: Table = {
  name: 'visits',
  text: 'Every attempt at a manifest, append-only',
  columns: [
    { name: 'visit', type: 'INTEGER', text: 'Key, in order of time', sql: 'PRIMARY KEY' },
    { name: 'run', type: 'INTEGER', text: 'Run', sql: 'NOT NULL REFERENCES runs' },
    {
      name: 'lease',
      type: 'INTEGER',
      text: 'Lease under which it was made: no lease gives two visits',
      sql: 'NOT NULL UNIQUE',
    },
    { name: 'locator', type: 'TEXT', text: 'Locator of the manifest', sql: required },
    instant('at', 'When it ended'),
    { name: 'duration_ms', type: 'INTEGER', text: 'How long it took', unit: 'milliseconds', sql: required },
    {
      name: 'outcome',
      type: 'TEXT',
      text: 'changed, unchanged, not-modified, partial, gated, unreachable, …',
      sql: required,
    },
    prose('reason', 'Stable word below the outcome: http-404, tar-truncated, …'),
    prose('message', 'A sentence for people'),
    { name: 'tools', type: 'INTEGER', text: 'Tools that this visit read', sql: required },
    { name: 'dropped', type: 'INTEGER', text: 'Things that looked like tools and were left out', sql: required },
  ],
  indexes: [
    'CREATE INDEX visits_by_locator ON visits (locator)',
    'CREATE INDEX visits_by_run ON visits (run, outcome)',
  ],
};

export const CHANGES: Table = {
  name: 'changes',
  text: 'What changed, append-only. A server that is new has one row of its own and none per tool',
  columns: [
    { name: 'change', type: 'INTEGER', text: 'Key, in order of time', sql: 'PRIMARY KEY' },
    instant('at', 'When it was observed'),
    { name: 'run', type: 'INTEGER', text: 'Run', sql: 'NOT NULL REFERENCES runs' },
    { name: 'server_id', type: 'TEXT', text: 'Server', sql: required },
    prose('tool_name', 'Tool; null when the server itself changed'),
    { name: 'what', type: 'TEXT', text: 'added, changed, removed or verdict', sql: required },
    { name: 'cause', type: 'TEXT', text: 'server-changed, rules-changed or source-changed', sql: required },
    {
      name: 'fields',
      type: 'JSON',
      text: 'Names of the changed fields',
      unit: 'sorted array of strings',
      sql: required,
    },
    prose('from_category', 'Category before'),
    prose('from_severity', 'Severity before'),
    prose('to_category', 'Category after'),
    prose('to_severity', 'Severity after'),
    prose('from_hash', 'Definition before: SHA-256, hex'),
    prose('to_hash', 'Definition after: SHA-256, hex'),
    prose('from_version', 'Package version before'),
    prose('to_version', 'Package version after'),
    flag('without_version_change', 'The definition changed and the version did not: worth a look'),
  ],
  indexes: [
    'CREATE INDEX changes_by_server ON changes (server_id, at)',
    'CREATE INDEX changes_by_time ON changes (at)',
  ],
};
