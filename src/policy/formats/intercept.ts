import {
  type Constraint,
  type Policy,
  type PolicyFormat,
  type RateLimit,
  type ToolRule,
  WINDOWS,
} from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import { type LoweredRule, lower } from '../lower.ts';
import type { Notes } from '../notes.ts';
import { allowedWhen } from '../write/allowed.ts';
import { writePerServer } from '../write/per-server.ts';
import { oneOfPattern, textPattern } from '../write/regex.ts';
import { record, type Tree } from '../write/tree.ts';
import { yamlText } from '../write/yaml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: true,
  constraints: ['prefix', 'host', 'one-of', 'maximum', 'equals'],
  operations: true,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'our port of its documented validator and evaluator',
} as const;

/** Scope of counters over all tools; a tool of that name would share them. */
const GLOBAL = '_global';

const ability = abilityOf({
  title: 'Intercept',
  expresses,
  unsafeTool: (name) =>
    name === '*' || name === GLOBAL || name.trim() === '' ? 'this name means something else in Intercept' : undefined,
  unsafeArgument: (path) =>
    path.some((key) => key === '' || key.includes('.')) ? 'Intercept parts a path at its points' : undefined,
  unsafeConstraint,
  unsafeLimit: (_, tool) => (tool.includes('.') ? 'a name with a point breaks Intercept’s counters' : undefined),
});

/** It compares a text with a number or a truth value as text, so that "true" would do for true. */
function unsafeConstraint(constraint: Constraint): string | undefined {
  const values =
    constraint.kind === 'one-of' ? constraint.values : constraint.kind === 'equals' ? [constraint.value] : [];
  const types = new Set(values.map((value) => typeof value));
  return types.has('boolean') || types.size > 1 ? 'Intercept takes the text "true" for the value true' : undefined;
}

/** PolicyLayer Intercept, policy file version 1. */
export const intercept: PolicyFormat = {
  id: 'intercept',
  title: 'PolicyLayer Intercept YAML',
  homepage: 'https://github.com/policylayer/intercept',
  fileName: 'policy.yaml',
  mediaType: 'application/yaml',
  expresses,
  notes: ['Check it with intercept validate -c policy.yaml.'],
  write: (policies) => writePerServer(intercept, policies, documentOf),
};

function documentOf(policy: Policy, notes: Notes): string {
  const { rules } = lower(shared(policy, notes), ability, notes);
  const hide = rules.filter((rule) => rule.hide && rule.writable).map(({ tool }) => tool);
  const tools = rules.flatMap((rule): (readonly [string, Tree])[] => {
    if (!rule.writable || rule.hide) return [];
    return [[rule.tool, { rules: rulesOf(rule) }]];
  });
  return yamlText({
    version: '1',
    description: descriptionOf(policy),
    default: policy.default === 'allow' ? 'allow' : 'deny',
    ...(hide.length === 0 ? {} : { hide }),
    tools: record(tools),
  });
}

/**
 * Shares a limit over the whole server out among the tools that may be called. Intercept has "*" for such a limit, but
 * then takes a tool that is itself called "*" for a listed one.
 */
function shared(policy: Policy, notes: Notes): Policy {
  if (policy.limits.length === 0) return policy;
  const open = policy.tools.filter((rule) => allowedAtAll(rule)).length;
  const tools = policy.tools.map((rule): ToolRule => {
    if (!allowedAtAll(rule)) return rule;
    const shares = policy.limits.map((limit) => ({
      ...limit,
      max: Math.floor(limit.max / open),
      per: 'tool' as const,
    }));
    notes.tighten(
      rule.tool,
      'limited to its share of the server’s limit, because Intercept cannot count all tools safely',
    );
    if (shares.some(({ max }) => max === 0)) return { ...rule, decision: 'deny', otherwise: 'deny', operations: [] };
    return { ...rule, limits: [...rule.limits, ...shares] };
  });
  return { ...policy, tools, limits: [] };
}

const allowedAtAll = ({ decision, operations }: ToolRule): boolean =>
  decision === 'allow' || operations.some((operation) => operation.decision === 'allow');

function descriptionOf({ strength, catalogueVersion, expires }: Policy): string {
  const until = expires === undefined ? '' : `, good until ${expires}`;
  return `${strength} policy by toolrisk, catalogue ${catalogueVersion}${until}`;
}

function rulesOf(rule: LoweredRule): readonly Tree[] {
  const conditions = allowedWhen(rule);
  if (conditions === undefined) {
    return [{ name: 'denied', action: 'deny', on_deny: 'This tool is denied by policy.' }];
  }
  const checks = conditions.map((one, index) => ({
    name: `argument ${index + 1}`,
    conditions: conditionsOf(one),
    on_deny: `The argument ${one.argument.join('.')} is not one that the policy lets pass.`,
  }));
  return [...checks, ...limitRules(rule.limits)];
}

/** One rule per window: two of one window would share a counter. */
function limitRules(limits: readonly RateLimit[]): readonly Tree[] {
  return WINDOWS.flatMap((window) => {
    const maxima = limits.filter((limit) => limit.window === window).map(({ max }) => max);
    if (maxima.length === 0) return [];
    const max = Math.min(...maxima);
    return [{ name: `calls a ${window}`, rate_limit: `${max}/${window}` }];
  });
}

function conditionsOf(constraint: Constraint): readonly Tree[] {
  const path = `args.${constraint.argument.join('.')}`;
  switch (constraint.kind) {
    case 'prefix':
    case 'host':
      return [{ path, op: 'regex', value: textPattern(constraint) }];
    case 'one-of':
      return valueConditions(path, constraint.values);
    case 'equals':
      return valueConditions(path, [constraint.value]);
    case 'maximum':
      return [
        { path, op: 'gte', value: 0 },
        { path, op: 'lte', value: constraint.maximum },
      ];
  }
}

/** `in` compares as text; the first condition makes sure of the type. */
function valueConditions(path: string, values: readonly (string | number | boolean)[]): readonly Tree[] {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length === values.length) return [{ path, op: 'regex', value: oneOfPattern(texts) }];
  const numbers = values.filter((value) => typeof value === 'number');
  return [
    { path, op: 'gte', value: Math.min(...numbers) },
    { path, op: 'in', value: numbers },
  ];
}
