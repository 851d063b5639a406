import { describe, expect, it } from 'vitest';
import { extractJavaScript } from '../../../src/extract/source/javascript.ts';

/** The names of the tools, with a star after those that are registered only under a condition. */
function shown(source: string): readonly string[] {
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
  return result.tools.map(({ definition, gated, notes }) => {
    const isNoted = notes.includes('registered only under a condition');
    if (isNoted !== gated) throw new Error(`${definition.name}: the note and the mark differ`);
    return `${definition.name}${gated ? '*' : ''}`;
  });
}

const TOOLS = `const tools = [
  { name: 'a', description: 'A', inputSchema: {}, team: true },
  { name: 'b', description: 'B', inputSchema: {} },
  { name: 'c', description: 'C', inputSchema: {}, kind: 'extra' },
];`;
const REGISTER = 'server.registerTool(tool.name, { description: tool.description, inputSchema: tool.inputSchema }, f);';
const LIST = (tools: string) =>
  `import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
   server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: ${tools} }));`;

const TABLE: readonly (readonly [title: string, source: string, wanted: readonly string[]])[] = [
  [
    'a turn that is left early for some tools',
    `${TOOLS} export function all(server, team = false) {
       for (const tool of tools) { if (!team && tool.team) { log(tool); continue; } ${REGISTER} }
     }`,
    ['a*', 'b', 'c'],
  ],
  [
    'a test that some tools pass',
    `${TOOLS} for (const tool of tools) if (tool.kind !== 'extra') ${REGISTER}`,
    ['a', 'b', 'c*'],
  ],
  [
    'a function that is left early for some of its calls',
    `${TOOLS} function add(tool) { if (tool.kind === 'extra' && !settings.more) return; ${REGISTER} }
     add(tools[0]); add(tools[1]); add(tools[2]);`,
    ['a', 'b', 'c*'],
  ],
  [
    'its own condition, below one that all share',
    `${TOOLS} function all() { for (const tool of tools) { if (tool.team) continue; ${REGISTER} } } if (settings.tools) all();`,
    ['a*', 'b', 'c'],
  ],
  [
    'no test of faults, nor of what was done before',
    `${TOOLS} const seen = new Set();
     for (const tool of tools) {
       if (!valid(tool)) continue;
       if (seen.has(tool.name)) continue;
       seen.add(tool.name);
       ${REGISTER}
     }`,
    ['a', 'b', 'c'],
  ],
  [
    'no setting that switches off',
    `${TOOLS} const OFF = new Set(['1', 'true']);
     const isOff = (...keys) => keys.some((key) => OFF.has((process.env[key] || '').trim().toLowerCase()));
     for (const tool of tools) { if (tool.team && isOff('NO_TEAM', 'WITHOUT_TEAM')) continue; ${REGISTER} }`,
    ['a', 'b', 'c'],
  ],
  [
    'filters of a list, one behind the other',
    `${TOOLS} const kept = () => tools.filter((tool) => tool.kind === undefined).filter((tool) => !tool.team);
     ${LIST('load(kept())')}`,
    ['a*', 'b', 'c*'],
  ],
  [
    'no filter that lets none pass: it says what a setting adds',
    `${TOOLS} const chosen = new Set((process.env.CHOSEN || '').split(','));
     const usual = tools.filter((tool) => !tool.team); const more = tools.filter((tool) => chosen.has(tool.name));
     ${LIST('load([...usual, ...more])')}`,
    ['a*', 'b', 'c'],
  ],
  [
    'a map that does not have the name',
    `${TOOLS} const GROUPS = new Map([['b', 'usual'], ['c', 'usual']]); const ON = new Set(['usual']);
     function isOn(name) { const group = GROUPS.get(name); if (group === undefined) return false; return ON.has(group); }
     ${LIST('tools.filter((tool) => isOn(tool.name))')}`,
    ['a*', 'b', 'c'],
  ],
  [
    'the conditions of registrations, where a bundled library lists what is registered',
    `class McpServer {
       registered = {};
       registerTool(name, config, run) { this.registered[name] = { inputSchema: config.inputSchema, run }; }
       init() { this.server.setRequestHandler('tools/list', () => ({
         tools: Object.entries(this.registered).map(([name, tool]) => ({ name, inputSchema: tool.inputSchema })) })); }
     }
     const server = new McpServer();
     server.registerTool('a', { description: 'A', inputSchema: {} }, f);
     if (settings.more) server.registerTool('b', { description: 'B', inputSchema: {} }, f);`,
    ['a', 'b*'],
  ],
];

const SERVED: readonly (readonly [title: string, source: string, wanted: readonly string[]])[] = [
  ['in a list that is known whole', `${TOOLS} ${LIST('[tools[0], tools[1]]')}`, ['a', 'b']],
  [
    'in a list that a constructor takes and a method may shorten',
    `${TOOLS} class Served {
       constructor(all = []) { this.all = all; this.kept = []; this.choose(); this.listen(); }
       choose() {
         let kept = [...this.all];
         if (options.file) { const names = new Set(JSON.parse(read(options.file))); kept = this.all.filter((tool) => names.has(tool.name)); }
         this.kept = kept;
       }
       listen() { this.server.setRequestHandler('tools/list', async () => ({ tools: this.kept.map((tool) => ({ ...tool })) })); }
     }
     new Served([tools[1], tools[2]]);`,
    ['b', 'c'],
  ],
  ['anywhere, where the list is not known', `${TOOLS} ${LIST('load()')}`, ['a', 'b', 'c']],
];

describe('conditions of tools in JavaScript', () => {
  it.each(TABLE)('sees %s', (_title, source, wanted) => {
    expect(shown(source)).toEqual(wanted);
  });

  it.each(SERVED)('takes the definitions %s', (_title, source, wanted) => {
    expect(shown(source)).toEqual(wanted);
  });
});
