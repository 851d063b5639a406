import type { ThreatRule } from '../model/threat.ts';
import type { Json, ToolDefinition } from '../model/tool.ts';
import type { Threat } from '../model/verdict.ts';
import { parameterKey, type ThreatRules } from './threats-rules.ts';
import { type Hit, hitsOf } from './threats-text.ts';

export { compileThreatRules, type ThreatRules } from './threats-rules.ts';

/** What the specification lets a tool's name be made of. */
const NAME = /^[A-Za-z0-9_.\-/]{1,128}$/u;

/**
 * Signs of an attack in one tool definition, in the order of its fields. A span is in the string at `path`; where
 * `path` leads to something else than a string, it is in the last key of `path`.
 */
export function findThreats(tool: ToolDefinition, rules: ThreatRules): Threat[] {
  const threats: Threat[] = [];
  threats.push(...nameThreats(tool.name, rules));
  if (tool.title !== undefined) threats.push(...findTextThreats(tool.title, '/title', rules));
  if (tool.description !== undefined) threats.push(...findTextThreats(tool.description, '/description', rules));
  if (tool.annotations?.title !== undefined) {
    threats.push(...findTextThreats(tool.annotations.title, '/annotations/title', rules));
  }
  if (tool.inputSchema !== undefined) threats.push(...schemaThreats(tool.inputSchema, '/inputSchema', rules));
  if (tool.outputSchema !== undefined) threats.push(...schemaThreats(tool.outputSchema, '/outputSchema', rules));
  return threats;
}

/** Signs of an attack in one text, for example a server's `instructions`; `path` is repeated in each threat. */
export function findTextThreats(text: string, path: string, rules: ThreatRules): Threat[] {
  return hitsOf(text, rules).map((hit) => threatOf(hit, text, path));
}

function threatOf(hit: Hit, text: string, path: string): Threat {
  const { rule, strength, start, end } = hit;
  return { rule: rule.id, strength, path, start, end, text: text.slice(start, end) };
}

function whole(rule: ThreatRule, text: string, path: string): Threat {
  return { rule: rule.id, strength: rule.strength, path, start: 0, end: text.length, text };
}

function nameThreats(name: string, rules: ThreatRules): Threat[] {
  const threats = findTextThreats(name, '/name', rules);
  const spoken = name.replaceAll(/[_.\-/]/gu, ' ');
  for (const hit of spoken === name ? [] : hitsOf(spoken, rules)) {
    if (!threats.some((threat) => threat.rule === hit.rule.id)) threats.push(threatOf(hit, name, '/name'));
  }
  if (!NAME.test(name)) threats.push(...rules.names.map((rule) => whole(rule, name, '/name')));
  return threats;
}

/** Threats of one schema, and how its walk reached them. */
class Walk {
  readonly threats: Threat[] = [];
  /** Keys from the schema's root to the current value. */
  keys: string[] = [];
  /** Values too deep to be reached in one go, with the keys that lead to them. */
  readonly deferred: { readonly value: Json; readonly keys: readonly string[] }[] = [];
  readonly root: string;
  readonly rules: ThreatRules;

  constructor(root: string, rules: ThreatRules) {
    this.root = root;
    this.rules = rules;
  }

  path(): string {
    return this.root + this.keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  }
}

/** How deep one walk goes before it puts the rest off, so that no depth overflows the stack. */
const MAX_DEPTH = 500;

function schemaThreats(schema: Json, root: string, rules: ThreatRules): Threat[] {
  const walk = new Walk(root, rules);
  const bare = schema !== null && typeof schema === 'object' && !Array.isArray(schema) && !('properties' in schema);
  visit(schema, bare, 0, walk);
  for (let next = walk.deferred.shift(); next !== undefined; next = walk.deferred.shift()) {
    walk.keys = [...next.keys];
    visit(next.value, false, 0, walk);
  }
  return walk.threats;
}

function visit(value: Json, parameters: boolean, depth: number, walk: Walk): void {
  if (typeof value === 'string') {
    for (const hit of hitsOf(value, walk.rules)) walk.threats.push(threatOf(hit, value, walk.path()));
    return;
  }
  if (value === null || typeof value !== 'object') return;
  if (depth > MAX_DEPTH) {
    walk.deferred.push({ value, keys: [...walk.keys] });
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      walk.keys.push(String(index));
      visit(each, false, depth + 1, walk);
      walk.keys.pop();
    }
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    walk.keys.push(key);
    if (!isKeyword(key, parameters)) keyThreats(key, each, parameters, walk);
    visit(each, key === 'properties', depth + 1, walk);
    walk.keys.pop();
  }
}

/** Longest keyword of JSON Schema; a longer key may carry a text. */
const KEYWORD_CHARS = 6;

/** A short key that is no parameter's name has no room for an order. */
function isKeyword(key: string, parameters: boolean): boolean {
  return !parameters && key.length <= KEYWORD_CHARS;
}

function keyThreats(key: string, value: Json, parameters: boolean, walk: Walk): void {
  const { rules, threats } = walk;
  const hits = hitsOf(key, rules);
  const named = parameters ? namedRules(key, rules) : [];
  if (hits.length === 0 && named.length === 0) return;
  const path = walk.path();
  if (typeof value === 'string') {
    const fired = new Set([...hits.map((hit) => hit.rule), ...named]);
    if (value !== '') threats.push(...[...fired].map((rule) => whole(rule, value, path)));
    return;
  }
  threats.push(...hits.map((hit) => threatOf(hit, key, path)), ...named.map((rule) => whole(rule, key, path)));
}

/** Rules that name a parameter: exactly where a rule's name begins with `_`, else by its letters alone. */
function namedRules(key: string, rules: ThreatRules): readonly ThreatRule[] {
  if (key.length > PARAMETER_CHARS) return [];
  const exact = rules.parameters.get(key.toLowerCase()) ?? [];
  const letters = parameterKey(key);
  return letters === key.toLowerCase() ? exact : [...exact, ...(rules.parameters.get(letters) ?? [])];
}

/** A longer key is no name of anything. */
const PARAMETER_CHARS = 64;
