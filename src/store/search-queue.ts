import type { ServerId } from '../model/id.ts';
import { indexTool, unindexTool } from './search.ts';
import type { SearchTexts } from './search-texts.ts';
import type { Sql } from './sql.ts';

/** What is to happen to one row of the full-text index. */
interface Pending {
  /** The index holds an earlier row of it. */
  isStored: boolean;
  row: { readonly serverId: ServerId; readonly texts: SearchTexts } | undefined;
}

/**
 * Rows of the full-text index that wait for the commit: the index writes what it got in one piece for each transaction,
 * and a tool that was judged twice in it has one row.
 */
export class SearchQueue {
  readonly #sql: Sql;
  readonly #pending = new Map<number, Pending>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The tool is found by these texts. `isNew`: the index holds nothing of it. */
  put(tool: number, serverId: ServerId, texts: SearchTexts, isNew: boolean): void {
    const known = this.#pending.get(tool);
    if (known === undefined) this.#pending.set(tool, { isStored: !isNew, row: { serverId, texts } });
    else known.row = { serverId, texts };
  }

  /** The tool is found no more. */
  remove(tool: number): void {
    const known = this.#pending.get(tool);
    if (known === undefined) this.#pending.set(tool, { isStored: true, row: undefined });
    else if (known.isStored) known.row = undefined;
    else this.#pending.delete(tool);
  }

  /** Writes what waits, within the open transaction. */
  write(): void {
    if (this.#pending.size === 0) return;
    // In the order of the keys, in which the index takes them without writing in between.
    for (const [tool, { isStored, row }] of [...this.#pending].sort(([a], [b]) => a - b)) {
      if (row !== undefined) indexTool(this.#sql, tool, row.serverId, row.texts, !isStored);
      else if (isStored) unindexTool(this.#sql, tool);
    }
    this.#pending.clear();
  }

  /** Forgets what waits: the transaction was undone. */
  drop(): void {
    this.#pending.clear();
  }
}
