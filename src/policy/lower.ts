import type {
  Constraint,
  Decision,
  Expressiveness,
  OperationRule,
  Policy,
  RateLimit,
  ToolRule,
} from '../model/policy.ts';
import { tightest } from '../model/policy.ts';
import type { Notes } from './notes.ts';

/** What one format can say, down to the single name, argument and limit. A reason is the end of "… because …". */
export interface Ability {
  readonly title: string;
  readonly expresses: Expressiveness;
  /** Why a tool's name cannot be written safely. */
  unsafeTool?(name: string): string | undefined;
  /** Why the server's name cannot be written safely. */
  unsafeServer?(name: string): string | undefined;
  /** Why an argument cannot be named. */
  unsafeArgument?(path: readonly string[]): string | undefined;
  /** Why a constraint of a kind that the format knows cannot be written. */
  unsafeConstraint?(constraint: Constraint): string | undefined;
  /** Why a limit cannot be written though the format counts calls. */
  unsafeLimit?(limit: RateLimit): string | undefined;
}

/** A rule that the format can say whole. */
export interface LoweredRule {
  readonly tool: string;
  readonly decision: Decision;
  readonly hide: boolean;
  readonly limits: readonly RateLimit[];
  readonly constraints: readonly Constraint[];
  readonly otherwise: Decision;
  readonly operations: readonly OperationRule[];
  /** False where the tool's name cannot be written: it is denied by not being there, or as the format knows best. */
  readonly writable: boolean;
  readonly source: ToolRule;
}

/** A policy that the format can say whole. */
export interface LoweredPolicy {
  readonly policy: Policy;
  readonly rules: readonly LoweredRule[];
  /** Limits over the whole server, where the format can say them. */
  readonly limits: readonly RateLimit[];
  /** False where the server's name cannot be written. */
  readonly writable: boolean;
}

/** Tightens what the format cannot say, and notes each case. */
export function lower(policy: Policy, ability: Ability, notes: Notes): LoweredPolicy {
  const { expresses, title } = ability;
  const badServer = ability.unsafeServer?.(policy.serverName);
  if (badServer !== undefined) notes.tightenServer(policy.serverName, `every tool is denied, because ${badServer}`);
  const serverLimits = sayable(policy.limits, ability);
  const rules = policy.tools.map((rule) =>
    badServer === undefined ? lowerRule(rule, serverLimits ? [] : policy.limits, ability, notes) : unwritable(rule),
  );
  if (expresses.unlisted !== policy.default) {
    const now = tightest(expresses.unlisted, policy.default) === expresses.unlisted ? 'tighten' : 'leave';
    if (now === 'leave')
      notes.leaveServer(`${title} ${UNLISTED[expresses.unlisted]} a tool that the file does not list.`);
  }
  return { policy, rules, limits: serverLimits ? policy.limits : [], writable: badServer === undefined };
}

const UNLISTED: Readonly<Record<Decision, string>> = {
  allow: 'allows',
  ask: 'asks a person about, and does not deny,',
  deny: 'denies',
};

function lowerRule(rule: ToolRule, extraLimits: readonly RateLimit[], ability: Ability, notes: Notes): LoweredRule {
  const { expresses, title } = ability;
  const badName = ability.unsafeTool?.(rule.tool);
  if (badName !== undefined) {
    notes.tighten(rule.tool, `denied, because ${badName}`);
    return unwritable(rule);
  }
  let now: LoweredRule = { ...pick(rule), writable: true, source: rule };
  now = withoutOperations(now, ability, notes);
  now = withoutConstraints(now, ability, notes);
  now = withoutLimits(now, extraLimits, ability, notes);
  now = withoutAsking(now, ability, notes);
  const denied = now.decision === 'deny' && now.operations.length === 0;
  if (denied && !expresses.deny) notes.leave(rule.tool, `${title} cannot deny it; every call is asked for`);
  if (rule.hide && !expresses.hide) notes.leave(rule.tool, `${title} cannot hide it; calls are denied`);
  return denied ? { ...now, limits: [], constraints: [], hide: rule.hide } : { ...now, hide: false };
}

function pick(rule: ToolRule) {
  const { tool, decision, hide, limits, constraints, otherwise, operations } = rule;
  return { tool, decision, hide, limits, constraints, otherwise, operations };
}

