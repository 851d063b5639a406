import { describe, expect, it } from 'vitest';
import { extracted } from './documents.ts';

const tool = {
  name: 'read_note',
  description: 'Reads one note.',
  inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
};

function read(content: object, fileName = 'tools.json') {
  const found = extracted(fileName, content);
  const server = found.servers[0];
  return { ...found, server, names: server?.tools.map((one) => one.definition.name) ?? [] };
}

const FORMS: readonly {
  readonly title: string;
  readonly content: object;
  readonly at: readonly string[];
  readonly complete: boolean;
}[] = [
  { title: 'a bare result', content: { tools: [tool] }, at: ['/tools/0'], complete: true },
  {
    title: 'a JSON-RPC envelope',
    content: { jsonrpc: '2.0', id: 1, result: { tools: [tool] } },
    at: ['/result/tools/0'],
    complete: true,
  },
  { title: 'a page with a cursor', content: { tools: [tool], nextCursor: '' }, at: ['/tools/0'], complete: false },
  {
    title: 'an array of pages',
    content: [{ result: { tools: [tool], nextCursor: 'b' } }, { result: { tools: [{ ...tool, name: 'list_notes' }] } }],
    at: ['/0/result/tools/0', '/1/result/tools/0'],
    complete: true,
  },
  { title: 'the array alone', content: [tool], at: ['/0'], complete: true },
  { title: 'one tool alone', content: tool, at: [''], complete: false },
  { title: 'an empty list', content: { tools: [] }, at: [], complete: true },
  { title: 'an empty array, which says nothing', content: [], at: [], complete: false },
];

describe('a tools/list result', () => {
  for (const { title, content, at, complete } of FORMS) {
    it(`is read from ${title}`, () => {
      const { by, server } = read(content);
      expect(by).toBe('tools-list');
      expect(server?.tools.map((one) => one.provenance)).toEqual(at.map((pointer) => `file:tools.json#${pointer}`));
      expect(server?.complete).toBe(complete);
    });
  }

  it('that is an error is a problem, never an empty list', () => {
    const found = read({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } });
    expect(found.servers).toEqual([]);
    expect(found.problems).toEqual(['the answer is an error: Method not found']);
  });

  it('names the server by its info', () => {
    const { server } = read({ serverInfo: { name: 'notes', version: '2' }, instructions: 'Be brief.', tools: [tool] });
    expect(server?.facts).toMatchObject({
      id: 'file:tools.json',
      name: 'notes',
      version: '2',
      instructions: 'Be brief.',
    });
  });

  it('of prompts or resources is none', () => {
    expect(
      extracted('list.json', [{ name: 'review', description: 'd', arguments: [{ name: 'code', required: true }] }]).by,
    ).toBe('none');
    expect(extracted('list.json', [{ name: 'log', uri: 'file:///log', annotations: {} }]).by).toBe('none');
  });
});

describe('one bad entry is dropped, counted and named, and the rest stays', () => {
  const long = 'x'.repeat(300);
  const list = [
    tool,
    { description: 'no name' },
    { name: ' ' },
    42,
    { ...tool, description: 'another' },
    { name: long, inputSchema: {} },
    { name: 'ask', arguments: [{ name: 'topic', description: 'what' }] },
    { name: 'huge', description: 'y'.repeat(70_000) },
    { name: 'wide', inputSchema: { enum: ['z'.repeat(1_100_000)] } },
  ];
  const { server, names } = read({ tools: list });

  it('keeps the good one', () => expect(names).toEqual(['read_note']));
  it('says why', () =>
    expect(server?.dropped.map(({ reason, name, provenance }) => [reason, name?.slice(0, 9), provenance])).toEqual([
      ['no-name', undefined, 'file:tools.json#/tools/1'],
      ['no-name', undefined, 'file:tools.json#/tools/2'],
      ['malformed', undefined, 'file:tools.json#/tools/3'],
      ['duplicate', 'read_note', 'file:tools.json#/tools/4'],
      ['over-limit', 'xxxxxxxxx', 'file:tools.json#/tools/5'],
      ['not-a-tool', 'ask', 'file:tools.json#/tools/6'],
      ['over-limit', 'huge', 'file:tools.json#/tools/7'],
      ['over-limit', 'wide', 'file:tools.json#/tools/8'],
    ]));
});

