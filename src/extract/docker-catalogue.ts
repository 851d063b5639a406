import type { Json } from '../model/tool.ts';
import { dockerId, remoteLead } from './docker-server.ts';
import { extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extractor } from './extractor.ts';

interface Entry {
  readonly key: string;
  readonly value: Json;
  readonly pointer: string;
}

/** Docker's catalogue of servers, version 2 and 3 (`registry:` is a map), and the OCI form with snapshots. Its tools are mostly names. */
export const dockerCatalogue: Extractor = {
  id: 'docker-catalogue',
  title: 'Docker catalogue',
  homepage: 'https://docs.docker.com/ai/mcp-catalog-and-toolkit/catalog/',
  keys: ['registry', 'servers'],
  accepts({ value }) {
    return objectOf(field(value, 'registry')) !== undefined || snapshots(value).length > 0;
  },
  extract(document) {
    const entries = entriesOf(document.value);
    const servers = entries.map((entry) => readEntry(document, entry));
    const leads = entries.flatMap((entry) => [...remoteLead(entry.value), ...toolsLead(entry.value)]);
    return extractionOf(servers, leads);
  },
};

function readEntry(document: Document, { key, value, pointer: path }: Entry) {
  const given = field(value, 'tools');
  const list = toolsFrom(given, {
    location: document.location,
    pointer: pointer(path, 'tools'),
    method: 'publisher-list',
    namesOnly: true,
  });
  return readingOf(
    {
      id: dockerId(document, value, key),
      name: key,
      title: textOf(field(value, 'title')),
      description: textOf(field(value, 'description')),
      license: textOf(at(value, 'metadata', 'license')),
      repository: linkOf(field(value, 'upstream')) ?? linkOf(field(value, 'source')),
      publishedAt: textOf(field(value, 'dateAdded')),
    },
    { list, listsTools: list.tools.length + list.dropped.length > 0 },
  );
}

function entriesOf(value: Json | undefined): readonly Entry[] {
  const map = objectOf(field(value, 'registry'));
  if (map === undefined) return snapshots(value);
  return Object.entries(map).flatMap(([key, entry]) =>
    objectOf(entry) === undefined ? [] : [{ key, value: entry, pointer: pointer('/registry', key) }],
  );
}

/** `servers: [{snapshot: {server: {name, …}}}]`, as catalogues are kept in OCI registries. */
function snapshots(value: Json | undefined): readonly Entry[] {
  return (listOf(field(value, 'servers')) ?? []).flatMap((one, index) => {
    const server = at(one, 'snapshot', 'server');
    const key = textOf(field(server, 'name'));
    if (server === undefined || key === undefined) return [];
    return [{ key, value: server, pointer: pointer('/servers', index, 'snapshot', 'server') }];
  });
}

/** The catalogue keeps long tool lists in a document of their own. */
function toolsLead(entry: Json): readonly string[] {
  const url = textOf(field(entry, 'toolsUrl'));
  return url !== undefined && /^https:\/\//iu.test(url) ? [`file:${url}`] : [];
}
