import type { Constraint, Decision, RateLimit, ToolRule } from '../model/policy.ts';
import { tightest } from '../model/policy.ts';
import { type Ability, finalWord, notChecked, notCounted, notLimited, WORD } from './ability.ts';
import type { LoweredRule } from './lower.ts';
import type { Notes } from './notes.ts';
import { illFormed } from './write/names.ts';

/** A rule on its way down: each step takes out what the format cannot say, and tightens the rest. */
type Draft = { -readonly [Field in keyof LoweredRule]: LoweredRule[Field] };

/** What a step does to a decision. Never loosens it. */
type Move = (decision: Decision) => Decision;

const toAsking: Move = (decision) => (decision === 'allow' ? 'ask' : decision);
const withoutAsking: Move = (decision) => (decision === 'ask' ? 'deny' : decision);

/** What every rule of a policy is lowered with. */
export interface WholePolicy {
  /** Limits over the whole server cannot be written. */
  readonly uncounted: boolean;
  /** A person looks at what is asked for: a strict policy is for agents that run unattended too. */
  readonly watched: boolean;
}

/** Lowers the rule of a tool whose name can be written. */
export function lowerRule(
  rule: ToolRule,
  { uncounted, watched }: WholePolicy,
  ability: Ability,
  notes: Notes,
): LoweredRule {
  const { expresses } = ability;
  const draft: Draft = {
    tool: rule.tool,
    decision: rule.decision,
    hide: rule.hide,
    limits: rule.limits,
    // A constraint that may be broken without a consequence is none.
    constraints: rule.otherwise === 'allow' ? [] : rule.constraints,
    otherwise: rule.otherwise,
    operations: rule.operations,
    writable: true,
    source: rule,
  };
  if (draft.operations.length > 0) lowerOperations(draft, ability, notes);
  if (draft.constraints.length > 0) lowerConstraints(draft, watched, ability, notes);
  if (draft.limits.length > 0 || uncounted) lowerLimits(draft, uncounted, ability, notes);
  if (!expresses.allow) lowerAllowing(draft, ability, notes);
  if (!expresses.ask) lowerAsking(draft, ability, notes);
  const denied = draft.decision === 'deny' && draft.operations.length === 0;
  if (denied) {
    draft.limits = [];
    draft.constraints = [];
    if (!expresses.deny) notes.leave(rule.tool, ability.notes.notDenied);
  } else {
    draft.hide = false;
    for (const constraint of draft.constraints) {
      const besides = ability.alsoDenies?.(constraint);
      if (besides !== undefined) notes.tighten(rule.tool, besides);
    }
  }
  if (rule.hide && expresses.deny && !expresses.hide) notes.leave(rule.tool, ability.notes.notHidden);
  return draft;
}

function lowerOperations(draft: Draft, ability: Ability, notes: Notes): void {
  const bad = draft.operations
    .map(({ argument, values }) => illFormed(...argument, ...values) ?? ability.unsafeArgument?.(argument))
    .find((why) => why !== undefined);
  if (ability.expresses.operations && bad === undefined) return;
  const why = bad ?? ability.notes.cannotTellApart;
  notes.tighten(draft.tool, `${WORD[draft.decision]}, as its most severe operation is, because ${why}`);
  draft.operations = [];
}

function lowerConstraints(draft: Draft, watched: boolean, ability: Ability, notes: Notes): void {
  const faults = draft.constraints.map((constraint) => constraintFault(constraint, ability));
  const why = faults.find((fault) => fault !== undefined);
  if (why === undefined) return;
  draft.constraints = draft.constraints.filter((_, index) => faults[index] === undefined);
  // A tool that is asked for without the constraint must not be denied for it: the person sees the arguments.
  const seen = draft.decision === 'ask' && draft.operations.length === 0 && ability.expresses.ask;
  if (seen && (watched || !ability.expresses.deny)) {
    notes.leave(draft.tool, notChecked(why));
    return;
  }
  const { otherwise } = draft;
  tighten(draft, (decision) => tightest(decision, otherwise));
  notes.tighten(draft.tool, `${finalWord(draft.decision, ability)} instead of constrained, because ${why}`);
}

function constraintFault(constraint: Constraint, ability: Ability): string | undefined {
  if (!ability.expresses.constraints.includes(constraint.kind)) return ability.notes.cannotCheck;
  return (
    illFormed(...constraint.argument, ...textsOf(constraint)) ??
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

function lowerLimits(draft: Draft, uncounted: boolean, ability: Ability, notes: Notes): void {
  const fault = faultOfLimits(draft.limits, draft.tool, ability);
  const why = fault ?? (uncounted ? ability.notes.cannotCount : undefined);
  if (why === undefined) return;
  const known = why === ability.notes.cannotCount;
  if (comesTo(draft, 'allow')) {
    notes.tighten(draft.tool, known ? ability.notes.notLimited : notLimited(ability, why));
  } else if (comesTo(draft, 'ask') && ability.expresses.ask) {
    notes.leave(draft.tool, known ? ability.notes.notCounted : notCounted(why));
  }
  tighten(draft, toAsking);
  if (fault !== undefined) draft.limits = [];
}

function faultOfLimits(limits: readonly RateLimit[], tool: string, ability: Ability): string | undefined {
  for (const limit of limits) {
    const fault = limitFault(limit, tool, ability);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Why a limit cannot be written. The tool's name is empty for a limit over the whole server. */
export function limitFault(limit: RateLimit, tool: string, ability: Ability): string | undefined {
  return ability.expresses.rateLimits ? ability.unsafeLimit?.(limit, tool) : ability.notes.cannotCount;
}

function lowerAllowing(draft: Draft, ability: Ability, notes: Notes): void {
  if (!comesTo(draft, 'allow')) return;
  notes.tighten(draft.tool, ability.notes.notAllowed);
  tighten(draft, toAsking);
}

function lowerAsking(draft: Draft, ability: Ability, notes: Notes): void {
  if (comesTo(draft.source, 'ask') && comesTo(draft, 'ask')) notes.tighten(draft.tool, ability.notes.notAsked);
  const asksOutside = draft.constraints.length > 0 && draft.otherwise === 'ask' && comesTo(draft, 'allow');
  if (asksOutside) notes.tighten(draft.tool, ability.notes.notAskedOutside);
  tighten(draft, withoutAsking);
}

/** Whether a rule can come to a decision while its constraints hold. */
function comesTo(rule: Pick<LoweredRule, 'decision' | 'operations'>, decision: Decision): boolean {
  return rule.decision === decision || rule.operations.some((operation) => operation.decision === decision);
}

/** Moves every decision of a rule; operations that no longer differ from the rule are left out. */
function tighten(draft: Draft, move: Move): void {
  const decision = move(draft.decision);
  draft.decision = decision;
  draft.otherwise = tightest(move(draft.otherwise), decision);
  if (draft.operations.length === 0) return;
  draft.operations = draft.operations
    .map((operation) => ({ ...operation, decision: move(operation.decision) }))
    .filter((operation) => operation.decision !== decision);
}
