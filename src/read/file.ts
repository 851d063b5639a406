import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileNameOf, openDocument } from '../extract/edge/document.ts';
import type { Document } from '../extract/extractor.ts';
import type { FetchRequest } from '../fetch/types.ts';
import { parseUrl } from '../fetch/url.ts';
import { formatLocator, type Locator } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, ReadResult } from '../model/manifest.ts';
import { readDocument } from './document.ts';
import { readFolder } from './folder.ts';
import { mcpbReader } from './mcpb.ts';
import type { Previous, Reader, ReadWorld } from './reader.ts';
import { readSourceFolder } from './source-folder.ts';

const URL_START = /^https?:\/\//iu;
const BUNDLE = /\.(?:mcpb|dxt)$/iu;
const SOURCE = /\.(?:py|[cm]?[jt]sx?)$/iu;

/** Reads a manifest by its path or its URL, or a folder of manifests or of a package's source; a bundle or one file of source too. */
export const fileReader: Reader = {
  kind: 'file',
  read(locator: Locator, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
    return URL_START.test(locator.name)
      ? readUrl(locator.name, world, previous)
      : readChanged(locator.name, world, previous);
  },
};

async function readChanged(name: string, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
  const result = await readPath(name, world);
  const same = result.kind === 'read' && result.contentHash === previous?.contentHash;
  return same ? { kind: 'not-modified' } : result;
}

async function readPath(name: string, world: ReadWorld): Promise<ReadResult> {
  const path = resolve(world.root, name);
  const location = formatLocator({ kind: 'file', name: shownPath(path, world.root) });
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) return noFile(name, found);
  if (found.isDirectory()) return readFolder(path, location, world);
  if (!found.isFile()) return failed('refused', 'not-a-file', `${name} is neither a file nor a folder`);
  if (BUNDLE.test(path)) return mcpbReader.read({ kind: 'mcpb', name: location.slice('file:'.length) }, world);
  if (SOURCE.test(path)) {
    return readSourceFolder(dirname(path), location, [{ path: basename(path), size: found.size }], world);
  }
  if (found.size > LIMITS.manifestBytes) {
    return failed(
      'too-large',
      'manifest-bytes',
      `${name} has ${found.size} bytes; the limit is ${LIMITS.manifestBytes}`,
    );
  }
  return readManifestFile(path, location, world);
}

/** Reads one file as a manifest, with its companions from the same folder. */
async function readManifestFile(path: string, location: string, world: ReadWorld): Promise<ReadResult> {
  const opened = openDocument(await readFile(path), location, fileNameOf(path));
  if (opened.kind === 'failed') return opened;
  return readDocument(opened, (fileName) => openBeside(path, location, fileName), world.directories);
}

async function openBeside(path: string, location: string, fileName: string): Promise<Document | undefined> {
  const beside = join(dirname(path), fileName);
  const found = await stat(beside).catch(() => undefined);
  if (found?.isFile() !== true || found.size > LIMITS.manifestBytes) return undefined;
  const at = `${location.slice(0, location.length - fileNameOf(location).length)}${fileName}`;
  const opened = openDocument(await readFile(beside), at, fileName);
  return opened.kind === 'document' ? opened.document : undefined;
}

async function readUrl(url: string, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
  const fetched = await fetchDocument(url, world, previous);
  if (fetched.kind !== 'fetched') return fetched;
  const opened = openDocument(fetched.body, fetched.url, fileNameOf(fetched.url));
  if (opened.kind === 'failed') return opened;
  const load = (fileName: string) => fetchBeside(fileName, fetched.url, world);
  return readDocument(opened, load, world.directories, fetched.validators);
}

async function fetchBeside(fileName: string, url: string, world: ReadWorld): Promise<Document | undefined> {
  const beside = await fetchDocument(new URL(fileName, url).href, world);
  if (beside.kind !== 'fetched') return undefined;
  const companion = openDocument(beside.body, beside.url, fileName);
  return companion.kind === 'document' ? companion.document : undefined;
}

function fetchDocument(url: string, world: ReadWorld, previous?: Previous) {
  const request: { -readonly [Key in keyof FetchRequest]: FetchRequest[Key] } = {
    url,
    trust: isOperators(url, world) ? 'operator' : 'crawled',
    accept: 'application/json, application/yaml;q=0.9, text/html;q=0.8, */*;q=0.5',
    maxBytes: LIMITS.manifestBytes,
    robots: isPage(url),
  };
  if (previous?.validators !== undefined) request.validators = previous.validators;
  if (world.signal !== undefined) request.signal = world.signal;
  return world.client.fetch(request);
}

/** Whether the operator named the origin of an address. */
function isOperators(url: string, { operatorOrigins }: ReadWorld): boolean {
  if (operatorOrigins === undefined || operatorOrigins.size === 0) return false;
  // An address that begins with an origin and a slash is of that origin; any other has to be parsed to know.
  for (const origin of operatorOrigins) if (url.charAt(origin.length) === '/' && url.startsWith(origin)) return true;
  const origin = parseUrl(url)?.origin;
  return origin !== undefined && operatorOrigins.has(origin);
}

/** Robots.txt is about pages; a document with the ending of data, or at a well-known place, is there to be fetched. */
function isPage(url: string): boolean {
  return !/\.(?:jsonc?|ya?ml|toml|md)(?:[?#]|$)|\/\.well-known\/|\/server-card$/iu.test(url);
}

/** A path as ids show it: relative to the root where it is inside, with slashes. */
function shownPath(path: string, root: string): string {
  const inside = relative(root, path);
  const shown = inside === '' ? '.' : inside.startsWith('..') ? path : inside;
  return shown.split(sep).join('/');
}

function noFile(name: string, error: NodeJS.ErrnoException): Failure {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return failed('not-found', 'no-file', `${name} does not exist`);
  }
  return failed('unreachable', 'file-error', `${name} cannot be read: ${error.message}`);
}

function failed(outcome: Failure['outcome'], reason: string, message: string): Failure {
  return { kind: 'failed', outcome, reason, message };
}
