/**
 * The child process that runs one statement of a person: SQLite cannot be interrupted from JavaScript, so a statement
 * that runs too long is ended with its process. Reads one job from its parent, writes messages, and ends.
 */
import { openDatabase } from './open.ts';
import { BATCH_ROWS, type QueryJob, type QueryMessage } from './query-protocol.ts';

process.once('message', (message) => {
  run(message as QueryJob);
});

async function run(job: QueryJob): Promise<void> {
  try {
    const handle = openDatabase(job.path, { mode: 'read' });
    const statement = handle.prepare<unknown[], unknown[]>(job.sql);
    // A statement without columns changes something: ATTACH, BEGIN. The connection is read-only besides.
    if (!statement.reader || !statement.readonly)
      throw new Error('The statement would write. toolrisk query only reads.');
    const columns = statement.columns().map((column) => column.name);
    await send({ kind: 'columns', columns });
    let batch: unknown[][] = [];
    let rows = 0;
    for (const row of statement.raw(true).safeIntegers(false).iterate()) {
      if (rows === job.maxRows) {
        await send({ kind: 'rows', rows: batch });
        await send({ kind: 'end', more: true });
        return process.exit(0);
      }
      rows += 1;
      batch.push(row.map(plain));
      if (batch.length < BATCH_ROWS) continue;
      await send({ kind: 'rows', rows: batch });
      batch = [];
    }
    await send({ kind: 'rows', rows: batch });
    await send({ kind: 'end', more: false });
    process.exit(0);
  } catch (error) {
    await send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exit(0);
  }
}

/** Bytes are shown as SQLite writes them. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : value;
}

function send(message: QueryMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error: Error | null) =>
      error === null ? resolve() : reject(error),
    );
  });
}
