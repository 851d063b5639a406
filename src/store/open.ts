import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { addColumnSql, rebuildSql, restateSql, tableSql, viewSql } from './describe.ts';
import { guarded, StoreError, storeErrorOf } from './errors.ts';
import { MIGRATIONS, type Migration, SCHEMA_VERSION } from './schema.ts';
import { VIEWS } from './views.ts';

/** Marks the file as ours: `PRAGMA application_id`, the letters "tlrk". */
export const APPLICATION_ID = 0x746c726b;

/** How long a statement waits for another writer. The event loop stands still meanwhile, so it is short. */
const BUSY_MS = 2_000;

/**
 * Pages that SQLite keeps in memory, the same for any size of file: for writing, enough for the upper levels of every
 * index; for reading, also for the sizes of the texts, which every ranked search reads.
 */
const PAGE_CACHE_KIB = { read: 16_384, write: 6_144 } as const;
const TEMP_CACHE_KIB = 1_024;

/**
 * Pages in the write-ahead log (32 MB) after which they are moved into the file. Commits touch the same pages again and
 * again; with SQLite's 1,000 every third commit moved them, and waited for the disk twice more.
 */
const CHECKPOINT_PAGES = 8_192;

export interface OpenOptions {
  readonly mode: 'read' | 'write';
  /** A missing file is an error, also for writing. */
  readonly mustExist?: boolean;
  /** `OFF` loses data when the power fails; it exists as the control of the power-loss test. */
  readonly synchronous?: 'FULL' | 'OFF';
}

/**
 * Opens a catalogue. `write` makes a missing file and its folder, checks a present one with `quick_check`, and brings
 * its schema up to date. `read` changes nothing. Throws `StoreError`.
 */
export function openDatabase(path: string, options: OpenOptions): Database.Database {
  return guarded(path, () => (options.mode === 'read' ? openRead(path) : openWrite(path, options)));
}

function openRead(path: string): Database.Database {
  refuseFolder(path);
  if (!existsSync(path)) throw new StoreError('missing', path);
  return closing(openReadOnly(path), (handle) => {
    const version = versionOf(handle, path);
    if (version === 0) throw new StoreError('empty', path);
    if (version < SCHEMA_VERSION)
      throw new StoreError('older', path, `schema ${version}, this program needs ${SCHEMA_VERSION}`);
    handle.pragma('query_only = ON');
    tune(handle, 'read');
  });
}

/**
 * A handle that only reads, to a file and a folder that need not be writable. Throws `StoreError`.
 *
 * SQLite makes the index of a write-ahead log beside the file, also for reading. Where it may not, and no log is there
 * either, nobody is writing, and the file is read as one that stays as it is.
 */
export function openReadOnly(path: string): Database.Database {
  try {
    return closing(new Database(path, { readonly: true, timeout: BUSY_MS }), (handle) => {
      handle.pragma('schema_version');
    });
  } catch (error) {
    if (storeErrorOf(error, path)?.reason !== 'read-only') throw error;
    if (!isReadable(path)) throw new StoreError('unreadable', path, '', { cause: error });
    const unchanging = existsSync(`${path}-wal`) ? undefined : openUnchanging(path);
    if (unchanging === undefined) throw new StoreError('no-room-beside', path, '', { cause: error });
    return unchanging;
  }
}

/** Undefined where this SQLite takes no URI: the program switches that on before it loads it (`SQLITE_USE_URI`). */
function openUnchanging(path: string): Database.Database | undefined {
  try {
    return new Database(`${pathToFileURL(path).href}?immutable=1`, { readonly: true });
  } catch {
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function openWrite(path: string, options: OpenOptions): Database.Database {
  refuseFolder(path);
  if (options.mustExist === true && !existsSync(path)) throw new StoreError('missing', path);
  makeFolder(path);
  const handle = new Database(path, { timeout: BUSY_MS });
  return closing(handle, () => {
    const version = versionOf(handle, path);
    if (version > 0) check(handle, path, 'quick_check');
    handle.pragma('journal_mode = WAL');
    handle.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    handle.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`);
    tune(handle, 'write');
    migrate(handle, version);
    handle.pragma('foreign_keys = ON');
  });
}

/** Throws `StoreError` when SQLite finds the file damaged. */
export function check(handle: Database.Database, path: string, pragma: 'quick_check' | 'integrity_check'): void {
  const answer = String(handle.pragma(`${pragma}(1)`, { simple: true }));
  if (answer !== 'ok') throw new StoreError('corrupt', path, answer.split('\n')[0]);
}

/** Version of the schema in the file, 0 for an empty one. Throws when the file is another program's, or newer. */
function versionOf(handle: Database.Database, path: string): number {
  const version = Number(handle.pragma('user_version', { simple: true }));
  const application = Number(handle.pragma('application_id', { simple: true }));
  const objects = handle.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get();
  if (application !== APPLICATION_ID && (objects?.n ?? 0) > 0) throw new StoreError('not-a-catalogue', path);
  if (version > SCHEMA_VERSION)
    throw new StoreError('newer', path, `schema ${version}, this program knows ${SCHEMA_VERSION}`);
  return version;
}

function migrate(handle: Database.Database, from: number): void {
  if (from === SCHEMA_VERSION) return;
  const steps = MIGRATIONS.filter((step) => step.version > from);
  // Texts of tables in the schema may be replaced.
  handle.unsafeMode(true);
  handle
    .transaction(() => {
      for (const view of handle
        .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'view'`)
        .all()) {
        handle.exec(`DROP VIEW "${view.name}"`);
      }
      for (const step of steps) {
        for (const sql of migrationSql(step)) handle.exec(sql);
      }
      for (const view of VIEWS) handle.exec(viewSql(view));
      handle.pragma(`application_id = ${APPLICATION_ID}`);
      handle.pragma(`user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
  handle.unsafeMode(false);
}

/** The statements of one step, in their order. */
export function migrationSql(step: Migration): readonly string[] {
  return [
    ...step.tables.flatMap(tableSql),
    ...(step.columns ?? []).map(({ table, column }) => addColumnSql(table, column)),
    ...(step.rebuilt ?? []).flatMap(rebuildSql),
    ...restateSql(step.restated ?? []),
    ...step.sql,
    ...(step.dropped ?? []).map((table) => `DROP TABLE ${table.name}`),
  ];
}

function tune(handle: Database.Database, mode: OpenOptions['mode']): void {
  handle.pragma(`cache_size = -${PAGE_CACHE_KIB[mode]}`);
  handle.pragma(`temp.cache_size = -${TEMP_CACHE_KIB}`);
  // A schema from outside may hold triggers and views; ours needs no functions with side effects in them.
  handle.pragma('trusted_schema = OFF');
}

function refuseFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) throw new StoreError('directory', path);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new StoreError('read-only', path, '', { cause: error });
  }
}

/** Hands out the handle when `work` succeeds, and closes it when it does not. */
function closing(handle: Database.Database, work: (handle: Database.Database) => void): Database.Database {
  try {
    work(handle);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}
