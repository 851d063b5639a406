import { describe, expect, it } from 'vitest';
import { extractJavaScript } from '../../../src/extract/source/javascript.ts';
import type { ObservedTool } from '../../../src/model/tool.ts';

type Files = Readonly<Record<string, string>>;

function parse(source: string | Files, entries: readonly string[] = ['index.js']) {
  const files = typeof source === 'string' ? { 'index.js': source } : source;
  const encoder = new TextEncoder();
  const result = extractJavaScript(
    {
      language: 'javascript',
      location: 'npm:x@1.0.0',
      files: new Map(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)])),
      entries,
      packages: [],
      skip: [],
    },
    () => undefined,
  );
  if (result.kind !== 'parsed') throw new Error(JSON.stringify(result));
  return result;
}

const tools = (source: string | Files, entries?: readonly string[]): readonly ObservedTool[] =>
  parse(source, entries).tools;

/** `name: description (parameters)` of each tool; a question mark after optional parameters, a star after gated tools. */
function shown(source: string | Files, entries?: readonly string[]): readonly string[] {
  return tools(source, entries).map(({ definition, gated }) => {
    const schema = JSON.parse(JSON.stringify(definition.inputSchema ?? {}));
    const required: readonly string[] = schema.required ?? [];
    const parameters = Object.keys(schema.properties ?? {}).map((name) =>
      required.includes(name) ? name : `${name}?`,
    );
    return `${definition.name}${gated ? '*' : ''}: ${definition.description} (${parameters.join(', ')})`;
  });
}