function unwritable(rule: ToolRule): LoweredRule {
  return {
    tool: rule.tool,
    decision: 'deny',
    hide: false,
    limits: [],
    constraints: [],
    otherwise: 'deny',
    operations: [],
    writable: false,
    source: rule,
  };
}

function withoutOperations(rule: LoweredRule, ability: Ability, notes: Notes): LoweredRule {
  if (rule.operations.length === 0) return rule;
  const bad = rule.operations
    .map(({ argument }) => ability.unsafeArgument?.(argument))
    .find((why) => why !== undefined);
  if (ability.expresses.operations && bad === undefined) return rule;
  const why = bad ?? `${ability.title} cannot tell operations apart`;
  notes.tighten(rule.tool, `its most severe operation decides (${rule.decision}), because ${why}`);
  return { ...rule, operations: [] };
}

function withoutConstraints(rule: LoweredRule, ability: Ability, notes: Notes): LoweredRule {
  const why = (constraint: Constraint): string | undefined => {
    if (!ability.expresses.constraints.includes(constraint.kind))
      return `${ability.title} cannot check this of an argument`;
    return ability.unsafeArgument?.(constraint.argument) ?? ability.unsafeConstraint?.(constraint);
  };
  const first = rule.constraints.map(why).find((reason) => reason !== undefined);
  if (first === undefined) return rule;
  const next = tighten(rule, (decision) => tightest(decision, rule.otherwise));
  if (rule.decision !== 'deny' || rule.operations.length > 0) {
    notes.tighten(rule.tool, `${WORD[next.decision]} instead of constrained, because ${first}`);
  }
  return { ...next, constraints: rule.constraints.filter((constraint) => why(constraint) === undefined) };
}

function withoutLimits(rule: LoweredRule, extra: readonly RateLimit[], ability: Ability, notes: Notes): LoweredRule {
  const ownSayable = sayable(rule.limits, ability);
  if (ownSayable && extra.length === 0) return rule;
  const limits = ownSayable ? rule.limits : [];
  const loosest = decisions(rule);
  const next = tighten(rule, (decision) => tightest(decision, 'ask'));
  const why =
    rule.limits.map((limit) => ability.unsafeLimit?.(limit)).find((reason) => reason !== undefined) ??
    `${ability.title} cannot count calls`;
  if (loosest.includes('allow')) notes.tighten(rule.tool, `asked for instead of limited, because ${why}`);
  else if (loosest.includes('ask') && ability.expresses.ask) {
    notes.leave(rule.tool, `the limit on its calls is left to the person who is asked, because ${why}`);
  }
  return { ...next, limits };
}

function withoutAsking(rule: LoweredRule, ability: Ability, notes: Notes): LoweredRule {
  if (ability.expresses.ask) return rule;
  if (!decisions(rule).includes('ask') && rule.otherwise !== 'ask') return rule;
  if (decisions(rule).includes('ask'))
    notes.tighten(rule.tool, `denied instead of asked for, because ${ability.title} cannot ask`);
  return tighten({ ...rule, otherwise: 'deny' }, (decision) => (decision === 'ask' ? 'deny' : decision));
}

const WORD: Readonly<Record<Decision, string>> = { allow: 'allowed', ask: 'asked for', deny: 'denied' };

/** Every decision that the rule can come to without a broken constraint. */
export function decisions(rule: Pick<LoweredRule, 'decision' | 'operations'>): readonly Decision[] {
  return [rule.decision, ...rule.operations.map(({ decision }) => decision)];
}

/** Moves every decision of a rule; operations that no longer differ from the rule are left out. */
function tighten(rule: LoweredRule, move: (decision: Decision) => Decision): LoweredRule {
  const decision = move(rule.decision);
  const operations = rule.operations
    .map((operation) => ({ ...operation, decision: move(operation.decision) }))
    .filter((operation) => operation.decision !== decision);
  return { ...rule, decision, operations, otherwise: tightest(move(rule.otherwise), decision) };
}

function sayable(limits: readonly RateLimit[], ability: Ability): boolean {
  if (limits.length === 0) return true;
  return ability.expresses.rateLimits && limits.every((limit) => ability.unsafeLimit?.(limit) === undefined);
}
