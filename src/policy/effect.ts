import type { Decision, Policy, ToolRule } from '../model/policy.ts';
import { constraintText, count, limitsText, list, quoted } from './wording.ts';

/**
 * What a policy does, said from the policy itself: of one tool and of the rest of the server, or of the whole server.
 * Of the rest nothing is said where the policy is for one tool alone: each format does something else with it.
 *
 * @param tool - name of the tool; without it, the whole server
 */
export function effectOf(policy: Policy, tool?: string): string {
  if (tool === undefined) return [...serverEffect(policy), ...shared(policy)].join(' ');
  const rule = policy.tools.find((candidate) => candidate.tool === tool);
  const own =
    rule === undefined
      ? `${quoted(tool)} is not listed, so ${UNLISTED[policy.default]}.`
      : [ruleEffect(rule), ...unsetEffect(policy, rule)].join(' ');
  const rest = policy.part === true ? [] : restEffect(policy, tool);
  return [own, ...rest, ...shared(policy)].join(' ');
}

const UNLISTED: Readonly<Record<Decision, string>> = {
  allow: 'every call to it is allowed',
  ask: 'every call to it needs a person’s approval',
  deny: 'every call to it is denied',
};

const REST: Readonly<Record<Decision, string>> = { allow: 'allowed', ask: 'asked for', deny: 'denied' };

function ruleEffect(rule: ToolRule): string {
  const name = quoted(rule.tool);
  if (rule.hide) return `${name} is hidden from the agent, and every call to it is denied.`;
  if (rule.decision === 'deny' && rule.operations.length === 0) return `Every call to ${name} is denied.`;
  const limits = limitsText(rule.limits);
  const sentences =
    rule.operations.length === 0
      ? [rule.decision === 'allow' ? allowed(name, limits) : asked(name, limits)]
      : [...operationSentences(rule), ...(limits === '' ? [] : [`In all, an agent may call it ${limits}.`])];
  return [...sentences, ...constraintSentences(rule)].join(' ');
}

function allowed(name: string, limits: string): string {
  return limits === '' ? `An agent may call ${name} freely.` : `An agent may call ${name} without asking, ${limits}.`;
}

function asked(name: string, limits: string): string {
  const ask = `An agent must ask a person before each call to ${name}`;
  return limits === '' ? `${ask}.` : `${ask}, and may call it ${limits}.`;
}

function operationSentences(rule: ToolRule): readonly string[] {
  const parts = rule.operations.map(
    ({ argument, values, decision }) =>
      `${quoted(argument.join('.'))} ${list(
        values.map((value) => JSON.stringify(value)),
        'or',
      )} is ${OPERATION[decision]}`,
  );
  return [`A call to ${quoted(rule.tool)} with ${list(parts)}; any other is ${OPERATION[rule.decision]}.`];
}

const OPERATION: Readonly<Record<Decision, string>> = {
  allow: 'allowed',
  ask: 'put to a person for approval',
  deny: 'denied',
};

function constraintSentences(rule: ToolRule): readonly string[] {
  if (rule.constraints.length === 0) return [];
  const conditions = list(rule.constraints.map(constraintText));
  return [`This holds only if ${conditions}; any other call is ${OPERATION[rule.otherwise]}.`];
}

/** What a value of the reader would say more exactly, and what a value that was given cannot bind. */
function unsetEffect(policy: Policy, only?: ToolRule): readonly string[] {
  const given = policy.set ?? [];
  const open = (only ?? policy).unset.filter((name) => !given.includes(name));
  const sentences = (only ?? policy).unset
    .filter((name) => given.includes(name))
    .map((name) =>
      unboundText(name, only === undefined ? policy.tools.filter((rule) => rule.unset.includes(name)) : [only]),
    );
  if (open.length === 0) return sentences;
  const are = open.length === 1 ? 'is' : 'are';
  return [`${list(open.map(quoted))} ${are} not set; a value says more exactly what may pass.`, ...sentences];
}

function unboundText(name: string, rules: readonly ToolRule[]): string {
  const tools = rules.length > NAMED ? count(rules.length, 'tool') : list(rules.map(({ tool }) => quoted(tool)));
  return `The value of ${quoted(name)} cannot bind ${tools}: an argument there is a list or may be left out, or not every argument is known.`;
}

/** Tools that a sentence names. */
const NAMED = 3;

/** What is said of the rest of the server: "everything else is denied" only where it is true. */
function restEffect(policy: Policy, tool: string): readonly string[] {
  const others = policy.tools.filter((rule) => rule.tool !== tool);
  const same = others.every((rule) => rule.decision === policy.default && rule.operations.length === 0);
  if (same) return [`Everything else on this server is ${REST[policy.default]}.`];
  const follow =
    others.length === 1
      ? 'The other tool of this server follows its'
      : `The other ${others.length} tools of this server follow their`;
  return [
    `${follow} own ${others.length === 1 ? 'rule' : 'rules'}; a tool that is not listed is ${REST[policy.default]}.`,
  ];
}

function serverEffect(policy: Policy): readonly string[] {
  if (policy.tools.length === 0)
    return [
      `No tool of this server is known, so what it can do is unknown: every call to it is ${REST[policy.default]}.`,
    ];
  if (isClosed(policy)) return ['Every call to this server is denied.', ...unsetEffect(policy)];
  const mixed = policy.tools.filter((rule) => rule.operations.length > 0).length;
  const of = (decision: Decision) =>
    policy.tools.filter((rule) => rule.decision === decision && rule.operations.length === 0).length;
  const parts = [
    ...countPart(of('allow'), 'allowed'),
    ...countPart(of('ask'), 'asked for'),
    ...countPart(of('deny'), 'denied'),
    ...countPart(mixed, 'decided by operation'),
  ];
  return [
    `Of ${count(policy.tools.length, 'tool')}, ${list(parts)}.`,
    `A tool that is not listed is ${REST[policy.default]}.`,
    ...unsetEffect(policy),
  ];
}

function countPart(amount: number, what: string): readonly string[] {
  return amount === 0 ? [] : [`${amount} ${amount === 1 ? 'is' : 'are'} ${what}`];
}

/** Whether nothing at all can be called. */
function isClosed(policy: Policy): boolean {
  return (
    policy.default === 'deny' &&
    policy.tools.every(({ decision, operations }) => decision === 'deny' && operations.length === 0)
  );
}

function shared(policy: Policy): readonly string[] {
  return policy.limits.length === 0 || isClosed(policy)
    ? []
    : [`All tools of the server together may be called ${limitsText(policy.limits)}.`];
}
