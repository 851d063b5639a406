import type { Decision, PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { notDotted } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import { tomlText } from '../write/toml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'parsed by smol-toml',
} as const;

const ability = abilityOf({
  title: 'Gemini CLI',
  expresses,
  unsafeServer: (name) =>
    /^[A-Za-z0-9-]+$/u.test(name)
      ? undefined
      : 'the server’s name holds "_" or other signs that Gemini CLI reads as something else',
  // Longer names are cut by Gemini CLI.
  unsafeTool: (name) => (name.length > 63 ? 'the name is longer than Gemini CLI keeps' : notDotted(name)),
});

const DECISIONS: Readonly<Record<Decision, string>> = { allow: 'allow', ask: 'ask_user', deny: 'deny' };
/** The more careful rule wins; the rule for every other tool of the server comes last. */
const PRIORITIES: Readonly<Record<Decision, number>> = { deny: 900, ask: 700, allow: 500 };
const REST_PRIORITY = 100;

/** Gemini CLI policy engine. */
export const geminiPolicy: PolicyFormat = {
  id: 'gemini-policy',
  title: 'Gemini CLI policy',
  homepage: 'https://geminicli.com/docs/reference/policy-engine/',
  fileName: 'toolrisk.toml',
  mediaType: 'application/toml',
  expresses,
  notes: [
    'Goes to ~/.gemini/policies/.',
    'Conditions on arguments are regular expressions over the whole JSON there, which a nested key can fool: none is written.',
  ],
  write: (policies) =>
    writeTogether(geminiPolicy, policies, ability, (lowered) => tomlText({ rule: lowered.flatMap(rulesOf) })),
};

function rulesOf({ policy, rules, writable }: LoweredPolicy): readonly unknown[] {
  if (!writable) return [];
  const own = (['deny', 'ask', 'allow'] as const).flatMap((decision) => {
    const toolName = rules.filter((rule) => rule.writable && rule.decision === decision).map(({ tool }) => tool);
    if (toolName.length === 0) return [];
    return [{ mcpName: policy.serverName, toolName, decision: DECISIONS[decision], priority: PRIORITIES[decision] }];
  });
  const rest = {
    mcpName: policy.serverName,
    toolName: '*',
    decision: DECISIONS[policy.default],
    priority: REST_PRIORITY,
  };
  return [...own, { ...rest, denyMessage: 'This tool is not in the policy.' }];
}
