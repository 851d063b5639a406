import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { allowList, NO_TOOL } from '../write/names.ts';
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
  title: 'Docker’s gateway',
  expresses,
  unsafeServer: (name) => (name === '' ? 'it has no name' : undefined),
  unsafeTool: (name) =>
    name.trim() === '' || name === '*' || name === NO_TOOL
      ? 'this name may stand for every tool, or for none'
      : undefined,
});

/** Docker MCP Gateway: which tools of a server exist. */
export const docker: PolicyFormat = {
  id: 'docker',
  title: 'Docker MCP Gateway',
  homepage: 'https://docs.docker.com/ai/mcp-catalog-and-toolkit/mcp-gateway/',
  fileName: 'tools.yaml',
  mediaType: 'application/yaml',
  expresses,
  notes: [
    'Goes to ~/.docker/mcp/tools.yaml.',
    `A server of which no tool is allowed lists ${JSON.stringify(NO_TOOL)}, since an empty list may mean no list.`,
  ],
  write: (policies) => writeTogether(docker, policies, ability, (lowered) => yamlText(record(lowered.map(entry)))),
};

function entry({ policy, rules }: LoweredPolicy): readonly [string, Tree] {
  const tools = rules.filter((rule) => rule.writable && rule.decision === 'allow').map(({ tool }) => tool);
  return [policy.serverName, allowList(tools)];
}
