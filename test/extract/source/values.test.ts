import { describe, expect, it } from 'vitest';
import { extractJavaScript } from '../../../src/extract/source/javascript.ts';

type Files = Readonly<Record<string, string>>;

/** `name: description (parameters)` of each tool; `…` after a schema that is not complete, `~` after a text that is not. */
function shown(source: string | Files): readonly string[] {
  const files = typeof source === 'string' ? { 'index.js': source } : source;
  const encoder = new TextEncoder();
  const result = extractJavaScript(
    {
      language: 'javascript',
      location: 'npm:x@1.0.0',
      files: new Map(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)])),
      entries: [Object.keys(files)[0] ?? ''],
      packages: [],
      skip: [],
    },
    () => undefined,
  );
  if (result.kind !== 'parsed') throw new Error(JSON.stringify(result));
  return result.tools.map(({ definition, schemaComplete, dynamic }) => {
    const schema = JSON.parse(JSON.stringify(definition.inputSchema ?? {}));
    const parameters = [...Object.keys(schema.properties ?? {}), ...(schemaComplete ? [] : ['…'])];
    return `${definition.name}: ${definition.description}${dynamic ? '~' : ''} (${parameters.join(', ')})`;
  });
}

const REGISTER = "server.registerTool('a', { description: text, inputSchema: {} }, f);";
const SCHEMA = "server.registerTool('a', { description: 'A', inputSchema: shape }, f);";

const GROWN: readonly (readonly [title: string, source: string, wanted: readonly string[]])[] = [
  ['a text that is added to', `let text = 'A'; text += ' and B'; ${REGISTER}`, ['a: A and B ()']],
  [
    'a text that every turn adds to',
    `let text = 'A'; for (const x of ['b', 'c']) text += x; ${REGISTER}`,
    ['a: Abc ()'],
  ],
  [
    'a text that is added to under a test that is known, for each tool',
    `for (const tool of [{ name: 'a', text: 'A', tip: 'T' }, { name: 'b', text: 'B' }]) {
       let words = tool.text;
       if (tool?.tip) words += ' ' + tool.tip;
       server.registerTool(tool.name, { description: words, inputSchema: {} }, f);
     }`,
    ['a: A T ()', 'b: B ()'],
  ],
  [
    'a text that is added to under a test that is not known',
    `let text = 'A'; if (settings.long) text += ' long'; ${REGISTER}`,
    ['a: A~ ()'],
  ],
  ['a property that is added to', `const o = { d: 'A' }; o.d += ' B'; const text = o.d; ${REGISTER}`, ['a: A B ()']],
];

