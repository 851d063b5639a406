import type { Decision, PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { jsonText } from '../write/json.ts';
import { notDotted, serverNotPlain } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: false,
  unlisted: 'ask',
  checkedBy: 'parsed only',
} as const;

const ability = abilityOf({
  title: 'the Cursor CLI',
  expresses,
  unsafeServer: serverNotPlain,
  unsafeTool: notDotted,
  deniesServer: (name) => serverNotPlain(name) === undefined,
});

/** Cursor, the command line. What neither list names is asked for. */
export const cursorCli: PolicyFormat = {
  id: 'cursor-cli',
  title: 'Cursor CLI permissions',
  homepage: 'https://cursor.com/docs/cli/reference/permissions',
  fileName: 'cli.json',
  mediaType: 'application/json',
  expresses,
  notes: ['Goes to .cursor/cli.json of a project; the same keys stand in ~/.cursor/cli-config.json.'],
  write: (policies) =>
    writeTogether(cursorCli, policies, ability, (lowered) => {
      const of = (decision: Decision) => lowered.flatMap((one) => rulesOf(one, decision)).sort();
      return jsonText({ permissions: { allow: of('allow'), deny: of('deny') } });
    }),
};

function rulesOf({ policy, rules, closed }: LoweredPolicy, decision: Decision): readonly string[] {
  if (closed) return decision === 'deny' ? [`Mcp(${policy.serverName}:*)`] : [];
  return rules
    .filter((rule) => rule.writable && rule.decision === decision)
    .map(({ tool }) => `Mcp(${policy.serverName}:${tool})`);
}
