import * as z from 'zod';
import { declaredRemote, distinct, npmPackage, ociImage, packageId, packageLocator, pypiPackage } from './declared.ts';
import type { ServerId } from './id.ts';

const text = z.string().nullish();
type Text = string | null | undefined;
const record = z.record(z.string(), z.unknown());

/**
 * One package of a server.json, of any generation: `registryType` + `identifier` since 2025-09, `registry_type` before,
 * `registry_name` + `name` in the first seed. The registry type is an open word.
 */
interface ServerPackage {
  readonly registryType: Text;
  readonly registry_type: Text;
  readonly registry_name: Text;
  readonly identifier: Text;
  readonly name: Text;
  readonly version: Text;
}

const Repository = z.union([z.object({ url: text }), z.string()]).nullish();

/** A server.json of any generation. Loose: arrays may be null, unknown keys are kept out. It never lists tools. */
export const ServerJson = z.object({
  name: z.string().min(1),
  title: text,
  description: text,
  version: text,
  version_detail: z.object({ version: text }).nullish(),
  websiteUrl: text,
  website_url: text,
  status: text,
  repository: Repository,
  packages: z.array(z.unknown()).nullish(),
  remotes: z.array(z.unknown()).nullish(),
  _meta: record.nullish(),
});
export type ServerJson = z.infer<typeof ServerJson>;

/** Whether a value is what the schema `text` takes. */
function isText(value: unknown): value is Text {
  return value === undefined || value === null || typeof value === 'string';
}

type Known = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Known {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDetail(value: unknown): value is ServerJson['version_detail'] {
  return isNone(value) || (isObject(value) && isText(value.version));
}

function isRepository(value: unknown): value is ServerJson['repository'] {
  return isText(value) || (isObject(value) && isText(value.url));
}

function isNone(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/**
 * What `ServerJson.safeParse` makes of a parsed document, without the schema's cost: a registry has tens of thousands of
 * these. A test holds that both say the same of any value. Undefined when it is none.
 */
export function readServerJson(value: unknown): ServerJson | undefined {
  if (!isObject(value)) return undefined;
  const { name, title, description, version, websiteUrl, website_url, status } = value;
  if (typeof name !== 'string' || name === '' || !isText(title) || !isText(description) || !isText(version)) {
    return undefined;
  }
  if (!isText(websiteUrl) || !isText(website_url) || !isText(status)) return undefined;
  const { packages, remotes, _meta } = value;
  if (!(isNone(packages) || Array.isArray(packages)) || !(isNone(remotes) || Array.isArray(remotes))) return undefined;
  if (!isNone(_meta) && !isObject(_meta)) return undefined;
  const { version_detail: detail, repository } = value;
  if (!isDetail(detail) || !isRepository(repository)) return undefined;
  return {
    name,
    title,
    description,
    version,
    version_detail: isNone(detail) ? detail : { version: detail.version },
    websiteUrl,
    website_url,
    status,
    repository: isNone(repository) || typeof repository === 'string' ? repository : { url: repository.url },
    packages,
    remotes,
    _meta,
  };
}

/** What a server.json declares about the ways to its server. */
export interface ServerTies {
  /** `registry:NAME` first, then the ids of packages and remotes, sorted. */
  readonly ids: readonly [ServerId, ...ServerId[]];
  /** What can be visited: packages with the declared version, remotes, bundles. Sorted. */
  readonly locators: readonly string[];
  /** Packages and remotes that name nothing we know, each a sentence. */
  readonly problems: readonly string[];
}

/** Finds the ids and locators that a server.json declares. Templates (`{region}`, `$VERSION`) are never expanded. */
export function tiesOf(server: ServerJson): ServerTies {
  const ids: ServerId[] = [];
  const locators: string[] = [];
  const problems: string[] = [];
  for (const entry of server.packages ?? []) {
    const tie = packageTie(entry);
    if (typeof tie === 'string') {
      problems.push(tie);
      continue;
    }
    ids.push(tie.id);
    locators.push(tie.locator);
  }
  for (const entry of server.remotes ?? []) {
    const url = urlOfRemote(entry);
    const id = declaredRemote(url);
    if (id === undefined) {
      problems.push(`the remote ${JSON.stringify(url.slice(0, SHOWN))} is no URL that can be visited`);
      continue;
    }
    ids.push(id);
    locators.push(id);
  }
  return {
    // A tool's address is split at the first `#`, so no id holds one.
    ids: [`registry:${server.name.replaceAll('#', '%23')}`, ...distinct(ids)],
    locators: distinct(locators),
    problems,
  };
}

/** The version, wherever its generation keeps it. */
export function versionOf(server: ServerJson): string | undefined {
  return server.version ?? server.version_detail?.version ?? undefined;
}

/** The repository's URL, when one is given. */
export function repositoryOf(server: ServerJson): string | undefined {
  const { repository } = server;
  return (typeof repository === 'string' ? repository : repository?.url) ?? undefined;
}

const SHOWN = 200;

/** The address of a remote; empty where it is none. */
function urlOfRemote(entry: unknown): string {
  if (!isObject(entry) || !isText(entry.type) || !isText(entry.transport_type)) return '';
  return typeof entry.url === 'string' ? entry.url : '';
}

function readPackage(entry: unknown): ServerPackage | undefined {
  if (!isObject(entry)) return undefined;
  const { registryType, registry_type, registry_name, identifier, name, version } = entry;
  if (!isText(registryType) || !isText(registry_type) || !isText(registry_name)) return undefined;
  if (!isText(identifier) || !isText(name) || !isText(version)) return undefined;
  return { registryType, registry_type, registry_name, identifier, name, version };
}

interface Tie {
  readonly id: ServerId;
  readonly locator: string;
}

function packageTie(entry: unknown): Tie | string {
  const one = readPackage(entry);
  if (one === undefined) return 'a package is not an object of texts';
  const type = (one.registryType ?? one.registry_type ?? one.registry_name ?? '').toLowerCase();
  const identifier = one.identifier ?? one.name ?? '';
  // A type is text from outside: `constructor` is no entry of the table.
  const tie = Object.hasOwn(TIES, type) ? TIES[type]?.(identifier, one.version ?? undefined) : undefined;
  const shown = `${JSON.stringify(type.slice(0, SHOWN))} package ${JSON.stringify(identifier.slice(0, SHOWN))}`;
  return tie ?? `the ${shown} has no locator`;
}

/** How the identifier of each known registry type is read; an unknown type is no fault. */
const TIES: Readonly<Record<string, (identifier: string, version?: string) => Tie | undefined>> = {
  npm: (identifier, version) => ofPackage(npmPackage(identifier, version)),
  pypi: (identifier, version) => ofPackage(pypiPackage(identifier, version)),
  oci: (identifier) => ofPackage(ociImage(identifier)),
  docker: (identifier) => ofPackage(ociImage(identifier)),
  mcpb: (identifier) => {
    const bundle = `mcpb:${identifier.replace(/#.*$/su, '')}`;
    return declaredRemote(identifier) === undefined ? undefined : { id: bundle, locator: bundle };
  },
};

function ofPackage(declared: ReturnType<typeof npmPackage>): Tie | undefined {
  return declared === undefined ? undefined : { id: packageId(declared), locator: packageLocator(declared) };
}
