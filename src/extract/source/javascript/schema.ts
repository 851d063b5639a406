import type { Json, JsonObject } from '../../../model/tool.ts';
import type { Engine } from './engine.ts';
import { type SchemaValue, UNKNOWN, type Value } from './values.ts';

/** Deepest nesting of a schema that is written out. */
const MAX_DEPTH = 24;

/** A schema from its JSON. */
export function schema(json: JsonObject, extra: Partial<Omit<SchemaValue, 'kind' | 'json'>> = {}): SchemaValue {
  return { kind: 'schema', json, optional: false, complete: true, ...extra };
}

/** A schema of which nothing is known. */
export const ANY: SchemaValue = schema({}, { complete: false });

/** An object schema from its properties; `rest` is what else stands in it, as a description. */
export function objectSchema(
  shape: ReadonlyMap<string, SchemaValue>,
  rest: JsonObject = {},
  complete = true,
): SchemaValue {
  const required = [...shape].filter(([, part]) => !part.optional).map(([name]) => name);
  const json: JsonObject = {
    ...rest,
    type: 'object',
    properties: Object.fromEntries([...shape].map(([name, part]) => [name, part.json])),
    ...(required.length === 0 ? {} : { required }),
  };
  return schema(json, { shape, complete: complete && [...shape.values()].every((part) => part.complete) });
}

const SCHEMA_WORDS = ['type', 'properties', '$ref', 'anyOf', 'oneOf', 'allOf', '$schema', 'enum', 'const'];

/** A value where a schema is expected, as a schema: zod and TypeBox, JSON Schema, or a map of schemas. Undefined: it is none. */
export function toSchema(engine: Engine, value: Value, depth = 0): SchemaValue | undefined {
  switch (value.kind) {
    case 'schema':
      return value;
    case 'choice': {
      const options = value.options
        .map((option) => toSchema(engine, option, depth))
        .filter((option) => option !== undefined);
      const best = options.sort((a, b) => size(b) - size(a))[0];
      return best === undefined ? undefined : { ...best, complete: best.complete && options.length === 1 };
    }
    case 'function':
      return depth > 2 ? undefined : toSchema(engine, engine.call(value, []), depth + 1);
    case 'object': {
      if (depth > MAX_DEPTH) return ANY;
      for (const wrapper of ['jsonSchema', 'toJSONSchema'])
        if (value.props.has(wrapper)) return toSchema(engine, engine.get(value, wrapper), depth + 1);
      const isJsonSchema = SCHEMA_WORDS.some((word) => {
        if (!value.props.has(word)) return false;
        const part = engine.get(value, word);
        return part.kind !== 'schema' && (word !== 'type' || part.kind !== 'object' || part.props.size === 0);
      });
      return isJsonSchema ? jsonSchema(engine, value) : rawShape(engine, value);
    }
    default:
      return undefined;
  }
}

function size(value: SchemaValue): number {
  return value.shape?.size ?? Object.keys(value.json.properties ?? {}).length;
}

function jsonSchema(engine: Engine, value: Extract<Value, { kind: 'object' }>): SchemaValue {
  const state = { complete: true };
  const json = jsonOf(engine, value, 0, state);
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return schema(isObject ? (json as JsonObject) : {}, { complete: state.complete });
}

/** A value as JSON; what is not known is `{}`, and the schema is then not complete. */
function jsonOf(engine: Engine, value: Value, depth: number, state: { complete: boolean }): Json {
  if (depth > MAX_DEPTH) {
    state.complete = false;
    return {};
  }
  switch (value.kind) {
    case 'literal':
      if (value.dynamic) state.complete = false;
      return value.value ?? null;
    case 'schema':
      state.complete &&= value.complete;
      return value.json;
    case 'list':
      state.complete &&= !value.open;
      return value.items.map((item) => jsonOf(engine, item.value, depth + 1, state));
    case 'object': {
      state.complete &&= !value.open;
      const entries: [string, Json][] = [];
      for (const [name, lazy] of value.props) {
        const part = engine.read(lazy);
        if (part.kind === 'literal' && part.value === undefined) continue;
        if (part.kind === 'function') continue;
        entries.push([name, jsonOf(engine, part, depth + 1, state)]);
      }
      return Object.fromEntries(entries);
    }
    case 'choice':
      state.complete = false;
      return jsonOf(engine, value.options[0] ?? UNKNOWN, depth + 1, state);
    default:
      state.complete = false;
      return {};
  }
}

/** What may still be a schema that cannot be followed. */
const OPEN: ReadonlySet<Value['kind']> = new Set(['unknown', 'external', 'choice', 'instance', 'class']);

/** `{ a: z.string() }`: the shape that `registerTool` takes. An empty object is a schema without parameters. */
function rawShape(engine: Engine, value: Extract<Value, { kind: 'object' }>): SchemaValue | undefined {
  const shape = new Map<string, SchemaValue>();
  let known = false;
  for (const [name, lazy] of value.props) {
    const part = engine.read(lazy);
    if (part.kind === 'literal' && part.value === undefined) continue;
    const inner =
      part.kind === 'schema' || part.kind === 'choice' || part.kind === 'object'
        ? toSchema(engine, part, 12)
        : undefined;
    known ||= inner !== undefined;
    const optional = inner?.json.optional === true || inner?.json.required === false;
    shape.set(
      name,
      inner === undefined ? ANY : { ...inner, optional: inner.optional || optional || value.gated.has(name) },
    );
  }
  const open = [...value.props.values()].some((lazy) => OPEN.has(engine.read(lazy).kind));
  if (!known && shape.size > 0 && !open) return undefined;
  return objectSchema(shape, {}, !value.open);
}
