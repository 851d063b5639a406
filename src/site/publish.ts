import { hash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Html } from './html.ts';
import type { ServerState } from './state.ts';
import { openState, type SiteFile, type StateReader, StateWriter } from './state-file.ts';
import { type ToolLog, ToolLogs } from './tool-log.ts';
import type { TotalsLine } from './totals.ts';
import { type Content, type Cut, sizeOf, Tree } from './tree.ts';

/** The output cannot be published there; the message says what to do. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/**
 * Publishes a site as a whole. The folder that readers see is a symbolic link to one of two trees beside it; a build
 * brings the other tree up to date and turns the link over in one step. What did not change is a hard link to the same
 * bytes, or was there already from the build before the last, so that the work is in proportion to what changed.
 */
export class Publisher {
  readonly tree: Tree;
  /** The totals of the published tree, where its record is of use. */
  readonly totals: TotalsLine | undefined;
  files = 0;
  bytes = 0;
  linked = 0;
  readonly #out: string;
  readonly #target: string;
  readonly #statePath: string;
  readonly #logs: ToolLogs;
  readonly #log: ToolLog;
  readonly #state: StateWriter;
  readonly #current: Tree | undefined;
  readonly #before: StateReader | undefined;
  readonly #there: StateReader | undefined;
  readonly #siteFiles = new Map<string, SiteFile>();
  readonly #gone: ServerState[] = [];
  /** What the published tree says of the server that was asked for last. */
  #last: ServerState | undefined;

