import { remoteId, type ServerId } from './id.ts';

/** Kinds of package that have an id and can be named with a version. */
export type PackageKind = 'npm' | 'pypi' | 'oci';

/** A package as a document declares it. */
export interface DeclaredPackage {
  readonly kind: PackageKind;
  /** Normalised: PyPI names as PEP 503 says, OCI repositories without the default registry. */
  readonly name: string;
  /** An exact version, tag or digest. Ranges, `latest` and template holes are none. */
  readonly version?: string;
}

/** Holes of templates: `${VERSION}`, `$VERSION`, `{region}`, `<owner>`, `{{.Name}}`. Nothing expands them. */
const HOLE = /\$\{|\$[A-Za-z_]|[{}<>]|\s/u;

const NPM_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/iu;
const PYPI_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/iu;
const EXACT_VERSION = /^v?\d[\w.+!-]*$/u;
const MAX_NAME = 214;

/** True when a text still has the holes of a template in it, so that it names nothing. */
export function hasHole(text: string): boolean {
  return HOLE.test(text);
}

/** Reads a declared npm package: `name`, `@scope/name`, `name@1.2.3`. Undefined when it cannot be a package name. */
export function npmPackage(text: string, version?: string): DeclaredPackage | undefined {
  const at = text.lastIndexOf('@');
  const name = at > 0 ? text.slice(0, at) : text;
  if (name.length > MAX_NAME || !NPM_NAME.test(name)) return undefined;
  return withVersion('npm', name, version ?? (at > 0 ? text.slice(at + 1) : undefined));
}

/** Reads a declared PyPI package: `name`, `name==1.2`, `name@1.2`, `name[extra]>=1`. The name is normalised as PEP 503 says. */
export function pypiPackage(text: string, version?: string): DeclaredPackage | undefined {
  const match = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?:(?:==|@)([^,;\s]+))?/u.exec(text);
  const name = match?.[1] ?? '';
  if (name.length > MAX_NAME || !PYPI_NAME.test(name)) return undefined;
  return withVersion('pypi', name.toLowerCase().replace(/[-_.]+/gu, '-'), version ?? match?.[2]);
}

/** Reads a declared image: `ghcr.io/owner/name:tag@sha256:…`. The default registry's host and `library/` are left out. */
export function ociImage(text: string): DeclaredPackage | undefined {
  const [reference = '', digest] = text.replace(/^(?:oci|docker):\/\//u, '').split('@', 2);
  const colon = reference.lastIndexOf(':');
  const tagged = colon > reference.lastIndexOf('/');
  const repository = (tagged ? reference.slice(0, colon) : reference)
    .replace(/^(?:(?:registry-1\.|index\.)?docker\.io)\//u, '')
    .replace(/^library\//u, '');
  if (!/^[a-z0-9][a-z0-9._:/-]*$/u.test(repository) || hasHole(repository)) return undefined;
  return withVersion('oci', repository, digest ?? (tagged ? reference.slice(colon + 1) : undefined));
}

/** The id of a package, without its version. */
export function packageId(declared: DeclaredPackage): ServerId {
  return `${declared.kind}:${declared.name}`;
}

/** The locator of a package, with its version when one is exact. Images have no version in a locator. */
export function packageLocator(declared: DeclaredPackage): string {
  return declared.version === undefined || declared.kind === 'oci'
    ? packageId(declared)
    : `${packageId(declared)}@${declared.version}`;
}

/** The id of a declared remote; undefined when the URL is none, or a template. */
export function declaredRemote(url: string): ServerId | undefined {
  return hasHole(url) ? undefined : remoteId(url);
}

/** Sorts and removes repetitions. */
export function distinct<Text extends string>(texts: readonly Text[]): readonly Text[] {
  return texts.length < 2 ? texts : [...new Set(texts)].sort();
}

function withVersion(kind: PackageKind, name: string, version: string | undefined): DeclaredPackage {
  const exact = version !== undefined && (EXACT_VERSION.test(version) || (kind === 'oci' && !hasHole(version)));
  return exact ? { kind, name, version } : { kind, name };
}
