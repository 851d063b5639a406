import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { allowedWhen } from '../write/allowed.ts';
import { celCondition, celString } from '../write/cel.ts';
import { jsonText } from '../write/json.ts';
import { writeTogether } from '../write/together.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: ['prefix', 'host', 'one-of', 'maximum', 'equals'],
  operations: true,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'CEL (cel-js), and its JSON Schema',
} as const;

const ability = abilityOf({ title: 'agentgateway', expresses });

/** agentgateway, MCP authorization: CEL rules that allow; a rule that fails allows nothing. */
export const agentgateway: PolicyFormat = {
  id: 'agentgateway',
  title: 'agentgateway (CEL)',
  homepage: 'https://agentgateway.dev/docs/standalone/latest/mcp/mcp-authz/',
  fileName: 'config.json',
  mediaType: 'application/json',
  expresses,
  notes: [
    'Merge mcp.policies into your configuration; the targets are yours.',
    'The server’s name is that of its target: write yours, or give it with --name.',
    'Only allow rules are written: a deny rule that fails lets the call pass.',
  ],
  write: (policies) =>
    writeTogether(agentgateway, policies, ability, (lowered) => {
      const rules = lowered.flatMap(rulesOf);
      // Without any allow rule everything would be allowed.
      const some = rules.length === 0 ? ['false'] : rules;
      return jsonText({ mcp: { targets: [], policies: { mcpAuthorization: { rules: some } } } });
    }),
};

function rulesOf({ policy, rules }: LoweredPolicy): readonly string[] {
  return rules.flatMap((rule) => {
    const conditions = allowedWhen(rule);
    if (conditions === undefined) return [];
    return [
      [
        `mcp.tool.target == ${celString(policy.serverName)}`,
        `mcp.tool.name == ${celString(rule.tool)}`,
        ...conditions.map((one) => celCondition(one, 'mcp.tool.arguments')),
      ].join(' && '),
    ];
  });
}
