import type { Constraint, Decision, OperationRule, Policy, ToolRule } from '../../../src/model/policy.ts';
import { DECISIONS, STRENGTHS, tightest } from '../../../src/model/policy.ts';
import type { Json, JsonObject } from '../../../src/model/tool.ts';
import { CATEGORIES, SEVERITIES } from '../../../src/model/verdict.ts';
import { judged, policyFor, policyOf, rule, schema } from './make.ts';
import type { Random } from './random.ts';

const NAMES = [
  'list_files',
  'read-file',
  'writeFile',
  'delete_repo',
  'pip-install',
  'send',
  'run_query',
  'charge',
  'x',
  'getIssue2',
  'calendar.create',
  'script.saveOrUpdate',
  'a__b',
  'get status',
  'nasa/apod',
  'fetch_<repo>',
  'all*',
  '!pg',
  '查询',
  'mcp__other__tool',
  'a___b',
  '_hidden',
  'tool:run',
  'constructor',
  '__proto__',
  '*',
  'x(y)',
  "it's",
  'a"b',
  'a\\b',
] as const;
const SERVERS = ['srv', 'my-server', 'git_hub', 'a__b', 'my server', 'UPPER', 'x.y'] as const;
const HOSTS = ['https://example.com', 'http://localhost:3000'] as const;
const OPERATIONS = ['list', 'get', 'create', 'delete', 'drop all', 'say "hi"'] as const;

/** A policy: half of them recommended for made-up tools, half made of rules that no table would make. */
export function somePolicy(random: Random): Policy {
  const serverName = random.chance(0.7) ? 'srv' : random.pick(SERVERS);
  const names = [...new Set(Array.from({ length: 1 + random.int(5) }, () => random.pick(NAMES)))];
  if (random.chance(0.5))
    return policyOf(
      names.map((name) => someRule(name, random)),
      { serverName },
    );
  const settings: Record<string, string[]> = {
    ...(random.chance(0.5) ? { paths: ['/srv/project'] } : {}),
    ...(random.chance(0.5) ? { hosts: ['example.com'] } : {}),
    ...(random.chance(0.5) ? { max_amount: ['100'] } : {}),
  };
  const tools = names.map((name) => {
    const actions = random.some(OPERATIONS);
    const parameters: Record<string, Json> = {
      ...(random.chance(0.4) ? { path: 'string' } : {}),
      ...(random.chance(0.3) ? { url: 'string' } : {}),
      ...(random.chance(0.3) ? { amount: 'number' } : {}),
      ...(random.chance(0.2) ? { dry_run: 'boolean' } : {}),
      ...(random.chance(0.2) ? { options: schema({ outputDir: 'string' }) } : {}),
      ...(actions.length > 0 ? { action: actions } : {}),
    };
    const operations = actions.map((value, index) => ({
      path: `/inputSchema/properties/action/enum/${index}`,
      value,
      category: random.pick(CATEGORIES),
      severity: random.pick(SEVERITIES),
    }));
    const worst = operations[0] ?? { category: random.pick(CATEGORIES), severity: random.pick(SEVERITIES) };
    return judged(name, worst.category, worst.severity, { inputSchema: schema(parameters), operations });
  });
  return policyFor(tools, random.pick(STRENGTHS), settings, serverName);
}

function someRule(tool: string, random: Random): ToolRule {
  const decision = random.pick(DECISIONS);
  const operations = decision === 'allow' || random.chance(0.6) ? [] : someOperations(decision, random);
  const constraints = Array.from({ length: random.int(3) }, () => someConstraint(random));
  const limits = random.chance(0.3)
    ? [{ max: 1 + random.int(3), window: random.pick(['minute', 'hour', 'day'] as const), per: 'tool' as const }]
    : [];
  const otherwise = tightest(decision, random.pick(DECISIONS));
  return rule(tool, {
    decision,
    operations,
    constraints,
    limits,
    otherwise,
    hide: decision === 'deny' && operations.length === 0 && random.chance(0.3),
  });
}

function someOperations(decision: Decision, random: Random): OperationRule[] {
  const looser = DECISIONS.filter((one) => one !== decision && tightest(one, decision) === decision);
  const free = [...OPERATIONS];
  return looser.flatMap((one) => {
    const values = random.some(free, 0.4);
    for (const value of values) free.splice(free.indexOf(value), 1);
    return values.length === 0 ? [] : [{ argument: ['action'], values, decision: one }];
  });
}

