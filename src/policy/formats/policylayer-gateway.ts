import type { Policy, PolicyFormat, RateLimit } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import { type LoweredRule, lower } from '../lower.ts';
import type { Notes } from '../notes.ts';
import { jsonText } from '../write/json.ts';
import { writePerServer } from '../write/per-server.ts';
import { record } from '../write/tree.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: true,
  constraints: [],
  operations: false,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'parsed only (no public schema)',
} as const;

/** The documents show these two windows. */
const WINDOWS: readonly string[] = ['minute', 'hour'];

const ability = abilityOf({
  title: 'the PolicyLayer gateway',
  expresses,
  // `hide: ["*"]` hides every tool, so that name means something else there.
  unsafeTool: (name) =>
    name === '*' || name.trim() === '' ? 'this name stands for every tool, or for none' : undefined,
  unsafeLimit: ({ window }) => (WINDOWS.includes(window) ? undefined : `no window of a ${window} is documented`),
});

/** PolicyLayer gateway, policy document version 1. */
export const policylayerGateway: PolicyFormat = {
  id: 'policylayer-gateway',
  title: 'PolicyLayer gateway',
  homepage: 'https://policylayer.com/docs/writing-policies',
  fileName: 'policy.json',
  mediaType: 'application/json',
  expresses,
  notes: [
    'Paste it into the raw JSON editor of a grant.',
    'The documents show no action that asks a person and no grammar for conditions: both are denied here.',
  ],
  write: (policies) => writePerServer(policylayerGateway, policies, documentOf),
};

function documentOf(policy: Policy, notes: Notes): string {
  const lowered = lower(policy, ability, notes);
  const counters = new Set<string>();
  const limit = (name: string, { max, window }: RateLimit) => ({
    counter: counterOf(name, window, counters),
    window,
    max,
    scope: 'grant',
  });
  const hide = lowered.rules.filter((rule) => rule.hide).map(({ tool }) => tool);
  const allowed = lowered.rules.filter((rule: LoweredRule) => rule.writable && rule.decision === 'allow');
  return jsonText({
    version: '1',
    default: policy.default === 'allow' ? 'allow' : 'deny',
    ...(hide.length === 0 ? {} : { hide }),
    ...(lowered.limits.length === 0
      ? {}
      : { all_tools: { limits: lowered.limits.map((one) => limit('all_tools', one)) } }),
    tools: record(
      allowed.map(({ tool, limits }) => [
        tool,
        limits.length === 0 ? {} : { limits: limits.map((one) => limit(tool, one)) },
      ]),
    ),
  });
}

/** A counter's name: lower-case letters, digits, `-` and `_`, and never the same for two tools. */
function counterOf(tool: string, window: string, used: Set<string>): string {
  const stem = `${tool
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '_')
    .slice(0, 80)}_per_${window}`;
  let name = stem;
  for (let n = 2; used.has(name); n += 1) name = `${stem}_${n}`;
  used.add(name);
  return name;
}