  constructor(out: string, generation: string, filesOf: (server: ServerState) => readonly string[]) {
    this.#out = resolve(out);
    const folder = dirname(this.#out);
    mkdirSync(folder, { recursive: true });
    const now = currentTree(this.#out);
    const [a, b] = treeNames(this.#out);
    this.#target = now === a ? b : a;
    const statePath = (tree: string) => join(folder, tree + STATE);
    this.#statePath = statePath(this.#target);
    this.#current = now === undefined ? undefined : new Tree(join(folder, now), false);
    this.#logs = new ToolLogs(folder, basename(this.#out));
    const logNamed = (name: string) => this.#logs.named(name);
    this.#before =
      now === undefined
        ? undefined
        : openState(statePath(now), generation, logNamed, (server) => this.#gone.push(server));
    this.totals = this.#before?.totals();
    const root = join(folder, this.#target);
    const there = openState(this.#statePath, generation, logNamed, (server) => {
      for (const path of filesOf(server)) this.tree.remove(path);
    });
    if (there === undefined) rmSync(root, { recursive: true, force: true });
    this.#there = there;
    mkdirSync(root, { recursive: true });
    this.tree = new Tree(root, there === undefined);
    // The old lines are read from the open file; from here on a tree without a state is a tree to be thrown away.
    if (there !== undefined) rmSync(this.#statePath, { force: true });
    this.#log = this.#logs.next(this.#before?.log, this.#before?.live ?? 0);
    this.#state = new StateWriter(this.#statePath + NEW, generation, this.#log);
  }

  /** What the published tree and the one that is brought up to date say about a server: the same object if the same. */
  known(id: string): { readonly before: ServerState | undefined; readonly there: ServerState | undefined } {
    const before = this.#before?.take(id);
    this.#last = before;
    return { before, there: this.#there?.take(id, before) };
  }

  /** Servers of the published tree that were passed over so far, since they are no more. */
  gone(): readonly ServerState[] {
    return this.#gone.splice(0);
  }

  /** Says that no server follows. Throws `StateError` where the record of the last build was damaged. */
  endServers(): void {
    this.#before?.finish();
    this.#there?.finish();
  }

  /** Every server that was recorded. */
  servers(): Iterable<ServerState> {
    return this.#state.servers();
  }

  /** A file of the published tree; undefined where there is none. */
  published(path: string): Buffer | undefined {
    return this.#current?.read(path);
  }

  /** Keeps what the pages of the server were made of that was asked for last. */
  record(server: ServerState): void {
    this.#state.server(server, this.#last);
  }

  write(path: string, content: Content): void {
    this.tree.write(path, content);
    this.files++;
    this.bytes += sizeOf(content);
  }

  /** Writes a file as the published tree has it, with other bytes between marks. False where that cannot be. */
  rewrite(path: string, cuts: readonly Cut[]): boolean {
    // In a new tree a file that was begun like this could not be made otherwise any more.
    const from = this.tree.fresh ? undefined : this.#current;
    const bytes = from === undefined ? undefined : this.tree.rewrite(path, from, cuts);
    if (bytes === undefined) return false;
    this.files++;
    this.bytes += bytes;
    return true;
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

  /** Keeps files of the whole site that are there and were made of the same. False where they have to be made. */
  keeps(paths: readonly string[], key: string): boolean {
    const files = paths.map((path) => this.#madeOf(path, key));
    if (files.includes(undefined)) return false;
    for (const [i, path] of paths.entries()) {
      const file = files[i];
      if (file === undefined) continue;
      this.#place(path, file);
      this.#bring(path, file, () => {});
    }
    return true;
  }

  #madeOf(path: string, key: string): SiteFile | undefined {
    const here = this.#there?.files.get(path);
    const file = here?.key === key ? here : this.#before?.files.get(path);
    return file?.key === key ? file : undefined;
  }

  /** Takes a file of the whole site, and writes it unless the tree or the published one has the same. */
  site(path: string, content: Content, key = ''): void {
    const data = content instanceof Html ? Buffer.from(content.bytes, 'latin1') : content;
    const file = { print: printOf(data), key };
    this.#place(path, file);
    this.#bring(path, file, () => this.write(path, data));
  }

  #place(path: string, file: SiteFile): void {
    if (this.#siteFiles.has(path)) throw new PublishError(`two pages want the path ${path}`);
    this.#siteFiles.set(path, file);
  }

  #bring(path: string, { print }: SiteFile, make: () => void): void {
    if (this.#there?.files.get(path)?.print === print) return;
    if (this.#before?.files.get(path)?.print === print) this.take([path]);
    else make();
  }

  /** A file of the whole site as it was published; undefined where there is none, or it is not as it was written. */
  publishedSite(path: string): Buffer | undefined {
    const file = this.#before?.files.get(path);
    const bytes = file === undefined ? undefined : this.published(path);
    return bytes !== undefined && printOf(bytes) === file?.print ? bytes : undefined;
  }

  /** Takes a file of the whole site over as it was published, where there was one. */
  keep(path: string): void {
    const file = this.#before?.files.get(path);
    if (file === undefined) return;
    this.#place(path, file);
    this.#bring(path, file, () => {});
  }

  /** Whether the published site has a file of the whole site. */
  has(path: string): boolean {
    return this.#before?.files.has(path) === true;
  }

  /** Keeps all files of the whole site below a path, if one of them was made of the same. False where they have to be made. */
  keepsAll(below: string, one: string, key: string): boolean {
    const record = [this.#there, this.#before].find((each) => each?.files.get(one)?.key === key);
    if (record === undefined) return false;
    for (const [path, file] of record.files) {
      if (!path.startsWith(below)) continue;
      this.#place(path, file);
      this.#bring(path, file, () => {});
    }
    return true;
  }

  /** Ends the build: what is left over goes, and readers see the new site. */
  finish(totals: TotalsLine): void {
    for (const path of this.#there?.files.keys() ?? []) {
      if (!this.#siteFiles.has(path)) this.tree.remove(path);
    }
    this.#state.finish(this.#siteFiles, totals);
    renameSync(this.#statePath + NEW, this.#statePath);
    const link = `${this.#out}.next`;
    rmSync(link, { force: true });
    symlinkSync(this.#target, link, 'junction');
    renameSync(link, this.#out);
    this.#logs.finish([this.#log, this.#before?.log]);
  }

  /** Closes every file, whether the build came to its end or not. */
  close(): void {
    this.#before?.close();
    this.#there?.close();
    this.#state.drop();
    this.#logs.close();
  }
}

const PRINT_CHARS = 22;

function printOf(data: string | Uint8Array): string {
  return hash('sha256', data, 'base64url').slice(0, PRINT_CHARS);
}

const STATE = '.state';
const NEW = '.new';

function treeNames(out: string): readonly [a: string, b: string] {
  return [`.${basename(out)}-a`, `.${basename(out)}-b`];
}

/** Forgets what both trees hold, so that the next build makes everything anew. */
export function forgetBuilds(out: string): void {
  const place = resolve(out);
  for (const tree of treeNames(place)) rmSync(join(dirname(place), tree + STATE), { force: true });
}

/** The tree that the link leads to. Throws where the place is taken by something else. */
function currentTree(out: string): string | undefined {
  const stat = lstatSync(out, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const target = stat.isSymbolicLink() ? basename(readlinkSync(out)) : '';
  if (treeNames(out).includes(target)) return existsSync(out) ? target : undefined;
  throw new PublishError(`${out} is there and is no site that toolrisk built; move it away or choose another --out`);
}
