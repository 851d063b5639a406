import type { JsonObject } from '../../../model/tool.ts';
import type { Engine } from './engine.ts';
import { ANY, objectSchema, schema, toSchema } from './schema.ts';
import { type SchemaValue, textOf, type Value } from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

export const wrapped = (engine: Engine, value: Value | undefined): SchemaValue =>
  value === undefined ? ANY : (toSchema(engine, value) ?? ANY);

export function described(of: SchemaValue, words: string): SchemaValue {
  return { ...of, json: { ...of.json, description: words } };
}

export function literalSchema(engine: Engine, value: Value | undefined): SchemaValue {
  if (value?.kind === 'list') return enumSchema(engine, value);
  if (value?.kind !== 'literal' || value.value === undefined) return ANY;
  return schema({ ...(value.value === null ? {} : { type: typeof value.value }), const: value.value });
}

export function enumSchema(engine: Engine, value: Value | undefined): SchemaValue {
  if (value === undefined) return ANY;
  const props = value.kind === 'object' ? propsOf(engine, value) : undefined;
  const values =
    props === undefined
      ? itemsOf(value).items.map((item) => item.value)
      : [...props.props.values()].map((lazy) => engine.read(lazy));
  const known = values
    .map((one) => (one.kind === 'literal' ? one.value : textOf(one)?.text))
    .filter((one) => one !== undefined);
  const complete = known.length === values.length && known.length > 0;
  return schema(
    { type: typeof known[0] === 'number' ? 'number' : 'string', ...(known.length === 0 ? {} : { enum: known }) },
    { complete },
  );
}

export function objectOf(engine: Engine, value: Value | undefined, rest: JsonObject): SchemaValue {
  const shape = shapeOf(engine, value);
  return objectSchema(shape.parts, rest, shape.complete);
}

export function shapeOf(
  engine: Engine,
  value: Value | undefined,
): { readonly parts: ReadonlyMap<string, SchemaValue>; readonly complete: boolean } {
  const parts = new Map<string, SchemaValue>();
  if (value === undefined) return { parts, complete: true };
  if (value.kind === 'schema') return { parts: value.shape ?? parts, complete: value.complete };
  const props = propsOf(engine, value);
  for (const [name, lazy] of props?.props ?? []) {
    const part = engine.read(lazy);
    if (part.kind === 'literal' && part.value === undefined) continue;
    const inner = wrapped(engine, part);
    parts.set(name, props?.gated.has(name) === true ? { ...inner, optional: true } : inner);
  }
  return { parts, complete: props !== undefined && !props.open };
}

export function arrayOf(item: SchemaValue, rest: JsonObject = {}): SchemaValue {
  return schema({ type: 'array', items: item.json, ...rest }, { complete: item.complete, inner: item });
}

export function unionOf(engine: Engine, options: Value | undefined): SchemaValue {
  if (options === undefined) return ANY;
  const { items, open } = itemsOf(options);
  const parts = items.map((item) => wrapped(engine, item.value));
  const complete = !open && parts.length > 0 && parts.every((part) => part.complete);
  return schema({ anyOf: parts.map((part) => part.json) }, { complete, optional: parts.some((part) => part.optional) });
}

export function both(a: SchemaValue, b: SchemaValue): SchemaValue {
  if (a.shape !== undefined && b.shape !== undefined) return merged(a, b.shape, b.complete);
  return schema({ allOf: [a.json, b.json] }, { complete: a.complete && b.complete });
}

export function nullable(inner: SchemaValue): SchemaValue {
  const { description, ...json } = inner.json;
  return { ...inner, json: { anyOf: [json, { type: 'null' }], ...(description === undefined ? {} : { description }) } };
}

/** What an object schema has beside its properties. */
function restOf({ json }: SchemaValue): JsonObject {
  const { type: _type, properties: _properties, required: _required, ...rest } = json;
  return rest;
}

export function merged(of: SchemaValue, more: ReadonlyMap<string, SchemaValue>, complete: boolean): SchemaValue {
  return objectSchema(
    new Map([...(of.shape ?? []), ...more]),
    restOf(of),
    complete && (of.shape !== undefined || of.complete),
  );
}

export function reshaped(
  of: SchemaValue,
  change: (name: string, part: SchemaValue) => SchemaValue | undefined,
): SchemaValue {
  const parts = new Map<string, SchemaValue>();
  for (const [name, part] of of.shape ?? []) {
    const next = change(name, part);
    if (next !== undefined) parts.set(name, next);
  }
  return { ...objectSchema(parts, restOf(of), of.complete), optional: of.optional };
}

export function keysOf(engine: Engine, value: Value | undefined): ReadonlySet<string> | undefined {
  if (value === undefined) return undefined;
  if (value.kind === 'list') return new Set(value.items.map((item) => textOf(item.value)?.text ?? ''));
  const props = propsOf(engine, value);
  return props === undefined ? undefined : new Set(props.props.keys());
}