const FORMS: readonly (readonly [string, string | Files, readonly string[]])[] = [
  [
    'registerTool with a shape',
    "server.registerTool('a', { description: 'A', inputSchema: { p: z.string(), q: z.number().optional() } }, f);",
    ['a: A (p, q?)'],
  ],
  [
    'registerTool with a schema',
    "server.registerTool('a', { description: 'A', inputSchema: z.object({ p: z.string() }) }, f);",
    ['a: A (p)'],
  ],
  ['tool with 2 arguments', "server.tool('a', f);", ['a: undefined ()']],
  ['tool with 3 arguments: description', "server.tool('a', 'A', f);", ['a: A ()']],
  ['tool with 3 arguments: shape', "server.tool('a', { p: z.string() }, f);", ['a: undefined (p)']],
  ['tool with 4 arguments', "server.tool('a', 'A', { p: z.string() }, f);", ['a: A (p)']],
  ['tool with 5 arguments', "server.tool('a', 'A', { p: z.string() }, { readOnlyHint: true }, f);", ['a: A (p)']],
  ['tool with 6 arguments', "server.tool('a', 'A', { p: z.string() }, { readOnlyHint: true }, {}, f);", ['a: A (p)']],
  [
    'addTool of FastMCP',
    "server.addTool({ name: 'a', description: 'A', parameters: z.object({ p: z.string() }), execute: f });",
    ['a: A (p)'],
  ],
  [
    'a list handler with literals',
    "server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'a', description: 'A', inputSchema: { type: 'object', properties: { p: { type: 'string' } }, required: ['p'] } }] }));",
    ['a: A (p)'],
  ],
  [
    "a list handler by its method's name",
    "server.setRequestHandler('tools/list', () => { return { tools: TOOLS }; }); const TOOLS = [{ name: 'a', description: 'A', inputSchema: { type: 'object', properties: {} } }];",
    ['a: A ()'],
  ],
  [
    'a list handler that converts',
    "const S = z.object({ p: z.string() }); server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'a', description: 'A', inputSchema: zodToJsonSchema(S) }] }));",
    ['a: A (p)'],
  ],
  [
    'a list handler that maps a list of objects',
    "const all = [{ name: 'a', description: 'A', schema: z.object({ p: z.string() }) }]; server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: all.map((t) => ({ name: t.name, description: t.description, inputSchema: zodToJsonSchema(t.schema) })) }));",
    ['a: A (p)'],
  ],
  [
    'a loop over a list',
    "const all = [{ name: 'a', description: 'A', shape: { p: z.string() } }, { name: 'b', description: 'B', shape: {} }]; for (const t of all) server.registerTool(t.name, { description: t.description, inputSchema: t.shape }, f);",
    ['a: A (p)', 'b: B ()'],
  ],
  [
    'forEach over a map',
    "const all = { a: { description: 'A', shape: { p: z.string() } } }; Object.entries(all).forEach(([name, t]) => server.tool(name, t.description, t.shape, f));",
    ['a: A (p)'],
  ],
  [
    'a function that registers',
    "function add(s, name, text) { s.registerTool(name, { description: text }, f); } add(server, 'a', 'A'); add(server, 'b', 'B');",
    ['a: A ()', 'b: B ()'],
  ],
  [
    'a function that is made by another',
    "const make = (s) => (t) => s.tool(t.name, t.description, f); const add = make(server); add({ name: 'a', description: 'A' });",
    ['a: A ()'],
  ],
  [
    'defineTool with an object',
    "export const a = defineTool({ name: 'a', description: 'A', schema: { p: z.string() }, handler: f });",
    ['a: A (p)'],
  ],
  [
    'defineTool with a function',
    "export const a = definePageTool(() => ({ name: 'a', description: 'A', schema: { p: z.string() }, handler: f }));",
    ['a: A (p)'],
  ],
  [
    'object literals with a schema',
    "export const a = { name: 'a', description: 'A', inputSchema: { type: 'object', properties: { p: {} } } };",
    ['a: A (p?)'],
  ],
  [
    'a map keyed by name',
    "const all = { a: tool({ description: 'A', parameters: z.object({ p: z.string() }), execute: f }) }; new MCPServer({ tools: all });",
    ['a: A (p)'],
  ],
  [
    'classes with fields',
    "class Base { register(s) { s.registerTool(this.name, { description: this.description, inputSchema: this.shape }, f); } } class A extends Base { name = 'a'; description = 'A'; shape = { p: z.string() }; }",
    ['a: A (p)'],
  ],
  [
    'classes with a static name and a compiled constructor',
    "class Base { constructor() { this.name = this.constructor.toolName; } register(s) { s.tool(this.name, this.description, f); } } class A extends Base { constructor() { super(...arguments); this.description = 'A'; } } A.toolName = 'a';",
    ['a: A ()'],
  ],
  [
    'a list that is pushed to',
    "const all = []; all.push({ name: 'a', description: 'A', inputSchema: {} }); server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: all }));",
    ['a: A ()'],
  ],
  [
    'this.tools of an instance',
    "class S { tools = new Map(); add(t) { this.tools.set(t.name, t); } start() { server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: Array.from(this.tools.values()) })); } } const s = new S(); s.add({ name: 'a', description: 'A', inputSchema: {} });",
    ['a: A ()'],
  ],
  [
    'TypeBox',
    "server.addTool({ name: 'a', description: 'A', parameters: Type.Object({ p: Type.String(), q: Type.Optional(Type.Number()) }) });",
    ['a: A (p, q?)'],
  ],
  [
    'an unusual method that is handed a whole definition',
    "app.addToolOnce('a', 'A', { p: z.string() }, f);",
    ['a: A (p)'],
  ],
  [
    'constants and spreads across files',
    {
      'index.js':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the source that is read has a template
        "import { NAME, common } from './c.js'; server.registerTool(NAME, { description: `${NAME} it`, inputSchema: { ...common, q: z.string() } }, f);",
      'c.js': "export * from './d.js'; export const NAME = 'a';",
      'd.js': 'export const common = { p: z.string() };',
    },
    ['a: a it (p, q)'],
  ],
  [
    'CommonJS with re-exports',
    {
      'index.js':
        "const c_1 = require('./c'); server.registerTool(c_1.NAME, { description: 'A', inputSchema: c_1.default.shape }, f);",
      'c/index.js':
        "Object.defineProperty(exports, 'NAME', { enumerable: true, get: function () { return d_1.NAME; } }); const d_1 = require('../d'); exports.default = { shape: { p: zod_1.z.string() } };",
      'd.js': "exports.NAME = void 0; exports.NAME = 'a';",
    },
    ['a: A (p)'],
  ],
  [
    'a bundle of esbuild',
    "var ns = {}; __export(ns, { A: () => A }); var A; var init = __esm({ 'x'() { A = { name: 'a', description: 'A' }; } }); server.registerTool(ns.A.name, { description: ns.A.description }, f);",
    ['a: A ()'],
  ],
  [
    'minified',
    'var e="a",t={p:n.string(),q:n.number().optional()};r.registerTool(e,{title:"T",description:"A",inputSchema:t},(async()=>{}));',
    ['a: A (p, q?)'],
  ],
  [
    'TypeScript',
    {
      'index.ts':
        "const t: Tool = { name: 'a' as const, description: 'A' satisfies string, inputSchema: { p: z.string() } }; enum N { B = 'b' } server.registerTool(t.name!, t as any, f); server.tool(N.B, 'B', f);",
    },
    ['a: A (p)', 'b: B ()'],
  ],
  [
    'tools behind a setting',
    "server.tool('a', 'A', f); if (process.env.ENABLE_B) server.tool('b', 'B', f); if (!process.env.NO_C) server.tool('c', 'C', f);",
    ['a: A ()', 'b*: B ()', 'c: C ()'],
  ],
  [
    'tools behind a client capability, in a function',
    "server.tool('a', 'A', f); function later() { server.tool('b', 'B', f); } if (server.getClientCapabilities().sampling) later();",
    ['a: A ()', 'b*: B ()'],
  ],
  [
    'a list in which a setting lets some',
    "const x = { name: 'b', description: 'B', inputSchema: {} }; server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: 'a', description: 'A', inputSchema: {} }, ...(process.env.B ? [x] : [])] }));",
    ['a: A ()', 'b*: B ()'],
  ],
];

