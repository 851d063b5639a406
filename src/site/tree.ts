import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Html } from './html.ts';
import { SAFE_PATH } from './urls.ts';

/** What a file may hold: text, markup, or bytes. */
export type Content = string | Html | Uint8Array;

/** Length of a content: bytes, or characters of a text. */
export function sizeOf(content: Content): number {
  return content instanceof Html ? content.bytes.length : content.length;
}

/** What comes between two marks of a file; all three as bytes, one character each. */
export interface Cut {
  readonly after: string;
  readonly before: string;
  readonly put: string;
}

/** A path that is not one of ours; nothing is written. */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError';
  constructor(path: string) {
    super(`${JSON.stringify(path)} is no path of the site; every path must come from site/urls.ts`);
  }
}

/** The one place that writes below the site's folder. */
export class Tree {
  readonly root: string;
  /** The folder began empty, so nothing has to be removed before it is written. */
  readonly fresh: boolean;
  #folder = '';
  readonly #folders = new Set<string>();
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);

  constructor(root: string, fresh: boolean) {
    this.root = root;
    this.fresh = fresh;
  }

  /** Writes a new file. An old one is removed first: other trees may share its bytes by hard link. */
  write(path: string, content: Content): void {
    const place = this.#place(path);
    const file = this.#make(place, () => openSync(place, NEW_FILE));
    try {
      if (typeof content === 'string') writeSync(file, content);
      else if (content instanceof Html) this.#writeMarkup(file, content.bytes);
      else writeSync(file, content);
    } finally {
      closeSync(file);
    }
  }

  /** Through one buffer for all files; to make one for each takes longer than to fill it. */
  #writeMarkup(file: number, bytes: string): void {
    this.#room(bytes.length);
    this.#buffer.write(bytes, 'latin1');
    this.#writeBuffer(file, bytes.length);
  }

  #room(bytes: number): void {
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(2 * bytes);
  }

  #writeBuffer(file: number, length: number): void {
    for (let at = 0; at < length; ) at += writeSync(file, this.#buffer, at, length - at);
  }

  /**
   * Writes a new file as another tree has it, but with other bytes between marks, which follow each other. Gives its
   * size; undefined, and nothing is written, where that file is not there or lacks a mark.
   */
  rewrite(path: string, from: Tree, cuts: readonly Cut[]): number | undefined {
    const old = from.#readHere(path);
    if (old === undefined) return undefined;
    this.#room(old.length + cuts.reduce((sum, { put }) => sum + put.length, 0));
    let at = 0;
    let length = 0;
    for (const { after, before, put } of cuts) {
      const mark = old.indexOf(after, at, 'latin1');
      const start = mark + after.length;
      const end = mark < 0 ? -1 : old.indexOf(before, start, 'latin1');
      if (end < 0) return undefined;
      length += old.copy(this.#buffer, length, at, start);
      length += this.#buffer.write(put, length, 'latin1');
      at = end;
    }
    length += old.copy(this.#buffer, length, at);
    const place = this.#place(path);
    const file = this.#make(place, () => openSync(place, NEW_FILE));
    try {
      this.#writeBuffer(file, length);
    } finally {
      closeSync(file);
    }
    return length;
  }

  /** The bytes of a file, in the buffer of this tree, where they stay until the next file is read or written. */
  #readHere(path: string): Buffer | undefined {
    const file = ifThere(() => openSync(`${this.root}/${path}`, constants.O_RDONLY));
    if (file === undefined) return undefined;
    try {
      for (let length = 0; ; ) {
        const read = readSync(file, this.#buffer, length, this.#buffer.length - length, length);
        length += read;
        // Of a file on a disk a read gives less than there is room for at its end alone.
        if (length < this.#buffer.length) return this.#buffer.subarray(0, length);
        const larger = Buffer.allocUnsafe(2 * length);
        this.#buffer.copy(larger);
        this.#buffer = larger;
      }
    } finally {
      closeSync(file);
    }
  }

  /** Takes a file over from another tree by hard link. */
  link(path: string, from: Tree): void {
    const place = this.#place(path);
    this.#make(place, () => {
      linkSync(`${from.root}/${path}`, place);
      return true;
    });
  }

  remove(path: string): void {
    ifThere(() => unlinkSync(this.#place(path)));
  }

  /** The bytes of a file; undefined where it is not there. */
  read(path: string): Buffer | undefined {
    return ifThere(() => readFileSync(`${this.root}/${path}`));
  }

  #place(path: string): string {
    if (!SAFE_PATH.test(path)) throw new UnsafePathError(path);
    const place = `${this.root}/${path}`;
    if (this.fresh) this.#makeFolder(path, place);
    return place;
  }

  #makeFolder(path: string, place: string): void {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    if (folder === this.#folder) return;
    if (!this.#folders.has(folder)) {
      mkdirSync(dirname(place), { recursive: true });
      if (this.#folders.size > KNOWN_FOLDERS) this.#folders.clear();
      this.#folders.add(folder);
    }
    this.#folder = folder;
  }

  /** Makes a file in place of one that may be there. In a tree that is not new nearly all folders are there too. */
  #make<Made>(place: string, make: () => Made): Made {
    if (this.fresh) return make();
    ifThere(() => unlinkSync(place));
    const made = ifThere(make);
    if (made !== undefined) return made;
    mkdirSync(dirname(place), { recursive: true });
    return make();
  }
}

/** What a call gives; undefined where a file or a folder is not there. */
function ifThere<Result>(call: () => Result): Result | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Room for most pages at once. */
const BUFFER_BYTES = 64 << 10;

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** Folders that are remembered as made, a bound for catalogues of any size. */
const KNOWN_FOLDERS = 5_000;
