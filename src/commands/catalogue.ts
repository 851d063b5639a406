import type { ServerRecord, ToolRecord } from '../model/rows.ts';
import { type Catalogue, openCatalogue } from '../store/catalogue.ts';
import { CommandError, type Input, type World } from './command.ts';
import { catalogueFile } from './db-option.ts';
import { oneLine } from './print.ts';

/** Opens the catalogue for reading, hands it to `use`, and closes it whatever happens. */
export async function withCatalogue<T>(
  input: Input,
  world: World,
  use: (catalogue: Catalogue) => T | Promise<T>,
): Promise<T> {
  const catalogue = openCatalogue(catalogueFile(input, world), { mode: 'read', now: world.now });
  try {
    return await use(catalogue);
  } finally {
    catalogue.close();
  }
}

/** What an address on the command line names. */
export type Addressed =
  | { readonly kind: 'server'; readonly server: ServerRecord }
  | { readonly kind: 'tool'; readonly server: ServerRecord; readonly tool: ToolRecord };

/**
 * Finds what `SERVER`, `SERVER#TOOL` or `SERVER/TOOL` names.
 *
 * @throws CommandError that suggests what was meant, when the catalogue has no such server or tool; `elsewhere` is a
 * sentence of what is known of it from elsewhere.
 */
export function findAddressed(catalogue: Catalogue, text: string, elsewhere = ''): Addressed {
  const resolved = catalogue.resolveServer(text);
  const server = resolved === undefined ? undefined : catalogue.server(resolved.serverId);
  if (resolved === undefined || server === undefined) {
    throw new CommandError(`The catalogue has no server ${oneLine(text)}. ${elsewhere}${hint(catalogue, text)}`);
  }
  if (resolved.tool === undefined) return { kind: 'server', server };
  const tool = catalogue.tool(server.id, resolved.tool);
  if (tool === undefined) {
    const names = [...catalogue.toolsOf(server.id)].map(({ definition }) => oneLine(definition.name)).slice(0, SHOWN);
    const known = names.length === 0 ? 'It has no known tools.' : `Its tools are ${names.join(', ')}.`;
    throw new CommandError(`${server.id} has no tool ${oneLine(resolved.tool)}. ${known}`);
  }
  return { kind: 'tool', server, tool };
}

/** Finds one tool. @throws CommandError when the address names a whole server, or nothing. */
export function findTool(catalogue: Catalogue, text: string): Extract<Addressed, { kind: 'tool' }> {
  const found = findAddressed(catalogue, text);
  if (found.kind === 'tool') return found;
  const first = catalogue.toolsOf(found.server.id).next();
  const example = first.done === true ? `${found.server.id}#TOOL` : `${found.server.id}#${first.value.definition.name}`;
  throw new CommandError(`${found.server.id} is a server; name one of its tools, such as "${oneLine(example)}".`);
}

const SHOWN = 40;

const OFFERED = 3;

/** Servers that were perhaps meant: every word of what was typed, or its nearest known one, stands in the address. */
function hint(catalogue: Catalogue, text: string): string {
  const name = text.replace(/^[a-z]+:/u, '').toLowerCase();
  const typed = (name.match(/[\p{L}\p{N}]{3,}/gu) ?? []).join(' ');
  const near = new Set<string>();
  for (const words of typed === '' ? [] : [typed, ...catalogue.suggest(typed)]) {
    for (const { serverId, definition } of catalogue.search(words)) {
      const address = `${serverId}#${definition.name}`.toLowerCase();
      if (words.split(' ').every((word) => address.includes(word))) near.add(serverId);
    }
  }
  const offered = [...near].slice(0, OFFERED);
  return offered.length === 0 ? 'Try "toolrisk search TEXT".' : `Did you mean ${offered.join(' or ')}?`;
}