function someConstraint(random: Random): Constraint {
  const argument = random.pick([['path'], ['url'], ['amount'], ['options', 'dir'], ['we.ird "key"'], ['mode']]);
  switch (random.int(6)) {
    case 0:
      return {
        kind: 'prefix',
        argument,
        prefixes: random.pick([['/srv/'], ['/srv/project/', '/tmp/'], ['C:\\work\\'], ['/a*b?/']]),
      };
    case 1:
      return { kind: 'host', argument, hosts: [...random.pick([[HOSTS[0]], HOSTS])] };
    case 2:
      return {
        kind: 'one-of',
        argument,
        values: random.pick([
          ['a', 'b"c'],
          [1, 2.5],
          ['x', 1],
          ['\\n', '\n'],
          [true, 'true'],
        ]),
      };
    case 3:
      return { kind: 'maximum', argument, maximum: random.pick([100, 0, 10.5, 1e21]) };
    case 4:
      return { kind: 'equals', argument, value: random.pick([true, false, 5, 'yes', '*', '$(x)']) };
    default:
      return { kind: 'one-of', argument, values: ['list', 'get'] };
  }
}

/** How a hostile or careless server may call a tool that the policy does not list. */
const DISGUISES: readonly ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => `${name}_v2`,
  (name) => `${name}*`,
  (name) => `*${name}`,
  (name) => `${name}__x`,
  (name) => `x__${name}`,
  (name) => ` ${name}`,
  (name) => `${name}\u200b`,
  (name) =>
    name.replace(
      /[aceiopxy]/u,
      (letter) => ({ a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', x: 'х', y: 'у' })[letter] ?? letter,
    ),
  (name) => `${name}?`,
  (name) => `[${name}]`,
  (name) => `${name},other`,
  (name) => `${name})`,
  () => '*',
  () => 'toString',
  () => 'unknown_tool',
  () => 'toolrisk',
];

/** A tool to call: one of the policy's, or one that looks like it. */
export function someTool(policy: Policy, random: Random): string {
  const name = random.pick(policy.tools).tool;
  return random.chance(0.65) ? name : random.pick(DISGUISES)(name);
}

const VALUES: readonly Json[] = [
  '/srv/',
  '/srv',
  '/srv/a',
  '/srv/../etc/passwd',
  '/srvx',
  '/srv/project/a..b',
  '/srv/project/.hidden',
  '/tmp/x',
  'C:\\work\\a',
  '/a*b?/c',
  '/aXbY/c',
  'https://example.com',
  'https://example.com/a?b#c',
  'https://example.com.evil.org/',
  'https://example.com@evil.org/',
  'https://example.com\\@evil.org',
  'HTTPS://EXAMPLE.COM/',
  'http://localhost:3000/',
  'http://localhost:30000/',
  ' https://example.com/',
  0,
  1,
  2.5,
  5,
  100,
  100.5,
  -1,
  1e21,
  1e22,
  10.5,
  true,
  false,
  'true',
  '5',
  '100',
  null,
  'a',
  'b"c',
  'A',
  'x',
  'list',
  'get',
  'yes',
  '*',
  '$(x)',
  '\\n',
  '\n',
  '',
  [],
  ['list'],
  ['/srv/a'],
  {},
  { dir: '/srv/' },
];

/** Arguments of a call: often such that constraints hold. */
export function someArguments(policy: Policy, tool: string, random: Random): JsonObject {
  const found = policy.tools.find((one) => one.tool === tool);
  let args: JsonObject = {};
  if (random.chance(0.8)) {
    args = put(
      args,
      ['action'],
      random.chance(0.85) ? random.pick(OPERATIONS) : random.pick<Json>(['LIST', 5, null, ['list'], '']),
    );
  }
  for (const constraint of found?.constraints ?? []) {
    if (random.chance(0.1)) continue;
    args = put(args, constraint.argument, random.chance(0.65) ? goodValue(constraint, random) : random.pick(VALUES));
  }
  return args;
}

function goodValue(constraint: Constraint, random: Random): Json {
  switch (constraint.kind) {
    case 'prefix':
      return random.pick(constraint.prefixes) + random.pick(['', 'file.txt', 'deep/er/.x', 'ü "q"\n', 'a.b.c.']);
    case 'host':
      return random.pick(constraint.hosts) + random.pick(['', '/', '/a/../b', '?x=1', '#y']);
    case 'one-of':
      return random.pick(constraint.values);
    case 'maximum':
      return random.pick(
        [0, constraint.maximum, Math.floor(constraint.maximum / 2), 1, 0.25].filter((one) => one <= constraint.maximum),
      );
    case 'equals':
      return constraint.value;
  }
}

function put(args: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [key = '', ...rest] = path;
  const inner = args[key];
  const next = rest.length === 0 ? value : put(isObject(inner) ? inner : {}, rest, value);
  return { ...args, [key]: next };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
