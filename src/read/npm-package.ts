import * as z from 'zod';
import { LIMITS } from '../model/limits.ts';
import type { ServerFacts } from '../model/manifest.ts';
import type { SourceFiles } from './reader.ts';

const Text = z.string().optional().catch(undefined);
const Texts = z.record(z.string(), z.string()).optional().catch(undefined);

/** What of a package.json is read. Fields of the wrong type count as absent: one bad field does not hide a package. */
export const PackageJson = z.object({
  name: Text,
  version: Text,
  description: Text,
  homepage: Text,
  license: Text,
  mcpName: Text,
  main: Text,
  module: Text,
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  exports: z.unknown().optional(),
  repository: z
    .union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)])
    .optional()
    .catch(undefined),
  scripts: Texts,
  dependencies: Texts,
});
export type PackageJson = z.infer<typeof PackageJson>;

/** Scripts that the npm client runs when the package is installed. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/iu;
/** Vendored code of others. Folders called `test` or `docs` stay: what the entries lead to decides, not the name. */
const FOREIGN = /(?:^|\/)(?:node_modules|__tests__|__mocks__)\//u;
const FOREIGN_FILE =
  /(?:\.d\.[cm]?ts|[.-](?:test|spec)\.[cm]?[jt]sx?|\.stories\.[jt]sx?|(?:^|\/)package-lock\.json|tsconfig[^/]*\.json)$/iu;

/** Whether a file of a package can say what the package serves. */
export function isSource(path: string): boolean {
  return SOURCE.test(path) && !FOREIGN.test(path) && !FOREIGN_FILE.test(path);
}

/** Reads the package.json of an archive. Undefined when there is none or it is no JSON object. */
export function readPackageJson(files: SourceFiles): PackageJson | undefined {
  const bytes = files.get('package.json');
  if (bytes === undefined || bytes.byteLength > LIMITS.manifestBytes) return undefined;
  try {
    return PackageJson.parse(JSON.parse(new TextDecoder().decode(bytes).replace(/^\uFEFF/u, '')));
  } catch {
    return undefined;
  }
}

/**
 * The files where the code of a package starts, without `./`: its commands, since those are the servers that are run;
 * of a package without any, what others import.
 */
export function entriesOf(manifest: PackageJson): readonly string[] {
  const bins = typeof manifest.bin === 'string' ? [manifest.bin] : Object.values(manifest.bin ?? {});
  const library = [manifest.main, manifest.module, ...exportTargets(manifest.exports, 0)];
  const found = (bins.length > 0 ? bins : library).filter((path) => path !== undefined);
  const paths = found.map((path) => path.replace(/^\.\//u, ''));
  return [...new Set(paths.length === 0 ? ['index.js'] : paths)];
}

function exportTargets(exports: unknown, depth: number): readonly string[] {
  if (typeof exports === 'string') return /\.(?:d\.[cm]?ts|json)$|\*/u.test(exports) ? [] : [exports];
  if (typeof exports !== 'object' || exports === null || depth > 4) return [];
  return Object.values(exports).flatMap((value) => exportTargets(value, depth + 1));
}

/** What a package says about the server in it. */
export function factsOf(
  name: string,
  version: string,
  manifest: PackageJson,
  published: { readonly deprecated?: string | undefined; readonly notes: readonly string[] },
): ServerFacts {
  const notes = [...published.notes];
  if (INSTALL_SCRIPTS.some((script) => manifest.scripts?.[script] !== undefined)) notes.push('has-install-script');
  if (published.deprecated !== undefined) notes.push('deprecated');
  const optional = {
    description: manifest.description,
    homepage: manifest.homepage,
    repository: manifest.repository,
    license: manifest.license,
    deprecated: published.deprecated,
  };
  return {
    id: `npm:${name}`,
    aliases: manifest.mcpName === undefined ? [] : [`registry:${manifest.mcpName}`],
    name,
    version,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    notes: [...new Set(notes)].sort(),
  };
}
