import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 1 << 20;

/**
 * The lines of the first bytes of a text file, read in pieces; the value at the end is their SHA-256. The file is
 * opened at once, so that it may be removed before it is read.
 */
export function linesOf(path: string, bytes: number): Generator<string, string> {
  return read(openSync(path, 'r'), bytes);
}

function* read(file: number, bytes: number): Generator<string, string> {
  try {
    const sum = createHash('sha256');
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes));
    let rest = '';
    for (let left = bytes; left > 0; ) {
      const length = readSync(file, chunk, 0, Math.min(left, chunk.length), null);
      if (length === 0) break;
      left -= length;
      const piece = chunk.subarray(0, length);
      sum.update(piece);
      const text = rest + decoder.write(piece);
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        yield text.slice(from, end);
        from = end + 1;
      }
      rest = text.slice(from);
    }
    return sum.digest('base64url');
  } finally {
    closeSync(file);
  }
}

/** Bytes that are looked at first, and at most, for the last lines of a file. */
const TAIL_BYTES = [1 << 18, 1 << 24];

/** So many last lines of a file, and how many bytes stand before them; undefined where it does not hold so many. */
export function lastLines(
  path: string,
  wanted: number,
): { readonly lines: readonly string[]; readonly before: number } | undefined {
  const { size } = statSync(path);
  const file = openSync(path, 'r');
  try {
    for (const most of TAIL_BYTES) {
      const length = Math.min(size, most);
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, size - length);
      let start = bytes.length;
      for (let n = 0; n <= wanted && start >= 0; n++) start = bytes.lastIndexOf('\n', start - 1);
      if (start < 0) continue;
      const lines = bytes.toString('utf8', start + 1).split('\n');
      // The last line has to end too, or the file was cut off.
      return lines.pop() === '' ? { lines, before: size - length + start + 1 } : undefined;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Writes lines in pieces. */
export class LineWriter {
  readonly #file: number;
  readonly #sum = createHash('sha256');
  #waiting: string[] = [];
  #length = 0;
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(line: string): void {
    this.#waiting.push(line);
    this.#length += line.length;
    if (this.#length > CHUNK_BYTES) this.flush();
  }

  /** Writes what waits, so that the file can be read. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`);
    this.#sum.update(bytes);
    writeSync(this.#file, bytes);
    this.#waiting = [];
    this.#length = 0;
  }

  /** SHA-256 of all lines so far. */
  sum(): string {
    this.flush();
    return this.#sum.copy().digest('base64url');
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
