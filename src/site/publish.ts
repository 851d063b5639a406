import { hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Html } from './html.ts';
import { decodeServer, encodeServer, LineWriter, linesOf, type ServerState, STATE_VERSION } from './state.ts';
import { type Content, sizeOf, Tree } from './tree.ts';

/** The output cannot be published there; the message says what to do. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/** Compares ids as the database sorts them: by code point, which UTF-16 order is not above U+FFFF. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  if (PLAIN.test(a) && PLAIN.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
const PLAIN = /^[\x20-\x7e]*$/;

/** What one finished tree holds, read in order beside the input. */
class StateReader {
  readonly files: ReadonlyMap<string, string>;
  readonly #lines: Iterator<string>;
  #next: ServerState | undefined;
  /** Servers passed over because the input no longer has them. */
  readonly #skipped: (server: ServerState) => void;

  constructor(lines: Iterator<string>, files: ReadonlyMap<string, string>, skipped: (server: ServerState) => void) {
    this.#lines = lines;
    this.files = files;
    this.#skipped = skipped;
    this.#advance();
  }

  /** The state of a server. Ids must be asked for in ascending order. */
  take(id: string): ServerState | undefined {
    for (;;) {
      const next = this.#next;
      if (next === undefined) return undefined;
      const order = compareIds(next.id, id);
      if (order > 0) return undefined;
      this.#advance();
      if (order === 0) return next;
      this.#skipped(next);
    }
  }

  /** Passes over what is left. */
  finish(): void {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      this.#advance();
      this.#skipped(next);
    }
  }

  #advance(): void {
    const line = this.#lines.next();
    this.#next = line.done === true ? undefined : decodeServer(line.value);
  }
}

/**
 * Publishes a site as a whole. The folder that readers see is a symbolic link to one of two trees beside it; a build
 * brings the other tree up to date and turns the link over in one step. What did not change is a hard link to the same
 * bytes, or was there already from the build before the last, so that the work is in proportion to what changed.
 */
export class Publisher {
  readonly tree: Tree;
  files = 0;
  bytes = 0;
  linked = 0;
  readonly #out: string;
  readonly #target: string;
  readonly #statePath: string;
  readonly #state: LineWriter;
  readonly #current: Tree | undefined;
  readonly #before: StateReader | undefined;
  readonly #there: StateReader | undefined;
  readonly #siteFiles = new Map<string, string>();

