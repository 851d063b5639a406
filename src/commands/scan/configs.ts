import { readFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { type ConfiguredServer, readClientConfig } from '../../extract/client-config.ts';
import { openDocument } from '../../extract/index.ts';
import { LIMITS } from '../../model/limits.ts';
import type { World } from '../command.ts';
import { whyUnreadable } from '../unreadable.ts';
import { findConfigs } from './find.ts';

/** One configuration, with the servers that it names. Nothing else of it is kept. */
export interface ScannedConfig {
  /** Relative to the working folder where it is below it. */
  readonly file: string;
  readonly client?: string;
  readonly servers: readonly (ConfiguredServer & { readonly line: number })[];
}

/** What came of one file. */
export type ConfigResult =
  | { readonly kind: 'read'; readonly config: ScannedConfig }
  | { readonly kind: 'failed'; readonly file: string; readonly message: string };

/**
 * Reads the named configurations, or those of the clients on this machine. A file that was found, not named, and that
 * configures no server is left out: settings of an editor are there for other reasons too.
 */
export function readConfigs(named: readonly string[], world: Pick<World, 'env' | 'cwd'>): readonly ConfigResult[] {
  if (named.length > 0) return named.map((file) => readConfig(resolve(world.cwd, file), file, undefined));
  return findConfigs(world)
    .map(({ client, path }) => readConfig(path, shownPath(path, world.cwd), client))
    .filter((one) => one.kind === 'failed' || one.config.servers.length > 0);
}

function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside.startsWith('..') ? path : inside;
}

function readConfig(path: string, file: string, client: string | undefined): ConfigResult {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { kind: 'failed', file, message: `${file} ${whyUnreadable(error)}.` };
  }
  if (bytes.length > LIMITS.manifestBytes) {
    return { kind: 'failed', file, message: `${file} is larger than any configuration.` };
  }
  const opened = openDocument(bytes, `file:${file}`, basename(path));
  if (opened.kind === 'failed') return { kind: 'failed', file, message: withoutQuotes(opened.message, file) };
  const servers = readClientConfig(opened.document);
  const { text, value } = opened.document;
  if (servers.length === 0 && client === undefined && !isEmptyConfig(value)) {
    return {
      kind: 'failed',
      file,
      message: `${file} is no configuration of a client that is known: it names no server.`,
    };
  }
  return {
    kind: 'read',
    config: {
      file,
      ...(client === undefined ? {} : { client }),
      servers: servers.map((server) => ({ ...server, line: lineOf(text, server.name) })),
    },
  };
}

/** Keys under which clients keep their servers: one with nothing in it is a configuration all the same. */
const SERVER_KEYS = ['mcpServers', 'mcp_servers', 'context_servers', 'servers', 'mcp', 'extensions'];

function isEmptyConfig(value: unknown): boolean {
  return typeof value === 'object' && value !== null && SERVER_KEYS.some((key) => Object.hasOwn(value, key));
}

/** Line on which the name of an entry first stands as a key, from 1. */
function lineOf(text: string, name: string): number {
  const at = [`"${name}"`, `.${name}]`, `${name}:`, name].map((key) => text.indexOf(key)).find((one) => one >= 0) ?? 0;
  return text.slice(0, at).split('\n').length;
}

/** A parser's message may quote the text that it stumbled over, and that may be a secret. */
function withoutQuotes(message: string, file: string): string {
  const place = /(?:line|row) \d+(?:,? (?:column|col) \d+)?|position \d+/iu.exec(message)?.[0];
  const language = /\b(?:JSON|YAML|TOML)\b/u.exec(message)?.[0];
  const what = language === undefined ? 'cannot be read as a configuration' : `is not valid ${language}`;
  return `${file} ${what}${place === undefined ? '' : ` (${place})`}. Mend it, and scan again; nothing was changed.`;
}
