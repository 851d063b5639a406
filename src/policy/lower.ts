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
import { quoted } from './wording.ts';

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
  /** What a constraint that can be written denies besides. */
  alsoDenies?(constraint: Constraint): string | undefined;
  /** Why a limit cannot be written though the format counts calls. */
  unsafeLimit?(limit: RateLimit, tool: string): string | undefined;
  /** What becomes of a tool whose name cannot be written: as an unlisted one, unless the format finds a way to deny it. */
  readonly unwritable?: Decision;
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
  const badServer = illFormed([policy.serverName]) ?? ability.unsafeServer?.(policy.serverName);
  const lost = ability.unwritable ?? expresses.unlisted;
  if (badServer !== undefined) {
    const what = `every tool is ${WORD[lost]}, because ${badServer}`;
    if (lost === 'deny') notes.tightenServer(policy.serverName, what);
    else notes.leaveServer(`${quoted(policy.serverName)}: ${what}.`);
  }
  const loose = tightest(expresses.unlisted, policy.default) !== expresses.unlisted;
  if (loose)
    notes.leaveServer(
      `A tool that the file does not list is ${WORD[expresses.unlisted]}, not ${WORD[policy.default]}, by ${title}.`,
    );
  const limitsFit = policy.limits.every((limit) => limitFault(limit, '', ability) === undefined);
  const rules = policy.tools.map((rule) => {
    if (badServer !== undefined) return unwritable(rule);
    return lowerRule(rule, limitsFit ? [] : policy.limits, ability, notes);
  });
  return { policy, rules, limits: limitsFit ? policy.limits : [], writable: badServer === undefined };
}

const WORD: Readonly<Record<Decision, string>> = { allow: 'allowed', ask: 'asked for', deny: 'denied' };

function lowerRule(rule: ToolRule, serverLimits: readonly RateLimit[], ability: Ability, notes: Notes): LoweredRule {
  const { expresses, title } = ability;
  const badName = illFormed([rule.tool]) ?? ability.unsafeTool?.(rule.tool);
  if (badName !== undefined) {
    const lost = ability.unwritable ?? expresses.unlisted;
    const worst = rule.constraints.length > 0 ? rule.otherwise : rule.decision;
    if (tightest(lost, worst) === lost) notes.tighten(rule.tool, `${WORD[lost]}, because ${badName}`);
    else notes.leave(rule.tool, `${WORD[lost]} and never denied, because ${badName}`);
    return unwritable(rule);
  }
  const { tool, decision, hide, limits, otherwise, operations } = rule;
  // A constraint that may be broken without a consequence is none.
  const constraints = otherwise === 'allow' ? [] : rule.constraints;
  let now: LoweredRule = {
    tool,
    decision,
    hide,
    limits,
    constraints,
    otherwise,
    operations,
    writable: true,
    source: rule,
  };
  now = withoutOperations(now, ability, notes);
  now = withoutConstraints(now, ability, notes);
  now = withoutLimits(now, serverLimits, ability, notes);
  now = withoutAllowing(now, ability, notes);
  now = withoutAsking(now, ability, notes);
  const denied = now.decision === 'deny' && now.operations.length === 0;
  for (const constraint of denied ? [] : now.constraints) {
    const besides = ability.alsoDenies?.(constraint);
    if (besides !== undefined) notes.tighten(rule.tool, besides);
  }
  if (denied && !expresses.deny) notes.leave(rule.tool, `${title} cannot deny it; every call is asked for`);
  if (hide && expresses.deny && !expresses.hide)
    notes.leave(rule.tool, `${title} cannot hide it; every call is denied`);
  return denied ? { ...now, limits: [], constraints: [] } : { ...now, hide: false };
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
    .map(({ argument, values }) => illFormed([...argument, ...values]) ?? ability.unsafeArgument?.(argument))
    .find((why) => why !== undefined);
  if (ability.expresses.operations && bad === undefined) return rule;
  const why = bad ?? `${ability.title} cannot tell operations apart`;
  notes.tighten(rule.tool, `${WORD[rule.decision]}, as its most severe operation is, because ${why}`);
  return { ...rule, operations: [] };
}

