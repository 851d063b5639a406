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

interface Place {
  readonly value: Json;
  readonly key: string;
  /** The key of the place around this one's parent decides whether `key` is a parameter. */
  readonly parent: Place | undefined;
}

/** Walks a schema without recursion, so that no depth can overflow the stack. */
function schemaThreats(schema: Json, root: string, rules: ThreatRules): Threat[] {
  const threats: Threat[] = [];
  const stack: Place[] = [{ value: schema, key: '', parent: undefined }];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { value } = place;
    if (place.parent !== undefined && !Array.isArray(place.parent.value))
      threats.push(...keyThreats(place, root, rules));
    if (typeof value === 'string') {
      const hits = hitsOf(value, rules);
      if (hits.length > 0) {
        const path = pointer(place, root);
        threats.push(...hits.map((hit) => threatOf(hit, value, path)));
      }
      continue;
    }
    if (value === null || typeof value !== 'object') continue;
    const entries = Object.entries(value);
    for (let i = entries.length - 1; i >= 0; i -= 1) {
      const entry = entries[i];
      if (entry !== undefined) stack.push({ value: entry[1], key: entry[0], parent: place });
    }
  }
  return threats;
}

function keyThreats(place: Place, root: string, rules: ThreatRules): Threat[] {
  const { key, value } = place;
  const hits = hitsOf(key, rules);
  const named = isParameter(place) ? namedRules(key, rules) : [];
  if (hits.length === 0 && named.length === 0) return [];
  const path = pointer(place, root);
  if (typeof value === 'string') {
    const fired = new Set([...hits.map((hit) => hit.rule), ...named]);
    return value === '' ? [] : [...fired].map((rule) => whole(rule, value, path));
  }
  return [...hits.map((hit) => threatOf(hit, key, path)), ...named.map((rule) => whole(rule, key, path))];
}

/** A key of `properties`, or of a schema that is a bare map of parameters. */
function isParameter({ parent }: Place): boolean {
  if (parent === undefined) return false;
  if (parent.key === 'properties') return true;
  const { value } = parent;
  return parent.parent === undefined && value !== null && typeof value === 'object' && !('properties' in value);
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

function pointer(place: Place, root: string): string {
  let path = '';
  for (let at: Place | undefined = place; at?.parent !== undefined; at = at.parent) {
    path = `/${at.key.replaceAll('~', '~0').replaceAll('/', '~1')}${path}`;
  }
  return root + path;
}
