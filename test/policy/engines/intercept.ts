import { parse } from 'yaml';
import * as z from 'zod';
import type { Json, JsonObject } from '../../../src/model/tool.ts';
import { dictionary } from './shapes.ts';

/** The documented file format of Intercept 1: what a YAML reader that ignores unknown keys makes of it. */
const Condition = z.object({ path: z.string().default(''), op: z.string().default(''), value: z.json().default(null) });
const State = z.object({
  counter: z.string().default(''),
  window: z.string().default(''),
  increment: z.int().default(0),
  increment_from: z.string().default(''),
});
const Rule = z.object({
  name: z.string().default(''),
  action: z.string().default(''),
  rate_limit: z.string().default(''),
  conditions: z.array(Condition).default([]),
  on_deny: z.string().default(''),
  state: State.optional(),
});
type Rule = z.infer<typeof Rule>;
const Config = z.object({
  version: z.string().default(''),
  description: z.string().default(''),
  default: z.string().default(''),
  hide: z.array(z.string()).default([]),
  tools: dictionary(z.object({ rules: z.array(Rule).default([]) })).default(new Map()),
});
type Config = z.infer<typeof Config>;

const WINDOW_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const NUMERIC = new Set(['lt', 'lte', 'gt', 'gte']);
const LISTS = new Set(['in', 'not_in']);
const OPERATORS = new Set([...NUMERIC, ...LISTS, 'eq', 'neq', 'regex', 'contains', 'exists']);

/** Reads a file and expands its short forms, as the program does when it starts. */
export function loadIntercept(text: string): Config {
  const config = Config.parse(parse(text));
  if (config.default === '') config.default = 'allow';
  for (const [tool, { rules }] of config.tools) {
    for (const rule of rules) {
      expandLimit(rule, tool);
      if (rule.action === '') rule.action = 'evaluate';
    }
  }
  return config;
}

function expandLimit(rule: Rule, tool: string): void {
  if (rule.rate_limit === '' || rule.conditions.length > 0 || rule.state !== undefined || rule.action === 'deny')
    return;
  const limit = limitOf(rule.rate_limit);
  if (typeof limit === 'string') return;
  const scope = tool === '*' ? '_global' : tool;
  const counter = `_rate_${limit.window}`;
  rule.action = 'evaluate';
  rule.conditions = [{ path: `state.${scope}.${counter}`, op: 'lte', value: limit.max }];
  rule.state = { counter, window: limit.window, increment: 1, increment_from: '' };
  rule.rate_limit = '';
}

function limitOf(text: string): { readonly max: number; readonly window: string } | string {
  const slash = text.indexOf('/');
  if (slash < 0) return 'rate_limit must have the form N/window';
  const max = text.slice(0, slash);
  const window = text.slice(slash + 1);
  if (!/^\+?\d+$/u.test(max) || Number(max) <= 0) return 'rate_limit count must be a positive integer';
  return Object.hasOwn(WINDOW_MS, window) ? { max: Number(max), window } : 'rate_limit window is unknown';
}

/** Every fault that the documents list, each a sentence; none for a file that Intercept accepts. */
export function faultsOfIntercept(config: Config): readonly string[] {
  const faults: string[] = [];
  if (config.version !== '1') faults.push('version must be "1"');
  if (config.default !== 'allow' && config.default !== 'deny') faults.push('default must be "allow" or "deny"');
  const hidden = new Set<string>();
  for (const name of config.hide) {
    if (name.trim() === '') faults.push('hide: an entry is empty');
    if (hidden.has(name)) faults.push(`hide: ${name} stands there twice`);
    hidden.add(name);
  }
  for (const [tool, { rules }] of config.tools) {
    const counters = rules.flatMap(({ state }) => state?.counter ?? []);
    if (new Set(counters).size < counters.length) faults.push(`${tool}: two rules share a counter`);
    for (const rule of rules) faults.push(...ruleFaults(rule, config).map((fault) => `${tool}: ${fault}`));
  }
  return faults;
}

