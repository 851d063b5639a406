import { isDeepStrictEqual } from 'node:util';
import { parse as parseYaml } from 'yaml';
import type { Policy, PolicyFormat, WrittenPolicy } from '../../../src/model/policy.ts';
import { formats } from '../../../src/policy/formats/index.ts';
import { normalized } from '../../../src/policy/write/claude-names.ts';
import { fc } from '../../helpers/fc.ts';
import { engines, readRules } from '../engines/index.ts';
import { REST } from '../engines/readers.ts';
import { policyOf, rule } from './make.ts';
import { judgeCall, type PairReport } from './pairs.ts';

/** Names that tried to be more than a name somewhere. */
const HAND: readonly string[] = [
  '',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ufffe',
  '\uffff',
  '\u200b',
  '\u202e',
  '\u{e0041}',
  '\ud800',
  '\udc00x',
  'a\ud83dz',
  '😀',
  'é',
  'e\u0301',
  'ﬁ',
  'İ',
  'ß',
  '*',
  '**',
  '?',
  '[a]',
  '{a,b}',
  '(',
  ')',
  ')(',
  '.*',
  '^$',
  '\\',
  '\\\\',
  '\\"',
  '"',
  "'",
  '`',
  '"""',
  "'''",
  '#',
  '# x',
  'a: b',
  '- a',
  '? a',
  '! a',
  '!!python/object:os.system',
  '&a',
  '*a',
  '%YAML 1.1',
  '---',
  '...',
  '|',
  '>',
  '@',
  'null',
  '~',
  'true',
  'yes',
  'NO',
  '1',
  '1.0',
  '0x1',
  '1e3',
  '.inf',
  '.nan',
  '2026-01-01',
  '<<',
  '=',
  '[[rule]]',
  'a]\nb = 1',
  'a"\ndecision = "allow',
  '"; permit(principal, action, resource); //',
  '");\npermit(principal, action, resource);',
  '" || true || "',
  '" || mcp.tool.name != "',
  '\\" || true',
  '$' + '{x}',
  '$' + '{{ x }}',
  '{{x}}',
  '$(id)',
  '`id`',
  '%s',
  '../..',
  '/etc/passwd',
  'a/b',
  'a:b',
  'a#b',
  'a,b',
  'mcp__a__b',
  'a__b',
  '__',
  '_',
  '___',
  'a___b',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '<script>',
  ']]>',
  '-->',
  '\\u0022',
  '\\x22',
  '\\n',
  '\\u{22}',
  'x'.repeat(2_000),
  'ü'.repeat(300),
  '_global',
  'state.a.b',
  'a.b.c',
  'toolrisk: no tool is allowed',
  "x' || action.type == 'y",
  'plain ',
  'PLAIN',
  'args',
  'like "*"',
  'arg_x',
  'a\u0301\u0301',
  '１',
  'ＡＢＣ',
  '·',
  '"a": 1',
  '{"a":1}',
  '[]',
];
const PIECES: readonly string[] = [
  '"',
  "'",
  '\\',
  '\n',
  '\r',
  '\t',
  '*',
  '?',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '#',
  ':',
  ' ',
  '-',
  '_',
  '__',
  '.',
  '..',
  '/',
  '//',
  ';',
  ',',
  '|',
  '&',
  '%',
  '$',
  '`',
  '\u0000',
  '\u0008',
  '\u000c',
  '\u007f',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u202e',
  '😀',
  'é',
  'а',
  'a',
  'B',
  '7',
  'permit',
  'mcp',
  'true',
  'null',
  '=',
  '<',
  '>',
  '!',
  '^',
  '+',
  '~',
  '@',
];

