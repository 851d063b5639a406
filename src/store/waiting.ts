import type { Bind } from './sql.ts';

/** The statements that insert rows of one table. */
export interface RowsSql {
  /** For so many rows at once, most first. */
  readonly texts: readonly { readonly size: number; readonly text: string }[];
  /** Tables with lower numbers are written first, so that rows come after those that they refer to. */
  readonly order: number;
}

/** Rows that one statement inserts, most first: for more than 16, SQLite needs as much time for each. */
const SIZES = [16, 4, 1] as const;

/** What is special about the rows of a table. */
interface RowsOptions {
  /** The row itself, where not all of its values are given. */
  readonly row?: string;
  /** What stands behind the values. */
  readonly rest?: string;
  /** Each row has a statement of its own. */
  readonly alone?: boolean;
  readonly order?: number;
}

/**
 * @param table - what is inserted into. A failing statement is not undone by itself, which spares copies of pages: whoever
 *   fails undoes the transaction
 * @param columns - with commas between them
 */
export function rowsSql(table: string, columns: string, options: RowsOptions = {}): RowsSql {
  const { rest = '', alone = false, order = 0 } = options;
  const row = options.row ?? `(${columns.replaceAll(/\w+/gu, '?')})`;
  const text = (size: number) =>
    `INSERT OR FAIL INTO ${table} (${columns}) VALUES ${Array(size).fill(row).join(', ')} ${rest}`;
  return { texts: (alone ? [1] : SIZES).map((size) => ({ size, text: text(size) })), order };
}

/** Runs a statement whose values are given by place. */
export type RunPlaced = (text: string, values: readonly Bind[]) => void;

/** Inserts rows, several with one statement: that saves a third of what one statement for each costs. */
export function insertRows(run: RunPlaced, rows: RowsSql, values: readonly (readonly Bind[])[]): void {
  let from = 0;
  for (const { size, text } of rows.texts) {
    for (; values.length - from >= size; from += size) run(text, NO_VALUES.concat(...values.slice(from, from + size)));
  }
}

const NO_VALUES: readonly Bind[] = [];

/** Rows that wait to be inserted, many of one table together. */
export class WaitingRows {
  /** By `order`. */
  readonly #tables: { readonly rows: RowsSql; readonly values: (readonly Bind[])[] }[] = [];
  readonly #names = new Set<string>();
  #isEmpty = true;

  add(rows: RowsSql, values: readonly Bind[]): void {
    this.#isEmpty = false;
    const table = this.#tables[rows.order];
    if (table === undefined) this.#tables[rows.order] = { rows, values: [values] };
    else table.values.push(values);
  }

  /** The name under which somebody may look for what waits. */
  name(name: string): void {
    this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Inserts all of them. */
  write(run: RunPlaced): void {
    if (this.#isEmpty) return;
    for (const table of this.#tables) {
      if (table !== undefined && table.values.length > 0) insertRows(run, table.rows, table.values);
    }
    this.drop();
  }

  /** Forgets them: the transaction was undone. */
  drop(): void {
    if (this.#isEmpty) return;
    for (const table of this.#tables) if (table !== undefined) table.values.length = 0;
    this.#names.clear();
    this.#isEmpty = true;
  }
}
