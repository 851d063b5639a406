import type { SchemaJson, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';
import type { Constraint, Policy } from '../../../src/model/policy.ts';

type Attributes = Record<string, TypeOfAttribute<string>>;

/** Every argument that a policy speaks of, with the Cedar type that its rule expects of it. */
function argumentsOf(policy: Policy): readonly (readonly [readonly string[], TypeOfAttribute<string>])[] {
  return policy.tools.flatMap(({ constraints, operations }) => [
    ...constraints.map((one) => [one.argument, { type: typeOf(one), required: false }] as const),
    ...operations.map(({ argument }) => [argument, { type: 'String', required: false }] as const),
  ]);
}

function typeOf(constraint: Constraint): 'String' | 'Long' | 'Boolean' {
  const value =
    constraint.kind === 'equals' ? constraint.value : constraint.kind === 'one-of' ? constraint.values[0] : '';
  if (constraint.kind === 'maximum' || typeof value === 'number') return 'Long';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}

/** A schema of ToolHive's entities for the tools of a policy. */
export function toolHiveSchema(policy: Policy): SchemaJson<string> {
  const attributes: Attributes = {};
  for (const [path, type] of argumentsOf(policy)) attributes[`arg_${path[0] ?? ''}`] = type;
  return {
    '': {
      entityTypes: { Client: {}, Tool: { shape: { type: 'Record', attributes } } },
      actions: { call_tool: { appliesTo: { principalTypes: ['Client'], resourceTypes: ['Tool'] } } },
    },
  };
}

/** A schema as AgentCore makes it of a gateway's tools. */
export function agentCoreSchema(policy: Policy): SchemaJson<string> {
  const input: Attributes = {};
  for (const [path, type] of argumentsOf(policy)) put(input, path, type);
  const context = {
    type: 'Record',
    attributes: { input: { type: 'Record', attributes: input, required: false } },
  } as const;
  const appliesTo = { principalTypes: ['OAuthUser'], resourceTypes: ['Gateway'], context };
  const actions = Object.fromEntries(policy.tools.map(({ tool }) => [`${policy.serverName}___${tool}`, { appliesTo }]));
  return { AgentCore: { entityTypes: { OAuthUser: {}, Gateway: {} }, actions } };
}

function put(into: Attributes, path: readonly string[], type: TypeOfAttribute<string>): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    into[key] = type;
    return;
  }
  const inner: Attributes = {};
  put(inner, rest, type);
  into[key] = { type: 'Record', attributes: inner, required: false };
}
