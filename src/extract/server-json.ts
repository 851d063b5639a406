import { readServerJson, repositoryOf, tiesOf, versionOf } from '../model/server-json.ts';
import type { Json } from '../model/tool.ts';
import { extractionOf, factsFrom } from './edge/facts.ts';
import { NO_TOOLS } from './edge/tools.ts';
import { field, listOf } from './edge/value.ts';
import type { Extraction, Extractor } from './extractor.ts';

/** Keys that mark a server.json: its schema, or the ways to the server in any generation. */
const MARKS = ['packages', 'remotes', 'version_detail'] as const;

/** The official registry's server.json, every generation, alone or in a list, with or without the registry's envelope. It lists no tools. */
export const serverJson: Extractor = {
  id: 'server-json',
  title: 'server.json',
  homepage: 'https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json',
  keys: ['name', 'servers'],
  accepts(document) {
    const [first] = entriesOf(document.value);
    return first !== undefined && isServerJson(first);
  },
  extract(document) {
    const entries = entriesOf(document.value);
    const [only] = entries;
    if (only !== undefined && entries.length === 1) return extractOne(only);
    const parts = entries.map(extractOne);
    return extractionOf(
      parts.flatMap((part) => part.servers),
      parts.flatMap((part) => part.leads),
      parts.flatMap((part) => part.problems),
    );
  },
};

/** Reads one server.json as the registry or a file gives it. */
export function extractServerJson(value: Json): Extraction {
  return extractOne(value);
}

function extractOne(value: Json): Extraction {
  const server = readServerJson(value);
  if (server === undefined) return extractionOf([], [], ['an entry is no server.json: it has no name']);
  const ties = tiesOf(server);
  const [id, ...aliases] = ties.ids;
  // What has no locator is a fact about the server (a NuGet package, a URL template), not a fault of the reading.
  const facts = factsFrom(
    {
      id,
      aliases,
      name: server.name,
      title: server.title ?? undefined,
      description: server.description ?? undefined,
      version: versionOf(server),
      homepage: server.websiteUrl ?? server.website_url ?? undefined,
      repository: repositoryOf(server),
      deprecated: server.status === 'deprecated' ? 'the registry marks it as deprecated' : undefined,
    },
    ties.problems,
  );
  const { tools, dropped } = NO_TOOLS;
  return extractionOf([{ facts, tools, dropped, complete: false, listsTools: false }], ties.locators);
}

/** One server.json, a list of them, or a page of the registry's API. */
function entriesOf(value: Json | undefined): readonly Json[] {
  const list = listOf(value) ?? listOf(field(value, 'servers'));
  if (list === undefined) return value === undefined ? [] : [value];
  return list.map((one) => field(one, 'server') ?? one);
}

function isServerJson(value: Json): boolean {
  if (typeof field(value, 'name') !== 'string' || listOf(field(value, 'tools')) !== undefined) return false;
  const schema = field(value, '$schema');
  if (typeof schema === 'string' && /server\.schema\.json/u.test(schema)) return true;
  return MARKS.some((key) => field(value, key) !== undefined) && field(value, 'packageName') === undefined;
}