function ruleFaults(rule: Rule, config: Config): readonly string[] {
  if (rule.rate_limit !== '') {
    const limit = limitOf(rule.rate_limit);
    return [typeof limit === 'string' ? limit : 'rate_limit cannot stand with conditions, state or a deny'];
  }
  const faults: string[] = [];
  if (rule.name === '') faults.push('rule must have a name');
  if (rule.action !== 'evaluate' && rule.action !== 'deny') faults.push(`action ${rule.action} is unknown`);
  if (rule.action === 'deny' && rule.conditions.length > 0) faults.push('deny rules must not have conditions');
  if (rule.action === 'evaluate' && rule.conditions.length === 0) faults.push('evaluate rules need a condition');
  for (const { path, op, value } of rule.conditions) {
    if (!path.startsWith('args.') && !path.startsWith('state.')) faults.push(`path ${path} is neither args nor state`);
    if (!OPERATORS.has(op)) faults.push(`operator ${op} is unknown`);
    if (LISTS.has(op) && !Array.isArray(value)) faults.push(`${op} requires a list`);
    if (NUMERIC.has(op) && typeof value !== 'number') faults.push(`${op} requires a number`);
    if (op === 'exists' && typeof value !== 'boolean') faults.push('exists requires a boolean');
    if (op === 'regex' && (typeof value !== 'string' || patternOf(value) === undefined))
      faults.push('regex is no pattern');
    // The state path is cut at its first two points, so a tool with a point in its name is never found.
    const [kind, tool, ...counter] = path.split('.');
    if (kind === 'state' && counter.length > 0 && !hasCounter(config, tool ?? '', counter.join('.'))) {
      faults.push(`no state block for ${path}`);
    }
  }
  if (rule.state !== undefined) {
    if (rule.state.counter === '') faults.push('counter must not be empty');
    if (!Object.hasOwn(WINDOW_MS, rule.state.window)) faults.push(`window ${rule.state.window} is unknown`);
  }
  return faults;
}

function hasCounter(config: Config, tool: string, counter: string): boolean {
  const found = config.tools.get(tool) ?? (tool === '_global' ? config.tools.get('*') : undefined);
  return found?.rules.some(({ state }) => state?.counter === counter) === true;
}

/** A pattern of RE2 as JavaScript reads it; both take the escapes that are written here. */
function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'u');
  } catch {
    return undefined;
  }
}

/** One call. */
export interface InterceptCall {
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly time: number;
}

/** Runs calls through a configuration, counters included: reserve for all rules, or for none. */
export function runIntercept(config: Config, calls: readonly InterceptCall[]): readonly ('allow' | 'deny')[] {
  const counters = new Map<string, number>();
  return calls.map((call) => {
    if (config.hide.includes(call.tool) || config.hide.includes('*')) return 'deny';
    const own = config.tools.get(call.tool);
    if (config.default === 'deny' && own === undefined) return 'deny';
    const wildcard = call.tool === '*' ? undefined : config.tools.get('*');
    const rules = [...(own?.rules ?? []), ...(wildcard?.rules ?? [])];
    if (rules.some(({ action }) => action === 'deny')) return 'deny';
    const reserved: string[] = [];
    for (const rule of rules) {
      for (const { path, op, value } of rule.conditions) {
        if (!path.startsWith('state.')) {
          if (!compare(op, argumentAt(call.arguments, path), value)) return 'deny';
          continue;
        }
        const window = WINDOW_MS[rule.state?.window ?? ''] ?? 1;
        const key = `${path} ${Math.floor(call.time / window)}`;
        if (!compare(op, (counters.get(key) ?? 0) + 1, value)) return 'deny';
        reserved.push(key);
      }
    }
    for (const key of reserved) counters.set(key, (counters.get(key) ?? 0) + 1);
    return 'allow';
  });
}

function argumentAt(args: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = args;
  for (const key of path.slice('args.'.length).split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined;
    at = (at as JsonObject)[key];
  }
  return at;
}

function compare(op: string, actual: Json | undefined, expected: Json): boolean {
  if (op === 'exists') return (actual !== undefined && actual !== null) === expected;
  if (actual === undefined) return false;
  switch (op) {
    case 'eq':
      return equal(actual, expected);
    case 'neq':
      return !equal(actual, expected);
    case 'in':
      return Array.isArray(expected) && expected.some((item: Json) => equal(actual, item));
    case 'not_in':
      return !(Array.isArray(expected) && expected.some((item: Json) => equal(actual, item)));
    case 'regex':
      return typeof actual === 'string' && typeof expected === 'string' && patternOf(expected)?.test(actual) === true;
    case 'contains':
      if (typeof actual === 'string') return typeof expected === 'string' && actual.includes(expected);
      return Array.isArray(actual) && actual.some((item: Json) => equal(item, expected));
    default:
      return typeof actual === 'number' && typeof expected === 'number' && ordered(op, actual, expected);
  }
}

function ordered(op: string, a: number, b: number): boolean {
  return (op === 'lt' && a < b) || (op === 'lte' && a <= b) || (op === 'gt' && a > b) || (op === 'gte' && a >= b);
}

/** Numbers by value, everything else by how Go prints it. */
function equal(a: Json, b: Json): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a === b : printed(a) === printed(b);
}

function printed(value: Json): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${printed(item)}`).join(' ')}]`;
}
