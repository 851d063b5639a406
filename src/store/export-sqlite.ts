import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { ToolDefinition } from '../model/tool.ts';
import { guarded } from './errors.ts';
import { check, openDatabase, openReadOnly } from './open.ts';
import { PLAIN_SEARCH, WORDS } from './schema/search.ts';
import { indexTool } from './search.ts';
import { searchTexts } from './search-texts.ts';
import { fromJson, Sql } from './sql.ts';

/** Tools that are read at once. */
const PAGE = 500;

/**
 * Writes the catalogue as one file that only needs to be read: compacted, with a rollback journal instead of a
 * write-ahead log, so that it opens on a read-only disk and in a browser. The file appears whole or not at all.
 *
 * Throws `StoreError`.
 */
export function exportSqlite(path: string, target: string): void {
  const part = `${target}.part`;
  rmSync(part, { force: true });
  guarded(path, () => {
    // VACUUM INTO wants to make a file, which a connection with query_only refuses; the catalogue itself is not written.
    openDatabase(path, { mode: 'read' }).close();
    const source = openReadOnly(path);
    try {
      source.prepare('VACUUM INTO ?').run(part);
    } finally {
      source.close();
    }
  });
  try {
    guarded(part, () => {
      const copy = new Database(part);
      try {
        makePlain(new Sql(copy, part));
        check(copy, part, 'integrity_check');
      } finally {
        copy.close();
      }
    });
    chmodSync(part, 0o444);
    renameSync(part, target);
  } finally {
    if (existsSync(part)) rmSync(part, { force: true });
  }
}

/**
 * Older programs than the one that wrote it do not know the option `contentless_delete` of the full-text index (SQLite
 * 3.43), which a file that only is read does not need.
 */
function makePlain(sql: Sql): void {
  sql.exec(`PRAGMA journal_mode = DELETE; DROP TABLE tools_words; DROP TABLE tools_fts; ${PLAIN_SEARCH}; ${WORDS}`);
  sql.handle.transaction(() => {
    let after = 0;
    for (;;) {
      const rows = sql.all<{ tool: number; server_id: string; definition: string }>(
        `SELECT t.tool, t.server_id, d.definition FROM tools t JOIN tool_versions d ON d.tool_version = t.tool_version
         WHERE t.tool > :after ORDER BY t.tool LIMIT ${PAGE}`,
        { after },
      );
      for (const row of rows) {
        indexTool(sql, row.tool, row.server_id, searchTexts(fromJson<ToolDefinition>(row.definition)), true);
      }
      const last = rows[rows.length - 1];
      if (last === undefined) return;
      after = last.tool;
    }
  })();
  sql.exec("INSERT INTO tools_fts (tools_fts) VALUES ('optimize'); PRAGMA analysis_limit = 1000; ANALYZE; VACUUM");
}
