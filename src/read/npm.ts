import { createHash } from 'node:crypto';
import semver from 'semver';
import * as z from 'zod';
import type { SourcePackage } from '../extract/source/protocol.ts';
import type { SourceResult } from '../extract/source/result.ts';
import type { Locator } from '../model/id.ts';
import { LIMITS } from '../model/limits.ts';
import type { Failure, ReadResult } from '../model/manifest.ts';
import type { FailureOutcome, Validators } from '../model/visit.ts';
import { type Archive, readTarball } from './archive.ts';
import { entriesOf, factsOf, isSource, type PackageJson, readPackageJson } from './npm-package.ts';
import type { Previous, Reader, ReadWorld } from './reader.ts';

/** How many dependencies are read for the tools that a package takes from them. */
const MAX_NEEDS = 12;
/** The abbreviated form has versions and hashes, and is a tenth of the size. What it lacks is in the archive. */
const ABBREVIATED = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';
const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/iu;

const Published = z.object({
  dist: z.object({ tarball: z.string(), integrity: z.string().optional(), shasum: z.string().optional() }),
  deprecated: z.union([z.string(), z.boolean()]).optional().catch(undefined),
});
type Published = z.infer<typeof Published>;

const Packument = z.object({
  'dist-tags': z.record(z.string(), z.string()).catch({}),
  versions: z.record(z.string(), z.unknown()).catch({}),
});
type Packument = z.infer<typeof Packument>;

/** A version that was chosen, and where and how its archive is fetched. */
interface Choice {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly integrity: string | undefined;
  readonly deprecated: string | undefined;
  readonly validators: Validators;
}

const fail = (outcome: FailureOutcome, reason: string, message: string): Failure => ({
  kind: 'failed',
  outcome,
  reason,
  message,
});

/** Reads an MCP server from its npm package: the archive is streamed, verified, and parsed, never unpacked or run. */
export const npmReader: Reader = {
  kind: 'npm',
  async read(locator: Locator, world: ReadWorld, previous?: Previous): Promise<ReadResult> {
    const choice = await choose(locator.name, locator.version, world, previous?.validators);
    if ('kind' in choice) return choice;
    const contentHash = hashOf(choice);
    if (previous?.contentHash === contentHash) return { kind: 'not-modified', validators: choice.validators };
    const archive = await download(choice, world);
    if (archive.kind === 'failed') return archive;
    const manifest = readPackageJson(archive.files);
    if (manifest === undefined) return fail('malformed', 'package-json', 'The archive has no readable package.json');
    const { result, problems } = await parse(choice, archive, manifest, world);
    if (result.kind !== 'parsed') return unparsed(result);
    if (result.tools.length === 0 && archive.skipped.has('large-file')) {
      return fail('too-large', 'source-file-bytes', `${choice.name}@${choice.version}: ${problems.join('; ')}`);
    }
    if (result.tools.length === 0 && problems.length + result.problems.length === 0) {
      const message = `No tool definition was found in ${choice.name}@${choice.version}`;
      return { ...fail('no-static-tools', 'no-definitions', message), version: choice.version };
    }
    const facts = factsOf(choice.name, choice.version, manifest, {
      deprecated: choice.deprecated,
      notes: notesOf(archive),
    });
    return {
      kind: 'read',
      servers: [
        {
          facts: result.instructions === undefined ? facts : { ...facts, instructions: result.instructions },
          tools: result.tools,
          dropped: result.dropped,
          complete: false,
          listsTools: true,
        },
      ],
      problems: [...problems, ...result.problems],
      leads: [],
      validators: choice.validators,
      contentHash,
    };
  },
};

/** Stands for the bytes: the published hash, which the archive is verified against, with the name and version. */
function hashOf(choice: Choice): string {
  return createHash('sha256')
    .update(`${choice.name}@${choice.version} ${choice.integrity ?? choice.url}`)
    .digest('hex');
}

function unparsed(result: Exclude<SourceResult, { kind: 'parsed' }>): Failure {
  switch (result.kind) {
    case 'died':
      return fail('parser-died', 'parser-died', result.message);
    case 'timed-out':
      return fail('timed-out', 'parse-time', result.message);
    case 'too-large':
      return fail('too-large', 'source-bytes', result.message);
  }
}

