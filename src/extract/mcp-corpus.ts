import type { ServerReading } from '../model/manifest.ts';
import type { Json } from '../model/tool.ts';
import { launchOf } from './edge/command-line.ts';
import { entryId, extractionOf, linkOf, readingOf } from './edge/facts.ts';
import { parseJson } from './edge/json.ts';
import { NO_TOOLS, type ToolList, toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, pointer, textOf } from './edge/value.ts';
import type { Document, Extractor } from './extractor.ts';

/** MCPCorpus: a crawl of an HTML directory, in which tools are JSON inside a JSON text. */
export const mcpCorpus: Extractor = {
  id: 'mcp-corpus',
  title: 'MCPCorpus crawl',
  homepage: 'https://github.com/Snakinya/MCPCorpus',
  keys: [],
  accepts({ value }) {
    const [first] = listOf(value) ?? [];
    return textOf(field(first, 'href')) !== undefined && objectOf(field(first, 'metadata')) !== undefined;
  },
  extract(document) {
    const entries = listOf(document.value) ?? [];
    const launches = entries.map((entry) => launchOf(textOf(at(entry, 'metadata', 'server_command')) ?? '', []));
    const problems: string[] = [];
    const servers = entries.map((entry, index) => readEntry(document, entry, index, launches[index]?.id, problems));
    return extractionOf(
      servers,
      launches.flatMap((launch) => launch?.locator ?? []),
      problems,
    );
  },
};

function readEntry(
  document: Document,
  entry: Json,
  index: number,
  launched: ServerReading['facts']['id'] | undefined,
  problems: string[],
): ServerReading {
  const key = textOf(field(entry, 'href')) ?? String(index);
  const list = toolsOf(document, at(entry, 'metadata', 'tools'), index, problems);
  return readingOf(
    {
      id: launched ?? entryId(document, key),
      name: textOf(field(entry, 'name')),
      title: textOf(at(entry, 'metadata', 'title')),
      description: textOf(at(entry, 'metadata', 'description')),
      repository: linkOf(field(entry, 'url')),
      license: textOf(at(entry, 'github', 'license')),
    },
    { list: list ?? NO_TOOLS, listsTools: list !== undefined },
  );
}

function toolsOf(document: Document, given: Json | undefined, index: number, problems: string[]): ToolList | undefined {
  if (given === undefined || given === null) return undefined;
  const parsed = typeof given === 'string' ? parseJson(given) : ({ kind: 'value', value: given } as const);
  if (parsed.kind === 'bad') {
    problems.push(`the tools of entry ${index}: ${parsed.message}`);
    return undefined;
  }
  const at = pointer('', index, 'metadata', 'tools');
  return toolsFrom(parsed.value, { location: document.location, pointer: at, method: 'publisher-list' });
}
