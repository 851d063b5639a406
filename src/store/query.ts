import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultOf, type QueryFault, refusal } from './query-guard.ts';
import type { Cell, QueryJob, QueryMessage } from './query-protocol.ts';

/** Bounds of one query. */
export interface QueryBounds {
  /** The most rows that are handed out. */
  readonly maxRows: number;
  /** Milliseconds until the query is ended. */
  readonly timeoutMs: number;
}

/** How a query ended. Rows were handed to `onRows` before. */
export type QueryEnd =
  | { readonly kind: 'done'; readonly rows: number }
  | { readonly kind: 'more'; readonly rows: number }
  | { readonly kind: 'timed-out'; readonly rows: number }
  | { readonly kind: 'failed'; readonly fault: QueryFault };

/** Takes an answer as it comes. */
export interface QuerySink {
  onColumns(columns: readonly string[]): void;
  onRows(rows: readonly (readonly Cell[])[]): void;
}

/**
 * Runs one reading statement on a catalogue, in a process of its own that is ended when time is up. Writing, attaching
 * and loading are refused by the words, by the statement and by the connection, in that order.
 */
export async function runQuery(path: string, sql: string, bounds: QueryBounds, sink: QuerySink): Promise<QueryEnd> {
  const refused = refusal(sql);
  if (refused !== undefined) return { kind: 'failed', fault: refused };
  const source = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(source ? './query-child.ts' : './query-child.js', import.meta.url));
  const child = fork(file, [], {
    execArgv: source ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  let rows = 0;
  return new Promise((resolve) => {
    let settled = false;
    const settle = (end: QueryEnd) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(end);
    };
    const timer = setTimeout(() => settle({ kind: 'timed-out', rows }), bounds.timeoutMs);
    child.on('message', (message) => {
      const answer = message as QueryMessage;
      switch (answer.kind) {
        case 'columns':
          return sink.onColumns(answer.columns);
        case 'rows':
          rows += answer.rows.length;
          return sink.onRows(answer.rows.map((row) => row.map(toCell)));
        case 'end':
          return settle({ kind: answer.more ? 'more' : 'done', rows });
        case 'failed':
          return settle({ kind: 'failed', fault: faultOf(sql, answer.message) });
      }
    });
    child.once('error', (error) => settle({ kind: 'failed', fault: { message: error.message } }));
    child.once('exit', () =>
      settle({ kind: 'failed', fault: { message: 'The query ended its process: it needs too much memory.' } }),
    );
    const job: QueryJob = { path, sql, maxRows: bounds.maxRows };
    child.send(job);
  });
}

function toCell(value: unknown): Cell {
  return typeof value === 'string' || typeof value === 'number' || value === null ? value : String(value);
}