async function choose(
  name: string,
  wanted: string | undefined,
  world: ReadWorld,
  validators: Validators | undefined,
): Promise<Choice | Extract<ReadResult, { kind: 'failed' | 'not-modified' }>> {
  if (!NAME.test(name)) return fail('malformed', 'npm-name', `${JSON.stringify(name)} is no npm package name`);
  const registry = world.npmRegistry(name);
  const answer = await world.client.fetch({
    url: `${registry.url.replace(/\/+$/u, '')}/${name.replace('/', '%2f')}`,
    trust: 'operator',
    accept: ABBREVIATED,
    headers: registry.headers,
    maxBytes: LIMITS.manifestBytes,
    ...(validators === undefined ? {} : { validators }),
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
  if (answer.kind !== 'fetched') return answer;
  const packument = parsePackument(answer.body);
  if (packument === undefined)
    return fail('malformed', 'packument', `The registry's answer for ${name} is no packument`);
  if (Object.keys(packument.versions).length === 0)
    return fail('removed', 'unpublished', `${name} has no versions any more`);
  const version = pickVersion(packument, wanted);
  if (version === undefined)
    return fail('not-found', 'npm-version', `${name} has no version ${wanted ?? 'tagged latest'}`);
  const published = Published.safeParse(packument.versions[version]);
  if (!published.success) return fail('malformed', 'npm-dist', `${name}@${version} has no usable dist`);
  const url = tarballUrl(published.data.dist.tarball, registry.url);
  if (url === undefined) return fail('malformed', 'npm-dist', `${name}@${version} has no usable tarball address`);
  const { deprecated } = published.data;
  return {
    name,
    version,
    url,
    headers: registry.headers,
    integrity: integrityOf(published.data),
    deprecated: deprecated === false ? undefined : deprecated === true ? 'deprecated' : deprecated,
    validators: answer.validators,
  };
}

function parsePackument(body: Uint8Array): Packument | undefined {
  try {
    return Packument.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return undefined;
  }
}

/** The version that the npm client would choose: exact, a tag, or the highest in a range; `latest` when none is asked. */
function pickVersion(packument: Packument, wanted: string | undefined): string | undefined {
  const tags = packument['dist-tags'];
  const versions = packument.versions;
  const asked = wanted ?? 'latest';
  if (Object.hasOwn(versions, asked)) return asked;
  const tagged = Object.hasOwn(tags, asked) ? tags[asked] : undefined;
  if (tagged !== undefined) return Object.hasOwn(versions, tagged) ? tagged : undefined;
  const latest = tags.latest;
  if (latest !== undefined && Object.hasOwn(versions, latest) && semver.satisfies(latest, asked)) return latest;
  return semver.maxSatisfying(Object.keys(versions), asked) ?? undefined;
}

function integrityOf({ dist }: Published): string | undefined {
  if (dist.integrity !== undefined) return dist.integrity;
  return dist.shasum === undefined ? undefined : `sha1-${Buffer.from(dist.shasum, 'hex').toString('base64')}`;
}

/** The path of `dist.tarball` below the configured registry, whatever host it names: a mirror serves it itself. */
function tarballUrl(tarball: string, registry: string): string | undefined {
  if (!URL.canParse(tarball, registry)) return undefined;
  const base = new URL(registry);
  const folder = base.pathname.replace(/\/+$/u, '');
  const { pathname } = new URL(tarball, registry);
  return new URL(pathname.startsWith(`${folder}/`) ? pathname : `${folder}${pathname}`, base.origin).href;
}

async function download(choice: Choice, world: ReadWorld): Promise<Archive | Failure> {
  const answer = await world.client.open({
    url: choice.url,
    trust: 'operator',
    headers: choice.headers,
    maxBytes: LIMITS.archiveBytes,
    ...(world.signal === undefined ? {} : { signal: world.signal }),
  });
  if (answer.kind === 'not-modified')
    return fail(
      'malformed',
      'http-304',
      'The registry says not modified of an archive that was not asked conditionally',
    );
  if (answer.kind === 'failed') return answer;
  try {
    return await readTarball(answer.body, {
      ...(choice.integrity === undefined ? {} : { integrity: choice.integrity }),
      wanted: (path) => path === 'package.json' || isSource(path),
      maxFileBytes: LIMITS.sourceFileBytes,
    });
  } finally {
    answer.close();
  }
}

async function parse(
  choice: Choice,
  archive: Archive,
  manifest: PackageJson,
  world: ReadWorld,
): Promise<{ readonly result: SourceResult; readonly problems: readonly string[] }> {
  const job = {
    language: 'javascript',
    location: `npm:${choice.name}@${choice.version}`,
    files: archive.files,
    entries: entriesOf(manifest),
  } as const;
  const result = await world.parsers.parse(job);
  const large = archive.skipped.get('large-file') ?? 0;
  const problems =
    large === 0 ? [] : [`${large} files have more than ${LIMITS.sourceFileBytes} bytes and were not read`];
  if (result.kind !== 'parsed' || result.needs.length === 0) return { result, problems };
  const files = new Map(archive.files);
  const packages: SourcePackage[] = [];
  for (const need of result.needs.slice(0, MAX_NEEDS)) {
    const range = manifest.dependencies?.[need];
    if (range === undefined) continue;
    const dependency = await choose(need, range.replace(/^npm:.*@/u, ''), world, undefined);
    const content = 'kind' in dependency ? dependency : await download(dependency, world);
    if ('kind' in dependency || content.kind !== 'archive') {
      problems.push(
        `${need}@${range} could not be read: ${content.kind === 'failed' ? content.message : content.kind}`,
      );
      continue;
    }
    const root = `node_modules/${need}/`;
    for (const [path, bytes] of content.files) files.set(`${root}${path}`, bytes);
    packages.push({ root, location: `npm:${need}@${dependency.version}` });
  }
  if (packages.length === 0) return { result, problems };
  const whole = await world.parsers.parse({ ...job, files, packages });
  return { result: whole.kind === 'parsed' || result.tools.length === 0 ? whole : result, problems };
}

function notesOf(archive: Archive): readonly string[] {
  return [...archive.skipped.keys()].filter((reason) => reason !== 'large-file').map((reason) => `archive-${reason}`);
}
