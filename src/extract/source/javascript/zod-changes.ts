import type { Json, JsonObject } from '../../../model/tool.ts';
import { plain } from './builtins.ts';
import type { Engine } from './engine.ts';
import { schema } from './schema.ts';
import { type SchemaValue, textOf, type Value } from './values.ts';
import { arrayOf, both, described, keysOf, merged, nullable, reshaped, shapeOf, wrapped } from './zod-shapes.ts';

const noted = (of: SchemaValue, more: JsonObject): SchemaValue => ({ ...of, json: { ...of.json, ...more } });
const numberOf = (value: Value | undefined): number | undefined =>
  value?.kind === 'literal' && typeof value.value === 'number' ? value.value : undefined;

/** A bound under the keyword that its type has. */
function bounded(of: SchemaValue, value: Value | undefined, end: 'min' | 'max'): SchemaValue {
  const bound = numberOf(value);
  if (bound === undefined) return of;
  const { type } = of.json;
  const word =
    type === 'string'
      ? `${end}Length`
      : type === 'array'
        ? `${end}Items`
        : type === 'number' || type === 'integer'
          ? `${end}imum`
          : undefined;
  return word === undefined ? of : noted(of, { [word]: bound });
}

/** What a method of a schema makes of it. */
export type Change = (engine: Engine, of: SchemaValue, args: readonly Value[]) => SchemaValue;
/** Keeps the schema as it is. */
export const same: Change = (_engine, of) => of;
const formatted =
  (format: string): Change =>
  (_engine, of) =>
    noted(of, { format });

const CHANGE_LIST: Readonly<Record<string, Change>> = {
  describe: (_engine, of, [words]) => {
    const known = words === undefined ? undefined : textOf(words);
    return known === undefined ? of : described(of, known.text);
  },
  meta: (engine, of, [more]) => noteMeta(engine, of, more),
  openapi: (engine, of, args) => noteMeta(engine, of, args.at(-1)),
  optional: (_engine, of) => ({ ...of, optional: true }),
  exactOptional: (_engine, of) => ({ ...of, optional: true }),
  nullable: (_engine, of) => nullable(of),
  nullish: (_engine, of) => ({ ...nullable(of), optional: true }),
  default: (engine, of, [value]) => withDefault(engine, of, value),
  prefault: (engine, of, [value]) => withDefault(engine, of, value),
  catch: (_engine, of) => ({ ...of, optional: true }),
  min: (_engine, of, [value]) => bounded(of, value, 'min'),
  gte: (_engine, of, [value]) => bounded(of, value, 'min'),
  max: (_engine, of, [value]) => bounded(of, value, 'max'),
  lte: (_engine, of, [value]) => bounded(of, value, 'max'),
  length: (_engine, of, [value]) => bounded(bounded(of, value, 'min'), value, 'max'),
  nonempty: (_engine, of) => bounded(of, { kind: 'literal', value: 1, dynamic: false }, 'min'),
  int: (_engine, of) => noted(of, { type: 'integer' }),
  positive: (_engine, of) => noted(of, { exclusiveMinimum: 0 }),
  nonnegative: (_engine, of) => noted(of, { minimum: 0 }),
  email: formatted('email'),
  url: formatted('uri'),
  uuid: formatted('uuid'),
  guid: formatted('uuid'),
  datetime: formatted('date-time'),
  date: formatted('date'),
  ip: formatted('ip'),
  extend: (engine, of, [shape]) => extended(engine, of, shape),
  safeExtend: (engine, of, [shape]) => extended(engine, of, shape),
  augment: (engine, of, [shape]) => extended(engine, of, shape),
  merge: (engine, of, [other]) => extended(engine, of, other),
  and: (engine, of, [other]) => both(of, wrapped(engine, other)),
  or: (engine, of, [other]) => {
    const second = wrapped(engine, other);
    return schema(
      { anyOf: [of.json, second.json] },
      { complete: of.complete && second.complete, optional: of.optional },
    );
  },
  omit: (engine, of, [keys]) => {
    const names = keysOf(engine, keys);
    return names === undefined
      ? { ...of, complete: false }
      : reshaped(of, (name, part) => (names.has(name) ? undefined : part));
  },
  pick: (engine, of, [keys]) => {
    const names = keysOf(engine, keys);
    return names === undefined
      ? { ...of, complete: false }
      : reshaped(of, (name, part) => (names.has(name) ? part : undefined));
  },
  partial: (engine, of, [keys]) => {
    const names = keysOf(engine, keys);
    return reshaped(of, (name, part) => (names === undefined || names.has(name) ? { ...part, optional: true } : part));
  },
  deepPartial: (_engine, of) => reshaped(of, (_name, part) => ({ ...part, optional: true })),
  required: (engine, of, [keys]) => {
    const names = keysOf(engine, keys);
    return reshaped(of, (name, part) => (names === undefined || names.has(name) ? { ...part, optional: false } : part));
  },
  strict: (_engine, of) => noted(of, { additionalProperties: false }),
  passthrough: (_engine, of) => noted(of, { additionalProperties: true }),
  loose: (_engine, of) => noted(of, { additionalProperties: true }),
  catchall: (_engine, of) => noted(of, { additionalProperties: true }),
  array: (_engine, of) => arrayOf(of),
  unwrap: (_engine, of) => ({ ...of, optional: false }),
  removeDefault: (_engine, of) => ({ ...of, optional: false }),
  keyof: (_engine, of) => schema({ type: 'string', enum: [...(of.shape?.keys() ?? [])] }),
  exclude: (engine, of, [values]) => narrowed(engine, of, values, false),
  extract: (engine, of, [values]) => narrowed(engine, of, values, true),
};

