import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Decision, WrittenFile, WrittenPolicy } from '../../../src/model/policy.ts';
import { readCedar } from './cedar.ts';

/** One rule as an independent parser reads it back. */
export interface ReadRule {
  /** Absent where the file speaks of one server. */
  readonly server?: string;
  readonly tool: string;
  readonly decision: Decision;
}

const Names = z.array(z.string());
const NO_TOOL = 'toolrisk: no tool is allowed';
const listed = (server: string | undefined, tools: readonly string[], decision: Decision): readonly ReadRule[] =>
  tools.map((tool) => ({ ...(server === undefined ? {} : { server }), tool, decision }));

/** Without the entry that stands in an allow list that would be empty. */
const withoutMark = (tools: readonly string[]): readonly string[] =>
  tools.length === 1 && tools[0] === NO_TOOL ? [] : tools;

const json = <T extends z.ZodType>({ text }: WrittenFile, shape: T): z.infer<T> => shape.parse(JSON.parse(text));
const yaml = <T extends z.ZodType>({ text }: WrittenFile, shape: T): z.infer<T> =>
  shape.parse(parseYaml(text, { maxAliasCount: 0 }));
const toml = <T extends z.ZodType>({ text }: WrittenFile, shape: T): z.infer<T> => shape.parse(parseToml(text));
const entries = <V>(map: ReadonlyMap<string, V>) => [...map];

/** A map of any keys, `__proto__` too. */
export function dictionary<T extends z.ZodType>(shape: T) {
  return z
    .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
    .transform(
      (value) => new Map(Object.entries(value).map(([key, item]): [string, z.infer<T>] => [key, shape.parse(item)])),
    );
}

const Claude = z.strictObject({
  $schema: z.string(),
  allowManagedMcpServersOnly: z.literal(true).optional(),
  allowManagedPermissionRulesOnly: z.literal(true).optional(),
  allowedMcpServers: z.array(z.strictObject({ serverName: z.string() })).optional(),
  permissions: z.strictObject({ allow: Names, ask: Names, deny: Names }),
});

/** `mcp__SERVER__TOOL`, split as Claude Code does it. */
function claude(written: WrittenFile): readonly ReadRule[] {
  const { permissions } = json(written, Claude);
  return (['allow', 'ask', 'deny'] as const).flatMap((decision) =>
    permissions[decision].map((rule) => {
      const [head, server = '', ...tool] = rule.split('__');
      if (head !== 'mcp') throw new Error(`not a rule of a server: ${rule}`);
      return { server, tool: tool.join('__'), decision };
    }),
  );
}

const GeminiDecision = z.enum(['allow', 'ask_user', 'deny']);
const GEMINI: Readonly<Record<z.infer<typeof GeminiDecision>, Decision>> = {
  allow: 'allow',
  ask_user: 'ask',
  deny: 'deny',
};
const GeminiRule = z.strictObject({
  mcpName: z.string(),
  toolName: z.union([Names, z.literal('*')]),
  decision: GeminiDecision,
  priority: z.int().min(0).max(999),
  denyMessage: z.string().optional(),
});

const CONDITION = /^action\.type == '([A-Za-z0-9_.-]+)'$/u;
const AGT: Readonly<Record<string, Decision>> = { allow: 'allow', require_approval: 'ask', deny: 'deny' };
const KongAcl = z.union([z.strictObject({ allow: Names }), z.strictObject({ deny: Names })]);

/** The `*` of a rule for every other tool; readers give it this name, which no test uses. */
export const REST = '\u0000rest';

