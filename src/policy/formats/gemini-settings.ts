import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { jsonText } from '../write/json.ts';
import { allowList, notDotted } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';
import { record, type Tree } from '../write/tree.ts';

const expresses = {
  deny: true,
  allow: false,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'its JSON Schema',
} as const;

const ability = abilityOf({
  title: 'Gemini CLI',
  expresses,
  // `includeTools` also takes "name(" for a match, so that signs are not only themselves there.
  unsafeTool: notDotted,
});

/** Gemini CLI: which tools of a server exist. A call is asked for, unless the whole server is trusted. */
export const geminiSettings: PolicyFormat = {
  id: 'gemini-settings',
  title: 'Gemini CLI settings',
  homepage: 'https://geminicli.com/docs/tools/mcp-server/',
  fileName: 'settings.json',
  mediaType: 'application/json',
  expresses,
  notes: ['Merge it into .gemini/settings.json, beside the command or httpUrl of the same server.'],
  write: (policies) =>
    writeTogether(geminiSettings, policies, ability, (lowered) => jsonText({ mcpServers: record(lowered.map(entry)) })),
};

function entry({ policy, rules }: LoweredPolicy): readonly [string, Tree] {
  const included = rules.filter((rule) => rule.writable && rule.decision !== 'deny').map(({ tool }) => tool);
  const excluded = rules.filter((rule) => rule.writable && rule.decision === 'deny').map(({ tool }) => tool);
  return [policy.serverName, { includeTools: allowList(included), excludeTools: excluded, trust: false }];
}
