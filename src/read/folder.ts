import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf, openDocument } from '../extract/edge/document.ts';
import { extractorFor } from '../extract/index.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, Reading, ReadResult, ServerReading } from '../model/manifest.ts';
import { readDocument } from './document.ts';
import type { ReadWorld } from './reader.ts';
import { readSourceFolder } from './source-folder.ts';

/** Folders that hold other people's code or no manifests. */
const SKIPPED = new Set(['node_modules', '.git', '.hg', '.svn', '__pycache__', '.venv', 'venv', '.tox', 'coverage']);

/** A folder that is deeper is some mistake, or a loop of mounts. */
const MAX_DEPTH = 16;

/** Files that can be a manifest. */
const MANIFEST = /\.(?:jsonc?|ya?ml|toml|md|html?)$/iu;

/** Files that make a folder a package: its source is read, and manifests at its top only. */
const PACKAGE = ['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg'];

/** One file of a folder. */
interface Entry {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly size: number;
}

/**
 * Reads a folder: every manifest in it, and the source code when it is a package. Symbolic links are not followed. A
 * file that is malformed is a problem of its own; a file of no known shape is not a manifest and no problem.
 */
export async function readFolder(folder: string, location: string, world: ReadWorld): Promise<ReadResult> {
  const walked = await walk(folder);
  if ('outcome' in walked) return walked;
  const isPackage = walked.some((entry) => PACKAGE.includes(entry.path));
  const manifests = walked.filter((entry) => MANIFEST.test(entry.path) && !(isPackage && entry.path.includes('/')));
  const read = await readManifests(folder, location, manifests, world);
  const source = isPackage ? await readSourceFolder(folder, location, walked, world) : undefined;
  if (source?.kind === 'failed' && read.servers.length === 0 && read.leads.length === 0) return source;
  const problems = [...read.problems, ...(source?.kind === 'failed' ? [source.message] : (source?.problems ?? []))];
  const servers = [...read.servers, ...(source?.kind === 'read' ? source.servers : [])];
  if (servers.length === 0 && read.leads.length === 0) {
    const why = problems.length === 0 ? 'no file in it is a manifest that is known' : problems.join('; ');
    return { kind: 'failed', outcome: 'malformed', reason: 'no-manifest', message: `${location}: ${why}` };
  }
  const contentHash = createHash('sha256')
    .update(read.contentHash)
    .update(source?.kind === 'read' ? source.contentHash : '')
    .digest('hex');
  return { kind: 'read', servers, problems, leads: read.leads, contentHash } satisfies Reading;
}

interface Manifests {
  readonly servers: readonly ServerReading[];
  readonly problems: readonly string[];
  readonly leads: readonly string[];
  readonly contentHash: string;
}

async function readManifests(
  folder: string,
  location: string,
  entries: readonly Entry[],
  world: ReadWorld,
): Promise<Manifests> {
  const hash = createHash('sha256');
  const servers: ServerReading[] = [];
  const problems: string[] = [];
  const leads: string[] = [];
  const companions = new Set<string>();
  const base = location === 'file:.' ? 'file:' : `${location}/`;
  const open = async (path: string) =>
    openDocument(await readFile(join(folder, path)), `${base}${path}`, fileNameOf(path));
  for (const { path, size } of entries) {
    if (companions.has(path)) continue;
    if (size > LIMITS.manifestBytes) {
      problems.push(`${path}: ${size} bytes are over the limit of ${LIMITS.manifestBytes}`);
      continue;
    }
    const opened = await open(path);
    if (opened.kind === 'failed') {
      problems.push(`${path}: ${opened.message}`);
      continue;
    }
    if (extractorFor(opened.document, world.directories) === undefined) continue;
    const beside = (fileName: string) => `${path.slice(0, path.length - fileNameOf(path).length)}${fileName}`;
    const result = await readDocument(
      opened,
      async (fileName) => {
        if (!entries.some((entry) => entry.path === beside(fileName))) return undefined;
        companions.add(beside(fileName));
        const companion = await open(beside(fileName));
        return companion.kind === 'document' ? companion.document : undefined;
      },
      world.directories,
    );
    if (result.kind === 'failed') {
      problems.push(`${path}: ${result.message}`);
      continue;
    }
    hash.update(`${path}\0${result.contentHash}\n`);
    servers.push(...result.servers);
    problems.push(...result.problems.map((problem) => `${path}: ${problem}`));
    leads.push(...result.leads);
  }
  const own = servers.filter((server) => !isCompanion(server, base, companions));
  return { servers: own, problems, leads: [...new Set(leads)].sort(), contentHash: hash.digest('hex') };
}

/** A companion that was read before the document it belongs to was met. */
function isCompanion(server: ServerReading, base: string, companions: ReadonlySet<string>): boolean {
  return server.facts.id.startsWith(base) && companions.has(server.facts.id.slice(base.length));
}

/** Lists the files of a folder, sorted; over a bound it is a failure, never a shorter list. */
async function walk(folder: string): Promise<readonly Entry[] | Failure> {
  const found: Entry[] = [];
  const pending: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const { path, depth } = next;
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    for (const entry of entries) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
        if (depth >= MAX_DEPTH) return tooLarge('folder-depth', `${child} is deeper than ${MAX_DEPTH} folders`);
        pending.push({ path: child, depth: depth + 1 });
      } else if (entry.isFile()) {
        const { size } = await stat(join(folder, child));
        found.push({ path: child, size });
        if (found.length > LIMITS.archiveEntries) {
          return tooLarge('folder-entries', `the folder has more than ${LIMITS.archiveEntries} files`);
        }
      }
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function tooLarge(reason: string, message: string): Failure {
  return { kind: 'failed', outcome: 'too-large', reason, message };
}
