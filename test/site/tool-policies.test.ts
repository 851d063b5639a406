import { describe, expect, it } from 'vitest';

import { toolPolicyFiles } from '../../src/site/pages/tool-control.ts';
import { onlyTool, policyFor, TAB_FORMATS, texts } from '../../src/site/policies.ts';
import { makeToolPolicies } from '../../src/site/tool-policies.ts';
import { serverView, toolView } from '../../src/site/view.ts';
import { HOSTILE, inputOf, PLAIN, policyTable, type ToyServer } from './kit.ts';

/** The same rules under names that formats take as they are, change, refuse, or hold in their own words. */
const NAMES = [
  'send_mail',
  'send-mail',
  'sendMail',
  'send.mail',
  'send__mail',
  '_send',
  'ask',
  'allow',
  'all_tools',
  'x',
];
const SERVERS = ['plain', 'npm', 'standinfortool', 'with__lines', 'a'.repeat(60), 'Ünïcode', 'v1'];

const servers: readonly ToyServer[] = [
  PLAIN,
  HOSTILE,
  // An id stands in some files as it is: it must be escaped there like all else.
  ...['file:a&b"<c>\'.json', 'file:Ünï.json', 'remote:https://example.com/a?b=1&c=%22'].map((id) => ({
    id,
    name: 'plain',
    tools: [{ name: 'send_mail', description: 'Send a mail to a person.', inputSchema: { type: 'object' as const } }],
  })),
  ...SERVERS.map((name, i) => ({
    id: `npm:s${i}`,
    name,
    tools: ['standinforserver', ...NAMES].sort().flatMap((tool) => [
      { name: tool, description: 'Send a mail to a person.', inputSchema: { type: 'object' as const } },
      { name: `${tool}2`, description: 'Return the number of items.' },
    ]),
  })),
];

describe('the policy of one tool, filled into the texts of its rule', () => {
  const toolPolicy = makeToolPolicies(toolPolicyFiles);
  it.each(servers.map((server) => [server.name ?? server.id, server] as const))(
    'is what the formats write: %s',
    (_, server) => {
      const input = inputOf([server]);
      for (const record of input.servers()) {
        const tools = [...input.toolsOf(record.id)].map((one) => toolView(one));
        const whole = policyFor(serverView(record, 'slug', []), tools, 'recommended', policyTable, 'v');
        for (const { definition } of tools) {
          const own = onlyTool(whole, definition.name);
          expect(toolPolicy(whole, definition.name)).toEqual({
            rule: whole.rule(definition.name),
            unlisted: whole.policy.default,
            serverName: whole.policy.serverName,
            effect: own.effect(definition.name),
            files: toolPolicyFiles(texts(own.policy, TAB_FORMATS)),
          });
        }
      }
    },
  );
});