/** Methods that keep the schema as it is, as far as its JSON Schema goes. */
const KEEPS = [
  'refine',
  'superRefine',
  'transform',
  'pipe',
  'brand',
  'readonly',
  'check',
  'trim',
  'toLowerCase',
  'toUpperCase',
  'regex',
  'startsWith',
  'endsWith',
  'includes',
  'strip',
  'overwrite',
  'register',
  'clone',
  'innerType',
  'sourceType',
  'in',
  'finite',
  'safe',
  'multipleOf',
  'step',
  'gt',
  'lt',
  'negative',
  'nonpositive',
  'cuid',
  'cuid2',
  'ulid',
  'nanoid',
  'base64',
  'base64url',
  'jwt',
  'emoji',
  'time',
  'duration',
  'cidr',
  'normalize',
  'size',
  'with',
  'refinement',
  'toJSONSchema',
  'toJsonSchema',
  'apply',
  'slugify',
  'nonoptional',
  'hex',
  'label',
];
/** What each method does. */
export const CHANGES: ReadonlyMap<string, Change> = new Map([
  ...Object.entries(CHANGE_LIST),
  ...KEEPS.map((name): [string, Change] => [name, same]),
]);

function extended(engine: Engine, of: SchemaValue, more: Value | undefined): SchemaValue {
  const { parts, complete } = shapeOf(engine, more);
  return merged(of, parts, complete);
}

function withDefault(engine: Engine, of: SchemaValue, value: Value | undefined): SchemaValue {
  const json = value === undefined ? undefined : plain(engine, value, 0);
  return { ...of, optional: true, json: json === undefined ? of.json : { ...of.json, default: asJson(json) } };
}

function noteMeta(engine: Engine, of: SchemaValue, more: Value | undefined): SchemaValue {
  if (more === undefined) return of;
  const words = ['title', 'description'].flatMap((key): [string, string][] => {
    const known = textOf(engine.get(more, key));
    return known === undefined ? [] : [[key, known.text]];
  });
  return noted(of, Object.fromEntries(words));
}

function narrowed(engine: Engine, of: SchemaValue, values: Value | undefined, keep: boolean): SchemaValue {
  const names = keysOf(engine, values);
  const all = Array.isArray(of.json.enum) ? of.json.enum : [];
  return noted(of, { enum: all.filter((one: Json) => typeof one === 'string' && (names?.has(one) ?? false) === keep) });
}

/** What `plain` gives holds JSON only. */
function asJson(value: string | number | boolean | null | object): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null') as Json;
}
