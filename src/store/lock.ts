import Database from 'better-sqlite3';
import { StoreError, storeErrorOf } from './errors.ts';

/** A run lock, held until `release` or until the process ends, however it ends. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the lock that lets one crawl at a time write to a catalogue. It is the operating system's lock on a small file
 * beside the catalogue (`PATH-run`), so a dead process cannot hold it. Throws `StoreError` with the holder's words.
 */
export function takeRunLock(path: string, holder: string): RunLock {
  const side = `${path}-run`;
  try {
    const handle = new Database(side, { timeout: 0 });
    try {
      handle.pragma('journal_mode = DELETE');
      handle.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (text TEXT NOT NULL) STRICT; DELETE FROM holder');
      handle.prepare<[string]>('INSERT INTO holder VALUES (?)').run(holder);
      handle.exec('COMMIT; BEGIN IMMEDIATE');
    } catch (error) {
      handle.close();
      throw error;
    }
    return { release: () => void handle.close() };
  } catch (error) {
    const known = storeErrorOf(error, side);
    if (known?.reason !== 'locked') throw known ?? error;
    throw new StoreError('running', path, holderOf(side), { cause: error });
  }
}

/** What the holder wrote about itself. */
function holderOf(side: string): string {
  try {
    const handle = new Database(side, { readonly: true, timeout: 0 });
    try {
      return handle.prepare<[], { text: string }>('SELECT text FROM holder').get()?.text ?? 'unknown';
    } finally {
      handle.close();
    }
  } catch {
    return 'just started';
  }
}
