import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';
import { createParserPool } from '../../src/read/pool.ts';
import type { SourceJob } from '../../src/read/reader.ts';

/** A tight bound, so that what hangs is stopped soon; the package has all the time that a busy machine takes for it. */
const pool = createParserPool({ children: 2, fileMs: 2_500, packageMs: 300_000, heapMb: 256 });
/** What kills a parser does so before its time is over. */
const patient = createParserPool({ children: 1, fileMs: 120_000, packageMs: 300_000, heapMb: 256 });
afterAll(() => Promise.all([pool.close(), patient.close()]));

const GOOD = "server.registerTool('good_tool', { description: 'Still read' }, handler);";

function job(files: Readonly<Record<string, string>>): SourceJob {
  const encoder = new TextEncoder();
  return {
    language: 'javascript',
    location: 'npm:test@1.0.0',
    files: new Map(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)])),
    entries: [],
  };
}

/** Sources that are known to kill or stall a parser, each made here. The word `registerTool` gets them parsed. */
const KILLERS: readonly (readonly [string, () => string])[] = [
  ['100,000 nested brackets', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ['100,000 brackets that are never closed', () => '['.repeat(100_000)],
  ['100,000 nested parentheses', () => `${'('.repeat(100_000)}1${')'.repeat(100_000)}`],
  ['200,000 exclamation marks', () => `${'!'.repeat(200_000)}1`],
  ['200,000 additions', () => `x = ${'1+'.repeat(200_000)}1`],
  ['a chain of 50,000 calls', () => `z.string()${'.optional()'.repeat(50_000)}`],
  ['5,000 nested templates', () => `${'`${'.repeat(5_000)}1${'}`'.repeat(5_000)}`],
  ['1,000 nested templates', () => `${'`${'.repeat(1_000)}1${'}`'.repeat(1_000)}`],
  ['50,000 else-ifs', () => `if (a) {}${' else if (a) {}'.repeat(50_000)}`],
  ['20,000 nested arrows', () => `${'() => '.repeat(20_000)}1`],
  ['20,000 nested objects', () => `x = ${'{a:'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['20,000 nested functions', () => 'function f(){'.repeat(20_000) + '}'.repeat(20_000)],
  ['100,000 properties', () => `x = {${Array.from({ length: 100_000 }, (_, index) => `p${index}:1`).join()}}`],
  ['a string of 8 MB', () => `x = '${'y'.repeat(8 << 20)}'`],
  [
    'random bytes',
    () => String.fromCharCode(...Array.from({ length: 60_000 }, (_, index) => (index * 7_919) % 65_536)),
  ],
  ['lone surrogates, BOM and NUL', () => '\uFEFFx = "\uD800\u0000\uDFFF"; \uD800'],
  ['a value that needs itself', () => 'const a = b; const b = a; server.registerTool(a, { description: a + b }, f)'],
  [
    'a function that calls itself for ever',
    () => 'const f = (n) => [...f(n + "x"), f(n)]; server.registerTool(f("a"), { description: f(f("b")) }, f)',
  ],
  [
    'texts that double 60 times',
    () =>
      `${Array.from({ length: 60 }, (_, index) => `const t${index + 1} = t${index} + t${index};`).join('')}const t0 = 'xxxxxxxxxx'; server.registerTool('boom', { description: t60 }, f)`,
  ],
  [
    'lists that double 40 times',
    () =>
      `const l0 = [1]; ${Array.from({ length: 40 }, (_, index) => `const l${index + 1} = [...l${index}, ...l${index}];`).join('')} server.setRequestHandler('tools/list', () => ({ tools: l40.map((x) => ({ name: 'n' + x })) }))`,
  ],
  [
    'a pattern that backtracks',
    () => `server.registerTool('${'a'.repeat(5_000)}!'.replace(/(a+)+$/, ''), { description: 'x' }, f)`,
  ],
];

describe('createParserPool', () => {
  it.each(KILLERS)('lives through %s, and reads the file beside it', async (_title, make) => {
    const result = await pool.parse(job({ 'a-killer.js': `/* registerTool */ ${make()}`, 'b-good.js': GOOD }));
    expect(['parsed', 'died', 'timed-out']).toContain(result.kind);
    if (result.kind !== 'parsed') throw new Error(`the killer cost the whole package: ${result.message}`);
    expect(result.tools.map(({ definition }) => definition.name)).toContain('good_tool');
  });

  it('names the file that killed its parser', async () => {
    const result = await pool.parse(job({ 'bad.js': `/* registerTool */ ${'['.repeat(200_000)}`, 'good.js': GOOD }));
    expect(result).toMatchObject({ kind: 'parsed', problems: [expect.stringContaining('bad.js')] });
  });

  it('says that a package died whose only source killed its parser', async () => {
    const result = await patient.parse(job({ 'bad.js': `/* registerTool */ ${'!'.repeat(400_000)}1` }));
    // A parser that answers with a syntax error instead is as good.
    if (result.kind === 'parsed') expect(result.problems).not.toEqual([]);
    else expect(result.kind).toBe('died');
  });

  it('leaves out a file over the limit, and says so', async () => {
    const files = new Map([
      ['big.js', new Uint8Array(LIMITS.sourceFileBytes + 1)],
      ['good.js', new TextEncoder().encode(GOOD)],
    ]);
    const result = await pool.parse({ ...job({}), files });
    expect(result).toMatchObject({ kind: 'parsed', problems: [expect.stringContaining('big.js')] });
  });

  it('refuses a package over the limit', async () => {
    const files = new Map(Array.from({ length: 6 }, (_, index) => [`${index}.js`, new Uint8Array(10 << 20)]));
    expect((await pool.parse({ ...job({}), files })).kind).toBe('too-large');
  });

  it('answers many packages at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => pool.parse(job({ 'a.js': GOOD.replace('good_tool', `tool_${index}`) }))),
    );
    expect(results.map((result) => result.kind === 'parsed' && result.tools[0]?.definition.name)).toEqual(
      Array.from({ length: 12 }, (_, index) => `tool_${index}`),
    );
  });

  it('answers after it is closed that it is', async () => {
    const closed = createParserPool();
    await closed.close();
    expect((await closed.parse(job({ 'a.js': GOOD }))).kind).toBe('died');
  });
});
