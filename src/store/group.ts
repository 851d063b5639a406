import type { SearchQueue } from './search-queue.ts';
import type { Sql } from './sql.ts';

/**
 * A commit waits for at most so many servers, … Pages that every server touches are written once a commit: with 32, as
 * much is written again as is new. A fast crawl reaches the time first.
 */
export const GROUP_SERVERS = 256;

/** … and for at most this long after its first one, milliseconds. */
export const GROUP_MS = 50;

/** Called at every named step of a write; the torture test dies in it. */
export type Step = (name: string) => void;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes many things in one commit, of which each can fail alone: then the transaction is undone, and what else was
 * written in it is written again. That is rare; a savepoint for each would copy every page that each of them touches.
 * What was written counts as stored once `stored()` resolves, which is after the commit.
 */
export class Group {
  readonly #sql: Sql;
  readonly #search: SearchQueue;
  readonly #step: Step;
  /** What was written since the last commit, to be written again when one of it fails. */
  #done: (() => unknown)[] = [];
  #waiters: Waiter[] = [];
  #weight = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #transactions = 0;
  /** A commit that failed while nobody waited for it; the next write tells. */
  #fault: { readonly error: unknown } | undefined;

  constructor(sql: Sql, search: SearchQueue, step: Step) {
    this.#sql = sql;
    this.#search = search;
    this.#step = step;
  }

  /**
   * Runs `work` inside the open transaction. Throws what `work` throws, after undoing it. `again` does the same as `work`
   * did, from the same state of the database: it is `work` itself unless that chose something.
   */
  write<T>(work: () => T, again: () => unknown = work): T {
    this.#tellFault();
    this.#begin();
    this.#step('write:before');
    let value: T;
    try {
      value = work();
    } catch (error) {
      this.#undo(error);
      throw error;
    }
    this.#done.push(again);
    this.#step('write:after');
    return value;
  }

  /** Runs `work` inside the open transaction: for lines of which none stands alone. */
  append(work: () => void): void {
    this.write(work);
    if (performance.now() - this.#since >= GROUP_MS) this.flush();
  }

  /** Another number for every transaction. */
  get transaction(): number {
    return this.#transactions;
  }

  /** How many more things the next commit may wait for: at least one. */
  get room(): number {
    return Math.max(1, GROUP_SERVERS - this.#weight);
  }

  /** Counts more things that wait for the commit, and commits when it is time. */
  added(weight: number): void {
    this.#weight += weight;
    this.#flushDue();
  }

  /** Resolves after the commit that holds what was written so far. `weight` counts towards `GROUP_SERVERS`. */
  async stored(weight = 1): Promise<void> {
    this.#tellFault();
    // What was written before is committed, or was undone.
    if (!this.#sql.handle.inTransaction) return;
    const promise = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.#weight += weight;
    this.#flushDue();
    await promise;
  }

  #flushDue(): void {
    if (this.#weight >= GROUP_SERVERS || performance.now() - this.#since >= GROUP_MS) this.flush();
  }

  /** Commits now. A failed commit is rolled back and told to everyone who waits for it. */
  flush(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#sql.handle.inTransaction) return;
    try {
      this.#search.write();
      this.#step('commit:before');
      this.#sql.run('COMMIT');
      this.#step('commit:after');
    } catch (error) {
      this.#rollBack();
      this.#abandon(error);
      return;
    }
    this.#done = [];
    this.#weight = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
    this.#step('commit:acknowledged');
  }

  #tellFault(): void {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault.error;
  }

  #begin(): void {
    if (this.#sql.handle.inTransaction) return;
    this.#step('begin:before');
    this.#sql.run('BEGIN IMMEDIATE');
    this.#sql.startAnew();
    this.#transactions += 1;
    this.#since = performance.now();
    this.#timer ??= setTimeout(() => this.flush(), GROUP_MS);
    this.#step('begin:after');
  }

  /** Takes back what failed, and writes the rest of the transaction again. */
  #undo(error: unknown): void {
    // A full disk rolls the whole transaction back by itself; then what was written is lost with it.
    if (!this.#sql.handle.inTransaction) {
      this.#rollBack();
      this.#reject(error);
      return;
    }
    const again = this.#done;
    this.#rollBack();
    if (again.length === 0) return;
    try {
      this.#begin();
      for (const work of again) work();
      this.#done = again;
    } catch (fault) {
      this.#rollBack();
      this.#abandon(fault);
    }
  }

  #rollBack(): void {
    this.#sql.startAnew();
    if (this.#sql.handle.inTransaction) this.#sql.exec('ROLLBACK');
    this.#search.drop();
    this.#done = [];
  }

  #abandon(error: unknown): void {
    if (this.#waiters.length === 0) this.#fault = { error };
    this.#reject(error);
  }

  #reject(error: unknown): void {
    this.#weight = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
