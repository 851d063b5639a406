import type { PolicyFormat } from '../../model/policy.ts';
import { abilityOf } from '../ability.ts';
import type { LoweredPolicy } from '../lower.ts';
import type { Notes } from '../notes.ts';
import { allowedWhen } from '../write/allowed.ts';
import { celCondition } from '../write/cel.ts';
import { writeTogether } from '../write/together.ts';
import type { Tree } from '../write/tree.ts';
import { yamlText } from '../write/yaml.ts';

const expresses = {
  deny: true,
  allow: true,
  ask: false,
  rateLimits: false,
  constraints: ['prefix', 'host', 'one-of', 'maximum', 'equals'],
  operations: true,
  hide: false,
  unlisted: 'deny',
  checkedBy: 'CEL (cel-js), and the schema of its CRD',
} as const;

/** Bounds of the CRD. */
const MAX_RULES = 32;
const MAX_TOOLS_PER_RULE = 16;
const MAX_CEL_CHARS = 4_096;

const ability = abilityOf({
  title: 'Envoy AI Gateway',
  expresses,
  unsafeServer: (name) =>
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/u.test(name)
      ? undefined
      : 'the server’s name is no name of a Kubernetes object',
});

/** Envoy AI Gateway, an MCPRoute that allows the listed tools only. */
export const envoy: PolicyFormat = {
  id: 'envoy',
  title: 'Envoy AI Gateway MCPRoute',
  homepage: 'https://aigateway.envoyproxy.io/docs/capabilities/mcp/',
  fileName: 'mcproute.yaml',
  mediaType: 'application/yaml',
  expresses,
  notes: [
    'The backend and the gateway have to be called as yours are: give the server’s name with --name, and change parentRefs.',
    `At most ${MAX_RULES} rules fit, each for at most ${MAX_TOOLS_PER_RULE} tools; what does not fit is denied.`,
  ],
  write: (policies) => writeTogether(envoy, policies, ability, routeOf),
};

function routeOf(lowered: readonly LoweredPolicy[], notes: Notes): string {
  const names = lowered.filter(({ writable }) => writable).map(({ policy }) => policy.serverName);
  const backends = names.length === 0 ? ['nothing-is-allowed'] : names;
  return yamlText({
    apiVersion: 'aigateway.envoyproxy.io/v1beta1',
    kind: 'MCPRoute',
    metadata: { name: 'toolrisk', namespace: 'default' },
    spec: {
      parentRefs: [{ name: 'gateway', kind: 'Gateway', group: 'gateway.networking.k8s.io' }],
      backendRefs: backends.map((name) => ({ name, kind: 'Backend', group: 'gateway.envoyproxy.io' })),
      securityPolicy: { authorization: { defaultAction: 'Deny', rules: rulesOf(lowered, notes) } },
    },
  });
}

interface Target {
  readonly [key: string]: Tree;
  readonly backend: string;
  readonly tool: string;
}

function rulesOf(lowered: readonly LoweredPolicy[], notes: Notes): readonly Tree[] {
  const free: Target[] = [];
  const bound: { readonly target: Target; readonly cel: string }[] = [];
  for (const { policy, rules } of lowered) {
    for (const rule of rules) {
      const conditions = allowedWhen(rule);
      if (conditions === undefined) continue;
      const target = { backend: policy.serverName, tool: rule.tool };
      const cel = conditions.map((one) => celCondition(one, 'request.mcp.params.arguments')).join(' && ');
      if (cel === '') free.push(target);
      else if (cel.length <= MAX_CEL_CHARS) bound.push({ target, cel });
      else notes.tighten(rule.tool, `denied, because its condition is longer than ${MAX_CEL_CHARS} characters`);
    }
  }
  const groups: Tree[] = [];
  for (let at = 0; at < free.length; at += MAX_TOOLS_PER_RULE) {
    groups.push({ action: 'Allow', target: { tools: free.slice(at, at + MAX_TOOLS_PER_RULE) } });
  }
  const all = [...groups, ...bound.map(({ target, cel }) => ({ action: 'Allow', target: { tools: [target] }, cel }))];
  for (const target of [
    ...free.slice(MAX_RULES * MAX_TOOLS_PER_RULE),
    ...bound.slice(Math.max(0, MAX_RULES - groups.length)).map((one) => one.target),
  ]) {
    notes.tighten(target.tool, `denied, because only ${MAX_RULES} rules fit`);
  }
  return all.slice(0, MAX_RULES);
}
