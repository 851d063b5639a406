import { hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { compareIds } from './ids.ts';
import { bytesAt, LineWriter, lastLine, linesOf } from './lines.ts';
import { decodeServer, encodeServer, encodeTools, type ServerState, STATE_VERSION, StateError } from './state.ts';
import type { ToolLog } from './tool-log.ts';
import type { TotalsLine } from './totals.ts';

/** What a tree holds of one file that is not of one server: a fingerprint of it, and of what it is made of. */
export interface SiteFile {
  readonly print: string;
  /** Empty where it is made each time. */
  readonly key: string;
}

type FileLine = readonly [path: string, print: string, key: string];

/** The two lines before the last one: files of the whole site, and what the lists of the next build begin with. */
interface Tail {
  readonly files: string;
  readonly totals: string;
  /** Bytes of the log that it speaks of. */
  readonly live: number;
}

/** What one finished tree holds, read in order beside the input. */
export class StateReader {
  readonly files: ReadonlyMap<string, SiteFile>;
  readonly log: ToolLog;
  /** Bytes of the log that it speaks of. */
  readonly live: number;
  readonly #totals: string;
  readonly #lines: Generator<Buffer, string>;
  readonly #sum: string;
  /** Takes servers that are passed over because the input no longer has them. */
  readonly #skipped: (server: ServerState) => void;
  #line: Buffer | undefined;

  constructor(
    { lines, log, sum }: { lines: Generator<Buffer, string>; log: ToolLog; sum: string },
    tail: Tail,
    skipped: (server: ServerState) => void,
  ) {
    this.log = log;
    this.live = tail.live;
    const files: readonly FileLine[] = JSON.parse(tail.files);
    this.files = new Map(files.map(([path, print, key]) => [path, { print, key }]));
    this.#totals = tail.totals;
    this.#lines = lines;
    this.#sum = sum;
    this.#skipped = skipped;
    this.#advance();
  }

  /** To be asked for once: of most records they are not wanted. */
  totals(): TotalsLine {
    return JSON.parse(this.#totals);
  }

  /** The state of a server; `like` itself where it is the same. Ids must be asked for in ascending order. */
  take(id: string, like?: ServerState): ServerState | undefined {
    for (;;) {
      const line = this.#line;
      if (line === undefined) return undefined;
      const next = this.#isSame(like, line) ? like : decodeServer(line, this.log);
      const order = compareIds(next.id, id);
      if (order > 0) return undefined;
      this.#advance();
      if (order === 0) return next;
      this.#skipped(next);
    }
  }

  /** Reads no further. */
  close(): void {
    this.#lines.return('');
  }

  #isSame(like: ServerState | undefined, line: Buffer): like is ServerState {
    return like?.kept?.log === this.log && like.kept.line.equals(line);
  }

  /** Passes over what is left. Throws `StateError` where the record is damaged. */
  finish(): void {
    for (let line = this.#line; line !== undefined; line = this.#line) {
      this.#advance();
      this.#skipped(decodeServer(line, this.log));
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
  logNamed: (name: string) => ToolLog | undefined,
  skipped: (server: ServerState) => void,
): StateReader | undefined {
  if (!existsSync(path)) return undefined;
  const last = lastLine(path);
  const [name, sum = '', tailSum, length, live] = last?.text.split(' ') ?? [];
  const tailBytes = Number(length);
  const start = (last?.start ?? 0) - tailBytes;
  if (name !== SUMS || !Number.isSafeInteger(tailBytes) || tailBytes <= 0 || start <= 0) return undefined;
  const tail = bytesAt(path, start, tailBytes);
  if (tailSum !== sumOf(tail)) return undefined;
  const [files = '', totals = ''] = tail.toString('utf8').split('\n');
  const lines = linesOf(path, start);
  const [head, logName = ''] = lines.next().value?.toString().split('\t') ?? [];
  const log = head === headOf(generation) ? logNamed(logName) : undefined;
  if (log === undefined) {
    lines.return('');
    return undefined;
  }
  return new StateReader({ lines, log, sum }, { files, totals, live: Number(live) }, skipped);
}

/** Writes the record of a tree. */
export class StateWriter {
  readonly #path: string;
  readonly #lines: LineWriter;
  readonly #log: ToolLog;
  #live = 0;

  /** What it says of tools goes into a log, where that does not stand there yet. */
  constructor(path: string, generation: string, log: ToolLog) {
    this.#path = path;
    this.#log = log;
    this.#lines = new LineWriter(path);
    this.#lines.write(`${headOf(generation)}\t${basename(log.path)}`);
  }

  /** `before`: the state of the same server in the record before. */
  server(state: ServerState, before: ServerState | undefined): void {
    const { kept } = state;
    if (kept?.log === this.#log) {
      this.#lines.pass(kept.line);
      this.#live += kept.place.length;
      return;
    }
    const known = before?.kept?.log === this.#log ? before.kept.place : undefined;
    const place = this.#log.append(kept === undefined ? encodeTools(state) : kept.log.read(kept.place), known);
    this.#lines.write(encodeServer(state, place));
    this.#live += place.length;
  }

  /** What was written of servers so far. */
  *servers(): Generator<ServerState> {
    this.#lines.flush();
    const lines = linesOf(this.#path, statSync(this.#path).size);
    lines.next();
    for (const line of lines) yield decodeServer(line, this.#log);
  }

  finish(files: ReadonlyMap<string, SiteFile>, totals: TotalsLine): void {
    this.#log.flush();
    const servers = this.#lines.sum();
    const list = Array.from(files, ([path, { print, key }]): FileLine => [path, print, key]);
    const tail = `${JSON.stringify(list)}\n${JSON.stringify(totals)}`;
    const bytes = Buffer.from(`${tail}\n`);
    this.#lines.write(tail);
    this.#lines.write(`${SUMS} ${servers} ${sumOf(bytes)} ${bytes.length} ${this.#live}`);
    this.#lines.close();
  }

  /** Leaves the record unfinished, unless it was finished before. */
  drop(): void {
    this.#lines.drop();
  }
}

function headOf(generation: string): string {
  return JSON.stringify({ v: STATE_VERSION, generation });
}

function sumOf(bytes: Buffer): string {
  return hash('sha256', bytes, 'base64url');
}

/**
 * Begins the last line: fingerprints of all lines before the tail and of the tail follow, the bytes of the tail, and those
 * of the log.
 */
const SUMS = 'sums';
