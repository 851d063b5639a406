import type { Constraint, Decision, PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy, LoweredRule } from '../lower.ts';
import { textTest } from '../texts.ts';
import { jsonText } from '../write/json.ts';
import { REGO_MODULE } from '../write/rego.ts';
import { writeTogether } from '../write/together.ts';
import { record, type Tree } from '../write/tree.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: ['prefix', 'host', 'one-of', 'maximum', 'equals'],
  operations: true,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'parsed only (no engine here)',
} as const;

const ability = abilityOf({ title: 'the Rego module', expresses });

/** Open Policy Agent: the tools as data, beside a module that never changes. */
export const rego: PolicyFormat = {
  id: 'rego',
  title: 'Open Policy Agent (Rego)',
  homepage: 'https://www.openpolicyagent.org/docs/policy-language',
  fileName: 'data.json',
  mediaType: 'application/json',
  expresses,
  notes: [
    'Load data.json and toolrisk.rego, and ask for data.toolrisk.decision: "allow", "ask" or "deny".',
    'OPA says what to do; counting calls and asking a person is up to whoever asks it.',
  ],
  write: (policies) =>
    writeTogether(
      rego,
      policies,
      ability,
      (lowered) => jsonText({ toolrisk: { servers: record(lowered.map(serverEntry)) } }),
      [{ fileName: 'toolrisk.rego', mediaType: 'text/plain', text: REGO_MODULE }],
    ),
};

function serverEntry({ policy, rules }: LoweredPolicy): readonly [string, Tree] {
  return [policy.serverName, { tools: record(rules.filter((rule) => rule.writable).map(toolEntry)) }];
}

function toolEntry(rule: LoweredRule): readonly [string, Tree] {
  const { tool, decision, otherwise, constraints } = rule;
  return [tool, { decision, otherwise, constraints: constraints.map(test), operations: operationsOf(rule) }];
}

function test(constraint: Constraint) {
  const { argument } = constraint;
  switch (constraint.kind) {
    case 'prefix':
    case 'host':
      return { kind: 'text', argument, ...textTest(constraint) };
    case 'one-of':
      return { kind: 'value', argument, values: constraint.values };
    case 'equals':
      return { kind: 'value', argument, values: [constraint.value] };
    case 'maximum':
      return { kind: 'maximum', argument, maximum: constraint.maximum };
  }
}

/** One table of decisions per parameter that selects an operation. */
function operationsOf(rule: LoweredRule): readonly Tree[] {
  const parameters = new Map(rule.operations.map(({ argument }) => [JSON.stringify(argument), argument]));
  return [...parameters].map(([key, argument]) => {
    const own = rule.operations.filter((operation) => JSON.stringify(operation.argument) === key);
    const decisions = own.flatMap(({ values, decision }) =>
      values.map((value): [string, Decision] => [value, decision]),
    );
    return { argument, decisions: record(decisions) };
  });
}
