import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreError, storeErrorOf } from './errors.ts';
import { check, openDatabase } from './open.ts';

export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Copies a catalogue that may be in use, checks the copy whole, and only then puts it in its place: a failed backup never
 * replaces a good one. The copy needs no write-ahead log beside it. Throws `StoreError`.
 */
export async function backup(path: string, file: string): Promise<BackupReport> {
  if (existsSync(file) && statSync(file).isDirectory()) throw new StoreError('directory', file);
  const handle = openDatabase(path, { mode: 'read' });
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true });
    await handle.backup(part);
    const copy = new Database(part);
    try {
      copy.pragma('journal_mode = DELETE');
      check(copy, part, 'integrity_check');
    } finally {
      copy.close();
    }
    renameSync(part, file);
    return { file, bytes: statSync(file).size };
  } catch (error) {
    rmSync(part, { force: true });
    const known = storeErrorOf(error, path);
    // The catalogue was opened before: what cannot be written is the copy.
    throw known?.reason === 'read-only'
      ? new StoreError('no-copy', file, '', { cause: error })
      : (known ?? writeFault(error, file));
  } finally {
    handle.close();
  }
}

function writeFault(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC') return new StoreError('full', file, code, { cause: error });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new StoreError('no-copy', file, code, { cause: error });
  return error instanceof TypeError ? new StoreError('no-copy', file, error.message, { cause: error }) : error;
}