/** Hostile texts: the given ones, the ones made by hand, combinations of what languages react to, and fast-check's. Each once. */
export function hostileStrings(count: number, seed: number, given: readonly string[] = []): readonly string[] {
  const texts = new Set([...given, ...HAND]);
  const pieces = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }).map((list) => list.join(''));
  const any = fc.oneof(
    pieces,
    fc.string({ unit: 'binary', maxLength: 24 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  for (let round = 0; texts.size < count; round += 1) {
    for (const text of fc.sample(any, { numRuns: count, seed: seed + round })) {
      texts.add(text);
      if (texts.size >= count) break;
    }
  }
  return [...texts].slice(0, count);
}

/** What became of hostile texts in one format. */
export interface HostileReport {
  strings: number;
  files: number;
  calls: number;
  readonly faults: string[];
}

/** Puts every text into names, arguments, values and server names of policies, in every format, and reads all of it back. */
export function checkHostile(texts: readonly string[]): HostileReport {
  const report: HostileReport = { strings: texts.length, files: 0, calls: 0, faults: [] };
  for (const text of texts) for (const format of formats) checkText(text, format, report);
  return report;
}

const ARGS = 'plain-args';
const OPS = 'plain-ops';

export function checkText(text: string, format: PolicyFormat, report: HostileReport): void {
  const folder = `${text}/`;
  const named = policyOf([
    rule(text),
    rule(ARGS, {
      constraints: [
        { kind: 'equals', argument: ['a'], value: text },
        { kind: 'one-of', argument: [text], values: [text, 'z'] },
        ...(text === '' || text.includes('..')
          ? []
          : [{ kind: 'prefix' as const, argument: ['p'], prefixes: [folder] }]),
      ],
    }),
    rule(OPS, { decision: 'deny', operations: [{ argument: ['op'], values: [text], decision: 'allow' }] }),
  ]);
  const good = { a: text, [text]: text, p: `${folder}x` };
  check(named, format, report, [
    [text, {}],
    [ARGS, text === 'a' || text === 'p' ? {} : good],
    [ARGS, { ...good, a: `${text}x` }],
    [ARGS, { ...good, p: `x${folder}` }],
    [OPS, { op: text }],
    [OPS, { op: `${text} ` }],
    [`${text}x`, {}],
  ]);
  check(policyOf([rule('plain'), rule('other', { decision: 'deny' })], { serverName: text }), format, report, [
    ['plain', {}],
    ['other', {}],
  ]);
}

type Calls = readonly (readonly [string, Readonly<Record<string, string>>])[];

function check(policy: Policy, format: PolicyFormat, report: HostileReport, calls: Calls): void {
  const fault = (what: string) =>
    report.faults.push(
      `${format.id}: ${what} under ${JSON.stringify(policy.tools.map(({ tool }) => tool))} of ${JSON.stringify(policy.serverName)}`,
    );
  try {
    const file = format.write([policy]);
    report.files += 1;
    readBack(policy, format, file, fault);
    const pairs: PairReport = {
      pairs: 0,
      unlisted: 0,
      formats: { [format.id]: { equal: 0, stricter: 0, asked: 0, faults: [] } },
    };
    for (const [tool, args] of calls) {
      // Nothing on the wire can hold a lone surrogate.
      if ([tool, policy.serverName, ...Object.entries(args).flat()].some((one) => /\p{Cs}/u.test(one))) continue;
      report.calls += 1;
      const own = Object.fromEntries(Object.entries(args));
      judgeCall(policy, { tool, arguments: own, time: 0 }, format, file, pairs);
    }
    for (const one of pairs.formats[format.id]?.faults ?? []) fault(one);
  } catch (error) {
    fault(error instanceof Error ? error.message : String(error));
  }
}

/** Every name in the file is one of the policy's, letter by letter; every name of the policy is there or told to be missing. */
function readBack(policy: Policy, format: PolicyFormat, file: WrittenPolicy, fault: (what: string) => unknown): void {
  if (engines[format.id] === undefined) fault('no engine');
  if (format.mediaType === 'application/yaml') {
    const [one, two] = [parseYaml(file.text, { version: '1.1' }), parseYaml(file.text, { version: '1.2' })];
    if (!isDeepStrictEqual(one, two)) fault('YAML 1.1 and 1.2 read different things');
    if (!/^[\n\x20-\x7e]*$/u.test(file.text)) fault('YAML that is not ASCII');
  }
  const rules = readRules(format.id, file.text);
  if (rules === undefined) return;
  const isClaude = format.id.startsWith('claude');
  const shown = (name: string) => (isClaude ? normalized(name) : name);
  const names = new Map(policy.tools.map(({ tool }) => [shown(tool), tool]));
  const servers = new Set([policy.serverName, shown(policy.serverName)]);
  const told = file.tightened.length + file.unenforced.length > 0;
  for (const { server, tool, decision } of rules) {
    if (server !== undefined && !servers.has(server) && !isClaude)
      fault(`a rule for the server ${JSON.stringify(server)}`);
    if (!names.has(tool) && tool !== REST && !isClaude) fault(`a rule for ${JSON.stringify(tool)}`);
    if (tool === REST && decision !== 'deny') fault('a rule that lets everything else pass');
    if (isClaude && decision === 'allow' && !policy.tools.some((one) => one.tool === tool))
      fault(`allows ${JSON.stringify(tool)}`);
  }
  const found = new Set(rules.map(({ tool }) => tool));
  const missing = [...names.keys()].filter((name) => !found.has(name));
  if (
    missing.length > 0 &&
    !told &&
    policy.tools.some(({ tool, decision }) => decision !== 'deny' && missing.includes(shown(tool)))
  ) {
    fault(`nothing is said of ${JSON.stringify(missing)}`);
  }
  if (rules.length > policy.tools.length + 1) fault(`${rules.length} rules for ${policy.tools.length} tools`);
}
