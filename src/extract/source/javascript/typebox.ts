import type { JsonObject } from '../../../model/tool.ts';
import { plain } from './builtins.ts';
import type { Engine } from './engine.ts';
import { ANY, objectSchema, schema, toSchema } from './schema.ts';
import type { SchemaValue, Value } from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

const part = (engine: Engine, value: Value | undefined): SchemaValue =>
  value === undefined ? ANY : (toSchema(engine, value) ?? ANY);

/** How TypeBox names what takes no schema. */
const PLAIN: Readonly<Record<string, JsonObject>> = {
  String: { type: 'string' },
  Number: { type: 'number' },
  Integer: { type: 'integer' },
  Boolean: { type: 'boolean' },
  Null: { type: 'null' },
  Any: {},
  Unknown: {},
  Date: { type: 'string', format: 'date-time' },
};

/** The schema that `Type.NAME(…)` of TypeBox makes. Undefined: no such name. */
export function typeboxCall(engine: Engine, name: string, args: readonly Value[]): SchemaValue | undefined {
  const [first, second] = args;
  const simple = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (simple !== undefined) return schema({ ...simple, ...options(engine, first) });
  switch (name) {
    case 'Object': {
      const props = first === undefined ? undefined : propsOf(engine, first);
      const shape = new Map([...(props?.props ?? [])].map(([key, lazy]) => [key, part(engine, engine.read(lazy))]));
      return objectSchema(shape, options(engine, second), props !== undefined && !props.open);
    }
    case 'Optional':
      return { ...part(engine, first), optional: true };
    case 'Readonly':
    case 'ReadonlyOptional':
      return part(engine, first);
    case 'Array': {
      const item = part(engine, first);
      return schema(
        { type: 'array', items: item.json, ...options(engine, second) },
        { complete: item.complete, inner: item },
      );
    }
    case 'Literal':
      return first?.kind === 'literal' && first.value !== undefined
        ? schema({ const: first.value, ...options(engine, second) })
        : ANY;
    case 'Union': {
      const parts = first === undefined ? [] : itemsOf(first).items.map((item) => part(engine, item.value));
      return schema(
        { anyOf: parts.map((one) => one.json), ...options(engine, second) },
        { complete: parts.length > 0 && parts.every((one) => one.complete) },
      );
    }
    case 'Enum': {
      const props = first === undefined ? undefined : propsOf(engine, first);
      const values = [...(props?.props.values() ?? [])]
        .map((lazy) => engine.read(lazy))
        .flatMap((value) => (value.kind === 'literal' && value.value !== undefined ? [value.value] : []));
      return schema({ enum: values, ...options(engine, second) }, { complete: values.length > 0 });
    }
    case 'Record': {
      const value = part(engine, second);
      return schema(
        { type: 'object', additionalProperties: value.json, ...options(engine, args[2]) },
        { complete: value.complete },
      );
    }
    case 'Partial':
      return objectSchema(
        new Map([...(part(engine, first).shape ?? [])].map(([key, one]) => [key, { ...one, optional: true }])),
      );
    case 'Intersect':
    case 'Composite': {
      const parts = first === undefined ? [] : itemsOf(first).items.map((item) => part(engine, item.value));
      return objectSchema(
        new Map(parts.flatMap((one) => [...(one.shape ?? [])])),
        options(engine, second),
        parts.every((one) => one.complete),
      );
    }
    case 'Unsafe':
      return part(engine, first);
    default:
      return undefined;
  }
}

function options(engine: Engine, value: Value | undefined): JsonObject {
  if (value?.kind !== 'object') return {};
  const json = plain(engine, value, 0);
  return typeof json === 'object' && json !== null ? (JSON.parse(JSON.stringify(json)) as JsonObject) : {};
}
