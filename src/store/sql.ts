import type Database from 'better-sqlite3';
import { guarded, storeErrorOf } from './errors.ts';

/** What may be bound. Booleans, dates and undefined are no values of SQLite, and coercion would be silent. */
export type Bind = string | number | null | Uint8Array;

/** Named parameters of one statement. */
export type Binds = Readonly<Record<string, Bind>>;

/** NUL ends a C string and lone surrogates are no UTF-8: both would be read back as something else. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** Quick to test, and matches every text that could need a replacement: surrogates in pairs are fine, but rare. */
const SUSPECT = /[\0\ud800-\udfff]/;

/** The text as it is stored: NUL and lone surrogates written as `\u{…}`. Every other text stays as it is. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`);
}

/** JSON text of a value. `JSON.stringify` escapes NUL and lone surrogates, so it reads back exactly. */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** Reads back what `toJson` wrote; the column's name in the schema says which type went in. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** 1 or 0, as STRICT tables keep a truth value. */
export function bit(value: boolean): number {
  return value ? 1 : 0;
}

/** A database handle whose statements are prepared once, bound by name and checked. Faults are `StoreError`s. */
export class Sql {
  readonly path: string;
  readonly handle: Database.Database;
  readonly #statements = new Map<string, Database.Statement<[Binds]>>();

  constructor(handle: Database.Database, path: string) {
    this.handle = handle;
    this.path = path;
  }

  get<Row>(sql: string, binds: Binds = NOTHING): Row | undefined {
    try {
      return this.#prepare(sql).get(checked(binds)) as Row | undefined;
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  all<Row>(sql: string, binds: Binds = NOTHING): Row[] {
    try {
      return this.#prepare(sql).all(checked(binds)) as Row[];
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  run(sql: string, binds: Binds = NOTHING): { readonly changes: number; readonly id: number } {
    try {
      const result = this.#prepare(sql).run(checked(binds));
      return { changes: result.changes, id: Number(result.lastInsertRowid) };
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  exec(sql: string): void {
    guarded(this.path, () => this.handle.exec(sql));
  }

  #prepare(sql: string): Database.Statement<[Binds]> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.handle.prepare<[Binds]>(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

const NOTHING: Binds = {};

/**
 * The parameters as they are bound: the same object where nothing has to be replaced, which is nearly always. Throws
 * `TypeError` on a number that SQLite would turn into something else.
 */
function checked(binds: Binds): Binds {
  let ready: Record<string, Bind> | undefined;
  for (const name in binds) {
    const value = binds[name] as Bind;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw new TypeError(`${name} is ${value}`);
    } else if (typeof value === 'string' && SUSPECT.test(value)) {
      ready ??= { ...binds };
      ready[name] = storable(value);
    }
  }
  return ready ?? binds;
}
