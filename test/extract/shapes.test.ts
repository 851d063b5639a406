import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractors } from '../../src/extract/index.ts';
import { extracted } from './documents.ts';

const tools = [
  {
    name: 'read_note',
    description: 'Reads one note.',
    inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
  },
  { name: 'delete_note', description: 'Deletes one note.' },
];
const schema = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** One document of each shape in small: which extractor reads it, and what it says. */
const SHAPES: readonly {
  readonly title: string;
  readonly file?: string;
  readonly content: string | object;
  readonly by: string;
  /** Ids with aliases, and names of tools. */
  readonly says: readonly (readonly [ids: string, tools: string])[];
  readonly leads?: readonly string[];
}[] = [
  {
    title: 'server.json, newest',
    content: {
      $schema: schema,
      name: 'io.x/notes',
      version: '1',
      packages: [
        { registryType: 'npm', identifier: '@x/notes', version: '1.0.0' },
        { registryType: 'oci', identifier: 'docker.io/x/notes:1.0' },
        { registryType: 'mcpb', identifier: 'https://github.com/x/mcp/releases/download/1/n.mcpb' },
      ],
      remotes: [{ type: 'sse', url: 'https://notes.example/sse' }],
    },
    by: 'server-json',
    says: [
      [
        'registry:io.x/notes mcpb:https://github.com/x/mcp/releases/download/1/n.mcpb npm:@x/notes oci:x/notes remote:https://notes.example/sse',
        '',
      ],
    ],
    leads: [
      'mcpb:https://github.com/x/mcp/releases/download/1/n.mcpb',
      'npm:@x/notes@1.0.0',
      'oci:x/notes',
      'remote:https://notes.example/sse',
    ],
  },
  {
    title: 'server.json in snake case, with null lists',
    content: {
      name: 'io.x/notes',
      packages: [{ registry_type: 'pypi', identifier: 'Notes_Server', version: '$VERSION' }],
      remotes: null,
    },
    by: 'server-json',
    says: [['registry:io.x/notes pypi:notes-server', '']],
    leads: ['pypi:notes-server'],
  },
  {
    title: 'the first seed of the registry, a list',
    content: [
      {
        name: 'io.x/a',
        version_detail: { version: '0.1' },
        packages: [{ registry_name: 'npm', name: 'a-server', version: '0.1.0' }],
      },
      { description: 'no name' },
    ],
    by: 'server-json',
    says: [['registry:io.x/a npm:a-server', '']],
    leads: ['npm:a-server@0.1.0'],
  },
  {
    title: 'a template of a server.json, in which nothing is expanded',
    content: {
      $schema: schema,
      name: '<<Name>>',
      packages: [{ registryType: 'npm', identifier: '<<Package>>' }],
      remotes: [{ url: 'https://x.example/{tenant}' }],
    },
    by: 'server-json',
    says: [['registry:<<Name>>', '']],
    leads: [],
  },
  {
    title: 'an MCPB manifest with the full tools for Windows',
    content: {
      manifest_version: '0.3',
      name: 'notes',
      version: '1',
      server: { type: 'node', entry_point: 'i.js' },
      tools: [{ name: 'read_note' }, { name: 'more' }],
      _meta: { 'com.microsoft.windows': { static_responses: { 'tools/list': { tools } } } },
    },
    by: 'mcpb-manifest',
    says: [['file:a.json', 'read_note delete_note more']],
  },
  {
    title: 'a DXT manifest without tools',
    content: { dxt_version: '0.1', name: 'n', server: { type: 'python' } },
    by: 'mcpb-manifest',
    says: [['file:a.json', '']],
  },
  {
    title: "a browser's manifest",
    content: { manifest_version: 3, name: 'ext', background: {} },
    by: 'none',
    says: [],
  },
  {
    title: "Docker's catalogue",
    file: 'catalog.yaml',
    content:
      'version: 2\nregistry:\n  notes:\n    type: server\n    image: mcp/notes@sha256:00\n    tools: [{name: read_note}]\n    toolsUrl: https://d.example/tools.json\n  far:\n    type: remote\n    remote: {transport_type: http, url: https://far.example/mcp}\n',
    by: 'docker-catalogue',
    says: [
      ['oci:mcp/notes', 'read_note'],
      ['remote:https://far.example/mcp', ''],
    ],
    leads: ['file:https://d.example/tools.json', 'remote:https://far.example/mcp'],
  },
  {
    title: "one server of Docker's registry with tools inside",
    file: 'server.yaml',
    content:
      'name: curl\ntype: poci\nmeta: {category: dev}\nabout: {title: Curl}\ntools:\n  - name: curl\n    description: Runs curl.\n    parameters: {type: object, properties: {args: {type: array}}}\n',
    by: 'docker-server',
    says: [['file:server.yaml!curl', 'curl']],
  },
  {
    title: "ToolHive's registry",
    content: {
      version: '1',
      meta: {},
      data: {
        servers: [
          {
            $schema: schema,
            name: 'io.t/n',
            packages: [{ registryType: 'oci', identifier: 'ghcr.io/t/n:1' }],
            _meta: {
              'io.modelcontextprotocol.registry/publisher-provided': {
                'io.github.stacklok': { 'ghcr.io/t/n:1': { tools: ['read_note', 'ping'], tool_definitions: tools } },
              },
            },
          },
        ],
      },
    },
    by: 'toolhive',
    says: [['registry:io.t/n oci:ghcr.io/t/n', 'read_note delete_note ping']],
  },
  {
    title: "ToolHive's older registry",
    content: {
      servers: { notes: { image: 'ghcr.io/t/n:1', tier: 'Official', tools: ['read_note'] } },
      remote_servers: { far: { url: 'https://far.example/mcp', tier: 'Community', tools: ['ping'] } },
    },
    by: 'toolhive',
    says: [
      ['oci:ghcr.io/t/n', 'read_note'],
      ['remote:https://far.example/mcp', 'ping'],
    ],
    leads: ['remote:https://far.example/mcp'],
  },
  {
    title: 'an obot entry',
    file: 'notes.yaml',
    content:
      'name: Notes\nentryKey: n\nruntime: remote\nremoteConfig: {fixedURL: "https://notes.example/mcp?x=1"}\ntoolPreview:\n  - {name: read_note, description: Reads., params: {id: which}}\n',
    by: 'obot',
    says: [['remote:https://notes.example/mcp', 'read_note']],
    leads: ['remote:https://notes.example/mcp'],
  },
  {
    title: 'an mcpm entry',
    content: {
      name: 'notes',
      display_name: 'Notes',
      installations: {
        npm: { type: 'npm', command: 'npx', args: ['-y', '@x/notes'], env: { KEY: 'secret-value' } },
        docker: { type: 'docker', command: 'docker', args: ['run', '-i', '--rm', '-e', 'KEY', 'x/notes'] },
      },
      tools,
    },
    by: 'mcpm',
    says: [['npm:@x/notes oci:x/notes', 'read_note delete_note']],
    leads: ['npm:@x/notes', 'oci:x/notes'],
  },
  {
    title: 'a ToolSDK package',
    content: { type: 'mcp-server', packageName: 'notes-server', runtime: 'python', env: {} },
    by: 'toolsdk',
    says: [['pypi:notes-server', '']],
    leads: ['pypi:notes-server'],
  },
  {
    title: "ToolSDK's index",
    content: {
      'notes-server': { path: 'a/notes.json', tools: { read_note: { name: 'read_note', description: 'd' } } },
    },
    by: 'toolsdk',
    says: [['file:a.json!notes-server', 'read_note']],
  },
  {
    title: 'MCPCorpus',
    content: [
      {
        href: '/server/n/x',
        name: 'n',
        metadata: { server_command: 'npx notes-server', tools: JSON.stringify(tools) },
      },
      { href: '/server/m/x', metadata: { tools: null } },
    ],
    by: 'mcp-corpus',
    says: [
      ['npm:notes-server', 'read_note delete_note'],
      ['file:a.json!/server/m/x', ''],
    ],
    leads: ['npm:notes-server'],
  },
  {
    title: 'Toucan',
    content: {
      labels: {},
      metadata: {
        server_name: 'n',
        remote_server_response: { url: 'https://s.example/n/mcp?api_key={k}', is_success: true, tools },
      },
    },
    by: 'toucan',
    says: [['remote:https://s.example/n/mcp', 'read_note delete_note']],
  },
  {
    title: 'smithery.yaml',
    file: 'smithery.yaml',
    content:
      "startCommand:\n  type: stdio\n  commandFunction: |-\n    (config) => ({ command: 'npx', args: ['-y', 'notes-server@latest'] })\n",
    by: 'smithery',
    says: [['npm:notes-server', '']],
    leads: ['npm:notes-server'],
  },
  {
    title: "Smithery's detail",
    content: { qualifiedName: '@x/notes', displayName: 'Notes', deploymentUrl: 'https://server.s.example/n', tools },
    by: 'smithery',
    says: [['remote:https://server.s.example/n', 'read_note delete_note']],
  },
  {
    title: 'a card without tools',
    content: {
      serverInfo: { name: 'n' },
      transport: { type: 'http', endpoint: 'https://n.example/mcp' },
      capabilities: { tools: true },
    },
    by: 'server-card',
    says: [['remote:https://n.example/mcp', '']],
    leads: ['remote:https://n.example/mcp'],
  },
  {
    title: 'a card whose capabilities list the tools',
    content: { name: 'n', endpoint: 'https://n.example/mcp', capabilities: { tools } },
    by: 'server-card',
    says: [['remote:https://n.example/mcp', 'read_note delete_note']],
  },
  {
    title: 'a card that says only that tools change',
    content: {
      serverInfo: { name: 'n' },
      endpoint: 'https://n.example/mcp',
      capabilities: { tools: { listChanged: true } },
    },
    by: 'server-card',
    says: [['remote:https://n.example/mcp', '']],
  },
  {
    title: 'a card with tools at its top',
    content: { name: 'n', url: 'https://n.example', transport: 'http', tools },
    by: 'server-card',
    says: [['remote:https://n.example/', 'read_note delete_note']],
  },
  {
    title: 'a card of endpoints',
    content: { mcp: { version: '1', endpoints: { sse: { url: 'https://n.example/sse' } } }, server: { name: 'n' } },
    by: 'server-card',
    says: [['remote:https://n.example/sse', '']],
  },
  {
    title: 'a card that points to another',
    content: { name: 'n', url: 'https://n.example/mcp', transport: 'http', serverCard: 'https://n.example/card.json' },
    by: 'server-card',
    says: [['remote:https://n.example/mcp', '']],
    leads: ['file:https://n.example/card.json', 'remote:https://n.example/mcp'],
  },
  {
    title: 'an index of cards',
    content: { servers: [{ name: 'n', url: 'https://n.example/mcp', card: 'https://n.example/card.json' }] },
    by: 'server-card',
    says: [['remote:https://n.example/mcp', '']],
  },
  {
    title: 'ai-catalog.json',
    content: {
      specVersion: '1.0',
      entries: [
        { type: 'application/mcp-server-card+json', url: 'https://n.example/card' },
        { type: 'application/a2a+json', url: 'https://n.example/a2a' },
        { type: 'application/mcp-server-card+json', data: { name: 'n', endpoint: 'https://m.example/mcp' } },
      ],
    },
    by: 'ai-catalogue',
    says: [['remote:https://m.example/mcp', '']],
    leads: ['file:https://n.example/card', 'remote:https://m.example/mcp'],
  },
  { title: 'a file that only has the name of a manifest', content: { enabledTools: [] }, by: 'none', says: [] },
  {
    title: 'a map of names that is no manifest',
    content: { jira: { tools: ['jira_get_issue'] } },
    by: 'none',
    says: [],
  },
];

