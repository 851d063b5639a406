import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { jsonText } from '../write/json.ts';
import { notDotted, serverNotPlain } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';

const expresses = {
  deny: false,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'ask',
  checkedBy: 'parsed only',
} as const;

const ability = abilityOf({ title: 'Cursor', expresses, unsafeServer: serverNotPlain, unsafeTool: notDotted });

/** Cursor, the editor: a list of tools that run without asking. */
export const cursor: PolicyFormat = {
  id: 'cursor',
  title: 'Cursor permissions',
  homepage: 'https://cursor.com/docs/agent/tools/terminal',
  fileName: 'permissions.json',
  mediaType: 'application/json',
  expresses,
  notes: [
    'Goes to ~/.cursor/permissions.json. It counts in the allowlist mode only, and every other tool is asked for.',
    'Cursor itself can deny a tool only by hand, in its settings; the command line’s file (cursor-cli) can deny.',
  ],
  write: (policies) =>
    writeTogether(cursor, policies, ability, (lowered) => jsonText({ mcpAllowlist: lowered.flatMap(allowed).sort() })),
};

function allowed({ policy, rules }: LoweredPolicy): readonly string[] {
  return rules
    .filter((rule) => rule.writable && rule.decision === 'allow')
    .map(({ tool }) => `${policy.serverName}:${tool}`);
}