  constructor(out: string, generation: string, filesOf: (server: ServerState) => readonly string[]) {
    this.#out = resolve(out);
    const folder = dirname(this.#out);
    mkdirSync(folder, { recursive: true });
    const now = currentTree(this.#out);
    const name = (letter: string) => `.${basename(this.#out)}-${letter}`;
    const isA = now === name('a');
    this.#target = name(isA ? 'b' : 'a');
    const statePath = (tree: string) => join(folder, `${tree}.state`);
    this.#statePath = statePath(this.#target);
    this.#current = now === undefined ? undefined : new Tree(join(folder, now), false);
    this.#before = now === undefined ? undefined : openState(statePath(now), generation, () => {});
    const root = join(folder, this.#target);
    const there = openState(this.#statePath, generation, (server) => {
      for (const path of filesOf(server)) this.tree.remove(path);
    });
    if (there === undefined) rmSync(root, { recursive: true, force: true });
    this.#there = there;
    mkdirSync(root, { recursive: true });
    this.tree = new Tree(root, there === undefined);
    this.#state = new LineWriter(`${this.#statePath}.new`);
    // The old lines are read from the open file; from here on a tree without a state is a tree to be thrown away.
    if (there !== undefined) rmSync(this.#statePath, { force: true });
    this.#state.write(JSON.stringify({ v: STATE_VERSION, generation }));
  }

  /** What the published tree says about a server. */
  before(id: string): ServerState | undefined {
    return this.#before?.take(id);
  }

  /** What the tree that is brought up to date says about a server. */
  there(id: string): ServerState | undefined {
    return this.#there?.take(id);
  }

  /** A file of the published tree; undefined where there is none. */
  published(path: string): Buffer | undefined {
    return this.#current?.read(path);
  }

  /** Keeps what a server's pages were made of. */
  record(server: ServerState): void {
    this.#state.write(encodeServer(server));
  }

  write(path: string, content: Content): void {
    this.tree.write(path, content);
    this.files++;
    this.bytes += sizeOf(content);
  }

  /** Takes files over from the published tree. */
  take(paths: readonly string[]): void {
    const from = this.#current;
    if (from === undefined) return;
    for (const path of paths) this.tree.link(path, from);
    this.linked += paths.length;
  }

  remove(paths: readonly string[]): void {
    for (const path of paths) this.tree.remove(path);
  }

  /** Writes a file of the whole site, unless the tree or the published one has the same. */
  site(path: string, content: Content): void {
    const data = content instanceof Html ? Buffer.from(content.bytes, 'latin1') : content;
    const print = hash('sha256', data, 'base64url').slice(0, PRINT_CHARS);
    if (this.#siteFiles.has(path)) throw new PublishError(`two pages want the path ${path}`);
    this.#siteFiles.set(path, print);
    if (this.#there?.files.get(path) === print) return;
    if (this.#before?.files.get(path) === print) this.take([path]);
    else this.write(path, data);
  }

  /** Writes a file that costs something to make, unless it is there for the same input. */
  made(path: string, source: string, make: () => Uint8Array): void {
    const print = hash('sha256', source, 'base64url').slice(0, PRINT_CHARS);
    this.#siteFiles.set(path, print);
    if (this.#there?.files.get(path) === print) return;
    if (this.#before?.files.get(path) === print) this.take([path]);
    else this.write(path, make());
  }

  /** Keeps a whole folder of files that another program writes, unless it is there for the same input. */
  async folder(path: string, print: string, make: (place: string) => Promise<void>): Promise<boolean> {
    const mark = `${path}/`;
    this.#siteFiles.set(mark, print);
    if (this.#there?.files.get(mark) === print) return false;
    const place = join(this.tree.root, path);
    rmSync(place, { recursive: true, force: true });
    if (this.#before?.files.get(mark) === print && this.#current !== undefined) {
      linkFolder(join(this.#current.root, path), place);
      return false;
    }
    await make(place);
    return true;
  }

  /** Ends the build: what is left over goes, and readers see the new site. */
  finish(): void {
    this.#before?.finish();
    this.#there?.finish();
    for (const path of this.#there?.files.keys() ?? []) {
      if (this.#siteFiles.has(path)) continue;
      if (path.endsWith('/')) rmSync(join(this.tree.root, path), { recursive: true, force: true });
      else this.tree.remove(path);
    }
    this.#state.write(JSON.stringify({ files: [...this.#siteFiles] }));
    this.#state.close();
    renameSync(`${this.#statePath}.new`, this.#statePath);
    const link = `${this.#out}.next`;
    rmSync(link, { force: true });
    symlinkSync(this.#target, link, 'junction');
    renameSync(link, this.#out);
  }
}

const PRINT_CHARS = 22;

/** The tree that the link leads to. Throws where the place is taken by something else. */
function currentTree(out: string): string | undefined {
  const stat = lstatSync(out, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const name = basename(out);
  const target = stat.isSymbolicLink() ? basename(readlinkSync(out)) : '';
  if (target === `.${name}-a` || target === `.${name}-b`) return existsSync(out) ? target : undefined;
  throw new PublishError(`${out} is there and is no site that toolrisk built; move it away or choose another --out`);
}

/**
 * Reads the state of a tree. None where there is none, where another version of the program or of its data wrote it.
 * The line with the files of the whole site is the last one, so a state that was cut off is none either.
 */
function openState(path: string, generation: string, skipped: (server: ServerState) => void): StateReader | undefined {
  if (!existsSync(path)) return undefined;
  const tail = lastLine(path);
  if (tail === undefined || !tail.startsWith('{"files":')) return undefined;
  const { files }: { files: [string, string][] } = JSON.parse(tail);
  const lines = linesOf(path);
  const head = lines.next();
  if (head.done === true || head.value !== JSON.stringify({ v: STATE_VERSION, generation })) {
    lines.return(undefined);
    return undefined;
  }
  return new StateReader(serverLines(lines), new Map(files), skipped);
}

function* serverLines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) if (line.startsWith('[')) yield line;
}

/** Files of the whole site take some hundred bytes each; their line is far shorter than this. */
const TAIL_BYTES = 16 << 20;

function lastLine(path: string): string | undefined {
  const size = statSync(path).size;
  const length = Math.min(size, TAIL_BYTES);
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, size - length);
    const end = bytes.lastIndexOf('\n');
    if (end <= 0) return undefined;
    return bytes.subarray(bytes.lastIndexOf('\n', end - 1) + 1, end).toString('utf8');
  } finally {
    closeSync(file);
  }
}

function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkFolder(join(from, entry.name), join(to, entry.name));
    else linkSync(join(from, entry.name), join(to, entry.name));
  }
}
