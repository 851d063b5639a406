import type { Sql } from './sql.ts';

/** A commit waits for at most so many servers, … */
export const GROUP_SERVERS = 32;

/** … and for at most this long after its first one, milliseconds. */
export const GROUP_MS = 50;

/** Called at every named step of a write; the torture test dies in it. */
export type Step = (name: string) => void;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes many things in one commit, each behind its own savepoint: what fails is undone alone. What was written counts
 * as stored once `stored()` resolves, which is after the commit.
 */
export class Group {
  readonly #sql: Sql;
  readonly #step: Step;
  #waiters: Waiter[] = [];
  #weight = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  /** A commit that failed while nobody waited for it; the next write tells. */
  #fault: { readonly error: unknown } | undefined;

  constructor(sql: Sql, step: Step) {
    this.#sql = sql;
    this.#step = step;
  }

  /** Runs `work` inside the open transaction. Throws what `work` throws, after undoing it. */
  write<T>(work: () => T): T {
    this.#tellFault();
    this.#begin();
    this.#sql.run('SAVEPOINT one');
    try {
      const value = work();
      this.#step('savepoint:before-release');
      this.#sql.run('RELEASE one');
      this.#step('savepoint:after-release');
      return value;
    } catch (error) {
      // A full disk rolls the whole transaction back by itself; then there is no savepoint left to undo.
      if (this.#sql.handle.inTransaction) this.#sql.exec('ROLLBACK TO one; RELEASE one');
      else this.#reject(error);
      throw error;
    }
  }

  /** Runs `work` inside the open transaction, without a savepoint of its own: for lines of which none stands alone. */
  append(work: () => void): void {
    this.#tellFault();
    this.#begin();
    work();
    if (performance.now() - this.#since >= GROUP_MS) this.flush();
  }

  /** Resolves after the commit that holds what was written so far. `weight` counts towards `GROUP_SERVERS`. */
  stored(weight = 1): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.#weight += weight;
    if (this.#weight >= GROUP_SERVERS || performance.now() - this.#since >= GROUP_MS) this.flush();
    return promise;
  }

  /** Commits now. A failed commit is rolled back and told to everyone who waits for it. */
  flush(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#sql.handle.inTransaction) return;
    try {
      this.#step('commit:before');
      this.#sql.run('COMMIT');
      this.#step('commit:after');
    } catch (error) {
      if (this.#sql.handle.inTransaction) this.#sql.exec('ROLLBACK');
      this.#abandon(error);
      return;
    }
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
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.flush(), GROUP_MS);
    this.#step('begin:after');
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