/** What each format's file says, rule by rule, read with strict shapes: an extra key or rule is a fault. */
export const readers: Readonly<Record<string, (written: WrittenPolicy | WrittenFile) => readonly ReadRule[]>> = {
  'policylayer-gateway': (written) => {
    const Limit = z.strictObject({
      counter: z.string().regex(/^[a-z0-9_-]+$/u),
      window: z.enum(['minute', 'hour']),
      max: z.int().positive(),
      scope: z.literal('grant'),
    });
    const limits = z.array(Limit).min(1);
    const file = json(
      written,
      z.strictObject({
        version: z.literal('1'),
        default: z.literal('deny'),
        hide: Names.optional(),
        all_tools: z.strictObject({ limits }).optional(),
        tools: dictionary(z.strictObject({ limits: limits.optional() })),
      }),
    );
    return [...listed(undefined, file.hide ?? [], 'deny'), ...listed(undefined, [...file.tools.keys()], 'allow')];
  },
  'claude-code': claude,
  'claude-code-managed': claude,
  codex: (written) => {
    const Mode = z.strictObject({ approval_mode: z.enum(['approve', 'prompt']) });
    const Server = z.strictObject({
      enabled_tools: Names,
      default_tools_approval_mode: z.literal('prompt'),
      tools: dictionary(Mode).optional(),
    });
    return entries(toml(written, z.strictObject({ mcp_servers: dictionary(Server) })).mcp_servers).flatMap(
      ([server, { enabled_tools, tools }]) => {
        if ([...(tools ?? new Map()).keys()].some((tool) => !enabled_tools.includes(tool)))
          throw new Error('a mode for no tool');
        return enabled_tools.flatMap((tool) =>
          listed(server, [tool], tools?.get(tool)?.approval_mode === 'approve' ? 'allow' : 'ask'),
        );
      },
    );
  },
  'gemini-settings': (written) => {
    const Server = z.strictObject({ includeTools: Names.min(1), excludeTools: Names, trust: z.literal(false) });
    return entries(json(written, z.strictObject({ mcpServers: dictionary(Server) })).mcpServers).flatMap(
      ([server, { includeTools, excludeTools }]) => [
        ...listed(server, withoutMark(includeTools), 'ask'),
        ...listed(server, excludeTools, 'deny'),
      ],
    );
  },
  'gemini-policy': (written) =>
    toml(written, z.strictObject({ rule: z.array(GeminiRule) })).rule.flatMap(({ mcpName, toolName, decision }) =>
      listed(mcpName, toolName === '*' ? [REST] : toolName, GEMINI[decision]),
    ),
  toolhive: (written) => {
    const cedar = z.strictObject({ policies: Names, entities_json: z.literal('[]') });
    const file = json(written, z.strictObject({ version: z.literal('1.0'), type: z.literal('cedarv1'), cedar }));
    return file.cedar.policies.flatMap((text) => {
      const [policy, ...more] = readCedar(text);
      if (policy === undefined || more.length > 0) throw new Error('not one policy in one text');
      if (policy.effect !== 'permit' || policy.action !== 'call_tool' || policy.resource === undefined) {
        throw new Error(`not a permit for one tool: ${text}`);
      }
      return listed(undefined, [policy.resource], 'allow');
    });
  },
  agentcore: ({ text }) =>
    readCedar(text).map(({ effect, action }) => {
      const [server, tool, ...more] = action?.split('___') ?? [];
      if (effect !== 'permit' || server === undefined || tool === undefined || more.length > 0) throw new Error(text);
      return { server, tool, decision: 'allow' };
    }),
  envoy: (written) => {
    const Target = z.strictObject({
      tools: z.array(z.strictObject({ backend: z.string(), tool: z.string() })).max(16),
    });
    const Rule = z.strictObject({ action: z.literal('Allow'), target: Target, cel: z.string().max(4096).optional() });
    const authorization = z.strictObject({ defaultAction: z.literal('Deny'), rules: z.array(Rule).max(32) });
    const file = yaml(written, z.object({ spec: z.object({ securityPolicy: z.strictObject({ authorization }) }) }));
    return file.spec.securityPolicy.authorization.rules.flatMap(({ target }) =>
      target.tools.map(({ backend, tool }): ReadRule => ({ server: backend, tool, decision: 'allow' })),
    );
  },
  intercept: (written) => {
    const Rules = z.strictObject({
      rules: z.array(z.looseObject({ name: z.string(), action: z.literal('deny').optional() })),
    });
    const file = yaml(
      written,
      z.strictObject({
        version: z.literal('1'),
        description: z.string(),
        default: z.literal('deny'),
        hide: Names.optional(),
        tools: dictionary(Rules),
      }),
    );
    return [
      ...listed(undefined, file.hide ?? [], 'deny'),
      ...entries(file.tools).flatMap(([tool, { rules }]) =>
        listed(
          undefined,
          [tool === '*' ? REST : tool],
          rules.some(({ action }) => action === 'deny') ? 'deny' : 'allow',
        ),
      ),
    ];
  },
  cursor: (written) =>
    json(written, z.strictObject({ mcpAllowlist: Names })).mcpAllowlist.flatMap((entry) => pair(entry, ':', 'allow')),
  'cursor-cli': (written) => {
    const { permissions } = json(
      written,
      z.strictObject({ permissions: z.strictObject({ allow: Names, deny: Names }) }),
    );
    return (['allow', 'deny'] as const).flatMap((decision) =>
      permissions[decision].flatMap((entry) => {
        const inner = /^Mcp\(([^()]+)\)$/u.exec(entry)?.[1];
        if (inner === undefined) throw new Error(entry);
        return pair(inner, ':', decision);
      }),
    );
  },
  vscode: (written) => {
    const file = json(
      written,
      z.strictObject({
        'chat.tools.global.autoApprove': z.literal(false),
        'chat.tools.eligibleForAutoApproval': dictionary(z.boolean()),
      }),
    );
    // What is eligible is still asked for, until a person says otherwise.
    return [...file['chat.tools.eligibleForAutoApproval'].keys()].flatMap((entry) => pair(entry, '/', 'ask'));
  },
  docker: (written) =>
    entries(yaml(written, dictionary(Names.min(1)))).flatMap(([server, tools]) =>
      listed(server, withoutMark(tools), 'allow'),
    ),
  litellm: (written) => {
    const Server = z.strictObject({ allowed_tools: Names.min(1) });
    return entries(yaml(written, z.strictObject({ mcp_servers: dictionary(Server) })).mcp_servers).flatMap(
      ([server, { allowed_tools }]) => listed(server, withoutMark(allowed_tools), 'allow'),
    );
  },
  openai: (written) => {
    const list = z.strictObject({ tool_names: Names.min(1) });
    const Approval = z.union([z.literal('always'), z.strictObject({ always: list.optional(), never: list })]);
    const Tool = z.strictObject({
      type: z.literal('mcp'),
      server_label: z.string(),
      allowed_tools: Names.min(1),
      require_approval: Approval,
    });
    return json(written, z.strictObject({ tools: z.array(Tool) })).tools.flatMap(
      ({ server_label, allowed_tools, require_approval: approval }) => {
        const never = approval === 'always' ? [] : approval.never.tool_names;
        if (never.some((tool) => !allowed_tools.includes(tool))) throw new Error('never asked for, and not allowed');
        return withoutMark(allowed_tools).flatMap((tool) =>
          listed(server_label, [tool], never.includes(tool) ? 'allow' : 'ask'),
        );
      },
    );
  },
  kong: (written) => {
    const config = z.object({
      default_acl: z.tuple([z.strictObject({ scope: z.literal('tools'), deny: z.tuple([z.literal('agents')]) })]),
      tools: z.array(z.strictObject({ name: z.string(), acl: KongAcl })),
    });
    const Plugin = z.strictObject({ name: z.literal('ai-mcp-proxy'), service: z.string(), config });
    return yaml(
      written,
      z.strictObject({ _format_version: z.literal('3.0'), plugins: z.array(Plugin) }),
    ).plugins.flatMap(({ service, config: { tools } }) =>
      tools.flatMap(({ name, acl }) => listed(service, [name], 'allow' in acl ? 'allow' : 'deny')),
    );
  },
  agt: (written) => {
    const Rule = z.strictObject({ name: z.string(), condition: z.string(), action: z.string() });
    const file = yaml(
      written,
      z.strictObject({
        apiVersion: z.literal('governance.toolkit/v1'),
        name: z.string(),
        default_action: z.literal('deny'),
        rules: z.array(Rule),
      }),
    );
    return file.rules.flatMap(({ condition, action }) => {
      const tool = CONDITION.exec(condition)?.[1];
      if (tool === undefined) throw new Error(condition);
      return listed(undefined, [tool], AGT[action] ?? 'deny');
    });
  },
  rego: (written) => {
    const Tool = z.object({ decision: z.enum(['allow', 'ask', 'deny']) });
    const servers = dictionary(z.strictObject({ tools: dictionary(Tool) }));
    return entries(json(written, z.strictObject({ toolrisk: z.strictObject({ servers }) })).toolrisk.servers).flatMap(
      ([server, { tools }]) => entries(tools).flatMap(([tool, { decision }]) => listed(server, [tool], decision)),
    );
  },
};

function pair(entry: string, separator: string, decision: Decision): readonly ReadRule[] {
  const [server, tool, ...more] = entry.split(separator);
  if (server === undefined || tool === undefined || more.length > 0 || /[*?[\]{}]/u.test(entry)) throw new Error(entry);
  return [{ server, tool, decision }];
}
