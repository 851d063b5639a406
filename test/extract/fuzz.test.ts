import { expect, it } from 'vitest';
import { openDocument } from '../../src/extract/edge/document.ts';
import { extractorFor, extractors } from '../../src/extract/index.ts';
import { ServerId } from '../../src/model/id.ts';
import type { Json } from '../../src/model/tool.ts';
import { fc } from '../helpers/fc.ts';

/** Runs of each property; a nightly run sets more. */
const RUNS = Number(process.env.TOOLRISK_FUZZ ?? 300);

/** Every key that any shape looks at, so that random documents come close to real ones. */
const KEYS =
  'name title description version tools tool_definitions inputSchema input_schema annotations arguments params parameters result servers server packages remotes registry image url remote transport endpoint capabilities serverInfo mcpServers mcp_servers context_servers extensions projects command args env headers mcp metadata remote_server_response manifest_version dxt_version _meta data meta about type toolPreview runtime installations packageName qualifiedName startCommand specVersion entries href jsonrpc error tier $schema identifier registryType snapshot serverCard card path io.github.stacklok io.modelcontextprotocol.registry/publisher-provided com.microsoft.windows static_responses tools/list remote_servers dxt_version experimental modelContextProtocolServers consolidated_tools outputSchema requiredScopes protocolVersion connection auth authentication endpoints runtime deploymentUrl __proto__ constructor'.split(
    ' ',
  );

const WORDS = [
  'npm',
  'pypi',
  'oci',
  'mcp-server',
  'npx -y a',
  'https://a.example/mcp',
  'http://[',
  'a#b',
  'https://a.example/x#y',
  '<b>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: crawled text
  '${X}',
  'remote',
  '0.1',
  'x.json',
  '',
  ' ',
];

const value = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, depthSize: 'large' },
    fc.constantFrom(...WORDS),
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ unit: 'binary' })),
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('json')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).json;

it('no shape throws on any document, and what it gives is well formed', () => {
  fc.assert(
    fc.property(value, fc.constantFrom('a.json', 'mcp.json', 'tools.json', 'server.yaml'), (json, fileName) => {
      const opened = openDocument(new TextEncoder().encode(JSON.stringify(json)), `file:x/${fileName}`, fileName);
      if (opened.kind === 'failed') return;
      // The keys that an extractor names only save the question.
      expect(extractorFor(opened.document)?.id).toBe(extractors.find((one) => one.accepts(opened.document))?.id);
      for (const extractor of extractors) {
        if (!extractor.accepts(opened.document)) continue;
        const { servers, leads, problems } = extractor.extract(opened.document);
        for (const { facts, tools } of servers) {
          expect([facts.id, ...facts.aliases].every((id) => ServerId.safeParse(id).success && !id.includes('#'))).toBe(
            true,
          );
          expect(new Set(tools.map((tool) => tool.definition.name)).size).toBe(tools.length);
          expect(
            tools.every((tool) => tool.definition.name.trim() !== '' && tool.provenance.startsWith('file:x/')),
          ).toBe(true);
        }
        expect([...leads].sort()).toEqual(leads);
        expect([...leads, ...problems].every((text) => typeof text === 'string' && text !== '')).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

it('no text throws when it is opened or read as a page', () => {
  const markdown = fc.array(
    fc.constantFrom(
      '# Tools',
      '## Tools',
      '- `a_b`: x',
      '| Tool | Description |',
      '|---|---|',
      '| `a` | b |',
      '```',
      '<!--',
      '-->',
      '**x**',
      '  - y',
      '{{.A}}: 1',
      'a: &b [*b]',
      '\u202e',
      '\ud800',
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        markdown.map((lines) => lines.join('\n')),
        fc.string({ unit: 'binary' }),
      ),
      fc.constantFrom('a.md', 'a.html', 'a.yaml', 'a.toml', 'a.json', 'a'),
      (text, fileName) => {
        const opened = openDocument(Buffer.from(text), `file:${fileName}`, fileName);
        if (opened.kind === 'failed') return;
        for (const extractor of extractors) if (extractor.accepts(opened.document)) extractor.extract(opened.document);
      },
    ),
    { numRuns: RUNS },
  );
});
