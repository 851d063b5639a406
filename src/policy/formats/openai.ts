import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import { jsonText } from '../write/json.ts';
import { allowList, NO_TOOL, notDotted, serverNotPlain } from '../write/names.ts';
import { writeTogether } from '../write/together.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: true,
  rateLimits: false,
  constraints: [],
  operations: false,
  hide: true,
  unlisted: 'deny',
  checkedBy: 'parsed only',
} as const;

const ability = abilityOf({
  title: 'the Responses API',
  expresses,
  unsafeServer: serverNotPlain,
  unsafeTool: notDotted,
});

/** OpenAI Responses API and Agents SDK: the `tools` of a request. */
export const openai: PolicyFormat = {
  id: 'openai',
  title: 'OpenAI Responses and Agents',
  homepage: 'https://platform.openai.com/docs/guides/tools-connectors-mcp',
  fileName: 'tools.json',
  mediaType: 'application/json',
  expresses,
  notes: [
    'Give these entries as tools of a request, with the server_url and the authorization of each server.',
    `A server of which no tool is allowed lists ${JSON.stringify(NO_TOOL)}, since an empty list may mean no list.`,
  ],
  write: (policies) =>
    writeTogether(openai, policies, ability, (lowered) =>
      jsonText({ tools: lowered.filter(({ writable }) => writable).map(entry) }),
    ),
};

function entry({ policy, rules }: LoweredPolicy) {
  const of = (decision: string) =>
    rules.filter((rule) => rule.writable && rule.decision === decision).map(({ tool }) => tool);
  const [allowed, asked] = [of('allow'), of('ask')];
  const listed = [...allowed, ...asked].sort();
  return {
    type: 'mcp',
    server_label: policy.serverName,
    allowed_tools: allowList(listed),
    // A tool of neither list is asked for, so the shorter way to say it is safe too.
    require_approval:
      allowed.length === 0
        ? 'always'
        : { ...(asked.length === 0 ? {} : { always: { tool_names: asked } }), never: { tool_names: allowed } },
  };
}
