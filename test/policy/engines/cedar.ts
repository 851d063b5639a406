import { setFlagsFromString } from 'node:v8';
import {
  type CedarValueJson,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  type SchemaJson,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Json, JsonObject } from '../../../src/model/tool.ts';

// Node 20 dies ("unreachable code" in its deoptimizer) when it inlines calls of Cedar's WebAssembly and has to undo that.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

/** A question to Cedar. */
interface Question {
  readonly policies: string;
  readonly principal: string;
  readonly action: readonly [string, string];
  readonly resource: readonly [string, string];
  readonly attributes: Record<string, CedarValueJson>;
  readonly context: Record<string, CedarValueJson>;
}

/** The policies that Cedar holds parsed: many calls in a row are about one file. */
let prepared: string | undefined;

function allowed({ policies, principal, action, resource, attributes, context }: Question): boolean {
  const [type, id] = resource;
  if (prepared !== policies) {
    const parsed = preparsePolicySet('file', { staticPolicies: policies });
    if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
    prepared = policies;
  }
  const answer = statefulIsAuthorized({
    principal: { type: principal, id: 'agent' },
    action: { type: action[0], id: action[1] },
    resource: { type, id },
    context,
    preparsedPolicySetId: 'file',
    entities: [{ uid: { type, id }, attrs: attributes, parents: [] }],
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  return answer.response.decision === 'allow';
}

/** ToolHive: the outermost arguments become attributes `arg_NAME`; lists and objects only say that they are there. */
export function allowedByToolHive(policies: readonly string[], tool: string, args: JsonObject): boolean {
  const attributes: Record<string, CedarValueJson> = {};
  for (const [name, value] of Object.entries(args)) {
    const converted = typeof value === 'object' ? undefined : cedarValue(value);
    if (converted === undefined) attributes[`arg_${name}_present`] = true;
    else attributes[`arg_${name}`] = converted;
  }
  return allowed({
    policies: policies.join('\n'),
    principal: 'Client',
    action: ['Action', 'call_tool'],
    resource: ['Tool', tool],
    attributes,
    context: {},
  });
}

/** AgentCore: the arguments are `context.input`, and the action is `TARGET___TOOL`. */
export function allowedByAgentCore(policies: string, server: string, tool: string, args: JsonObject): boolean {
  return allowed({
    policies,
    principal: 'AgentCore::OAuthUser',
    action: ['AgentCore::Action', `${server}___${tool}`],
    resource: ['AgentCore::Gateway', 'gateway'],
    attributes: {},
    context: { input: cedarValue(args) ?? {} },
  });
}

/** A JSON value as Cedar has it: whole numbers, no null. */
function cedarValue(value: Json): CedarValueJson | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return value;
    return { __extn: { fn: 'decimal', arg: Math.min(Math.max(value, -1e9), 1e9).toFixed(4) } };
  }
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => cedarValue(item) ?? false);
  const entries = Object.entries(value as JsonObject).flatMap(([key, item]) => {
    const converted = cedarValue(item);
    return converted === undefined ? [] : [[key, converted] as const];
  });
  return Object.fromEntries(entries);
}

/** One permit as Cedar itself reads it: the id that it names, and how often it stands there. */
export interface ReadPolicy {
  readonly effect: string;
  readonly action: string | undefined;
  readonly resource: string | undefined;
  /** Strings in its conditions, in order. */
  readonly texts: readonly string[];
}

/** Parses a policy set with Cedar. Throws on a fault. */
export function readCedar(text: string): readonly ReadPolicy[] {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(JSON.stringify(parts.errors));
  if (parts.policy_templates.length > 0) throw new Error('a template');
  return parts.policies.map((policy) => {
    const answer = policyToJson(policy);
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    const { effect, action, resource, conditions } = answer.json;
    return {
      effect,
      action: 'entity' in action ? idOf(action.entity) : undefined,
      resource: 'entity' in resource ? idOf(resource.entity) : undefined,
      texts: textsIn(JSON.parse(JSON.stringify(conditions))),
    };
  });
}

function idOf(entity: unknown): string | undefined {
  const text = JSON.parse(JSON.stringify(entity));
  return text.id ?? text.__entity?.id;
}

/** Every string literal and attribute name of a condition. */
function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if ((key === 'Value' || key === 'attr') && typeof item === 'string') return [item];
    return textsIn(item);
  });
}

/** Faults that Cedar's validator finds under a schema. */
export function validationFaults(policies: string, schema: SchemaJson<string>): readonly string[] {
  const answer = validate({ schema, policies: { staticPolicies: policies } });
  if (answer.type === 'failure') return answer.errors.map(({ message }) => message);
  return answer.validationErrors.map(({ error }) => error.message);
}
