import type { ThreatRule } from '../model/threat.ts';
import type { Json, JsonObject, ToolDefinition } from '../model/tool.ts';
import type { Threat } from '../model/verdict.ts';
import { nextHash } from './hash.ts';
import type { Hit } from './threats-hits.ts';
import { parameterKey, type ThreatRules } from './threats-rules.ts';
import { hitsOf } from './threats-text.ts';

export { compileThreatRules, type ThreatRules } from './threats-rules.ts';

/** What the specification lets a tool's name be made of. */
const NAME = /^[A-Za-z0-9_.\-/]{1,128}$/;

/**
 * Signs of an attack in one tool definition, in the order of its fields. A span is in the string at `path`; where
 * `path` leads to something else than a string, it is in the last key of `path`.
 */
export function findThreats(tool: ToolDefinition, rules: ThreatRules): Threat[] {
  const threats: Threat[] = [];
  addName(tool.name, rules, threats);
  addText(tool.title, '/title', rules, threats);
  addText(tool.description, '/description', rules, threats, true);
  addText(tool.annotations?.title, '/annotations/title', rules, threats);
  if (tool.inputSchema !== undefined) addSchema(tool.inputSchema, '/inputSchema', rules, threats);
  if (tool.outputSchema !== undefined) addSchema(tool.outputSchema, '/outputSchema', rules, threats);
  return threats;
}

/** Signs of an attack in one text, for example a server's `instructions`; `path` is repeated in each threat. */
export function findTextThreats(text: string, path: string, rules: ThreatRules): Threat[] {
  const threats: Threat[] = [];
  addText(text, path, rules, threats);
  return threats;
}

function addText(
  text: string | undefined,
  path: string,
  rules: ThreatRules,
  threats: Threat[],
  describes = false,
): void {
  if (typeof text !== 'string') return;
  const hits = hitsOf(text, rules, describes);
  if (hits.length > 0) addHits(hits, text, path, threats);
}

function addHits(hits: readonly Hit[], text: string, path: string, threats: Threat[]): void {
  for (const hit of hits) threats.push(threatOf(hit, text, path));
}

function threatOf(hit: Hit, text: string, path: string): Threat {
  const { rule, strength, start, end } = hit;
  return { rule: rule.id, strength, path, start, end, text: text.slice(start, end) };
}

function whole(rule: ThreatRule, text: string, path: string): Threat {
  return { rule: rule.id, strength: rule.strength, path, start: 0, end: text.length, text };
}

/** Names of letters alone, too short for a blob, say the same with their joints as with spaces instead. */
const SIMPLE_NAME = /^[A-Za-z_.\-/]{1,39}$/;

function addName(name: string, rules: ThreatRules, threats: Threat[]): void {
  addText(name, '/name', rules, threats);
  if (!SIMPLE_NAME.test(name)) addSpokenName(name, rules, threats);
  if (!NAME.test(name)) for (const rule of rules.names) threats.push(whole(rule, name, '/name'));
}

/** What a name says with spaces for its joints, as far as it does not say it with them. */
function addSpokenName(name: string, rules: ThreatRules, threats: Threat[]): void {
  const spoken = name.replaceAll(/[_.\-/]/g, ' ');
  if (spoken === name) return;
  for (const hit of hitsOf(spoken, rules)) {
    if (!threats.some((threat) => threat.rule === hit.rule.id)) threats.push(threatOf(hit, name, '/name'));
  }
}

/** A walk through one schema. */
class Walk {
  /** Keys from the schema's root to the current value. */
  keys: string[] = [];
  /** Values too deep to be reached in one go, with the keys that lead to them. */
  readonly deferred: { readonly value: Json; readonly keys: readonly string[] }[] = [];
  readonly root: string;
  readonly rules: ThreatRules;
  readonly threats: Threat[];

  constructor(root: string, rules: ThreatRules, threats: Threat[]) {
    this.root = root;
    this.rules = rules;
    this.threats = threats;
  }

  path(): string {
    return this.root + this.keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  }
}

/** How deep one walk goes before it puts the rest off, so that no depth overflows the stack. */
const MAX_DEPTH = 500;

function addSchema(schema: Json, root: string, rules: ThreatRules, threats: Threat[]): void {
  const walk = new Walk(root, rules, threats);
  const bare = schema !== null && typeof schema === 'object' && !Array.isArray(schema) && !('properties' in schema);
  visit(schema, bare, 0, walk);
  for (let next = walk.deferred.shift(); next !== undefined; next = walk.deferred.shift()) {
    walk.keys = [...next.keys];
    visit(next.value, false, 0, walk);
  }
}

