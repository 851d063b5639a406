import type { Policy, PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import { lower } from '../lower.ts';
import type { Notes } from '../notes.ts';
import { allowedWhen } from '../write/allowed.ts';
import { cedarAccess, cedarCondition, cedarString, fractionsDenied, unsafeCedarConstraint } from '../write/cedar.ts';
import { jsonText } from '../write/json.ts';
import { writePerServer } from '../write/per-server.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: ['prefix', 'host', 'one-of', 'maximum', 'equals'],
  operations: true,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'Cedar (parse, validate, isAuthorized)',
} as const;

const ability = abilityOf({
  title: 'ToolHive',
  expresses,
  unsafeArgument: (path) => (path.length === 1 ? undefined : 'ToolHive shows its rules the outermost arguments only'),
  unsafeConstraint: unsafeCedarConstraint,
  alsoDenies: fractionsDenied,
});

/** ToolHive authorization, Cedar. What no permit speaks of is denied, and not listed to the agent. */
export const toolhive: PolicyFormat = {
  id: 'toolhive',
  title: 'ToolHive authorization (Cedar)',
  homepage: 'https://docs.stacklok.com/toolhive/concepts/cedar-policies',
  fileName: 'authz.json',
  mediaType: 'application/json',
  expresses,
  notes: ['Start the server with thv run --authz-config authz.json.'],
  write: (policies) => writePerServer(toolhive, policies, documentOf),
};

function documentOf(policy: Policy, notes: Notes): string {
  const policies = lower(policy, ability, notes).rules.flatMap((rule) => {
    const conditions = allowedWhen(rule);
    if (conditions === undefined) return [];
    const when = conditions.map((one) =>
      cedarCondition(one, cedarAccess('resource', [`arg_${one.argument[0] ?? ''}`])),
    );
    const head = `permit(principal, action == Action::"call_tool", resource == Tool::${cedarString(rule.tool)})`;
    return [when.length === 0 ? `${head};` : `${head} when { ${when.join(' && ')} };`];
  });
  return jsonText({ version: '1.0', type: 'cedarv1', cedar: { policies, entities_json: '[]' } });
}
