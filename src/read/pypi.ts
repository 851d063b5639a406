import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Locator } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, Reading, ReadResult, ServerFacts } from '../model/manifest.ts';
import type { Validators } from '../model/visit.ts';
import { readTarball } from './archive.ts';
import { type ChosenFile, chooseFile, ProjectFile } from './pypi-files.ts';
import { entriesOfWheel, isPythonSource, readMetadata } from './python-package.ts';
import type { Previous, Reader, ReadWorld } from './reader.ts';
import { unparsed } from './source-folder.ts';
import { readZip } from './zip.ts';

const JSON_API = 'application/vnd.pypi.simple.v1+json';

/** What a project's page of the simple API says (PEP 691). One bad file is left out. */
const Project = z.object({ name: z.string(), files: z.array(z.unknown()) });

interface Archive {
  readonly kind: 'archive';
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly skipped: ReadonlyMap<string, number>;
}

/** Reads an MCP server from its Python package: the newest wheel, else the source archive, verified, parsed, never installed or run. */
export const pypiReader: Reader = {
  kind: 'pypi',
  async read(locator: Locator, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
    const chosen = await choose(locator, world, previous);
    if (chosen.kind !== 'chosen') return chosen;
    if (chosen.file.sha256 !== undefined && chosen.file.sha256 === previous?.contentHash) {
      return { kind: 'not-modified', validators: chosen.validators };
    }
    const archive = await download(chosen.file, world);
    if (archive.kind !== 'archive') return archive;
    return readArchive(chosen, archive, world);
  },
};

interface Chosen {
  readonly kind: 'chosen';
  /** Normalised, as in the id. */
  readonly name: string;
  readonly file: ChosenFile;
  readonly validators: Validators;
}

async function choose(
  locator: Locator,
  world: ReadWorld,
  previous?: Previous,
): Promise<Chosen | Exclude<ReadResult, Reading>> {
  const name = locator.name.toLowerCase().replace(/[-_.]+/gu, '-');
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u.test(name))
    return failed('malformed', 'package-name', `${locator.name} is no PyPI package name`);
  const index = world.pypiIndex().replace(/\/+$/u, '');
  if (index === '') {
    return failed(
      'unreachable',
      'no-index',
      'No Python package index is configured: set PIP_INDEX_URL, or index-url in pip.conf',
    );
  }
  const page = await world.client.fetch({
    url: `${index}/${name}/`,
    trust: 'operator',
    accept: JSON_API,
    maxBytes: LIMITS.manifestBytes,
    ...(previous?.validators === undefined ? {} : { validators: previous.validators }),
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
  if (page.kind !== 'fetched') return page;
  const project = parseProject(page.body);
  if (project === undefined) {
    return failed(
      'malformed',
      'simple-api',
      `The index did not answer for ${name} in the JSON form of the simple API (PEP 691)`,
    );
  }
  const files = project.files.flatMap((file) => ProjectFile.safeParse(file).data ?? []);
  const file = chooseFile(files, page.url, locator.version);
  if (file === undefined) {
    const which = locator.version === undefined ? 'no release' : `no release ${locator.version}`;
    return failed('not-found', 'no-release', `${name} has ${which} with a wheel or a source archive`);
  }
  return { kind: 'chosen', name, file, validators: page.validators };
}

function parseProject(body: Uint8Array): z.infer<typeof Project> | undefined {
  try {
    return Project.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
}

async function download(file: ChosenFile, world: ReadWorld): Promise<Archive | Failure> {
  if (file.sha256 === undefined) {
    return failed('integrity', 'no-hash', `The index publishes no SHA-256 of ${file.filename}`);
  }
  const request = {
    url: file.url,
    trust: file.sameOrigin ? ('operator' as const) : ('crawled' as const),
    maxBytes: LIMITS.archiveBytes,
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  };
  const wanted = (path: string) =>
    isPythonSource(path) || /(?:\.dist-info\/(?:METADATA|entry_points\.txt)|^PKG-INFO)$/u.test(path);
  if (file.kind === 'sdist') {
    const opened = await world.client.open(request);
    if (opened.kind !== 'opened') return opened.kind === 'failed' ? opened : unasked(file);
    const integrity = `sha256-${Buffer.from(file.sha256, 'hex').toString('base64')}`;
    try {
      return await readTarball(opened.body, { integrity, wanted, maxFileBytes: LIMITS.sourceFileBytes });
    } finally {
      opened.close();
    }
  }
  const fetched = await world.client.fetch(request);
  if (fetched.kind !== 'fetched') return fetched.kind === 'failed' ? fetched : unasked(file);
  const sha256 = createHash('sha256').update(fetched.body).digest('hex');
  if (sha256 !== file.sha256) {
    return failed(
      'integrity',
      'integrity-mismatch',
      `${file.filename} has the SHA-256 ${sha256}, and ${file.sha256} is published`,
    );
  }
  return readZip(fetched.body, wanted, LIMITS.sourceFileBytes);
}

function unasked(file: ChosenFile): Failure {
  return failed('malformed', 'not-modified', `the index answered "not modified" for ${file.filename} unasked`);
}

async function readArchive(chosen: Chosen, archive: Archive, world: ReadWorld): Promise<ReadResult> {
  const { name, file } = chosen;
  const metadata = readMetadata(archive.files);
  const result = await world.parsers.parse({
    language: 'python',
    location: `pypi:${name}@${file.version}`,
    files: new Map([...archive.files].filter(([path]) => isPythonSource(path))),
    entries: entriesOfWheel(archive.files),
  });
  if (result.kind !== 'parsed') return unparsed(result);
  if (result.tools.length === 0 && result.problems.length === 0) {
    const message = `No tool definition was found in ${name} ${file.version}`;
    return { ...failed('no-static-tools', 'no-definitions', message), version: file.version };
  }
  const facts: ServerFacts = {
    ...metadata.facts,
    id: `pypi:${name}`,
    aliases: metadata.aliases,
    name: metadata.facts.name ?? name,
    version: file.version,
    ...(file.uploaded === undefined ? {} : { publishedAt: file.uploaded }),
    ...(result.instructions === undefined ? {} : { instructions: result.instructions }),
    notes: [...archive.skipped].map(([reason, count]) => `archive: ${count} ${reason}`).sort(),
  };
  return {
    kind: 'read',
    servers: [{ facts, tools: result.tools, dropped: result.dropped, complete: false, listsTools: true }],
    problems: result.problems,
    leads: [],
    validators: chosen.validators,
    contentHash: file.sha256 ?? '',
  };
}

function failed(outcome: Failure['outcome'], reason: string, message: string): Failure {
  return { kind: 'failed', outcome, reason, message };
}