const KNOWN: readonly (readonly [title: string, source: string, wanted: readonly string[]])[] = [
  [
    'a find that nothing fits',
    `const more = [{ of: 'b', text: 'B' }].find((one) => one.of === 'a'); const text = more?.text ?? 'A'; ${REGISTER}`,
    ['a: A ()'],
  ],
  ['what stands before ??', `const shape = { q: z.string() } ?? { r: z.string() }; ${SCHEMA}`, ['a: A (q)']],
  [
    'a key that is looked for with in',
    `const shape = { q: z.string() }; if (!('q' in shape)) shape.r = z.string(); ${SCHEMA}`,
    ['a: A (q)'],
  ],
  [
    'a class of zod that is asked for',
    `import { z } from 'zod'; const whole = z.object({ q: z.string() });
     const shapeOf = (one) => { if (one instanceof z.ZodObject) return one.shape; return { r: one }; };
     const shape = shapeOf(whole); ${SCHEMA}`,
    ['a: A (q)'],
  ],
  [
    'what a refined schema was made of',
    `const shape = z.object({ q: z.string() }).superRefine(check)._def.schema.shape; ${SCHEMA}`,
    ['a: A (q)'],
  ],
  [
    'what is asked of a cache that is not known',
    `const cache = new WeakMap();
     function configOf(of) {
       const cached = cache.get(of);
       if (cached) return cached;
       const config = { description: of.text, inputSchema: z.object(of.shape) };
       cache.set(of, config);
       return config;
     }
     for (const tool of [{ name: 'a', description: 'No', text: 'A', shape: { q: z.string() } }])
       server.registerTool(tool.name, configOf(tool), f);`,
    ['a: A (q)'],
  ],
  [
    'that a report of a call is no tool',
    `${REGISTER.replace('text', "'A'")} createMcpToolFailureEvent(context || 'unknown', 'UNKNOWN_ERROR', { code: z.string() });`,
    ['a: A ()'],
  ],
  ['typeof', `const text = typeof 'x' === 'string' ? 'A' : 'B'; ${REGISTER}`, ['a: A ()']],
  ['Array.isArray', `const text = Array.isArray(['x']) ? 'A' : 'B'; ${REGISTER}`, ['a: A ()']],
  [
    'the definitions that a converter makes under a name',
    `import zodToJsonSchema from 'zod-to-json-schema';
     const root = (whole, name) => ({ type: 'object', properties: whole.definitions?.[name]?.properties ?? {} });
     const shape = root(zodToJsonSchema(z.object({ q: z.string() }), { name: 'X' }), 'X'); ${SCHEMA}`,
    ['a: A (q)'],
  ],
  [
    'keys that are not known',
    `const shape = { q: z.string() }; for (const key of made()) shape[key] = z.string(); ${SCHEMA}`,
    ['a: A (q, …)'],
  ],
  [
    'what a list is given in the function that it goes through',
    `class Client { constructor(all) { this.all = all.map((one) => { one.parts = one.parts || []; return one; }); } }
     const client = new Client([{ name: 'a', text: 'A', parts: [{ key: 'q', type: z.string() }] }, { name: 'b', text: 'B' }]);
     for (const tool of [...client.all]) {
       const shape = {};
       for (const part of tool.parts) { if (part.no) continue; shape[part.key] = part.type; }
       server.registerTool(tool.name, { description: tool.text, inputSchema: z.object(shape) }, f);
     }`,
    ['a: A (q)', 'b: B ()'],
  ],
  [
    'every argument of a call that depends on a caller or a turn',
    `const tools = [{ name: 'a', text: 'A', make: () => ({ q: z.string() }) }, { name: 'b', text: 'B', make: () => ({}) }];
     function one(server, tool) { server.tool(tool.name, tool.text, tool.make(), async () => 1); }
     export function all(server) { for (const tool of tools) { try { one(server, tool); } catch {} } }`,
    ['a: A (q)', 'b: B ()'],
  ],
];

const DATA = JSON.stringify([{ name: 'a', text: 'A' }]);
const EACH = 'for (const one of data) server.registerTool(one.name, { description: one.text, inputSchema: {} }, f);';

const READ: readonly (readonly [title: string, files: Files, wanted: readonly string[]])[] = [
  [
    'beside the module, by its address',
    {
      'dist/index.js': `import { readFileSync } from 'node:fs'; import path from 'path'; import { fileURLToPath } from 'url';
        const here = path.dirname(fileURLToPath(import.meta.url));
        const data = JSON.parse(readFileSync(path.join(here, '..', 'data', 'tools.json'), 'utf8')); ${EACH}`,
      'data/tools.json': DATA,
    },
    ['a: A ()'],
  ],
  [
    'by an address of its own',
    {
      'dist/index.js': `import fs from 'fs/promises';
        const data = JSON.parse(await fs.readFile(new URL('./tools.json', import.meta.url), 'utf8')); ${EACH}`,
      'dist/tools.json': DATA,
    },
    ['a: A ()'],
  ],
  [
    'of CommonJS',
    {
      'index.js': `const { readFileSync } = require('fs'); const { join } = require('path');
        const data = JSON.parse(readFileSync(join(__dirname, 'tools.json')).toString()); ${EACH}`,
      'tools.json': DATA,
    },
    ['a: A ()'],
  ],
  [
    'never outside of the package',
    {
      'index.js': `import { readFileSync } from 'fs';
        const text = readFileSync(new URL('../../../../etc/hostname', import.meta.url), 'utf8'); ${REGISTER}`,
    },
    ['a: undefined ()'],
  ],
  [
    'of which only the place is told',
    { 'lib/index.js': `const text = 'Reads ' + __dirname; ${REGISTER}` },
    ['a: Reads ⟨?⟩/lib/~ ()'],
  ],
];

describe('values of JavaScript that tools are made of', () => {
  it.each([...GROWN, ...KNOWN])('knows %s', (_title, source, wanted) => {
    expect(shown(source)).toEqual(wanted);
  });

  it.each(READ)('reads a file of the package %s', (_title, files, wanted) => {
    expect(shown(files)).toEqual(wanted);
  });
});
