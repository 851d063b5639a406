/**
 * The kinds of stable server id, in the order in which one of several declared ids becomes the canonical one.
 */
export const SERVER_KINDS = ['npm', 'pypi', 'oci', 'registry', 'mcpb', 'remote', 'file'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** A stable id of one MCP server, without a version: `npm:NAME`, `remote:URL`, `file:PATH`, … */
export type ServerId = string;

/** Where something can be read: a server id, for packages optionally with `@VERSION`; `stdio:COMMAND` runs a command. */
export interface Locator {
  readonly kind: ServerKind | 'stdio';
  /** Package name, URL, path or command, without the kind and the version. */
  readonly name: string;
  readonly version?: string;
}

/**
 * Reads a locator from text. A text without a known kind is a path: `file:TEXT`.
 *
 * `npm:@scope/name@1.2.3` splits at the last `@` that is not the scope's.
 */
export function parseLocator(text: string): Locator {
  const colon = text.indexOf(':');
  const kind = colon > 0 ? text.slice(0, colon) : '';
  const rest = text.slice(colon + 1);
  if (kind === 'stdio') return { kind, name: rest };
  const known = SERVER_KINDS.find((one) => one === kind);
  if (known === undefined || rest === '') return { kind: 'file', name: text };
  if (known !== 'npm' && known !== 'pypi') return { kind: known, name: rest };
  const at = rest.lastIndexOf('@');
  if (at <= 0) return { kind: known, name: rest };
  const version = rest.slice(at + 1);
  return version === '' ? { kind: known, name: rest.slice(0, at) } : { kind: known, name: rest.slice(0, at), version };
}

/** Prints a locator so that `parseLocator` reads the same one back. */
export function formatLocator(locator: Locator): string {
  return `${locator.kind}:${locator.name}${locator.version === undefined ? '' : `@${locator.version}`}`;
}

/** The id of the server that a locator leads to: the locator without its version. */
export function serverIdOf(locator: Locator): ServerId {
  return `${locator.kind === 'stdio' ? 'file' : locator.kind}:${locator.name}`;
}

/** The id of a remote server: its URL without userinfo, query and fragment. Undefined when it is no http(s) URL. */
export function remoteId(url: string): ServerId | undefined {
  const parsed = urlOf(url);
  if (parsed === undefined) return undefined;
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return undefined;
  return `remote:${parsed.origin}${parsed.pathname}`;
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Addresses one tool: `SERVER#TOOL`, split at the first `#`. */
export function toolAddress(server: ServerId, tool: string): string {
  return `${server}#${tool}`;
}

/** Splits `SERVER#TOOL` at its first `#`; a text without one names a server. */
export function parseToolAddress(text: string): { readonly server: string; readonly tool?: string } {
  const hash = text.indexOf('#');
  return hash < 0 ? { server: text } : { server: text.slice(0, hash), tool: text.slice(hash + 1) };
}

/** Chooses the canonical id among the ids that one server declares: first kind in `SERVER_KINDS`, then code-unit order. */
export function canonicalId(ids: readonly [ServerId, ...ServerId[]]): ServerId {
  if (ids.length === 1) return ids[0];
  const rank = (id: ServerId) => SERVER_KINDS.indexOf(id.slice(0, id.indexOf(':')) as ServerKind);
  return [...ids].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0))[0] as ServerId;
}
