import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { guarded } from './errors.ts';
import { check, openDatabase } from './open.ts';

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
    const source = new Database(path, { readonly: true });
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
        copy.pragma('journal_mode = DELETE');
        copy.exec('PRAGMA analysis_limit = 1000; ANALYZE');
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
