import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkShape, type Shapes } from './shapes.ts';
import { type Shipped, type ShippedFile, shippedData } from './shipped.ts';

/** A file of `data/` that is not as it must be. The message names the file, the place and what is wrong. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly file: string;
  constructor(file: string, message: string, cause?: unknown) {
    super(`${file}: ${message}`, cause === undefined ? {} : { cause });
    this.file = file;
  }
}

interface ReadFile {
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * The files of a data folder. Each is read once; where its bytes are those that the program was built with, what its
 * schema made of it then is taken. Paths are relative to the folder, with `/`. Everything throws `DataError`.
 */
export class DataFolder {
  readonly path: string;
  readonly shipped: Shipped;
  readonly #read = new Map<string, ReadFile>();

  constructor(path: string, shipped: Shipped = shippedData) {
    this.path = path;
    this.shipped = shipped;
  }

  /** Whether there is such a file. */
  has(path: string): boolean {
    return existsSync(join(this.path, path));
  }

  /** Names of the YAML files in a folder, sorted, without the ending. A folder that is not there has none. */
  names(folder: string): readonly string[] {
    const place = join(this.path, folder);
    if (!existsSync(place)) return [];
    return readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
      .map((entry) => entry.name.slice(0, -'.yaml'.length))
      .sort();
  }

  /** One file, checked. Each file has one shape. */
  checked<Name extends keyof Shapes>(path: string, shape: Name): Shapes[Name] {
    const kept = this.#kept(path)?.checked;
    if (kept !== undefined) return JSON.parse(kept);
    const checked = checkShape(shape, this.#parse(path));
    if (checked.kind === 'wrong') throw new DataError(join(this.path, path), checked.message, checked.cause);
    return checked.value;
  }

  /** One file as it stands. */
  raw(path: string): unknown {
    const kept = this.#kept(path)?.raw;
    return kept === undefined ? this.#parse(path) : JSON.parse(kept);
  }

  /** SHA-256 of one file, hexadecimal. */
  sha256(path: string): string {
    return this.#file(path).sha256;
  }

  /** What was kept of a file, if it was made of these very bytes. */
  #kept(path: string): ShippedFile | undefined {
    const kept = this.shipped.files.get(path);
    return kept !== undefined && kept.sha256 === this.sha256(path) ? kept : undefined;
  }

  #file(path: string): ReadFile {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const bytes = readBytes(join(this.path, path));
    const file = { bytes, sha256: hash('sha256', bytes, 'hex') };
    this.#read.set(path, file);
    return file;
  }

  #parse(path: string): unknown {
    const text = this.#file(path).bytes.toString('utf8');
    try {
      return path.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
    } catch (cause) {
      throw new DataError(join(this.path, path), cause instanceof Error ? cause.message : 'cannot be parsed', cause);
    }
  }
}

/** The folder itself, or one that is open already, so that nothing is read twice. */
export type DataPlace = string | DataFolder;

export function openData(place: DataPlace): DataFolder {
  return typeof place === 'string' ? new DataFolder(place) : place;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new DataError(file, cause instanceof Error ? cause.message : 'cannot be read', cause);
  }
}

function parseYaml(text: string): unknown {
  // Loaded when a file has to be parsed, which the program that is built hardly ever does.
  const { parse }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  return parse(text, { maxAliasCount: 0 });
}
