import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type * as z from 'zod';
import type { Decision } from '../../../src/model/policy.ts';
import { readCedar } from './cedar.ts';
import * as shapes from './shapes.ts';

/** One rule as an independent parser reads it back. */
export interface ReadRule {
  /** Absent where the file speaks of one server. */
  readonly server?: string;
  readonly tool: string;
  readonly decision: Decision;
}

type Reader = (text: string) => readonly ReadRule[];

const json = <T extends z.ZodType>(text: string, shape: T): z.infer<T> => shape.parse(JSON.parse(text));
const yaml = <T extends z.ZodType>(text: string, shape: T): z.infer<T> =>
  shape.parse(parseYaml(text, { maxAliasCount: 0 }));
const toml = <T extends z.ZodType>(text: string, shape: T): z.infer<T> => shape.parse(parseToml(text));

function listed(server: string | undefined, tools: readonly string[], decision: Decision): readonly ReadRule[] {
  return tools.map((tool) => ({ ...(server === undefined ? {} : { server }), tool, decision }));
}

const NO_TOOL = 'toolrisk: no tool is allowed';

/** Without the entry that stands in an allow list that would be empty. */
function withoutMark(tools: readonly string[]): readonly string[] {
  return tools.length === 1 && tools[0] === NO_TOOL ? [] : tools;
}

/** Stands for every other tool, where a rule says so; no test has a tool of this name. */
export const REST = '\u0000rest';

/** `mcp__SERVER__TOOL`, split as Claude Code does it. */
const claude: Reader = (text) => {
  const { permissions } = json(text, shapes.Claude);
  return (['allow', 'ask', 'deny'] as const).flatMap((decision) =>
    permissions[decision].map((rule) => {
      const [head, server = '', ...tool] = rule.split('__');
      if (head !== 'mcp') throw new Error(`not a rule of a server: ${rule}`);
      return { server, tool: tool.join('__'), decision };
    }),
  );
};

function pair(entry: string, separator: string, decision: Decision): readonly ReadRule[] {
  const [server, tool, ...more] = entry.split(separator);
  if (server === undefined || tool === undefined || more.length > 0 || /[*?[\]{}]/u.test(entry)) throw new Error(entry);
  return [{ server, tool, decision }];
}

const GEMINI = { allow: 'allow', ask_user: 'ask', deny: 'deny' } as const;
const AGT: Readonly<Record<string, Decision>> = { allow: 'allow', require_approval: 'ask', deny: 'deny' };
const AGT_CONDITION = /^action\.type == '([A-Za-z0-9_.-]+)'$/u;

