import type { Sql } from './sql.ts';

/**
 * A number that no other row is likely to have, in no catalogue and after no restored backup: 44 bits, so that half a
 * million of them can be added up.
 */
export const NEW_REVISION = 'random() >> 20';

/** What the catalogue shows of a tool beside its own row. */
const TABLES_OF_TOOLS = ['verdicts', 'verdict_findings', 'observations'] as const;

/**
 * Revise a tool when somebody else updates its rows, as people do by hand. Inserted rows have no trigger: it would cost
 * every crawl, and `reviseTool` is called for what is inserted of a tool that was there.
 */
export const REVISION_TRIGGERS: readonly string[] = [
  ...TABLES_OF_TOOLS.map((table) => triggerSql(table, `UPDATE ON ${table}`, 'tool = new.tool')),
  triggerSql('tools', 'UPDATE OF server_id, name, manifest, tool_version, first_seen ON tools', 'tool = new.tool'),
  triggerSql('tool_versions', 'UPDATE OF method, definition ON tool_versions', 'tool_version = new.tool_version'),
];

function triggerSql(table: string, event: string, tools: string): string {
  return `CREATE TRIGGER ${table}_revise AFTER ${event}
    BEGIN UPDATE tools SET revision = ${NEW_REVISION} WHERE ${tools}; END`;
}

/** Says that what the catalogue shows of a tool is otherwise than before. */
export function reviseTool(sql: Sql, tool: number): void {
  sql.change(`UPDATE tools SET revision = ${NEW_REVISION} WHERE tool = ?`, tool);
}
