import { DECISIONS, type Decision } from '../../../src/model/policy.ts';
import type { Json, JsonObject } from '../../../src/model/tool.ts';
import { argumentOf } from '../../../src/policy/simulate.ts';
import { Rego, type RegoCondition } from './shapes.ts';

/** What the module says, line by line, to its data. OPA itself is not there to run it. */
export function decideRego(text: string, server: string, tool: string, args: JsonObject): Decision {
  const rule = Rego.parse(JSON.parse(text)).toolrisk.servers.get(server)?.tools.get(tool);
  if (rule === undefined) return 'deny';
  const results: Decision[] = rule.operations.length === 0 ? [rule.decision] : [];
  for (const { argument, decisions } of rule.operations) {
    const value = argumentOf(args, argument);
    const known = typeof value === 'string' ? decisions.get(value) : undefined;
    results.push(known ?? rule.decision);
  }
  if (rule.constraints.some((one) => !holds(one, argumentOf(args, one.argument)))) results.push(rule.otherwise);
  return DECISIONS[Math.max(...results.map((one) => DECISIONS.indexOf(one)))] ?? 'deny';
}

function holds(condition: RegoCondition, value: Json | undefined): boolean {
  switch (condition.kind) {
    case 'text': {
      if (typeof value !== 'string') return false;
      const fits = condition.exact.includes(value) || condition.starts.some((start) => value.startsWith(start));
      return fits && condition.without.every((part) => !value.includes(part));
    }
    case 'value':
      return condition.values.some((wanted) => wanted === value);
    case 'maximum':
      return typeof value === 'number' && value >= 0 && value <= condition.maximum;
  }
}