/** What each format's file says, rule by rule, read with strict shapes. Formats whose rules are expressions have none. */
export const readers: Readonly<Record<string, Reader>> = {
  'policylayer-gateway': (text) => {
    const file = json(text, shapes.Gateway);
    return [...listed(undefined, file.hide ?? [], 'deny'), ...listed(undefined, [...file.tools.keys()], 'allow')];
  },
  'claude-code': claude,
  'claude-code-managed': claude,
  codex: (text) =>
    [...toml(text, shapes.Codex).mcp_servers].flatMap(([server, { enabled_tools, tools }]) => {
      for (const tool of tools?.keys() ?? []) if (!enabled_tools.includes(tool)) throw new Error(`a mode for ${tool}`);
      return enabled_tools.flatMap((tool) =>
        listed(server, [tool], tools?.get(tool)?.approval_mode === 'approve' ? 'allow' : 'ask'),
      );
    }),
  'gemini-settings': (text) =>
    [...json(text, shapes.GeminiSettings).mcpServers].flatMap(([server, { includeTools, excludeTools }]) => [
      ...listed(server, withoutMark(includeTools), 'ask'),
      ...listed(server, excludeTools, 'deny'),
    ]),
  'gemini-policy': (text) =>
    toml(text, shapes.GeminiPolicy).rule.flatMap(({ mcpName, toolName, decision }) =>
      listed(mcpName, toolName === '*' ? [REST] : toolName, GEMINI[decision]),
    ),
  toolhive: (text) =>
    json(text, shapes.ToolHive).cedar.policies.flatMap((statement) => {
      const [policy, ...more] = readCedar(statement);
      if (policy === undefined || more.length > 0) throw new Error('not one policy in one text');
      const { effect, action, resource } = policy;
      if (effect !== 'permit' || action !== 'call_tool' || resource === undefined) throw new Error(statement);
      return listed(undefined, [resource], 'allow');
    }),
  agentcore: (text) =>
    readCedar(text).map(({ effect, action }) => {
      const [server, tool, ...more] = action?.split('___') ?? [];
      if (effect !== 'permit' || server === undefined || tool === undefined || more.length > 0) throw new Error(text);
      return { server, tool, decision: 'allow' };
    }),
  envoy: (text) =>
    yaml(text, shapes.Envoy).spec.securityPolicy.authorization.rules.flatMap(({ target }) =>
      target.tools.map(({ backend, tool }): ReadRule => ({ server: backend, tool, decision: 'allow' })),
    ),
  intercept: (text) => {
    const { hide, tools } = yaml(text, shapes.Intercept);
    const own = [...tools].flatMap(([tool, { rules }]) => {
      const denied = rules.some(({ action }) => action === 'deny');
      return listed(undefined, [tool === '*' ? REST : tool], denied ? 'deny' : 'allow');
    });
    return [...listed(undefined, hide ?? [], 'deny'), ...own];
  },
  cursor: (text) => json(text, shapes.Cursor).mcpAllowlist.flatMap((entry) => pair(entry, ':', 'allow')),
  'cursor-cli': (text) => {
    const { permissions } = json(text, shapes.CursorCli);
    return (['allow', 'deny'] as const).flatMap((decision) =>
      permissions[decision].flatMap((entry) => {
        const inner = /^Mcp\(([^()]+)\)$/u.exec(entry)?.[1] ?? '';
        const all = decision === 'deny' && inner.endsWith(':*');
        return all ? listed(inner.slice(0, -2), [REST], 'deny') : pair(inner, ':', decision);
      }),
    );
  },
  // What is eligible is still asked for, until a person says otherwise.
  vscode: (text) =>
    [...json(text, shapes.VsCode)['chat.tools.eligibleForAutoApproval'].keys()].flatMap((entry) =>
      pair(entry, '/', 'ask'),
    ),
  docker: (text) =>
    [...yaml(text, shapes.Docker)].flatMap(([server, tools]) => listed(server, withoutMark(tools), 'allow')),
  litellm: (text) =>
    [...yaml(text, shapes.LiteLlm).mcp_servers].flatMap(([server, { allowed_tools }]) =>
      listed(server, withoutMark(allowed_tools), 'allow'),
    ),
  openai: (text) =>
    json(text, shapes.OpenAi).tools.flatMap(({ server_label, allowed_tools, require_approval: approval }) => {
      const never = approval === 'always' ? [] : approval.never.tool_names;
      if (never.some((tool) => !allowed_tools.includes(tool))) throw new Error('never asked for, and not allowed');
      return withoutMark(allowed_tools).flatMap((tool) =>
        listed(server_label, [tool], never.includes(tool) ? 'allow' : 'ask'),
      );
    }),
  kong: (text) =>
    yaml(text, shapes.Kong).plugins.flatMap(({ service, config: { tools } }) =>
      tools.flatMap(({ name, acl }) => listed(service, [name], 'allow' in acl ? 'allow' : 'deny')),
    ),
  agt: (text) =>
    yaml(text, shapes.Agt).rules.flatMap(({ condition, action }) => {
      const tool = AGT_CONDITION.exec(condition)?.[1];
      if (tool === undefined) throw new Error(condition);
      return listed(undefined, [tool], AGT[action] ?? 'deny');
    }),
  rego: (text) =>
    [...json(text, shapes.Rego).toolrisk.servers].flatMap(([server, { tools }]) =>
      [...tools].flatMap(([tool, { decision }]) => listed(server, [tool], decision)),
    ),
};
