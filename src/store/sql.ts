import type Database from 'better-sqlite3';
import { guarded, storeErrorOf } from './errors.ts';
import { insertRows, type RowsSql, WaitingRows } from './waiting.ts';

/** What may be bound. Booleans, dates and undefined are no values of SQLite, and coercion would be silent. */
export type Bind = string | number | null | Uint8Array;

/** What may be given by place: a value, or those of several places. */
export type Placed = Bind | readonly Bind[];

/** Named parameters of one statement. */
export type Binds = Readonly<Record<string, Bind>>;

/** NUL ends a C string and lone surrogates are no UTF-8: both would be read back as something else. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/** Quick to test, and matches every text that could need a replacement: surrogates in pairs are fine, but rare. */
const SUSPECT = /[\0\ud800-\udfff]/;

/** The text as it is stored: NUL and lone surrogates written as `\u{…}`. Every other text stays as it is. */
export function storable(text: string): string {
  if (!SUSPECT.test(text)) return text;
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

/** Tables whose rows get their keys before they are inserted, with the column of the key. */
const KEYS = { manifests: 'manifest', tool_versions: 'tool_version', tools: 'tool', visits: 'visit' } as const;

/** A statement with the names of its parameters, in the order in which they stand. */
interface Prepared {
  readonly statement: Database.Statement<Bind[]>;
  readonly names: readonly string[];
}

/**
 * A database handle whose statements are prepared once, bound by name and checked. Faults are `StoreError`s. Rows may
 * wait: they are inserted before the next statement, save those that are said to stand beside them.
 */
export class Sql {
  readonly path: string;
  readonly handle: Database.Database;
  readonly #statements = new Map<string, Prepared>();
  readonly #byPlace = new Map<string, Database.Statement<Placed[]>>();
  readonly #waiting = new WaitingRows();
  /** Keys that were given last in this transaction. */
  readonly #keys = new Map<string, number>();

  constructor(handle: Database.Database, path: string) {
    this.handle = handle;
    this.path = path;
  }

  get<Row>(sql: string, binds: Binds = NOTHING): Row | undefined {
    this.settle();
    try {
      const { statement, names } = this.#prepare(sql);
      return statement.get(...valuesOf(names, binds)) as Row | undefined;
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  all<Row>(sql: string, binds: Binds = NOTHING): Row[] {
    this.settle();
    try {
      const { statement, names } = this.#prepare(sql);
      return statement.all(...valuesOf(names, binds)) as Row[];
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  run(sql: string, binds: Binds = NOTHING): { readonly changes: number; readonly id: number } {
    this.settle();
    try {
      const { statement, names } = this.#prepare(sql);
      const result = statement.run(...valuesOf(names, binds));
      return { changes: result.changes, id: Number(result.lastInsertRowid) };
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  /** Inserts rows, several with one statement, beside those that wait. Texts and numbers are as for `change`. */
  putRows(rows: RowsSql, values: readonly (readonly Bind[])[]): void {
    insertRows(this.#runPlaced, rows, values);
  }

  /**
   * Inserts a row together with others. Texts and numbers are as for `change`. Whoever looks for `name` with
   * `findBeside` has to ask `isWaiting` first.
   */
  insert(rows: RowsSql, values: readonly Bind[], name?: string): void {
    this.#waiting.add(rows, values);
    if (name !== undefined) this.#waiting.name(name);
  }

  isWaiting(name: string): boolean {
    return this.#waiting.has(name);
  }

  /** Inserts the rows that wait. */
  settle(): void {
    this.#waiting.write(this.#runPlaced);
  }

  /** The key of the next row of a table. All its rows are written through this handle. */
  nextKey(table: keyof typeof KEYS): number {
    const key = (this.#keys.get(table) ?? this.#topKey(table)) + 1;
    this.#keys.set(table, key);
    return key;
  }

  #topKey(table: keyof typeof KEYS): number {
    return this.findBeside<{ top: number | null }>(`SELECT max(${KEYS[table]}) AS top FROM ${table}`)?.top ?? 0;
  }

  /** Another transaction began, or one was undone: nothing waits, and keys are counted from what is stored. */
  startAnew(): void {
    this.#waiting.drop();
    this.#keys.clear();
  }

  readonly #runPlaced = (text: string, values: readonly Bind[]): void => {
    try {
      this.#placed(text).run(...values);
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  };

  /**
   * Runs a statement whose values are given by place, rows of them as lists: for what is written for every manifest. The
   * texts must be `storable`, and the numbers finite. Gives how many rows were changed.
   */
  change(sql: string, ...values: readonly Placed[]): number {
    this.settle();
    return this.changeBeside(sql, ...values);
  }

  /** The same in a table of which no row waits. */
  changeBeside(sql: string, ...values: readonly Placed[]): number {
    try {
      return this.#placed(sql).run(...values).changes;
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  /** The first row of a question whose values are given by place. */
  find<Row>(sql: string, ...values: readonly Bind[]): Row | undefined {
    this.settle();
    return this.findBeside<Row>(sql, ...values);
  }

  /** The same for what no row that waits answers. */
  findBeside<Row>(sql: string, ...values: readonly Bind[]): Row | undefined {
    try {
      return this.#placed(sql).get(...values) as Row | undefined;
    } catch (error) {
      throw storeErrorOf(error, this.path) ?? error;
    }
  }

  exec(sql: string): void {
    this.settle();
    guarded(this.path, () => this.handle.exec(sql));
  }

  #placed(sql: string): Database.Statement<Placed[]> {
    const known = this.#byPlace.get(sql);
    if (known !== undefined) return known;
    const made = this.handle.prepare<Placed[]>(sql);
    this.#byPlace.set(sql, made);
    return made;
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const { text, names } = byPlace(sql);
    const made = { statement: this.handle.prepare<Bind[]>(text), names };
    this.#statements.set(sql, made);
    return made;
  }
}

const NOTHING: Binds = {};

/** A quoted text, which may hold a colon, or a named parameter. */
const QUOTED_OR_NAME = /'(?:[^']|'')*'|"(?:[^"]|"")*"|:([a-z]\w*)/giu;

/** The statement with `?` for each name: binding by place costs a third of binding by name. */
function byPlace(sql: string): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const text = sql.replace(QUOTED_OR_NAME, (whole, name: string | undefined) => {
    if (name === undefined) return whole;
    names.push(name);
    return '?';
  });
  return { text, names };
}

/**
 * The values in the order in which they are bound, as they are stored. Throws `TypeError` on a number that SQLite would
 * turn into something else, and on a name that has no value.
 */
function valuesOf(names: readonly string[], binds: Binds): Bind[] {
  const values: Bind[] = [];
  for (const name of names) {
    const value = binds[name];
    if (value === undefined) throw new TypeError(`${name} has no value`);
    if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${name} is ${value}`);
    values.push(typeof value === 'string' ? storable(value) : value);
  }
  return values;
}
