import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { allowedWhen } from '../write/allowed.ts';
import { cedarAccess, cedarCondition, cedarString, fractionsDenied, unsafeCedarConstraint } from '../write/cedar.ts';
import { writeTogether } from '../write/together.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: ['prefix', 'host', 'one-of', 'maximum', 'equals'],
  operations: true,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'Cedar (parse, validate, isAuthorized)',
} as const;

/** Between the target's and the tool's name. */
const SEPARATOR = '___';
const ambiguous = (name: string): boolean =>
  name === '' || name.includes('__') || name.startsWith('_') || name.endsWith('_');

const ability = abilityOf({
  title: 'AgentCore',
  expresses,
  unsafeServer: (name) => (ambiguous(name) ? 'AgentCore parts target and tool by "___"' : undefined),
  unsafeTool: (name) => (ambiguous(name) ? 'AgentCore parts target and tool by "___"' : undefined),
  unsafeConstraint: unsafeCedarConstraint,
  alsoDenies: fractionsDenied,
});

/** AWS Bedrock AgentCore Policy, Cedar. */
export const agentcore: PolicyFormat = {
  id: 'agentcore',
  title: 'AWS AgentCore Policy (Cedar)',
  homepage: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/policy.html',
  fileName: 'policy.cedar',
  mediaType: 'text/plain',
  expresses,
  notes: [
    'The server’s name is that of the gateway target: write yours, or give it with --name.',
    'To bind it to one gateway, write resource == AgentCore::Gateway::"ARN" in place of resource is AgentCore::Gateway.',
    'The policy engine has to be in mode ENFORCE.',
  ],
  write: (policies) =>
    writeTogether(agentcore, policies, ability, (lowered) => {
      const statements = lowered.flatMap(statementsOf);
      return statements.length === 0
        ? '// Nothing is allowed: what no permit speaks of is denied.\n'
        : statements.join('\n');
    }),
};

function statementsOf({ policy, rules }: LoweredPolicy): readonly string[] {
  return rules.flatMap((rule) => {
    const conditions = allowedWhen(rule);
    if (conditions === undefined) return [];
    const action = cedarString(`${policy.serverName}${SEPARATOR}${rule.tool}`);
    const when = conditions.map((one) => cedarCondition(one, cedarAccess('context', ['input', ...one.argument])));
    const scope = [
      '  principal,',
      `  action == AgentCore::Action::${action},`,
      '  resource is AgentCore::Gateway',
    ].join('\n');
    const body = when.length === 0 ? '' : ` when {\n  ${when.join(' &&\n  ')}\n}`;
    return [`permit(\n${scope}\n)${body};\n`];
  });
}
