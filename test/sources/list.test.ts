import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSources } from '../../src/sources/config.ts';
import { linesOf, sourceWorld } from './world.ts';

const root = mkdtempSync(join(tmpdir(), 'toolrisk-sources-'));
mkdirSync(join(root, 'servers/alpha'), { recursive: true });
for (const path of ['servers/alpha/server.yaml', 'servers/alpha/tools.json', 'servers/alpha/logo.png', 'bundle.mcpb']) {
  writeFileSync(join(root, path), '');
}
writeFileSync(join(root, 'names.txt'), '# ours\nfirst-server\n\n@scope/second # why\n');

const CASES: readonly { readonly title: string; readonly yaml: string; readonly gives: readonly string[] }[] = [
  {
    title: 'npm by name and version',
    yaml: 'source: npm, names: [a, {name: "@b/c", version: 1.2.3}]',
    gives: ['npm:a', 'npm:@b/c@1.2.3'],
  },
  {
    title: 'npm by a file of names',
    yaml: 'source: npm, file: names.txt',
    gives: ['npm:first-server', 'npm:@scope/second'],
  },
  {
    title: 'npm by a file that is not there',
    yaml: 'source: npm, names: [a], file: gone.txt',
    gives: ['not-found no-file', 'npm:a'],
  },
  {
    title: 'PyPI by name, normalised',
    yaml: 'source: pypi, names: [My_Server, {name: x.y, version: "1.0"}]',
    gives: ['pypi:my-server', 'pypi:x-y@1.0'],
  },
  {
    title: 'a folder of manifests',
    yaml: 'source: files, paths: [servers]',
    gives: ['file:servers/alpha/server.yaml', 'file:servers/alpha/tools.json'],
  },
  { title: 'a folder that is not there', yaml: 'source: files, paths: [gone]', gives: ['not-found no-file'] },
  {
    title: 'a checkout of the Docker registry',
    yaml: 'source: docker-catalogue, folders: [servers]',
    gives: ['file:servers/alpha/server.yaml'],
  },
  {
    title: 'the Docker catalogue',
    yaml: 'source: docker-catalogue, catalogues: ["https://catalogue.example/v3/catalog.yaml"]',
    gives: ['file:https://catalogue.example/v3/catalog.yaml'],
  },
  { title: 'ToolHive', yaml: 'source: toolhive, registries: [registry.json]', gives: ['file:registry.json'] },
  {
    title: 'bundles',
    yaml: 'source: mcpb, bundles: [bundle.mcpb, "https://bundles.example/b.mcpb"]',
    gives: ['mcpb:bundle.mcpb', 'mcpb:https://bundles.example/b.mcpb'],
  },
  {
    title: 'server cards',
    yaml: 'source: server-cards, sites: ["https://a.example"], endpoints: ["https://b.example/mcp/"]',
    gives: [
      'file:https://a.example/.well-known/ai-catalog.json',
      'file:https://a.example/.well-known/mcp/server-card.json',
      'file:https://a.example/.well-known/mcp.json',
      'file:https://b.example/mcp/server-card',
    ],
  },
  {
    title: 'pages',
    yaml: 'source: web-pages, pages: ["https://directory.example/servers"]',
    gives: ['file:https://directory.example/servers'],
  },
  { title: 'client configurations', yaml: 'source: client-configs, paths: [mcp.json]', gives: ['file:mcp.json'] },
];

describe('what a source lists', () => {
  for (const { title, yaml, gives } of CASES) {
    it(title, async () => {
      const [source] = readSources(`sources: [{${yaml}}]`, 'sources.yaml');
      const lines = source === undefined ? [] : await linesOf(source.list(sourceWorld({ root })));
      expect(lines.map((line) => ('kind' in line ? `${line.outcome} ${line.reason}` : line.locator))).toEqual(gives);
    });
  }
});
