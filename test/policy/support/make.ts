import { resolve } from 'node:path';
import { loadPolicyTable } from '../../../src/data/policy.ts';
import type { Policy, Strength, ToolRule } from '../../../src/model/policy.ts';
import type { Json } from '../../../src/model/tool.ts';
import type { Category, Operation, Severity, Verdict } from '../../../src/model/verdict.ts';
import { type JudgedTool, recommend } from '../../../src/policy/recommend.ts';

/** The shipped table. */
export const table = loadPolicyTable(resolve(import.meta.dirname, '../../../data'));

/** A verdict with what a test cares about. */
export function verdict(name: string, category: Category, severity: Severity, more: Partial<Verdict> = {}): Verdict {
  return {
    v: 1,
    ruleset: 'test',
    server: 'npm:test',
    name,
    category,
    severity,
    confidence: 0.95,
    capabilities: [],
    findings: [],
    moves: [],
    operations: [],
    threats: [],
    ...more,
  };
}

/** A judged tool with what a test cares about. */
export function judged(
  name: string,
  category: Category,
  severity: Severity,
  more: {
    inputSchema?: Json;
    operations?: Operation[];
    verdict?: Partial<Verdict>;
    hash?: string;
    complete?: boolean;
  } = {},
): JudgedTool {
  return {
    definition: { name, ...(more.inputSchema === undefined ? {} : { inputSchema: more.inputSchema }) },
    verdict: verdict(name, category, severity, {
      ...more.verdict,
      ...(more.operations ? { operations: more.operations } : {}),
    }),
    schemaComplete: more.complete ?? true,
    ...(more.hash === undefined ? {} : { definitionHash: more.hash }),
  };
}

/** An object schema of properties by type; an array is an enum. */
export function schema(properties: Record<string, Json>): Json {
  const entries = Object.entries(properties).map(([name, type]): [string, Json] => {
    if (typeof type === 'string') return [name, { type }];
    return [name, Array.isArray(type) ? { type: 'string', enum: type } : type];
  });
  return { type: 'object', properties: Object.fromEntries(entries) };
}

/** A recommended policy for some tools. */
export function policyFor(
  tools: readonly JudgedTool[],
  strength: Strength = 'recommended',
  settings: Record<string, string[]> = {},
  name = 'srv',
): Policy {
  return recommend({ id: 'npm:test', name, configuredName: name }, tools, {
    strength,
    settings,
    catalogueVersion: 'test',
    table,
  });
}

/** A rule with what a test cares about. */
export function rule(tool: string, more: Partial<ToolRule> = {}): ToolRule {
  return {
    tool,
    decision: 'allow',
    hide: false,
    limits: [],
    constraints: [],
    otherwise: 'deny',
    operations: [],
    category: 'Read',
    severity: 'low',
    reason: 'A test.',
    answers: [],
    unset: [],
    ...more,
  };
}

/** A policy of rules. */
export function policyOf(tools: readonly ToolRule[], more: Partial<Policy> = {}): Policy {
  return {
    v: 1,
    server: 'npm:test',
    serverName: 'srv',
    strength: 'recommended',
    default: 'deny',
    tools: [...tools].sort((a, b) => (a.tool < b.tool ? -1 : 1)),
    limits: [],
    unset: [],
    catalogueVersion: 'test',
    ...more,
  };
}
