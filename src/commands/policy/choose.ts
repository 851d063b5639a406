import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { loadPolicyTable } from '../../data/policy.ts';
import { parseLocator } from '../../model/id.ts';
import { type Policy, STRENGTHS } from '../../model/policy.ts';
import type { ServerRecord } from '../../model/rows.ts';
import { OUTCOME_INFO } from '../../model/visit.ts';
import { policyOfRecords, type RecordOptions } from '../../policy/records.ts';
import { bindsNothing, SettingError, type Settings } from '../../policy/settings.ts';
import { list } from '../../policy/wording.ts';
import type { Catalogue } from '../../store/catalogue.ts';
import { findAddressed } from '../catalogue.ts';
import { CommandError, choiceNamed, type Input, type World } from '../command.ts';
import { count, oneLine } from '../print.ts';
import { whyUnreadable } from '../unreadable.ts';

/** What a policy is made with, from the options of a command. Throws `CommandError`. */
export function choiceOf(input: Input, world: World): RecordOptions {
  const strength = choiceNamed(STRENGTHS, input.option('strength'));
  if (strength === undefined) throw new CommandError(`--strength is one of ${STRENGTHS.join(', ')}`);
  const name = input.option('name');
  return {
    strength,
    settings: settingsOf(input.list('set')),
    table: loadPolicyTable(world.dataFolder),
    limits: !input.has('without-limits'),
    ...(name === undefined ? {} : { configuredName: name }),
  };
}

/** Reads `name=value`; a name that is given again adds a value. */
function settingsOf(texts: readonly string[]): Settings {
  const settings = new Map<string, string[]>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals <= 0) throw new CommandError(`--set ${oneLine(text)}: write NAME=VALUE`);
    const name = text.slice(0, equals);
    settings.set(name, [...(settings.get(name) ?? []), text.slice(equals + 1)]);
  }
  return Object.fromEntries(settings);
}

/** The policy of one server of the catalogue. Throws `CommandError`. */
export function policyOf(catalogue: Catalogue, serverId: string, options: RecordOptions): Policy {
  const server = catalogue.server(serverId);
  if (server === undefined) throw new CommandError(`The catalogue has no server ${oneLine(serverId)}.`);
  try {
    return policyOfRecords(server, [...catalogue.toolsOf(server.id)], options);
  } catch (cause) {
    if (cause instanceof SettingError) throw new CommandError(`--set ${oneLine(cause.message)}`, { cause });
    throw cause;
  }
}

/** What an address names: the policy of its server, and the tool if it names one. */
export function policyAt(
  catalogue: Catalogue,
  address: string,
  options: RecordOptions,
): { policy: Policy; tool?: string } {
  const found = findAddressed(catalogue, address);
  const policy = policyOf(catalogue, found.server.id, options);
  return found.kind === 'tool' ? { policy, tool: found.tool.definition.name } : { policy };
}

/** Says on stderr which values bind no parameter of which server: a name that is mistaken for another would pass unseen. */
export function tellUnbound(
  policies: readonly Policy[],
  { settings, table }: Pick<RecordOptions, 'settings' | 'table'>,
  { stderr }: World,
): void {
  const unbound = new Map<string, Policy[]>();
  for (const policy of policies) {
    for (const name of bindsNothing(policy, settings, table)) {
      unbound.set(name, [...(unbound.get(name) ?? []), policy]);
    }
  }
  for (const [name, servers] of unbound) {
    const where = list(
      servers.map(({ server }) => oneLine(server)),
      'or',
    );
    const open = servers.some(({ unset }) => unset.includes(name));
    const why = open ? ' What it is for there is a list or may be left out, so its tools are not loosened.' : '';
    stderr.write(`--set ${oneLine(name)} binds no parameter of ${where}.${why}\n`);
  }
}

/** Says on stderr why no tool of a server is known: how the last visit to each of its manifests ended. */
export function tellUnknown(catalogue: Catalogue, policies: readonly Policy[], { stderr }: World): void {
  for (const { server, tools } of policies) {
    const visits = tools.length === 0 ? catalogue.server(server)?.visits : undefined;
    for (const { locator, outcome, message } of visits ?? []) {
      const why = oneLine(message ?? OUTCOME_INFO[outcome].text);
      stderr.write(`No tool of ${oneLine(server)} is known. ${oneLine(locator)}: ${outcome} (${why})\n`);
    }
  }
}

/** Policies for the servers of a client's configuration, under the names that they have there. Throws `CommandError`. */
export async function policiesOfConfig(
  catalogue: Catalogue,
  file: string,
  options: RecordOptions,
  world: World,
): Promise<readonly [Policy, ...Policy[]]> {
  const { readClientConfig } = await import('../../extract/client-config.ts');
  const { openDocument } = await import('../../extract/index.ts');
  const path = resolve(world.cwd, file);
  const opened = openDocument(await readBytes(path), file, basename(path));
  if (opened.kind === 'failed') throw new CommandError(`${file}: ${opened.message}`);
  const configured = readClientConfig(opened.document);
  if (configured.length === 0) throw new CommandError(`${file} configures no MCP server that we can read.`);
  const policies: Policy[] = [];
  for (const { name, id, locator } of configured) {
    const server = id === undefined ? undefined : catalogue.server(id);
    const tools = server === undefined ? [] : [...catalogue.toolsOf(server.id)];
    // A server that nobody looked at has no rule, so all of it is denied.
    if (server === undefined) {
      const what =
        id === undefined ? 'a program that no catalogue knows' : `${oneLine(id)}, which the catalogue does not have`;
      world.stderr.write(`${oneLine(name)} is ${what}: the policy denies everything on it.\n`);
    } else tellVersion(name, server, locator, world);
    policies.push(
      policyOfRecords(server ?? { id: id ?? `file:${name}`, name }, tools, { ...options, configuredName: name }),
    );
  }
  world.stderr.write(`${count(policies.length, 'server')} in ${oneLine(file)}.\n`);
  const [first, ...rest] = policies;
  if (first === undefined) throw new CommandError(`${file} configures no MCP server that we can read.`);
  return [first, ...rest];
}

/** Says where a policy is for another version than the one that a configuration starts. */
function tellVersion(name: string, { id, version }: ServerRecord, locator: string | undefined, { stderr }: World) {
  const wanted = locator === undefined ? undefined : parseLocator(locator).version;
  if (wanted === undefined || wanted === 'latest' || version === undefined || wanted === version) return;
  stderr.write(
    `${oneLine(name)} starts version ${oneLine(wanted)} of ${oneLine(id)}, and the catalogue has ${oneLine(version)}: the policy is for that one.\n`,
  );
}

/** Reads a file that was named on the command line. Throws `CommandError`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CommandError(`${path} ${whyUnreadable(cause)}`, { cause });
  }
}
