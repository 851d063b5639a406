import type Database from 'better-sqlite3';
import { guarded } from './errors.ts';

/** What may be bound. Booleans, dates and undefined are no values of SQLite, and coercion would be silent. */
export type Bind = string | number | null | Uint8Array;

/** Named parameters of one statement. */
export type Binds = Readonly<Record<string, Bind>>;

/** NUL ends a C string and lone surrogates are no UTF-8: both would be read back as something else. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

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

  get<Row>(sql: string, binds: Binds = {}): Row | undefined {
    return guarded(this.path, () => this.#prepare(sql).get(checked(binds)) as Row | undefined);
  }

  all<Row>(sql: string, binds: Binds = {}): Row[] {
    return guarded(this.path, () => this.#prepare(sql).all(checked(binds)) as Row[]);
  }

  run(sql: string, binds: Binds = {}): { readonly changes: number; readonly id: number } {
    const result = guarded(this.path, () => this.#prepare(sql).run(checked(binds)));
    return { changes: result.changes, id: Number(result.lastInsertRowid) };
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

/** The parameters as they are bound. Throws `TypeError` on a number that SQLite would turn into something else. */
function checked(binds: Binds): Binds {
  const ready: Record<string, Bind> = {};
  for (const name in binds) {
    const value = binds[name] as Bind;
    if (typeof value === 'string') ready[name] = storable(value);
    else if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${name} is ${value}`);
    else ready[name] = value;
  }
  return ready;
}