const NAMES = [
  'Hello Tool',
  'nasa/apod',
  '長亭 IP 情報',
  '!pg',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: crawled text
  'chat-with-${NAME}',
  'fetch_<repo>_docs',
  'a.b',
  '__proto__',
  'constructor',
];

it('odd names are kept as they are', () => {
  expect(read({ tools: NAMES.map((name) => ({ ...tool, name })) }).names).toEqual(NAMES);
});

it('300 tools are 300 tools', () => {
  expect(read({ tools: Array.from({ length: 300 }, (_, i) => ({ ...tool, name: `t${i}` })) }).names).toHaveLength(300);
});

const PARTS: readonly {
  readonly title: string;
  readonly entry: object;
  readonly gives: object;
  readonly not?: string;
  readonly note?: RegExp;
}[] = [
  { title: 'snake case', entry: { input_schema: { type: 'object' } }, gives: { inputSchema: { type: 'object' } } },
  {
    title: 'arguments',
    entry: {
      arguments: [
        { name: 'q', type: 'string', desc: 'what' },
        { name: 'n', type: 'array', items: { type: 'string' }, optional: true },
      ],
    },
    gives: {
      inputSchema: {
        type: 'object',
        properties: { q: { type: 'string', description: 'what' }, n: { type: 'array', items: { type: 'string' } } },
        required: ['q'],
      },
    },
  },
  {
    title: 'a map of texts',
    entry: { params: { q: 'what' } },
    gives: { inputSchema: { type: 'object', properties: { q: { description: 'what' } } } },
    note: /without types/u,
  },
  {
    title: 'a schema wrapped twice, kept raw',
    entry: { inputSchema: { properties: { type: 'object', properties: {} } } },
    gives: { inputSchema: { properties: { type: 'object', properties: {} } } },
  },
  {
    title: 'Python types, kept raw',
    entry: { inputSchema: { properties: { a: { type: 'str | None' } } } },
    gives: { inputSchema: { properties: { a: { type: 'str | None' } } } },
  },
  {
    title: 'hints',
    entry: { inputSchema: {}, annotations: { title: 'T', readOnlyHint: true, destructiveHint: null } },
    gives: { annotations: { title: 'T', readOnlyHint: true } },
  },
  {
    title: 'a Zod object where hints belong',
    entry: { inputSchema: {}, annotations: { _def: {}, '~standard': {} } },
    gives: {},
    not: 'annotations',
    note: /not hints/u,
  },
  {
    title: 'all hints null',
    entry: { inputSchema: {}, annotations: { title: null, readOnlyHint: null } },
    gives: {},
    not: 'annotations',
  },
  {
    title: 'a description that is no text',
    entry: { inputSchema: {}, description: { en: 'x' } },
    gives: {},
    not: 'description',
    note: /not a text/u,
  },
  { title: 'an empty description', entry: { inputSchema: {}, description: '' }, gives: { description: '' } },
  {
    title: 'no schema, which is unknown and not empty',
    entry: { description: 'x' },
    gives: {},
    not: 'inputSchema',
    note: /no input schema/u,
  },
];

describe('a tool', () => {
  for (const { title, entry, gives, not, note } of PARTS) {
    it(`with ${title}`, () => {
      const found = read({ tools: [{ name: 't', ...entry }] }).server?.tools[0];
      expect(found?.definition).toMatchObject({ name: 't', ...gives });
      if (not !== undefined) expect(found?.definition).not.toHaveProperty(not);
      expect(found?.notes.join()).toMatch(note ?? /^$/u);
    });
  }
});
