import { describe, expect, it } from 'vitest';
import { extractJavaScript } from '../../../src/extract/source/javascript.ts';
import { type ObservedTool, OPEN_HINTS_NOTE } from '../../../src/model/tool.ts';

function tools(source: string): readonly ObservedTool[] {
  const result = extractJavaScript(
    {
      language: 'javascript',
      location: 'npm:x@1.0.0',
      files: new Map([['index.js', new TextEncoder().encode(source)]]),
      entries: ['index.js'],
      packages: [],
      skip: [],
    },
    () => undefined,
  );
  if (result.kind !== 'parsed') throw new Error(JSON.stringify(result));
  return result.tools;
}

/** `name: +readOnlyHint -destructiveHint`, with a question mark where more hints may be stated. */
function hints(source: string): readonly string[] {
  return tools(source).map(({ definition, notes }) => {
    const said = Object.entries(definition.annotations ?? {}).filter(([key]) => key !== 'title');
    const signs = said.map(([key, value]) => ` ${value === true ? '+' : '-'}${key.replace('Hint', '')}`);
    return `${definition.name}:${signs.join('')}${notes.includes(OPEN_HINTS_NOTE) ? ' ?' : ''}`;
  });
}

const SWITCHED = (body: string) => `
class Base {
  constructor() { const { kind } = this.constructor; this.kind = kind; }
  get annotations() { const made = { openWorldHint: true }; switch (this.kind) { ${body} } return made; }
  register(server) { server.registerTool(this.name, { description: this.description, inputSchema: {}, annotations: this.annotations }, f); }
}
class One extends Base { static kind = 'look'; name = 'one'; description = 'Looks'; }
class Two extends Base { static kind = 'drop'; name = 'two'; description = 'Drops'; }
class Three extends Base { static kind = 'make'; name = 'three'; description = 'Makes'; }
for (const tool of [new One(), new Two(), new Three()]) tool.register(server);`;

const DEFINED = (name: string, kind: string) =>
  `const ${name} = define({ schema: { name: '${name}', description: 'D', inputSchema: z.object({}), type: '${kind}' } });`;

const TABLE: readonly (readonly [title: string, source: string, wanted: readonly string[]])[] = [
  [
    'each from the branch of a switch that its kind takes',
    SWITCHED(`
      case 'look': case 'list': made.readOnlyHint = true; made.destructiveHint = false; break;
      case 'drop': { made.readOnlyHint = false; made.destructiveHint = true; break; }
      default: break;`),
    ['one: +readOnly -destructive +openWorld', 'two: -readOnly +destructive +openWorld', 'three: +openWorld'],
  ],
  [
    'what falls through to the next branch, and what is left for the default',
    SWITCHED(
      "case 'look': made.idempotentHint = true; case 'drop': made.readOnlyHint = true; break; default: made.destructiveHint = true;",
    ),
    ['one: +readOnly +idempotent +openWorld', 'two: +readOnly +openWorld', 'three: +destructive +openWorld'],
  ],
  [
    'none from a switch over what is not known',
    SWITCHED("case 'look': made.readOnlyHint = true; break;").replace('this.kind = kind', 'this.kind = elsewhere()'),
    ['one: +openWorld ?', 'two: +openWorld ?', 'three: +openWorld ?'],
  ],
  [
    'none that only a condition sets',
    "const made = {}; if (elsewhere()) made.readOnlyHint = true; server.registerTool('a', { description: 'A', annotations: made }, f);",
    ['a: ?'],
  ],
  [
    'one that a condition on what is known sets',
    "const looks = new Set(['a']); const make = (name) => server.registerTool(name, { description: 'A', annotations: { ...(looks.has(name) ? { readOnlyHint: true } : {}) } }, f); make('a'); make('b');",
    ['a: +readOnly', 'b:'],
  ],
  [
    'one of two that are alike whatever happens',
    "server.registerTool('a', { description: 'A', annotations: elsewhere() ? { readOnlyHint: true, openWorldHint: true } : { readOnlyHint: true } }, f);",
    ['a: +readOnly ?'],
  ],
  [
    'none that another place knows',
    "server.registerTool('a', { description: 'A', annotations: elsewhere() }, f);",
    ['a: ?'],
  ],
  ['none where none are stated', "server.registerTool('a', { description: 'A' }, f);", ['a:']],
  [
    'those that the answer to tools/list makes of definitions found elsewhere',
    `function toTool(tool) { const looks = tool.type === 'look'; return { name: tool.name, description: tool.description, annotations: { readOnlyHint: looks, destructiveHint: !looks } }; }
    ${DEFINED('one', 'look')} ${DEFINED('two', 'act')}
    function serve(factory) { server.setRequestHandler(ListToolsRequestSchema, async () => { const all = factory.schemas.map((one) => toTool(one)); return { tools: all }; }); }
    serve(elsewhere());`,
    ['one: +readOnly -destructive', 'two: -readOnly +destructive'],
  ],
];

describe('hints that code makes', () => {
  it.each(TABLE)('%s', (_title, source, wanted) => expect(hints(source)).toEqual(wanted));
});

describe('texts that code changes', () => {
  const LIST =
    "const all = [{ name: 'get_a', description: 'Gets', inputSchema: {} }, { name: 'set_b', description: 'Sets.', inputSchema: {} }];";
  const SERVE = 'server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: all }));';
  const MORE = `const guides = { get_a: 'Look only.' };
    const sentence = (text) => { const bare = text.trim(); return /[.!?]$/.test(bare) ? bare : bare + '.'; };
    function told(name, text) { const guide = guides[name]; if (guide) { return sentence(text) + ' ' + guide; } const whole = sentence(text); if (whole.length >= 180) { return whole; } return whole + ' In general.'; }`;
  const wanted = ['Gets. Look only.', 'Sets. In general.'];
  const ROWS: readonly (readonly [title: string, source: string, wanted: readonly string[]])[] = [
    [
      'for each item of a list',
      `${LIST}${MORE} for (const one of all) { one.description = told(one.name, one.description); } ${SERVE}`,
      wanted,
    ],
    [
      'with forEach',
      `${LIST}${MORE} all.forEach((one) => { one.description = told(one.name, one.description); }); ${SERVE}`,
      wanted,
    ],
    [
      'and those that are found by their form alone',
      `${LIST}${MORE} for (const one of all) { one.description = told(one.name, one.description); } server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: elsewhere(all) }));`,
      wanted,
    ],
    [
      'but not under a condition that never holds',
      `${LIST} for (const one of all) { if (one.name === 'set_b') one.description = 'Writes'; } ${SERVE}`,
      ['Gets', 'Writes'],
    ],
  ];
  it.each(ROWS)('%s', (_title, source, texts) => {
    const found = tools(source);
    expect(found.map(({ definition }) => definition.description)).toEqual(texts);
    expect(found.filter(({ dynamic }) => dynamic)).toEqual([]);
  });
});
