import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { serverNotPlain } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import { tomlText } from '../write/toml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'parsed by smol-toml',
} as const;

const ability = abilityOf({
  title: 'Codex',
  expresses,
  unsafeServer: serverNotPlain,
  unsafeTool: (name) => (name === '' ? 'it has no name' : undefined),
});

/** Codex CLI: the part of config.toml that is about tools. */
export const codex: PolicyFormat = {
  id: 'codex',
  title: 'Codex config.toml',
  homepage: 'https://developers.openai.com/codex/mcp',
  fileName: 'config.toml',
  mediaType: 'application/toml',
  expresses,
  notes: [
    'Merge it into ~/.codex/config.toml, beside the command or url of the same server.',
    'In Codex "approve" lets a call pass without asking, and "prompt" asks.',
  ],
  write: (policies) =>
    writeTogether(codex, policies, ability, (lowered) =>
      tomlText({ mcp_servers: Object.fromEntries(lowered.map(entry)) }),
    ),
};

function entry({ policy, rules }: LoweredPolicy): readonly [string, unknown] {
  const enabled = rules.filter((rule) => rule.writable && rule.decision !== 'deny');
  const tools = Object.fromEntries(
    enabled.map(({ tool, decision }) => [tool, { approval_mode: decision === 'allow' ? 'approve' : 'prompt' }]),
  );
  return [
    // A name that Codex refuses is written all the same: with nothing enabled, the whole server is off.
    policy.serverName.replaceAll(/\p{Cs}/gu, '\uFFFD'),
    {
      enabled_tools: enabled.map(({ tool }) => tool),
      default_tools_approval_mode: 'prompt',
      ...(enabled.length === 0 ? {} : { tools }),
    },
  ];
}