function visit(value: Json, parameters: boolean, depth: number, walk: Walk): void {
  if (typeof value === 'string') visitText(value, walk);
  else if (value === null || typeof value !== 'object') return;
  else if (depth > MAX_DEPTH) walk.deferred.push({ value, keys: [...walk.keys] });
  else if (isList(value)) visitList(value, depth, walk);
  else visitObject(value, parameters, depth, walk);
}

function visitText(text: string, walk: Walk): void {
  const { rules, threats } = walk;
  const { quietTexts } = rules;
  if (quietTexts.has(text)) return;
  const hits = hitsOf(text, rules);
  if (hits.length === 0) quietTexts.add(text);
  else addHits(hits, text, walk.path(), threats);
}

function visitList(list: readonly Json[], depth: number, walk: Walk): void {
  for (let index = 0; index < list.length; index += 1) {
    const each = list[index] ?? null;
    if (!mayHoldText(each)) continue;
    walk.keys.push(String(index));
    visit(each, false, depth + 1, walk);
    walk.keys.pop();
  }
}

function visitObject(object: JsonObject, parameters: boolean, depth: number, walk: Walk): void {
  const keys = Object.keys(object);
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? '';
    const each = object[key] ?? null;
    if (!parameters && saysNothing(key, each)) continue;
    walk.keys.push(key);
    if (!isKeyword(key, parameters)) keyThreats(key, each, parameters, walk);
    if (mayHoldText(each)) visit(each, key === 'properties', depth + 1, walk);
    walk.keys.pop();
  }
}

/** Whether a value is a text, or a list or object, which may have texts inside. */
function mayHoldText(value: Json): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The types of JSON Schema, and its drafts: what most schemas repeat and no rule can be about. */
const TYPES: ReadonlySet<string> = new Set(['string', 'object', 'number', 'array', 'integer', 'boolean', 'null']);
const DRAFTS: ReadonlySet<string> = new Set([
  'http://json-schema.org/draft-07/schema#',
  'https://json-schema.org/draft/2020-12/schema',
]);

function saysNothing(key: string, value: Json): boolean {
  if (typeof value !== 'string') return false;
  return (key === 'type' && TYPES.has(value)) || (key === '$schema' && DRAFTS.has(value));
}

/** Longest keyword of JSON Schema; a longer key may carry a text. */
const KEYWORD_CHARS = 6;

/** Frequent longer ones: one word each, which orders nothing. */
const KEYWORDS: ReadonlySet<string> = new Set([
  'description',
  'properties',
  'required',
  'default',
  'additionalProperties',
]);

/** A short key that is no parameter's name has no room for an order. */
function isKeyword(key: string, parameters: boolean): boolean {
  return !parameters && (key.length <= KEYWORD_CHARS || KEYWORDS.has(key));
}

function keyThreats(key: string, value: Json, parameters: boolean, walk: Walk): void {
  const { rules, threats } = walk;
  const { quietKeys } = rules;
  if (quietKeys.has(key)) return;
  const hits = hitsOf(key, rules);
  const naming = namedRules(key, rules);
  if (hits.length === 0 && naming.length === 0) {
    quietKeys.add(key);
    return;
  }
  const named = parameters ? naming : NO_RULES;
  if (hits.length === 0 && named.length === 0) return;
  const path = walk.path();
  if (typeof value === 'string') {
    const fired = new Set([...hits.map((hit) => hit.rule), ...named]);
    if (value !== '') threats.push(...[...fired].map((rule) => whole(rule, value, path)));
    return;
  }
  threats.push(...hits.map((hit) => threatOf(hit, key, path)), ...named.map((rule) => whole(rule, key, path)));
}

const NO_RULES: readonly ThreatRule[] = [];

/** Rules that name a parameter: exactly where a rule's name begins with `_`, else by its letters alone. */
function namedRules(key: string, rules: ThreatRules): readonly ThreatRule[] {
  if (key.length > PARAMETER_CHARS || !mayName(key, rules.parameterHashes)) return NO_RULES;
  const exact = rules.parameters.get(key.toLowerCase()) ?? NO_RULES;
  const letters = parameterKey(key);
  return letters === key.toLowerCase() ? exact : [...exact, ...(rules.parameters.get(letters) ?? [])];
}

/** Whether the letters of a key could be those of a rule's name: no for almost all keys, at the cost of one pass. */
function mayName(key: string, hashes: Uint8Array): boolean {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    if (code >= 0x80) return true;
    const letter = code | 0x20;
    if (letter >= 97 && letter <= 122) hash = nextHash(hash, letter);
  }
  return hashes[hash & (hashes.length - 1)] === 1;
}

/** A longer key is no name of anything. */
const PARAMETER_CHARS = 64;
