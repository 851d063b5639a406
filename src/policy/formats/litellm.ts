import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { allowList, NO_TOOL, notDotted } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import { record, type Tree } from '../write/tree.ts';
import { yamlText } from '../write/yaml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'parsed by yaml',
} as const;

const ability = abilityOf({
  title: 'LiteLLM',
  expresses,
  unsafeServer: (name) => (name === '' ? 'it has no name' : undefined),
  unsafeTool: notDotted,
});

/** LiteLLM proxy: which tools of a server exist. */
export const litellm: PolicyFormat = {
  id: 'litellm',
  title: 'LiteLLM proxy',
  homepage: 'https://docs.litellm.ai/docs/mcp',
  fileName: 'config.yaml',
  mediaType: 'application/yaml',
  expresses,
  notes: [
    'Merge it into config.yaml, beside the url or command of the same server.',
    'Where your version refuses "-" in a server’s name, give another one with --name.',
    `A server of which no tool is allowed lists ${JSON.stringify(NO_TOOL)}, since an empty list may mean no list.`,
  ],
  write: (policies) =>
    writeTogether(litellm, policies, ability, (lowered) => yamlText({ mcp_servers: record(lowered.map(entry)) })),
};

function entry({ policy, rules }: LoweredPolicy): readonly [string, Tree] {
  const tools = rules.filter((rule) => rule.writable && rule.decision === 'allow').map(({ tool }) => tool);
  return [policy.serverName, { allowed_tools: allowList(tools) }];
}
