import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { jsonText } from '../write/json.ts';
import { notDotted, serverNotPlain } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import { record } from '../write/tree.ts';

const expresses = {
  deny: false,
  allow: false,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'ask',
  checkedBy: 'parsed only',
} as const;

const ability = abilityOf({
  title: 'VS Code',
  expresses,
  unsafeServer: serverNotPlain,
  unsafeTool: notDotted,
  insteadOfAllowed: 'asked for until a person approves it for good (`true`)',
});

/** VS Code and GitHub Copilot in it: which tools may never be approved for good. */
export const vscode: PolicyFormat = {
  id: 'vscode',
  title: 'VS Code and Copilot settings',
  homepage: 'https://code.visualstudio.com/docs/copilot/reference/copilot-settings',
  fileName: 'settings.json',
  mediaType: 'application/json',
  expresses,
  notes: [
    'Merge it into the settings of a person or a workspace. A tool that is false here is asked for on every call.',
    'VS Code can neither allow nor deny a tool from a file: a person allows it once, and switches it off by hand.',
  ],
  write: (policies) =>
    writeTogether(vscode, policies, ability, (lowered) =>
      jsonText({
        'chat.tools.global.autoApprove': false,
        'chat.tools.eligibleForAutoApproval': record(lowered.flatMap(entries)),
      }),
    ),
};

/** A tool that the policy allows stays eligible: a person may approve it for good. */
function entries({ policy, rules }: LoweredPolicy): readonly (readonly [string, boolean])[] {
  return rules
    .filter((rule) => rule.writable)
    .map(({ tool, source }) => [`${policy.serverName}/${tool}`, policy.limits.length === 0 && isFree(source)]);
}

function isFree({ decision, limits, constraints }: LoweredPolicy['rules'][number]['source']): boolean {
  return decision === 'allow' && limits.length === 0 && constraints.length === 0;
}
