import { hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { compareIds } from './ids.ts';
import { LineWriter, lastLines, linesOf } from './lines.ts';
import { decodeServer, encodeServer, type ServerState, STATE_VERSION, StateError } from './state.ts';
import type { TotalsLine } from './totals.ts';

/** What a tree holds of one file that is not of one server: a fingerprint of it, and of what it is made of. */
export interface SiteFile {
  readonly print: string;
  /** Empty where it is made each time. */
  readonly key: string;
}

/** The second last line: files of the whole site, and what the lists of the next build begin with. */
interface Tail {
  readonly files: readonly (readonly [path: string, print: string, key: string])[];
  readonly totals: TotalsLine;
}

/** What one finished tree holds, read in order beside the input. */
export class StateReader {
  readonly files: ReadonlyMap<string, SiteFile>;
  readonly totals: TotalsLine;
  readonly #lines: Generator<string, string>;
  readonly #sum: string;
  /** Takes servers that are passed over because the input no longer has them. */
  readonly #skipped: (server: ServerState) => void;
  #line: string | undefined;

  constructor(lines: Generator<string, string>, tail: Tail, sum: string, skipped: (server: ServerState) => void) {
    this.files = new Map(tail.files.map(([path, print, key]) => [path, { print, key }]));
    this.totals = tail.totals;
    this.#lines = lines;
    this.#sum = sum;
    this.#skipped = skipped;
    this.#advance();
  }

  /** The state of a server; `like` itself where it is the same. Ids must be asked for in ascending order. */
  take(id: string, like?: ServerState): ServerState | undefined {
    for (;;) {
      const line = this.#line;
      if (line === undefined) return undefined;
      const next = line === like?.line ? like : decodeServer(line);
      const order = compareIds(next.id, id);
      if (order > 0) return undefined;
      this.#advance();
      if (order === 0) return next;
      this.#skipped(next);
    }
  }

  /** Passes over what is left. Throws `StateError` where the record is damaged. */
  finish(): void {
    for (let line = this.#line; line !== undefined; line = this.#line) {
      this.#advance();
      this.#skipped(decodeServer(line));
    }
  }

  #advance(): void {
    const next = this.#lines.next();
    this.#line = next.done === true ? undefined : next.value;
    if (next.done === true && next.value !== this.#sum)
      throw new StateError('the record of the last build was changed by somebody else');
  }
}

/**
 * Opens the record of a tree. None where there is none, and where another version of the program or of its data wrote
 * it. Its tail is written last, so a record that was cut off is none either.
 */
export function openState(
  path: string,
  generation: string,
  skipped: (server: ServerState) => void,
): StateReader | undefined {
  if (!existsSync(path)) return undefined;
  const end = lastLines(path, 2);
  const [tail = '', last = ''] = end?.lines ?? [];
  const [name, sum = '', tailSum] = last.split(' ');
  if (end === undefined || name !== SUMS || tailSum !== sumOf(tail)) return undefined;
  const lines = linesOf(path, end.before);
  const head = lines.next();
  if (head.value !== headOf(generation)) {
    lines.return('');
    return undefined;
  }
  return new StateReader(lines, JSON.parse(tail), sum, skipped);
}

/** Writes the record of a tree. */
export class StateWriter {
  readonly #path: string;
  readonly #lines: LineWriter;

  constructor(path: string, generation: string) {
    this.#path = path;
    this.#lines = new LineWriter(path);
    this.#lines.write(headOf(generation));
  }

  server(state: ServerState): void {
    this.#lines.write(encodeServer(state));
  }

  /** What was written of servers so far. */
  *servers(): Generator<ServerState> {
    this.#lines.flush();
    const lines = linesOf(this.#path, statSync(this.#path).size);
    lines.next();
    for (const line of lines) yield decodeServer(line);
  }

  finish(files: ReadonlyMap<string, SiteFile>, totals: TotalsLine): void {
    const servers = this.#lines.sum();
    const tail: Tail = { files: Array.from(files, ([path, { print, key }]) => [path, print, key]), totals };
    const text = JSON.stringify(tail);
    this.#lines.write(text);
    this.#lines.write(`${SUMS} ${servers} ${sumOf(text)}`);
    this.#lines.close();
  }
}

function headOf(generation: string): string {
  return JSON.stringify({ v: STATE_VERSION, generation });
}

function sumOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** Begins the last line: fingerprints of all lines before the tail, and of the tail, follow. */
const SUMS = 'sums';
