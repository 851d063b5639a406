import type { Json } from '../model/tool.ts';
import { extractionOf, idOfLocation, linkOf, readingOf } from './edge/facts.ts';
import { joinLists, toolsFrom } from './edge/tools.ts';
import { at, field, listOf, objectOf, textOf } from './edge/value.ts';
import type { Extractor } from './extractor.ts';

/** Path of the full tool objects that Windows asks bundles for: the only place of the format with schemas. */
const STATIC_TOOLS = ['_meta', 'com.microsoft.windows', 'static_responses', 'tools/list'] as const;

/** The manifest.json of an MCP bundle (.mcpb, formerly .dxt), 0.1 to 0.4. Its own `tools` have names and descriptions only. */
export const mcpbManifest: Extractor = {
  id: 'mcpb-manifest',
  title: 'MCPB manifest.json',
  homepage: 'https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md',
  keys: ['manifest_version', 'dxt_version'],
  accepts(document) {
    const { value } = document;
    const version = field(value, 'manifest_version') ?? field(value, 'dxt_version');
    // Chrome's and Home Assistant's manifest.json have a number there, or no server.
    return typeof version === 'string' && objectOf(field(value, 'server')) !== undefined;
  },
  extract(document) {
    const { value, location } = document;
    const full = toolsFrom(field(at(value, ...STATIC_TOOLS), 'tools'), {
      location,
      pointer: '/_meta/com.microsoft.windows/static_responses/tools~1list/tools',
      method: 'publisher-list',
    });
    const named = toolsFrom(field(value, 'tools'), {
      location,
      pointer: '/tools',
      method: 'publisher-list',
      namesOnly: true,
    });
    const known = new Set(full.tools.map((tool) => tool.definition.name));
    const rest = named.tools.filter((tool) => !known.has(tool.definition.name));
    const reading = readingOf(
      {
        id: idOfLocation(location),
        name: textOf(field(value, 'name')),
        title: textOf(field(value, 'display_name')),
        description: textOf(field(value, 'description')),
        version: textOf(field(value, 'version')),
        homepage: linkOf(field(value, 'homepage')),
        repository: linkOf(field(value, 'repository')),
        license: textOf(field(value, 'license')),
        notes: [`bundle-server-${serverType(value)}`],
      },
      {
        list: joinLists([full, { tools: rest, dropped: named.dropped }]),
        complete: listOf(field(value, 'tools')) !== undefined && field(value, 'tools_generated') !== true,
      },
    );
    return extractionOf([reading]);
  },
};

function serverType(value: Json | undefined): string {
  const type = textOf(at(value, 'server', 'type')) ?? 'unknown';
  return /^[a-z]{1,20}$/u.test(type) ? type : 'unknown';
}
