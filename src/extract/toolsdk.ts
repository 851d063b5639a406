import { npmPackage, packageId, pypiPackage } from '../model/declared.ts';
import type { ServerId } from '../model/id.ts';
import type { ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import { remoteLaunch } from './edge/command-line.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extractor } from './extractor.ts';

/** ToolSDK's registry: one package a file, and its index, in which each package may have a map of tools. */
export const toolsdk: Extractor = {
  id: 'toolsdk',
  title: 'ToolSDK registry entry',
  homepage: 'https://github.com/toolsdk-ai/toolsdk-mcp-registry',
  accepts({ value }) {
    return isPackage(value) || indexOf(value).length > 0;
  },
  extract(document) {
    const { value } = document;
    if (!isPackage(value))
      return extractionOf(indexOf(value).map(([name, entry]) => readIndexed(document, name, entry)));
    const name = textOf(field(value, 'packageName')) ?? '';
    const id = idOf(name, textOf(field(value, 'runtime')));
    const remotes = (listOf(field(value, 'remotes')) ?? []).flatMap(
      (remote) => remoteLaunch(textOf(field(remote, 'url')) ?? '') ?? [],
    );
    const reading = readingOf({
      id: id ?? remotes[0]?.id ?? entryId(document, name),
      aliases: remotes.map((remote) => remote.id),
      name: textOf(field(value, 'name')) ?? name,
      description: textOf(field(value, 'description')),
      repository: linkOf(field(value, 'url')),
      license: textOf(field(value, 'license')),
    });
    return extractionOf([reading], [...(id === undefined ? [] : [id]), ...remotes.map((remote) => remote.locator)]);
  },
};

function idOf(name: string, runtime: string | undefined): ServerId | undefined {
  const declared = runtime === 'node' ? npmPackage(name) : runtime === 'python' ? pypiPackage(name) : undefined;
  return declared === undefined ? undefined : packageId(declared);
}

function isPackage(value: Json | undefined): boolean {
  return field(value, 'type') === 'mcp-server' && textOf(field(value, 'packageName')) !== undefined;
}

/** `{NAME: {path, tools: {tool: {name, description}}}}`. */
function indexOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  const object = objectOf(value);
  if (object === undefined) return [];
  // The first entry of most documents tells.
  for (const key in object) {
    if (textOf(field(field(object, key), 'path'))?.endsWith('.json') !== true) return [];
  }
  return Object.entries(object);
}

function readIndexed(document: Document, name: string, entry: Json): ServerReading {
  const tools = objectOf(field(entry, 'tools')) ?? {};
  const listed = Object.entries(tools).map(([key, tool]): Json => ({ name: key, ...objectOf(tool) }));
  const list = toolsFrom(listed, {
    location: document.location,
    pointer: pointer('', name, 'tools'),
    method: 'publisher-list',
  });
  // The provenance of a map's entry is its key, not its number.
  const keys = Object.keys(tools);
  const byKey = list.tools.map((tool) => {
    const number = Number(tool.provenance.slice(tool.provenance.lastIndexOf('/') + 1));
    return { ...tool, provenance: `${document.location}#${pointer('', name, 'tools', keys[number] ?? number)}` };
  });
  return readingOf(
    { id: entryId(document, name), name },
    { list: { ...list, tools: byKey }, listsTools: keys.length > 0 },
  );
}
