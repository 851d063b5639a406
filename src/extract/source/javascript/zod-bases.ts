import type { JsonObject } from '../../../model/tool.ts';
import type { Engine } from './engine.ts';
import { ANY, schema } from './schema.ts';
import type { SchemaValue, Value } from './values.ts';
import { itemsOf } from './walk.ts';
import { arrayOf, both, enumSchema, literalSchema, nullable, objectOf, unionOf, wrapped } from './zod-shapes.ts';

type Base = (engine: Engine, args: readonly Value[]) => SchemaValue;
const fixed =
  (json: JsonObject, complete = true): Base =>
  () =>
    schema(json, { complete });
const text = (format?: string): Base => fixed(format === undefined ? { type: 'string' } : { type: 'string', format });
/** What makes a schema: `z.NAME(…)`. Names that also are methods of common objects need a receiver that is surely zod. */
export const BASES: Readonly<Record<string, Base>> = {
  string: text(),
  email: text('email'),
  url: text('uri'),
  httpUrl: text('uri'),
  uuid: text('uuid'),
  guid: text('uuid'),
  uuidv4: text('uuid'),
  cuid: text(),
  cuid2: text(),
  ulid: text(),
  nanoid: text(),
  datetime: text('date-time'),
  ipv4: text('ipv4'),
  ipv6: text('ipv6'),
  base64: text(),
  templateLiteral: text(),
  number: fixed({ type: 'number' }),
  int: fixed({ type: 'integer' }),
  int32: fixed({ type: 'integer' }),
  float32: fixed({ type: 'number' }),
  float64: fixed({ type: 'number' }),
  bigint: fixed({ type: 'integer' }),
  boolean: fixed({ type: 'boolean' }),
  stringbool: text(),
  date: text('date-time'),
  any: fixed({}),
  unknown: fixed({}),
  json: fixed({}),
  null: fixed({ type: 'null' }),
  undefined: () => schema({ not: {} }, { optional: true }),
  void: () => schema({ not: {} }, { optional: true }),
  never: fixed({ not: {} }),
  symbol: fixed({}, false),
  custom: fixed({}, false),
  instanceof: fixed({}, false),
  function: fixed({}, false),
  promise: fixed({}, false),
  file: fixed({}, false),
  literal: (engine, [value]) => literalSchema(engine, value),
  enum: (engine, [value]) => enumSchema(engine, value),
  nativeEnum: (engine, [value]) => enumSchema(engine, value),
  picklist: (engine, [value]) => enumSchema(engine, value),
  object: (engine, [shape]) => objectOf(engine, shape, {}),
  interface: (engine, [shape]) => objectOf(engine, shape, {}),
  strictObject: (engine, [shape]) => objectOf(engine, shape, { additionalProperties: false }),
  looseObject: (engine, [shape]) => objectOf(engine, shape, { additionalProperties: true }),
  array: (engine, [item]) => arrayOf(wrapped(engine, item)),
  set: (engine, [item]) => arrayOf(wrapped(engine, item), { uniqueItems: true }),
  tuple: (engine, [items]) => {
    const parts = items === undefined ? [] : itemsOf(items).items.map((item) => wrapped(engine, item.value));
    return schema(
      { type: 'array', prefixItems: parts.map((part) => part.json) },
      { complete: parts.every((part) => part.complete) },
    );
  },
  record: (engine, args) => {
    const part = wrapped(engine, args.at(-1));
    return schema({ type: 'object', additionalProperties: part.json }, { complete: part.complete });
  },
  partialRecord: (engine, args) => schema({ type: 'object', additionalProperties: wrapped(engine, args.at(-1)).json }),
  map: (engine, args) => schema({ type: 'object', additionalProperties: wrapped(engine, args.at(-1)).json }),
  union: (engine, [options]) => unionOf(engine, options),
  xor: (engine, [options]) => unionOf(engine, options),
  discriminatedUnion: (engine, args) => unionOf(engine, args[1]),
  variant: (engine, args) => unionOf(engine, args[1]),
  intersection: (engine, [a, b]) => both(wrapped(engine, a), wrapped(engine, b)),
  optional: (engine, [inner]) => ({ ...wrapped(engine, inner), optional: true }),
  exactOptional: (engine, [inner]) => ({ ...wrapped(engine, inner), optional: true }),
  nullable: (engine, [inner]) => nullable(wrapped(engine, inner)),
  nullish: (engine, [inner]) => ({ ...nullable(wrapped(engine, inner)), optional: true }),
  _default: (engine, [inner]) => ({ ...wrapped(engine, inner), optional: true }),
  preprocess: (engine, args) => wrapped(engine, args[1]),
  pipe: (engine, [first]) => wrapped(engine, first),
  lazy: (engine, [fn]) => {
    const inner = fn === undefined ? ANY : wrapped(engine, engine.call(fn, []));
    return inner;
  },
  readonly: (engine, [inner]) => wrapped(engine, inner),
  effect: (engine, [inner]) => wrapped(engine, inner),
  transformer: (engine, [inner]) => wrapped(engine, inner),
};

/** Names that other libraries use as well. */
export const AMBIGUOUS = new Set([
  'map',
  'set',
  'any',
  'date',
  'json',
  'file',
  'function',
  'promise',
  'pipe',
  'email',
  'url',
  'int',
  'custom',
  'null',
  'undefined',
  'void',
  'unknown',
  'readonly',
  'interface',
  'symbol',
  'effect',
  'optional',
  'nullable',
  'lazy',
  'base64',
  'variant',
]);
