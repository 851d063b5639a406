import { declaredRemote, ociImage, packageId } from '../model/declared.ts';
import type { ServerId } from '../model/id.ts';
import type { Json } from '../model/tool.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { type ToolList, toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, textOf } from './edge/value.ts';
import type { Document, Extractor } from './extractor.ts';

const TOOLS_FILE = 'tools.json';

/** One server of Docker's MCP registry: `server.yaml`, with its tools in `tools.json` beside it or inside. */
export const dockerServer: Extractor = {
  id: 'docker-server',
  title: 'Docker server.yaml',
  homepage: 'https://github.com/docker/mcp-registry/blob/main/CONTRIBUTING.md',
  companions: [TOOLS_FILE],
  keys: ['about'],
  accepts({ value }) {
    if (textOf(field(value, 'name')) === undefined || textOf(field(value, 'type')) === undefined) return false;
    return objectOf(field(value, 'about')) !== undefined && objectOf(field(value, 'meta')) !== undefined;
  },
  extract(document) {
    const { value } = document;
    const list = toolsOf(document);
    // A server whose tools depend on who asks is listed with `[]`: that says nothing.
    const dynamic = at(value, 'dynamic', 'tools') === true;
    const reading = readingOf(
      {
        id: dockerId(document, value, textOf(field(value, 'name')) ?? document.fileName),
        name: textOf(field(value, 'name')),
        title: textOf(at(value, 'about', 'title')),
        description: textOf(at(value, 'about', 'description')),
        repository: linkOf(at(value, 'source', 'project')),
        notes: dynamic ? ['dynamic-tools'] : [],
      },
      { list, complete: list.tools.length > 0 && !dynamic, listsTools: list.tools.length + list.dropped.length > 0 },
    );
    return extractionOf([reading], remoteLead(value));
  },
};

/** The id that a Docker entry declares: its remote's URL, its image, else the entry itself. */
export function dockerId(document: Document, entry: Json | undefined, key: string): ServerId {
  const url = textOf(at(entry, 'remote', 'url'));
  const remote = url === undefined ? undefined : declaredRemote(url);
  if (remote !== undefined) return remote;
  const image = ociImage(textOf(field(entry, 'image')) ?? '');
  return image === undefined ? entryId(document, key) : packageId(image);
}

/** The remote of a Docker entry, as a locator to visit. */
export function remoteLead(entry: Json | undefined): readonly ServerId[] {
  const remote = declaredRemote(textOf(at(entry, 'remote', 'url')) ?? '');
  return remote === undefined ? [] : [remote];
}

function toolsOf(document: Document): ToolList {
  const companion = document.companions?.get(TOOLS_FILE);
  const inside = listOf(field(document.value, 'tools'));
  if (companion === undefined || inside !== undefined) {
    return toolsFrom(inside, { location: document.location, pointer: '/tools', method: 'publisher-list' });
  }
  return toolsFrom(companion.value, { location: companion.location, pointer: '', method: 'publisher-list' });
}
