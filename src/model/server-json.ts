import { z } from 'zod';
import { declaredRemote, distinct, npmPackage, ociImage, packageId, packageLocator, pypiPackage } from './declared.ts';
import type { ServerId } from './id.ts';

const text = z.string().nullish();
const record = z.record(z.string(), z.unknown());

/**
 * One package of a server.json, of any generation: `registryType` + `identifier` since 2025-09, `registry_type` before,
 * `registry_name` + `name` in the first seed. The registry type is an open word.
 */
const ServerPackage = z.object({
  registryType: text,
  registry_type: text,
  registry_name: text,
  identifier: text,
  name: text,
  version: text,
});

const ServerRemote = z.object({ url: text, type: text, transport_type: text });

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
    const url = ServerRemote.safeParse(entry).data?.url ?? '';
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

interface Tie {
  readonly id: ServerId;
  readonly locator: string;
}

function packageTie(entry: unknown): Tie | string {
  const parsed = ServerPackage.safeParse(entry);
  if (!parsed.success) return 'a package is not an object of texts';
  const one = parsed.data;
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
