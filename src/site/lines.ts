import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
const LINE_END = 0x0a;

/**
 * The lines of the first bytes of a file, read in pieces; the value at the end is their SHA-256. They stay bytes, since
 * most of them are only passed on. The file is opened at once, so that it may be removed before it is read.
 */
export function linesOf(path: string, bytes: number): Generator<Buffer, string> {
  return read(openSync(path, 'r'), bytes);
}

function* read(file: number, bytes: number): Generator<Buffer, string> {
  try {
    const sum = createHash('sha256');
    let rest = Buffer.alloc(0);
    for (let left = bytes; left > 0; ) {
      // A piece of its own each time: whoever has a line of it may keep that.
      const chunk = Buffer.allocUnsafe(rest.length + Math.min(left, CHUNK_BYTES));
      rest.copy(chunk);
      const length = readSync(file, chunk, rest.length, chunk.length - rest.length, null);
      if (length === 0) break;
      left -= length;
      const piece = chunk.subarray(0, rest.length + length);
      sum.update(piece.subarray(rest.length));
      let from = 0;
      for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, from)) {
        yield piece.subarray(from, end);
        from = end + 1;
      }
      rest = piece.subarray(from);
    }
    return sum.digest('base64url');
  } finally {
    closeSync(file);
  }
}

/** Room for the longest last line. */
const LAST_BYTES = 256;

/** The last line of a file and where it begins; undefined where the file does not end with the end of a short line. */
export function lastLine(path: string): { readonly text: string; readonly start: number } | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = readAt(file, Math.max(0, size - LAST_BYTES), Math.min(size, LAST_BYTES));
    // The last line has to end too, or the file was cut off.
    if (bytes.at(-1) !== LINE_END) return undefined;
    const from = bytes.lastIndexOf(LINE_END, -2) + 1;
    return from === 0
      ? undefined
      : { text: bytes.toString('utf8', from, bytes.length - 1), start: size - bytes.length + from };
  } finally {
    closeSync(file);
  }
}

/** Some bytes of a file; fewer where it ends before. */
export function bytesAt(path: string, start: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    return readAt(file, start, length);
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, start));
}

/** Writes lines in pieces. Those that `linesOf` gave must still stand between the ends of their neighbours. */
export class LineWriter {
  readonly #file: number;
  #isOpen = true;
  readonly #sum = createHash('sha256');
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;
  /** Lines that wait because they stand one behind the other in one piece of a file: with the end of the last one. */
  #run: { readonly buffer: ArrayBufferLike; readonly start: number; end: number } | undefined;
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(line: string): void {
    this.#endRun();
    this.#room(UTF8_BYTES * line.length + 1);
    this.#used += this.#buffer.write(line, this.#used, 'utf8');
    this.#buffer[this.#used++] = LINE_END;
  }

  /** Writes a line as `linesOf` gave it. Most of them follow each other, and are copied together. */
  pass(line: Buffer): void {
    const { buffer, byteOffset, length } = line;
    if (this.#run?.buffer === buffer && this.#run.end === byteOffset) {
      this.#run.end += length + 1;
      return;
    }
    this.#endRun();
    this.#run = { buffer, start: byteOffset, end: byteOffset + length + 1 };
  }

  #endRun(): void {
    if (this.#run === undefined) return;
    const { buffer, start, end } = this.#run;
    this.#run = undefined;
    this.#room(end - start);
    this.#buffer.set(new Uint8Array(buffer, start, end - start), this.#used);
    this.#used += end - start;
  }

  #room(bytes: number): void {
    if (this.#used + bytes <= this.#buffer.length) return;
    this.#flush();
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(bytes);
  }

  /** Writes what waits, so that the file can be read. */
  flush(): void {
    this.#endRun();
    this.#flush();
  }

  #flush(): void {
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#sum.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#used = 0;
  }

  /** SHA-256 of all lines so far. */
  sum(): string {
    this.flush();
    return this.#sum.copy().digest('base64url');
  }

  close(): void {
    this.flush();
    this.drop();
  }

  /** Leaves the file as it is, unless it was closed before. */
  drop(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#file);
  }
}

/** Bytes that one character takes at most. */
const UTF8_BYTES = 3;
