import {
  type Constraint,
  type Decision,
  type Policy,
  type RateLimit,
  type ToolRule,
  tightest,
  type Window,
} from '../model/policy.ts';
import type { Json, JsonObject } from '../model/tool.ts';
import { textTest } from './texts.ts';

/** One call of a tool. */
export interface Call {
  readonly tool: string;
  readonly arguments: JsonObject;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Hash of the definition that the server shows now; another one than the rule's is asked for at least. */
  readonly definitionHash?: string;
}

/** Why a call got its decision. */
export type Because = 'rule' | 'unlisted' | 'operation' | 'constraint' | 'limit' | 'drift';

/** The decision on one call. */
export interface Outcome {
  readonly decision: Decision;
  readonly because: Because;
}

/**
 * Runs calls through a policy, in the order in which they come. A call that is denied takes nothing from a limit; one
 * that is asked for is counted as if the person agreed.
 */
export function simulate(policy: Policy, calls: readonly Call[]): readonly Outcome[] {
  const rules = new Map(policy.tools.map((rule) => [rule.tool, rule]));
  const counted = new Map<string, number>();
  return calls.map((call) => {
    const rule = rules.get(call.tool);
    const outcome: Outcome = rule === undefined ? { decision: policy.default, because: 'unlisted' } : judge(rule, call);
    if (outcome.decision === 'deny') return outcome;
    const limits = [...(rule?.limits ?? []), ...policy.limits];
    const keys = limits.map((limit) => ({ limit, key: counterOf(limit, call) }));
    if (keys.some(({ limit, key }) => (counted.get(key) ?? 0) >= limit.max))
      return { decision: 'deny', because: 'limit' };
    for (const key of new Set(keys.map(({ key }) => key))) counted.set(key, (counted.get(key) ?? 0) + 1);
    return outcome;
  });
}

const WINDOW_MS: Readonly<Record<Window, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function counterOf({ window, per }: RateLimit, call: Call): string {
  const number = Math.floor(call.time / WINDOW_MS[window]);
  return JSON.stringify([window, number, per === 'server' ? null : call.tool]);
}

/** The decision on a call of a listed tool, limits apart. */
export function judge(rule: ToolRule, call: Pick<Call, 'arguments' | 'definitionHash'>): Outcome {
  if (rule.hide) return { decision: 'deny', because: 'rule' };
  const chosen = operationOf(rule, call.arguments);
  const broken = rule.constraints.some((constraint) => !holds(constraint, call.arguments));
  const base: Outcome = broken
    ? { decision: tightest(chosen.decision, rule.otherwise), because: 'constraint' }
    : chosen;
  const drifted =
    call.definitionHash !== undefined &&
    rule.definitionHash !== undefined &&
    call.definitionHash !== rule.definitionHash;
  return drifted ? { decision: tightest(base.decision, 'ask'), because: 'drift' } : base;
}

/** The tightest decision over all parameters that select an operation; a value without a rule gets the tool's own. */
function operationOf(rule: ToolRule, args: JsonObject): Outcome {
  if (rule.operations.length === 0) return { decision: rule.decision, because: 'rule' };
  const parameters = new Map(rule.operations.map(({ argument }) => [JSON.stringify(argument), argument]));
  const found = [...parameters].map(([key, argument]) => {
    const value = argumentOf(args, argument);
    const match = rule.operations.find(
      (operation) =>
        JSON.stringify(operation.argument) === key && typeof value === 'string' && operation.values.includes(value),
    );
    return match?.decision ?? rule.decision;
  });
  return { decision: found.reduce((a, b) => tightest(a, b), 'allow'), because: 'operation' };
}

/** The value of an argument, or undefined where it is absent. */
export function argumentOf(args: JsonObject, path: readonly string[]): Json | undefined {
  let at: Json | undefined = args;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined;
    at = (at as JsonObject)[key];
  }
  return at;
}

/** Whether an argument is as a constraint wants it. One that is absent or of another type is not. */
export function holds(constraint: Constraint, args: JsonObject): boolean {
  const value = argumentOf(args, constraint.argument);
  switch (constraint.kind) {
    case 'prefix':
    case 'host': {
      if (typeof value !== 'string') return false;
      const { exact, starts, without } = textTest(constraint);
      const fits = exact.includes(value) || starts.some((start) => value.startsWith(start));
      return fits && !without.some((part) => value.includes(part));
    }
    case 'one-of':
      return constraint.values.some((one) => one === value);
    case 'maximum':
      return typeof value === 'number' && value >= 0 && value <= constraint.maximum;
    case 'equals':
      return value === constraint.value;
  }
}
