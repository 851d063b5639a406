import type { Json, JsonObject } from '../model/tool.ts';
import { wellFormed } from './invisible.ts';
import type { ToolView } from './view.ts';

/** One parameter as its table shows it. Everything in it is untrusted. */
export interface Parameter {
  readonly name: string;
  /** `string`, `array of object`, `string or null`; undefined when the schema does not say. */
  readonly type: string | undefined;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly allowed: readonly string[];
  readonly fallback: string | undefined;
  /** JSON Pointer of the parameter in the tool definition. */
  readonly path: string;
}

/** What is known of a tool's parameters. Not knowing is not the same as having none. */
export type Parameters =
  | { readonly kind: 'known'; readonly complete: boolean; readonly list: readonly Parameter[] }
  | { readonly kind: 'unknown' };

/** Values of an enumeration that are shown; the rest is counted. */
export const SHOWN_VALUES = 12;
const NESTING = 3;
const FALLBACK_CHARS = 80;

/** Reads the parameters out of an input schema, however broken it is. */
export function parametersOf(tool: ToolView): Parameters {
  const schema = tool.definition.inputSchema;
  if (!isObject(schema)) return { kind: 'unknown' };
  const properties = schema.properties;
  if (!isObject(properties)) {
    const empty = properties === undefined && (schema.type === 'object' || schema.additionalProperties === false);
    return empty && tool.schemaComplete ? { kind: 'known', complete: true, list: [] } : { kind: 'unknown' };
  }
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const list = Object.entries(properties).map(([name, value]) => parameter(name, value, required.has(name)));
  return { kind: 'known', complete: tool.schemaComplete, list };
}

function parameter(name: string, value: Json, required: boolean): Parameter {
  const schema = isObject(value) ? value : {};
  return {
    name,
    type: typeOf(schema, 0),
    required,
    description: typeof schema.description === 'string' ? schema.description : undefined,
    allowed: valuesOf(schema),
    fallback: schema.default === undefined ? undefined : shown(schema.default),
    path: `/inputSchema/properties/${pointerToken(name)}`,
  };
}

function typeOf(schema: JsonObject, depth: number): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') {
    const item = schema.items;
    if (type !== 'array' || depth >= NESTING || !isObject(item)) return type;
    const inner = typeOf(item, depth + 1);
    return inner === undefined ? type : `array of ${inner}`;
  }
  if (Array.isArray(type)) return type.filter((one) => typeof one === 'string').join(' or ') || undefined;
  const choices = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (choices !== undefined && depth < NESTING) {
    const types = choices.map((one: Json) => (isObject(one) ? typeOf(one, depth + 1) : undefined));
    return [...new Set(types.map((one) => one ?? 'any'))].join(' or ') || undefined;
  }
  if (typeof schema.const === 'string' || Array.isArray(schema.enum)) return 'one of';
  return undefined;
}

function valuesOf(schema: JsonObject): readonly string[] {
  if (Array.isArray(schema.enum)) return schema.enum.map(shown);
  if (schema.const !== undefined) return [shown(schema.const)];
  return isObject(schema.items) && Array.isArray(schema.items.enum) ? schema.items.enum.map(shown) : [];
}

function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > FALLBACK_CHARS ? `${wellFormed(text.slice(0, FALLBACK_CHARS))}…` : text;
}

/** One step of a JSON Pointer (RFC 6901). */
export function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The steps of a JSON Pointer. */
export function pointerSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
