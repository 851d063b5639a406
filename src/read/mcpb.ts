import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { openDocument } from '../extract/edge/document.ts';
import { joinLists } from '../extract/edge/tools.ts';
import { at, textOf } from '../extract/edge/value.ts';
import { mcpbManifest } from '../extract/mcpb-manifest.ts';
import { formatLocator, type Locator } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, ReadResult, ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import type { Validators } from '../model/visit.ts';
import { isSource } from './npm-package.ts';
import { isPythonSource } from './python-package.ts';
import type { Previous, Reader, ReadWorld, SourceJob } from './reader.ts';
import { readZip } from './zip.ts';

const MANIFEST = 'manifest.json';

interface Bundle {
  readonly kind: 'bundle';
  readonly bytes: Uint8Array;
  readonly validators?: Validators;
}

/** Reads an MCP bundle (`.mcpb`, `.dxt`) by path or URL: its manifest, and the source of the server in it. Never unpacked to disk, never run. */
export const mcpbReader: Reader = {
  kind: 'mcpb',
  async read(locator: Locator, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
    const bundle = /^https?:\/\//iu.test(locator.name)
      ? await download(locator.name, world, previous)
      : await load(locator.name, world);
    if (bundle.kind !== 'bundle') return bundle;
    const contentHash = createHash('sha256').update(bundle.bytes).digest('hex');
    if (contentHash === previous?.contentHash) return { kind: 'not-modified', ...validatorsOf(bundle) };
    const read = await readBundle(bundle.bytes, formatLocator(locator), world);
    return read.kind === 'read' ? { ...read, contentHash, ...validatorsOf(bundle) } : read;
  },
};

/** Reads the bytes of a bundle. `location` is its locator. */
export async function readBundle(bytes: Uint8Array, location: string, world: ReadWorld): Promise<ReadResult> {
  const zip = readZip(
    bytes,
    (path) => path === MANIFEST || isSource(path) || isPythonSource(path),
    LIMITS.sourceFileBytes,
  );
  if (zip.kind === 'failed') return zip;
  const manifest = zip.files.get(MANIFEST);
  if (manifest === undefined) return failed('malformed', 'no-manifest', 'The bundle has no manifest.json at its root');
  const opened = openDocument(manifest, `${location}!${MANIFEST}`, MANIFEST);
  if (opened.kind === 'failed') return opened;
  if (!mcpbManifest.accepts(opened.document)) {
    return failed('malformed', 'unknown-shape', 'The manifest.json of the bundle is no MCPB manifest');
  }
  const extraction = mcpbManifest.extract(opened.document);
  const [listed] = extraction.servers;
  if (listed === undefined) return failed('malformed', 'no-server', 'The manifest.json of the bundle names no server');
  const job = jobOf(opened.document.value, location, zip.files);
  const source = job === undefined ? undefined : await world.parsers.parse(job);
  const parsed = source?.kind === 'parsed' ? source : undefined;
  const notes = [...zip.skipped].map(([reason, count]) => `archive: ${count} ${reason}`);
  const server: ServerReading = {
    ...listed,
    ...bestOf(listed, parsed),
    facts: { ...listed.facts, notes: [...listed.facts.notes, ...notes].sort() },
  };
  const problems = source === undefined ? [] : source.kind === 'parsed' ? source.problems : [source.message];
  return {
    kind: 'read',
    servers: [server],
    problems: [...opened.problems, ...extraction.problems, ...problems],
    leads: extraction.leads,
    contentHash: opened.contentHash,
  };
}

/**
 * Of a tool that both the manifest and the source show, the manifest's is taken when it has a schema; a bare name gives
 * way to the source, and stays as a note.
 */
function bestOf(listed: ServerReading, parsed: Pick<ServerReading, 'tools' | 'dropped'> | undefined) {
  if (parsed === undefined) return {};
  const inSource = new Map(parsed.tools.map((tool) => [tool.definition.name, tool]));
  const tools = listed.tools.map((tool) => {
    const found = tool.definition.inputSchema === undefined ? inSource.get(tool.definition.name) : undefined;
    if (found === undefined) return tool;
    return { ...found, notes: [...found.notes, `listed at ${tool.provenance}`].sort() };
  });
  const names = new Set(tools.map((tool) => tool.definition.name));
  const more = parsed.tools.filter((tool) => !names.has(tool.definition.name));
  return joinLists([
    { tools, dropped: listed.dropped },
    { tools: more, dropped: parsed.dropped },
  ]);
}

function jobOf(
  manifest: Json | undefined,
  location: string,
  files: ReadonlyMap<string, Uint8Array>,
): SourceJob | undefined {
  const entry = textOf(at(manifest, 'server', 'entry_point'));
  const type = textOf(at(manifest, 'server', 'type'));
  if (type !== 'node' && type !== 'python' && type !== 'uv') return undefined;
  const python = type !== 'node';
  const wanted = new Map([...files].filter(([path]) => (python ? isPythonSource(path) : isSource(path))));
  if (wanted.size === 0) return undefined;
  return {
    language: python ? 'python' : 'javascript',
    location,
    files: wanted,
    entries: entry !== undefined && wanted.has(entry) ? [entry] : [],
  };
}

async function download(url: string, world: ReadWorld, previous?: Previous): Promise<Bundle | ReadResult> {
  const origin = URL.canParse(url) ? new URL(url).origin : '';
  const fetched = await world.client.fetch({
    url,
    trust: world.operatorOrigins?.has(origin) === true ? 'operator' : 'crawled',
    accept: 'application/zip, application/octet-stream, */*;q=0.5',
    maxBytes: LIMITS.archiveBytes,
    ...(previous?.validators === undefined ? {} : { validators: previous.validators }),
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
  if (fetched.kind !== 'fetched') return fetched;
  return { kind: 'bundle', bytes: fetched.body, validators: fetched.validators };
}

async function load(path: string, world: ReadWorld): Promise<Bundle | Failure> {
  const file = resolve(world.root, path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) return failed('not-found', 'no-file', `${path} does not exist`);
  if (found.size > LIMITS.archiveBytes) {
    return failed('too-large', 'archive-bytes', `${path} has ${found.size} bytes; the limit is ${LIMITS.archiveBytes}`);
  }
  return { kind: 'bundle', bytes: await readFile(file) };
}

function validatorsOf(bundle: Bundle): { readonly validators?: Validators } {
  return bundle.validators === undefined ? {} : { validators: bundle.validators };
}

function failed(outcome: Failure['outcome'], reason: string, message: string): Failure {
  return { kind: 'failed', outcome, reason, message };
}
