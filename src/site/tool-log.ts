import { hash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StateError } from './state.ts';

/** Where a text stands in a log, in bytes, with its SHA-256 (132 bits, base64url). */
export interface LogPlace {
  readonly at: number;
  readonly length: number;
  readonly sum: string;
}

const SUM_CHARS = 22;
const BUFFER_BYTES = 256 << 10;

/**
 * What the records of both trees say of tools. It only grows, so that a build in which little changed writes little, and
 * a record stays right whatever is appended after it. Each text is read when it is asked for, and checked then.
 */
export class ToolLog {
  readonly path: string;
  readonly #file: number;
  /** Bytes that are in the file. */
  #written: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;

  /** Opens a log that is there. */
  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'a+');
    this.#written = fstatSync(this.#file).size;
  }

  /** Bytes of all texts, also of those that no record speaks of any more. */
  get size(): number {
    return this.#written + this.#used;
  }

  /** A text. Throws `StateError` where it is not as it was written. */
  read({ at, length, sum }: LogPlace): string {
    if (at + length > this.#written) this.flush();
    if (!(at >= 0 && length >= 0 && at + length <= this.#written)) throw new StateError('the log of tools was cut off');
    const bytes = Buffer.allocUnsafe(length);
    const read = readSync(this.#file, bytes, 0, length, at);
    if (read !== length || sumOf(bytes) !== sum) throw new StateError('the log of tools was changed by somebody else');
    return bytes.toString('utf8');
  }

  /** Puts a text at the end, or says where it stands if that is `known`. */
  append(text: string, known: LogPlace | undefined): LogPlace {
    const bytes = Buffer.from(text, 'utf8');
    const { length } = bytes;
    const sum = sumOf(bytes);
    if (known?.sum === sum && known.length === length) return known;
    const at = this.size;
    if (length > this.#buffer.length - this.#used) this.flush();
    if (length > this.#buffer.length) this.#write(bytes);
    else this.#used += bytes.copy(this.#buffer, this.#used);
    return { at, length, sum };
  }

  /** Writes what waits. */
  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#written += bytes.length;
  }

  /** What waits is not written. */
  close(): void {
    closeSync(this.#file);
  }
}

function sumOf(bytes: Buffer): string {
  return hash('sha256', bytes, 'base64url').slice(0, SUM_CHARS);
}

/** A log is begun anew when it is larger than this, and holds several times what is still spoken of. */
const SMALL_BYTES = 1 << 20;
const MOST_TIMES = 3;

/** The logs of a site: one, or two for as long as the tree that was published before the last one speaks of the old one. */
export class ToolLogs {
  readonly #folder: string;
  readonly #names: readonly string[];
  readonly #open = new Map<string, ToolLog>();

  /** `site`: the name of the folder that readers see. */
  constructor(folder: string, site: string) {
    this.#folder = folder;
    this.#names = [`.${site}-0.tools`, `.${site}-1.tools`];
  }

  /** A log by its name; undefined where it is not there. */
  named(name: string): ToolLog | undefined {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const path = join(this.#folder, name);
    if (!this.#names.includes(name) || !existsSync(path)) return undefined;
    const log = new ToolLog(path);
    this.#open.set(name, log);
    return log;
  }

  /** The log for the next record: that of the published one, of which so many bytes are still spoken of, or an empty one. */
  next(published: ToolLog | undefined, live: number): ToolLog {
    if (published !== undefined && published.size <= Math.max(SMALL_BYTES, MOST_TIMES * live)) return published;
    const name = this.#names.find((one) => published === undefined || one !== basename(published.path)) ?? '';
    const path = join(this.#folder, name);
    // The record of the other tree may speak of it: that one was opened before.
    rmSync(path, { force: true });
    const log = new ToolLog(path);
    this.#open.set(`${name} new`, log);
    return log;
  }

  /** Ends the work with logs; only some are kept. */
  finish(kept: readonly (ToolLog | undefined)[]): void {
    for (const log of this.#open.values()) log.flush();
    this.close();
    const paths = kept.map((log) => log?.path);
    for (const name of this.#names) {
      const path = join(this.#folder, name);
      if (!paths.includes(path)) rmSync(path, { force: true });
    }
  }

  /** Leaves all logs as they are. */
  close(): void {
    for (const log of this.#open.values()) log.close();
    this.#open.clear();
  }
}
