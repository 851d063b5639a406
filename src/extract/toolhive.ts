import { declaredRemote, ociImage, packageId } from '../model/declared.ts';
import type { ServerId } from '../model/id.ts';
import type { ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { joinLists, type ToolList, toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extraction, Extractor } from './extractor.ts';
import { extractServerJson } from './server-json.ts';

/** Where ToolHive keeps its own words in a server.json: below it, one key per image or URL. */
const EXTENSION = ['_meta', 'io.modelcontextprotocol.registry/publisher-provided', 'io.github.stacklok'] as const;

/** ToolHive's registry: upstream form, its older maps of images and remotes, and single entries (`spec.yaml`). */
export const toolhive: Extractor = {
  id: 'toolhive',
  title: 'ToolHive registry',
  homepage: 'https://github.com/stacklok/toolhive-catalog',
  keys: ['data', '_meta', 'servers', 'remote_servers', 'tier'],
  accepts({ value }) {
    if (listOf(at(value, 'data', 'servers')) !== undefined) return true;
    if (objectOf(at(value, ...EXTENSION)) !== undefined) return true;
    return legacyMaps(value).length > 0 || isEntry(value);
  },
  extract(document) {
    const { value } = document;
    const upstream = listOf(at(value, 'data', 'servers'));
    if (upstream !== undefined) {
      return join(upstream.map((server, index) => readUpstream(document, server, pointer('/data/servers', index))));
    }
    if (objectOf(at(value, ...EXTENSION)) !== undefined) return readUpstream(document, value, '');
    const maps = legacyMaps(value);
    if (maps.length > 0) {
      return join(maps.map(({ key, entry, path }) => readEntry(document, entry, key, path)));
    }
    return readEntry(document, value, textOf(field(value, 'name')) ?? folderOf(document), '');
  },
};

function join(parts: readonly Extraction[]): Extraction {
  return extractionOf(
    parts.flatMap((part) => part.servers),
    parts.flatMap((part) => part.leads),
    parts.flatMap((part) => part.problems),
  );
}

/** A server.json with ToolHive's extension. */
function readUpstream(document: Document, server: Json | undefined, path: string): Extraction {
  if (server === undefined) return extractionOf([]);
  const base = extractServerJson(server);
  const extensions = Object.entries(objectOf(at(server, ...EXTENSION)) ?? {});
  const lists = extensions.map(([key, extension]) => listsOf(document, extension, pointer(path, ...EXTENSION, key)));
  const list = joinLists(lists);
  const servers = base.servers.map((reading): ServerReading => {
    if (extensions.length === 0) return reading;
    return { ...reading, tools: list.tools, dropped: list.dropped, listsTools: true };
  });
  return { ...base, servers };
}

/** An entry of the older form: an image or a URL with names of tools and perhaps their definitions. */
function readEntry(document: Document, entry: Json | undefined, key: string, path: string): Extraction {
  const remote = declaredRemote(textOf(field(entry, 'url')) ?? '');
  const image = ociImage(textOf(field(entry, 'image')) ?? '');
  const id: ServerId = remote ?? (image === undefined ? entryId(document, key) : packageId(image));
  const list = listsOf(document, entry, path);
  const reading = readingOf(
    {
      id,
      name: textOf(field(entry, 'name')) ?? key,
      title: textOf(field(entry, 'title')),
      description: textOf(field(entry, 'description')),
      repository: linkOf(field(entry, 'repository_url')),
      homepage: linkOf(field(entry, 'homepage')),
      license: textOf(field(entry, 'license')),
      deprecated: /^deprecated$/iu.test(textOf(field(entry, 'status')) ?? '')
        ? 'the registry marks it as deprecated'
        : undefined,
    },
    { list },
  );
  return extractionOf([reading], remote === undefined ? [] : [remote]);
}

/** Full definitions first; names that have none follow as names alone. */
function listsOf(document: Document, entry: Json | undefined, path: string): ToolList {
  const context = { location: document.location, method: 'publisher-list' } as const;
  const full = toolsFrom(field(entry, 'tool_definitions'), { ...context, pointer: pointer(path, 'tool_definitions') });
  const named = toolsFrom(field(entry, 'tools'), { ...context, pointer: pointer(path, 'tools'), namesOnly: true });
  const known = new Set(full.tools.map((tool) => tool.definition.name));
  const rest = named.tools.filter((tool) => !known.has(tool.definition.name));
  return joinLists([full, { tools: rest, dropped: named.dropped }]);
}

interface LegacyEntry {
  readonly key: string;
  readonly entry: Json;
  readonly path: string;
}

/** `{servers: {name: {image}}, remote_servers: {name: {url}}}`. */
function legacyMaps(value: Json | undefined): readonly LegacyEntry[] {
  return ['servers', 'remote_servers'].flatMap((map) =>
    Object.entries(objectOf(field(value, map)) ?? {}).flatMap(([key, entry]) =>
      isEntry(entry) ? [{ key, entry, path: pointer('', map, key) }] : [],
    ),
  );
}

function isEntry(value: Json | undefined): boolean {
  const way = textOf(field(value, 'image')) ?? textOf(field(value, 'url'));
  return way !== undefined && textOf(field(value, 'tier')) !== undefined && listOf(field(value, 'tools')) !== undefined;
}

/** A `spec.yaml` without a name is named by its folder. */
function folderOf(document: Document): string {
  return document.location.split('/').at(-2) ?? document.fileName;
}
