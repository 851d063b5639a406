import * as z from 'zod';

/** The strict shape of each format's file: a key that is not here, or a rule too many, is a fault. */

export const Names = z.array(z.string());
const Some = Names.min(1);

/** A map of any keys, `__proto__` too. */
export function dictionary<T extends z.ZodType>(shape: T) {
  return z
    .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
    .transform(
      (value) => new Map(Object.entries(value).map(([key, item]): [string, z.infer<T>] => [key, shape.parse(item)])),
    );
}

const GatewayLimits = z
  .array(
    z.strictObject({
      counter: z.string().regex(/^[a-z0-9_-]+$/u),
      window: z.enum(['minute', 'hour']),
      max: z.int().positive(),
      scope: z.literal('grant'),
    }),
  )
  .min(1);
export const Gateway = z.strictObject({
  version: z.literal('1'),
  default: z.literal('deny'),
  hide: Names.optional(),
  all_tools: z.strictObject({ limits: GatewayLimits }).optional(),
  tools: dictionary(z.strictObject({ limits: GatewayLimits.optional() })),
});

export const Claude = z.strictObject({
  $schema: z.string(),
  allowManagedMcpServersOnly: z.literal(true).optional(),
  allowManagedPermissionRulesOnly: z.literal(true).optional(),
  allowedMcpServers: z.array(z.strictObject({ serverName: z.string() })).optional(),
  permissions: z.strictObject({ allow: Names, ask: Names, deny: Names }),
});

export const Codex = z.strictObject({
  mcp_servers: dictionary(
    z.strictObject({
      enabled_tools: Names,
      default_tools_approval_mode: z.literal('prompt'),
      tools: dictionary(z.strictObject({ approval_mode: z.enum(['approve', 'prompt']) })).optional(),
    }),
  ),
});

export const GeminiSettings = z.strictObject({
  mcpServers: dictionary(z.strictObject({ includeTools: Some, excludeTools: Names, trust: z.literal(false) })),
});

export const GeminiPolicy = z.strictObject({
  rule: z.array(
    z.strictObject({
      mcpName: z.string(),
      toolName: z.union([Names, z.literal('*')]),
      decision: z.enum(['allow', 'ask_user', 'deny']),
      priority: z.int().min(0).max(999),
      denyMessage: z.string().optional(),
    }),
  ),
});

export const ToolHive = z.strictObject({
  version: z.literal('1.0'),
  type: z.literal('cedarv1'),
  cedar: z.strictObject({ policies: Names, entities_json: z.literal('[]') }),
});

export const Agentgateway = z.strictObject({
  mcp: z.strictObject({
    targets: z.tuple([]),
    policies: z.strictObject({ mcpAuthorization: z.strictObject({ rules: Names }) }),
  }),
});

const EnvoyRule = z.strictObject({
  action: z.literal('Allow'),
  target: z.strictObject({ tools: z.array(z.strictObject({ backend: z.string(), tool: z.string() })).max(16) }),
  cel: z.string().max(4096).optional(),
});
export const Envoy = z.object({
  spec: z.object({
    securityPolicy: z.strictObject({
      authorization: z.strictObject({ defaultAction: z.literal('Deny'), rules: z.array(EnvoyRule).max(32) }),
    }),
  }),
});

export const Intercept = z.strictObject({
  version: z.literal('1'),
  description: z.string(),
  default: z.literal('deny'),
  hide: Names.optional(),
  tools: dictionary(
    z.strictObject({ rules: z.array(z.looseObject({ name: z.string(), action: z.literal('deny').optional() })) }),
  ),
});

export const Cursor = z.strictObject({ mcpAllowlist: Names });
export const CursorCli = z.strictObject({ permissions: z.strictObject({ allow: Names, deny: Names }) });
export const VsCode = z.strictObject({
  'chat.tools.global.autoApprove': z.literal(false),
  'chat.tools.eligibleForAutoApproval': dictionary(z.boolean()),
});

export const Docker = dictionary(Some);
export const LiteLlm = z.strictObject({ mcp_servers: dictionary(z.strictObject({ allowed_tools: Some })) });

const ToolNames = z.strictObject({ tool_names: Some });
export const OpenAi = z.strictObject({
  tools: z.array(
    z.strictObject({
      type: z.literal('mcp'),
      server_label: z.string(),
      allowed_tools: Some,
      require_approval: z.union([
        z.literal('always'),
        z.strictObject({ always: ToolNames.optional(), never: ToolNames }),
      ]),
    }),
  ),
});

const KongTool = z.strictObject({
  name: z.string(),
  acl: z.union([z.strictObject({ allow: Names }), z.strictObject({ deny: Names })]),
});
const KongConfig = z.object({
  default_acl: z.tuple([z.strictObject({ scope: z.literal('tools'), deny: z.tuple([z.literal('agents')]) })]),
  tools: z.array(KongTool),
});
export const Kong = z.strictObject({
  _format_version: z.literal('3.0'),
  plugins: z.array(z.strictObject({ name: z.literal('ai-mcp-proxy'), service: z.string(), config: KongConfig })),
});

export const Agt = z.strictObject({
  apiVersion: z.literal('governance.toolkit/v1'),
  name: z.string(),
  default_action: z.literal('deny'),
  rules: z.array(z.strictObject({ name: z.string(), condition: z.string(), action: z.string() })),
});

const Word = z.enum(['allow', 'ask', 'deny']);
const Argument = z.array(z.string());
export const RegoCondition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), argument: Argument, exact: Names, starts: Names, without: Names }),
  z.strictObject({ kind: z.literal('value'), argument: Argument, values: z.array(z.json()) }),
  z.strictObject({ kind: z.literal('maximum'), argument: Argument, maximum: z.number() }),
]);
export type RegoCondition = z.infer<typeof RegoCondition>;
const RegoTool = z.strictObject({
  decision: Word,
  otherwise: Word,
  constraints: z.array(RegoCondition),
  operations: z.array(z.strictObject({ argument: Argument, decisions: dictionary(Word) })),
});
export const Rego = z.strictObject({
  toolrisk: z.strictObject({ servers: dictionary(z.strictObject({ tools: dictionary(RegoTool) })) }),
});