describe('a document is read by its shape', () => {
  for (const { title, file, content, by, says, leads } of SHAPES) {
    it(title, () => {
      const found = extracted(file ?? 'a.json', content);
      expect(found.by).toBe(by);
      expect(
        found.servers.map(({ facts, tools: listed }) => [
          [facts.id, ...facts.aliases].join(' '),
          listed.map((tool) => tool.definition.name).join(' '),
        ]),
      ).toEqual(says);
      if (leads !== undefined) expect(found.leads).toEqual(leads);
      expect(JSON.stringify(found)).not.toContain('secret-value');
    });
  }
});

it('a format that never names tools says so; an empty list that may be empty for us only says nothing', () => {
  const listsTools = (content: object, file = 'a.json') => extracted(file, content).servers[0]?.listsTools;
  expect(listsTools({ $schema: schema, name: 'io.x/n', packages: [] })).toBe(false);
  expect(listsTools({ tools: [] })).toBe(true);
  expect(listsTools({ name: 'n', endpoint: 'https://n.example/mcp', capabilities: { tools: true } })).toBe(false);
});

it('a card speaks for its own site only', () => {
  const content = { name: 'n', endpoint: 'https://bank.example/mcp', tools };
  const document = {
    location: 'https://evil.test/.well-known/mcp/server-card.json',
    fileName: 'server-card.json',
    text: '',
    value: content,
  };
  const card = extractors.find((one) => one.id === 'server-card');
  const facts = card?.extract(document).servers[0]?.facts;
  expect(facts?.id).toBe('remote:https://evil.test/.well-known/mcp/server-card.json');
  expect(facts?.notes).toContain('card-names-endpoint-of-another-site');
  expect(card?.extract({ ...document, location: 'https://www.bank.example/card' }).servers[0]?.facts.id).toBe(
    'remote:https://bank.example/mcp',
  );
});

it('every shape of the folder is in the list, once', () => {
  const folder = join(import.meta.dirname, '../../src/extract');
  const helpers = ['index.ts', 'extractor.ts', 'directory.ts'];
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !helpers.includes(name));
  const listed = [...readFileSync(join(folder, 'index.ts'), 'utf8').matchAll(/from '\.\/([\w-]+\.ts)'/gu)].map(
    (match) => match[1] ?? '',
  );
  expect(listed.filter((name) => !helpers.includes(name)).sort()).toEqual(files.sort());
  expect(extractors).toHaveLength(files.length);
  expect(new Set(extractors.map((one) => one.id)).size).toBe(extractors.length);
});