describe('extractJavaScript', () => {
  it.each(FORMS)('reads %s', (_title, source, expected) => {
    const entry = typeof source === 'string' ? 'index.js' : (Object.keys(source)[0] ?? '');
    expect(shown(source, [entry])).toEqual(expected);
  });

  const NO_TOOLS: readonly (readonly [string, string | Files])[] = [
    [
      'prompts',
      "server.registerPrompt('p', { description: 'P', argsSchema: { a: z.string() } }, f); server.prompt('p', 'P', f);",
    ],
    ['resources', "server.registerResource('r', 'x://y', { description: 'R' }, f); server.resource('r', 'x://y', f);"],
    [
      'a list of prompts',
      "server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [{ name: 'p', description: 'P', arguments: [] }] }));",
    ],
    ['enum values', "const e = z.enum(['a', 'b']); const o = { name: 'x', enum: ['a'], description: 'E' };"],
    [
      'command line options',
      "program.command('x').description('X'); const o = { name: 'verbose', description: 'V', type: Boolean };",
    ],
    ['an HTTP client', "axios.get('x', { params: {} }); app.use('/a', f); registry.register('a', b);"],
    [
      'examples and tests that nothing leads to',
      {
        'index.js': "import './a.js';",
        'a.js': 'x();',
        'examples/demo.js': "server.tool('demo', 'D', f);",
        'test/t.js': "server.tool('test', 'T', f);",
      },
    ],
  ];
  it.each(NO_TOOLS)('takes no %s for tools', (_title, source) => {
    expect(shown(source)).toEqual([]);
  });

  it('says where a definition is written', () => {
    const source = {
      'index.js':
        "import { t } from './t.js';\nserver.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [t] }));",
      't.js': "\n\nexport const t = {\n  name: 'a', description: 'A', inputSchema: {} };",
    };
    expect(tools(source)[0]?.provenance).toBe('npm:x@1.0.0!t.js:3');
  });

  it('marks what is only known at run time', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source that is read has a template
    const [tool] = tools('server.tool("a", `Runs on ${os.platform()} now`, { p: makeSchema() }, f);');
    expect(tool).toMatchObject({ dynamic: true, definition: { description: 'Runs on ⟨?⟩ now' } });
  });

  it('reads the hints that are stated, and no others', () => {
    const [tool] = tools(
      "server.registerTool('a', { description: 'A', annotations: { title: 'T', readOnlyHint: true, destructiveHint: maybe } }, f);",
    );
    expect(tool?.definition.annotations).toEqual({ title: 'T', readOnlyHint: true });
  });

  it('says that a schema is not complete where a part of it is unknown', () => {
    const [tool] = tools(
      "server.registerTool('a', { description: 'A', inputSchema: { p: z.string(), q: elsewhere() } }, f);",
    );
    expect(tool?.schemaComplete).toBe(false);
    expect(tool?.definition.inputSchema).toMatchObject({ properties: { p: { type: 'string' }, q: {} } });
  });

  it('makes tools of an OpenAPI document where the code says so', () => {
    const document = {
      openapi: '3.1.0',
      paths: {
        '/things/{id}': {
          get: {
            operationId: 'get-thing',
            summary: 'Gets a thing',
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
              { name: 'X-V', in: 'header', schema: {} },
            ],
          },
          post: {
            operationId: 'make-thing',
            summary: 'Makes one',
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } } },
          },
        },
      },
      components: { schemas: { T: { type: 'object', properties: { title: {} } } } },
    };
    const code = "const apiName = 'API'; for (const o of operations) add(apiName + '-' + o.operationId);";
    expect(shown({ 'index.js': code, 'api.json': JSON.stringify(document) })).toEqual([
      'API-get-thing: Gets a thing (id)',
      'API-make-thing: Makes one (title?)',
    ]);
  });

  it('names the declared dependencies that the tools live in', () => {
    const manifest = JSON.stringify({ name: '@acme/mcp', dependencies: { 'acme-core': '1', express: '4', zod: '3' } });
    expect(
      parse({ 'index.js': "const { tools } = require('acme-core/lib'); require('express');", 'package.json': manifest })
        .needs,
    ).toEqual(['acme-core']);
  });
});

