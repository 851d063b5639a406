import type { Constraint, Decision, OperationRule, Policy, RateLimit, ToolRule } from '../model/policy.ts';
import { tightest } from '../model/policy.ts';
import { type Ability, WORD } from './ability.ts';
import { limitFault, lowerRule } from './lower-rule.ts';
import type { Notes } from './notes.ts';
import { quoted } from './wording.ts';
import { illFormed } from './write/names.ts';

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
  /** Nothing of the server may be called, and the format can deny it as a whole. */
  readonly closed: boolean;
}

/** Tightens what the format cannot say, and notes each case. */
export function lower(policy: Policy, ability: Ability, notes: Notes): LoweredPolicy {
  const { expresses } = ability;
  const badServer = illFormed(policy.serverName) ?? ability.unsafeServer?.(policy.serverName);
  const lost = ability.unwritable ?? expresses.unlisted;
  if (badServer !== undefined) {
    const what = `every tool is ${WORD[lost]}, because ${badServer}`;
    if (lost === 'deny') notes.tightenServer(policy.serverName, what);
    else notes.leaveServer(`${quoted(policy.serverName)}: ${what}.`);
  }
  const limitsFit = policy.limits.every((limit) => limitFault(limit, '', ability) === undefined);
  const whole = { uncounted: !limitsFit, watched: policy.strength !== 'strict' };
  const rules = policy.tools.map((rule) => {
    if (badServer !== undefined) return unwritable(rule);
    const badName = illFormed(rule.tool) ?? ability.unsafeTool?.(rule.tool);
    return badName === undefined ? lowerRule(rule, whole, ability, notes) : lose(rule, badName, ability, notes);
  });
  const closed =
    policy.part !== true &&
    policy.default === 'deny' &&
    rules.every((rule) => rule.decision === 'deny') &&
    ability.deniesServer?.(policy.serverName) === true;
  if (!closed && policy.part !== true) noteUnlisted(policy, ability, notes);
  return { policy, rules, limits: limitsFit ? policy.limits : [], writable: badServer === undefined, closed };
}

/** A tool that no file lists gets what the enforcer gives it, which may be less than the policy wants. */
function noteUnlisted(policy: Policy, { expresses, title }: Ability, notes: Notes): void {
  if (tightest(expresses.unlisted, policy.default) === expresses.unlisted) return;
  notes.leaveServer(
    `A tool that the file does not list is ${WORD[expresses.unlisted]}, not ${WORD[policy.default]}, by ${title}.`,
  );
}

/** A tool whose name cannot be written. */
function lose(rule: ToolRule, badName: string, ability: Ability, notes: Notes): LoweredRule {
  const lost = ability.unwritable ?? ability.expresses.unlisted;
  const worst = rule.constraints.length > 0 ? rule.otherwise : rule.decision;
  if (tightest(lost, worst) === lost) notes.tighten(rule.tool, `${WORD[lost]}, because ${badName}`);
  else notes.leave(rule.tool, `${WORD[lost]} and never denied, because ${badName}`);
  return unwritable(rule);
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
