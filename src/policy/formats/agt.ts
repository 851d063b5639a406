import type { Decision, Policy, PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import { lower } from '../lower.ts';
import type { Notes } from '../notes.ts';
import { notDotted } from '../write/names.ts';
import { writePerServer } from '../write/per-server.ts';
import { yamlText } from '../write/yaml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'parsed by yaml',
} as const;

const ability = abilityOf({ title: 'the governance toolkit', expresses, unsafeTool: notDotted });

const ACTIONS: Readonly<Record<Decision, string>> = { allow: 'allow', ask: 'require_approval', deny: 'deny' };

/** Microsoft agent-governance-toolkit, policies of governance.toolkit/v1. */
export const agt: PolicyFormat = {
  id: 'agt',
  title: 'Microsoft agent-governance-toolkit',
  homepage: 'https://github.com/microsoft/agent-governance-toolkit',
  fileName: 'governance.yaml',
  mediaType: 'application/yaml',
  expresses,
  notes: ['Add the approvers of require_approval: only you know who they are.'],
  write: (policies) => writePerServer(agt, policies, documentOf),
};

function documentOf(policy: Policy, notes: Notes): string {
  const rules = lower(policy, ability, notes).rules.filter((rule) => rule.writable);
  return yamlText({
    apiVersion: 'governance.toolkit/v1',
    name: `${policy.serverName} (${policy.strength})`,
    default_action: policy.default === 'allow' ? 'allow' : 'deny',
    rules: rules.map(({ tool, decision }) => ({
      name: `${decision} ${tool}`,
      condition: `action.type == '${tool}'`,
      action: ACTIONS[decision],
    })),
  });
}