const SCHEMAS: readonly (readonly [string, object])[] = [
  ["z.string().min(1).max(9).describe('D')", { type: 'string', minLength: 1, maxLength: 9, description: 'D' }],
  ['z.number().int().min(2).default(3)', { type: 'integer', minimum: 2, default: 3 }],
  ["z.enum(['a', 'b'])", { type: 'string', enum: ['a', 'b'] }],
  ["z.enum({ A: 'a', B: 'b' })", { type: 'string', enum: ['a', 'b'] }],
  ["z.literal('a')", { type: 'string', const: 'a' }],
  ['z.array(z.string().email())', { type: 'array', items: { type: 'string', format: 'email' } }],
  ['z.record(z.string(), z.number())', { type: 'object', additionalProperties: { type: 'number' } }],
  ['z.union([z.string(), z.null()])', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['z.string().nullable()', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['z.preprocess((v) => v, z.boolean())', { type: 'boolean' }],
  ['z.coerce.number()', { type: 'number' }],
  [
    'z.object({ a: z.string(), b: z.string() }).pick({ a: true })',
    { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
  ],
  [
    'z.object({ a: z.string() }).extend({ b: z.any() }).partial()',
    { type: 'object', properties: { a: { type: 'string' }, b: {} } },
  ],
  [
    'z.object({ a: z.string() }).strict()',
    { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
  ],
  ['z.object({ a: z.string() }).shape.a', { type: 'string' }],
  ['z.iso.datetime()', { type: 'string', format: 'date-time' }],
  ["z.string().transform((x) => x).refine(ok).describe('D')", { type: 'string', description: 'D' }],
  [
    "z.discriminatedUnion('k', [z.object({ k: z.literal('a') })])",
    { anyOf: [{ type: 'object', properties: { k: { type: 'string', const: 'a' } }, required: ['k'] }] },
  ],
];

describe('zod to JSON Schema', () => {
  it.each(SCHEMAS)('%s', (source, expected) => {
    const [tool] = tools(`server.tool('a', 'A', { p: ${source} }, f);`);
    expect(JSON.parse(JSON.stringify(tool?.definition.inputSchema)).properties.p).toEqual(expected);
    expect(tool?.schemaComplete).toBe(true);
  });
});
