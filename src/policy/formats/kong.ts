import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { notDotted } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import type { Tree } from '../write/tree.ts';
import { yamlText } from '../write/yaml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'parsed by yaml',
} as const;

const ability = abilityOf({
  title: 'Kong',
  expresses,
  unsafeServer: (name) =>
    /^[A-Za-z0-9._~-]+$/u.test(name) ? undefined : 'the server’s name is no name of a Kong service',
  unsafeTool: notDotted,
});

/** The consumer group that the agents are in. */
const GROUP = 'agents';

/** Kong AI gateway, plugin ai-mcp-proxy. */
export const kong: PolicyFormat = {
  id: 'kong',
  title: 'Kong ai-mcp-proxy',
  homepage: 'https://developer.konghq.com/plugins/ai-mcp-proxy/',
  fileName: 'kong.yaml',
  mediaType: 'application/yaml',
  expresses,
  notes: [
    `Agents are the consumer group "${GROUP}"; add an authentication plugin, and the url of each service.`,
    'From version 2 of the AI gateway default_acl is called default_tool_acls.',
  ],
  write: (policies) =>
    writeTogether(kong, policies, ability, (lowered) =>
      yamlText({ _format_version: '3.0', plugins: lowered.filter(({ writable }) => writable).map(pluginOf) }),
    ),
};

function pluginOf({ policy, rules }: LoweredPolicy): Tree {
  const known = rules.filter((rule) => rule.writable);
  return {
    name: 'ai-mcp-proxy',
    service: policy.serverName,
    config: {
      mode: 'passthrough-listener',
      include_consumer_groups: true,
      default_acl: [{ scope: 'tools', deny: [GROUP] }],
      tools: known.map(({ tool, decision }) => ({
        name: tool,
        acl: decision === 'allow' ? { allow: [GROUP] } : { deny: [GROUP] },
      })),
    },
  };
}
