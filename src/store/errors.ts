import Database from 'better-sqlite3';

/** Why a catalogue cannot be used. */
export type StoreReason =
  | 'missing'
  | 'empty'
  | 'directory'
  | 'not-a-database'
  | 'not-a-catalogue'
  | 'newer'
  | 'older'
  | 'locked'
  | 'running'
  | 'read-only'
  | 'unreadable'
  | 'no-room-beside'
  | 'no-copy'
  | 'full'
  | 'corrupt'
  | 'io';

/** What each reason means and what to do about it. */
const SENTENCES: Readonly<Record<StoreReason, (path: string, detail: string) => string>> = {
  missing: (path) => `There is no catalogue at ${path}. Run "toolrisk crawl" first, or name one with --db.`,
  empty: (path) => `${path} is an empty database. Run "toolrisk crawl" to fill it, or name another with --db.`,
  directory: (path) => `${path} is a folder, not a catalogue. Name the file inside it with --db.`,
  'not-a-database': (path) => `${path} is no SQLite database. Name a catalogue with --db, or move this file away.`,
  'not-a-catalogue': (path) => `${path} is a database of another program. Name a catalogue with --db.`,
  newer: (path, detail) =>
    `${path} was written by a newer toolrisk (${detail}). Install that version; nothing was changed.`,
  older: (path, detail) =>
    `${path} was written by an older toolrisk (${detail}). Run "toolrisk crawl" or "toolrisk reclassify" once to bring it up to date.`,
  locked: (path) => `Another program holds a lock on ${path}. Wait for it to end, and try again.`,
  running: (path, detail) => `Another crawl is writing to ${path} (${detail}). Wait for it to end, or stop it.`,
  'read-only': (path) =>
    `${path} cannot be written: the file, its folder or its disk is read-only. Change that, or name another with --db.`,
  unreadable: (path) => `${path} may not be read by you. Ask for the right to, or name another with --db.`,
  'no-room-beside': (path) =>
    `${path} cannot be read here: SQLite wants to make files beside it, and its folder is read-only. Copy it elsewhere, or have its owner make a copy that opens anywhere: toolrisk export sqlite FILE.`,
  'no-copy': (path) => `${path} cannot be written: its folder or its disk is read-only. Name another file.`,
  full: (path) => `The disk of ${path} is full. Everything acknowledged is stored. Free some space, and run it again.`,
  corrupt: (path, detail) =>
    `${path} is damaged (${detail}). Restore the last backup ("toolrisk backup" makes them); the damaged file was left as it is.`,
  io: (path, detail) =>
    `${path} could not be read or written (${detail}). Look at the disk; everything acknowledged is stored.`,
};

/** The catalogue cannot be opened, read or written. The message says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreReason;
  readonly path: string;

  constructor(reason: StoreReason, path: string, detail = '', options?: ErrorOptions) {
    super(SENTENCES[reason](path, detail), options);
    this.reason = reason;
    this.path = path;
  }
}

/** SQLite's result codes, by prefix: the first that matches tells the reason. */
const CODES: readonly (readonly [string, StoreReason])[] = [
  ['SQLITE_NOTADB', 'not-a-database'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'],
  ['SQLITE_IOERR', 'io'],
];

/** The same fault as a `StoreError`, or undefined when it is no fault of the file. */
export function storeErrorOf(error: unknown, path: string): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Database.SqliteError)) return undefined;
  const { code, message } = error;
  const reason = CODES.find(([prefix]) => code.startsWith(prefix))?.[1];
  return reason === undefined ? undefined : new StoreError(reason, path, `${code}: ${message}`, { cause: error });
}

/** Runs `work`, and throws faults of the file as `StoreError`. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeErrorOf(error, path) ?? error;
  }
}
