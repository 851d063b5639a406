import type { Column, Table } from './describe.ts';
import { NEW_REVISION, REVISION_TRIGGERS } from './revision.ts';
import { forManyRows } from './schema/columns.ts';
import { POLICY_VERSIONS, TOOL_DECISIONS } from './schema/decisions.ts';
import { CHANGES, RUN_SOURCES, RUNS, VISITS } from './schema/log.ts';
import { MANIFESTS, READINGS } from './schema/manifests.ts';
import { DROP_MERE_DOCUMENTS } from './schema/mere-documents.ts';
import { FRONTIER, FRONTIER_1, LISTINGS, LISTINGS_1 } from './schema/schedule.ts';
import { SEARCH, WORDS } from './schema/search.ts';
import { ADVISORIES, SERVER_ALIASES, SERVER_CAPABILITIES, SERVER_IDS, SERVERS } from './schema/servers.ts';
import { OBSERVATIONS, TOOL_VERSIONS, TOOLS } from './schema/tools.ts';
import { CATALOGUE_THREATS, TOOL_CAPABILITIES, VERDICT_FINDINGS, VERDICTS } from './schema/verdicts.ts';

/** One step of the schema. A step that was published never changes; the next one goes below. */
export interface Migration {
  readonly version: number;
  readonly text: string;
  /** Tables that it makes. */
  readonly tables: readonly Table[];
  /** Tables of which it changes keys or constraints: made anew with the same rows. Nothing may refer to them. */
  readonly rebuilt?: readonly Table[];
  /** Tables of which it changes only how rows are checked: the rows stay where they are. */
  readonly restated?: readonly Table[];
  /** Tables that it takes away, after the further statements. */
  readonly dropped?: readonly Table[];
  /** Columns that it adds to tables. */
  readonly columns?: readonly { readonly table: string; readonly column: Column }[];
  /** Further statements, after these. */
  readonly sql: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    text: 'Servers, tools, verdicts, the crawl and its log',
    tables: [
      RUNS,
      RUN_SOURCES,
      VISITS,
      LISTINGS_1,
      FRONTIER_1,
      SERVERS,
      SERVER_IDS,
      MANIFESTS,
      READINGS,
      TOOL_VERSIONS,
      TOOLS,
      OBSERVATIONS,
      VERDICTS,
      VERDICT_FINDINGS,
      TOOL_CAPABILITIES,
      SERVER_CAPABILITIES,
      CHANGES,
    ],
    sql: [SEARCH],
  },
  {
    version: 2,
    text: 'Stored decisions, and indexes for the ready questions',
    tables: [POLICY_VERSIONS, TOOL_DECISIONS],
    sql: [
      WORDS,
      'DROP INDEX verdicts_by_severity',
      'DROP INDEX verdicts_by_category',
      'CREATE INDEX verdicts_by_severity ON verdicts (severity_rank, confidence, category)',
      'CREATE INDEX verdicts_by_category ON verdicts (category, severity_rank, confidence)',
      'CREATE INDEX server_capabilities_by_capability ON server_capabilities (capability, tool_count)',
    ],
  },
  {
    version: 3,
    text: 'Threats that show only beside another tool',
    tables: [CATALOGUE_THREATS],
    sql: [],
  },
  {
    version: 4,
    text: 'Fewer indexes to write: what a key, a tool or the frontier finds has none of its own',
    tables: [],
    rebuilt: [LISTINGS, FRONTIER],
    columns: [
      {
        table: 'manifests',
        column: {
          name: 'final_visit',
          type: 'INTEGER',
          text: 'Last visit before it left the frontier; null while it is there, or when it was never visited',
        },
      },
    ],
    sql: [
      `UPDATE manifests SET final_visit = (SELECT max(v.visit) FROM visits v WHERE v.locator = manifests.locator)
       WHERE NOT EXISTS (SELECT 1 FROM frontier f WHERE f.locator = manifests.locator)`,
      'DROP INDEX visits_by_locator',
      'DROP INDEX tools_by_manifest',
      'DROP INDEX observations_by_manifest',
      'DROP INDEX servers_by_severity',
    ],
  },
  {
    version: 5,
    text: 'Many rows with one statement: lighter checks, and canonical ids have no rows of their own',
    tables: [SERVER_ALIASES],
    restated: [
      SERVERS,
      READINGS,
      TOOLS,
      OBSERVATIONS,
      VERDICTS,
      VERDICT_FINDINGS,
      TOOL_CAPABILITIES,
      SERVER_CAPABILITIES,
      CHANGES,
      VISITS,
    ].map(forManyRows),
    sql: ['INSERT INTO server_aliases (id, server_id) SELECT id, server_id FROM server_ids WHERE id <> server_id'],
    dropped: [SERVER_IDS],
  },
  {
    version: 6,
    text: 'Views of the signs of an attack and of the manifests of a server',
    tables: [],
    sql: [],
  },
  {
    version: 7,
    text: 'A revision of each tool, so that a build of the site need not read what did not change; a view of hints',
    tables: [],
    columns: [
      {
        table: 'tools',
        column: {
          name: 'revision',
          type: 'INTEGER',
          text: 'Another number whenever the tool, its verdict or what manifests show of it changes; nothing but equality means anything',
          sql: 'NOT NULL DEFAULT 0',
        },
      },
    ],
    sql: [`UPDATE tools SET revision = ${NEW_REVISION}`, ...REVISION_TRIGGERS],
  },
  {
    version: 8,
    text: 'Published vulnerabilities of the packages of each server',
    tables: [ADVISORIES],
    sql: [],
  },
  {
    version: 9,
    text: 'Documents that never answered are no servers; views of sources, of parameters, and of what tools say',
    tables: [],
    sql: DROP_MERE_DOCUMENTS,
  },
];

/** The newest version that this program knows: the `user_version` of the file. */
export const SCHEMA_VERSION = MIGRATIONS[MIGRATIONS.length - 1]?.version ?? 0;

/** Every table as the newest version has it. */
export function schemaTables(): readonly Table[] {
  const tables = new Map<string, Table>();
  for (const step of MIGRATIONS) {
    for (const table of [...step.tables, ...(step.rebuilt ?? []), ...(step.restated ?? [])]) {
      tables.set(table.name, table);
    }
    for (const { name } of step.dropped ?? []) tables.delete(name);
    for (const { table, column } of step.columns ?? []) {
      const before = tables.get(table);
      if (before !== undefined) tables.set(table, { ...before, columns: [...before.columns, column] });
    }
  }
  return [...tables.values()];
}