function withoutConstraints(rule: LoweredRule, ability: Ability, notes: Notes): LoweredRule {
  const faults = rule.constraints.map((constraint) => constraintFault(constraint, ability));
  const why = faults.find((fault) => fault !== undefined);
  if (why === undefined) return rule;
  const next = tighten(rule, (decision) => tightest(decision, rule.otherwise));
  notes.tighten(rule.tool, `${finalWord(next.decision, ability)} instead of constrained, because ${why}`);
  return { ...next, constraints: rule.constraints.filter((_, index) => faults[index] === undefined) };
}

function constraintFault(constraint: Constraint, ability: Ability): string | undefined {
  if (!ability.expresses.constraints.includes(constraint.kind))
    return `${ability.title} cannot check this of an argument`;
  return (
    illFormed([...constraint.argument, ...textsOf(constraint)]) ??
    ability.unsafeArgument?.(constraint.argument) ??
    ability.unsafeConstraint?.(constraint)
  );
}

function textsOf(constraint: Constraint): readonly string[] {
  switch (constraint.kind) {
    case 'prefix':
      return constraint.prefixes;
    case 'host':
      return constraint.hosts;
    case 'one-of':
      return constraint.values.filter((value) => typeof value === 'string');
    case 'equals':
      return typeof constraint.value === 'string' ? [constraint.value] : [];
    case 'maximum':
      return [];
  }
}

function withoutLimits(
  rule: LoweredRule,
  serverLimits: readonly RateLimit[],
  ability: Ability,
  notes: Notes,
): LoweredRule {
  const fault = rule.limits.map((limit) => limitFault(limit, rule.tool, ability)).find((why) => why !== undefined);
  const why = fault ?? (serverLimits.length > 0 ? `${ability.title} cannot count calls` : undefined);
  if (why === undefined) return rule;
  const before = decisions(rule);
  const next = {
    ...tighten(rule, (decision) => tightest(decision, 'ask')),
    limits: fault === undefined ? rule.limits : [],
  };
  if (before.includes('allow'))
    notes.tighten(rule.tool, `${finalWord('ask', ability)} instead of limited, because ${why}`);
  else if (before.includes('ask') && ability.expresses.ask) {
    notes.leave(rule.tool, `how often it is called is left to the person who is asked, because ${why}`);
  }
  return next;
}

function limitFault(limit: RateLimit, tool: string, ability: Ability): string | undefined {
  return ability.expresses.rateLimits ? ability.unsafeLimit?.(limit, tool) : `${ability.title} cannot count calls`;
}

function withoutAllowing(rule: LoweredRule, ability: Ability, notes: Notes): LoweredRule {
  if (ability.expresses.allow || !decisions(rule).includes('allow')) return rule;
  notes.tighten(rule.tool, `asked for instead of allowed, because ${ability.title} cannot allow a single tool`);
  return tighten(rule, (decision) => tightest(decision, 'ask'));
}

function withoutAsking(rule: LoweredRule, ability: Ability, notes: Notes): LoweredRule {
  if (ability.expresses.ask) return rule;
  const because = `because ${ability.title} cannot ask`;
  const asks = decisions(rule.source).includes('ask') && decisions(rule).includes('ask');
  if (asks) notes.tighten(rule.tool, `denied instead of asked for, ${because}`);
  const asksOutside = rule.constraints.length > 0 && rule.otherwise === 'ask' && decisions(rule).includes('allow');
  if (asksOutside) notes.tighten(rule.tool, `denied outside its constraints instead of asked for, ${because}`);
  return tighten(rule, (decision) => (decision === 'ask' ? 'deny' : decision));
}

/** What a decision ends as in this format, for a note. */
function finalWord(decision: Decision, { expresses }: Ability): string {
  return WORD[decision === 'ask' && !expresses.ask ? 'deny' : decision];
}

/** Every decision that a rule can come to while its constraints hold. */
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

/** A lone surrogate has no bytes: an enforcer would compare something else. */
function illFormed(texts: readonly string[]): string | undefined {
  return texts.some((text) => /\p{Cs}/u.test(text)) ? 'the name is not valid Unicode' : undefined;
}
