import type { Json, JsonObject } from '../../../model/tool.ts';
import { bare, type CallNode, calleeName, memberName, type Node } from './ast.ts';
import { plain } from './builtins.ts';
import { argsOf } from './calls.ts';
import type { Engine } from './engine.ts';
import { ANY, objectSchema, schema, toSchema } from './schema.ts';
import type { Scope } from './scope.ts';
import { typeboxCall } from './typebox.ts';
import { type Env, type SchemaValue, textOf, UNKNOWN, type Value } from './values.ts';

/** Functions that turn a schema into JSON Schema: the schema is the result. */
const CONVERSION = /(?:to|2)_?json_?schema|json_?schema_?(?:from|of)|^(?:convert|normalize)\w*schema/iu;

export function isSchemaConversion(name: string): boolean {
  return CONVERSION.test(name);
}

type Base = (engine: Engine, args: readonly Value[]) => SchemaValue;
const fixed =
  (json: JsonObject, complete = true): Base =>
  () =>
    schema(json, { complete });
const text = (format?: string): Base => fixed(format === undefined ? { type: 'string' } : { type: 'string', format });
const wrapped = (engine: Engine, value: Value | undefined): SchemaValue =>
  value === undefined ? ANY : (toSchema(engine, value) ?? ANY);

/** What makes a schema: `z.NAME(…)`. Names that also are methods of common objects need a receiver that is surely zod. */
const BASES: Readonly<Record<string, Base>> = {
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
    const parts = items === undefined ? [] : engine.itemsOf(items).items.map((item) => wrapped(engine, item.value));
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

const AMBIGUOUS = new Set([
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

/** A schema of zod, valibot or TypeBox that a call makes or changes. Undefined: the call is none of theirs. */
export function schemaCall(engine: Engine, node: CallNode, scope: Scope, env: Env | undefined): Value | undefined {
  const callee = bare(node.callee);
  const name = calleeName(node);
  if (name === undefined) return undefined;
  if (callee.type === 'Identifier') {
    const target = scope.lookup(name);
    if (target?.source.kind !== 'import' || !isSchemaLibrary(target.source.from)) return undefined;
    return (
      base(engine, target.source.imported, node, scope, env) ??
      typeboxCall(engine, target.source.imported, argsOf(engine, node, scope, env))
    );
  }
  if (callee.type !== 'MemberExpression' || callee.object.type === 'Super') return undefined;
  const object = bare(callee.object);
  const isBase = Object.hasOwn(BASES, name);
  const isChange = CHANGES.has(name);
  const isTypebox = /^[A-Z][A-Za-z]+$/u.test(name);
  if (!isBase && !isChange && !isTypebox) return undefined;
  const sure = isNamedZod(object);
  if (sure && isBase) return base(engine, name, node, scope, env);
  if (object.type !== 'Identifier' && object.type !== 'MemberExpression' && object.type !== 'CallExpression')
    return undefined;
  const receiver = engine.evaluate(object, scope, env);
  if (receiver.kind === 'schema') return change(engine, receiver, name, node, scope, env);
  if (receiver.kind === 'unknown' && receiver.hole !== undefined) return isChange || isBase ? receiver : undefined;
  if (receiver.kind === 'choice') {
    const first = receiver.options.find((option) => option.kind === 'schema');
    if (first?.kind === 'schema' && isChange) return change(engine, first, name, node, scope, env);
  }
  if (isTypebox && isTypeboxReceiver(object, receiver))
    return typeboxCall(engine, name, argsOf(engine, node, scope, env));
  if (!isBase || object.type === 'CallExpression') return undefined;
  const external = receiver.kind === 'external';
  if (external && isSchemaLibrary(receiver.from)) return base(engine, name, node, scope, env);
  if (AMBIGUOUS.has(name)) return isBundledZod(engine, receiver) ? base(engine, name, node, scope, env) : undefined;
  if (
    receiver.kind === 'list' ||
    receiver.kind === 'map' ||
    receiver.kind === 'instance' ||
    receiver.kind === 'literal'
  )
    return undefined;
  return base(engine, name, node, scope, env);
}

function isSchemaLibrary(from: string): boolean {
  return /(?:^|[/@-])(?:zod|valibot|typebox)(?:$|[/.-])/u.test(from);
}

/** `z`, `zod`, `z3`, `x.z`, `z.coerce`. */
function isNamedZod(object: Node): boolean {
  if (object.type === 'Identifier') return /^(?:z|zod|external_exports)\d*$/iu.test(object.name);
  const name = memberName(object);
  return (
    object.type === 'MemberExpression' &&
    (name === 'z' ||
      ((name === 'coerce' || name === 'iso') &&
        (isNamedZod(bare(object.object)) || bare(object.object).type === 'Identifier')))
  );
}

function isBundledZod(engine: Engine, receiver: Value): boolean {
  const props = engine.propsOf(receiver)?.props;
  return props?.has('object') === true && props.has('string') && props.has('union');
}

function isTypeboxReceiver(object: Node, receiver: Value): boolean {
  if (receiver.kind === 'external') return isSchemaLibrary(receiver.from);
  return object.type === 'Identifier' && /^(?:Type|t|T)$/u.test(object.name);
}

function base(
  engine: Engine,
  name: string,
  node: CallNode,
  scope: Scope,
  env: Env | undefined,
): SchemaValue | undefined {
  if (!Object.hasOwn(BASES, name)) return undefined;
  const args = argsOf(engine, node, scope, env);
  const made = BASES[name]?.(engine, args);
  if (made === undefined || name !== 'pipe') return made;
  // valibot: pipe(string(), description('…'))
  return node.arguments.slice(1).reduce<SchemaValue>((sum, arg) => {
    const action = bare(arg);
    if (action.type !== 'CallExpression') return sum;
    const words = textOf(engine.evaluate(action.arguments[0] ?? action, scope, env));
    return calleeName(action) === 'description' && words !== undefined ? described(sum, words.text) : sum;
  }, made);
}

function described(of: SchemaValue, words: string): SchemaValue {
  return { ...of, json: { ...of.json, description: words } };
}

function literalSchema(engine: Engine, value: Value | undefined): SchemaValue {
  if (value?.kind === 'list') return enumSchema(engine, value);
  if (value?.kind !== 'literal' || value.value === undefined) return ANY;
  return schema({ ...(value.value === null ? {} : { type: typeof value.value }), const: value.value });
}

function enumSchema(engine: Engine, value: Value | undefined): SchemaValue {
  if (value === undefined) return ANY;
  const props = value.kind === 'object' ? engine.propsOf(value) : undefined;
  const values =
    props === undefined
      ? engine.itemsOf(value).items.map((item) => item.value)
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

function objectOf(engine: Engine, value: Value | undefined, rest: JsonObject): SchemaValue {
  const shape = shapeOf(engine, value);
  return objectSchema(shape.parts, rest, shape.complete);
}

function shapeOf(
  engine: Engine,
  value: Value | undefined,
): { readonly parts: ReadonlyMap<string, SchemaValue>; readonly complete: boolean } {
  const parts = new Map<string, SchemaValue>();
  if (value === undefined) return { parts, complete: true };
  if (value.kind === 'schema') return { parts: value.shape ?? parts, complete: value.complete };
  const props = engine.propsOf(value);
  for (const [name, lazy] of props?.props ?? []) {
    const part = engine.read(lazy);
    if (part.kind === 'literal' && part.value === undefined) continue;
    const inner = wrapped(engine, part);
    parts.set(name, props?.gated.has(name) === true ? { ...inner, optional: true } : inner);
  }
  return { parts, complete: props !== undefined && !props.open };
}

function arrayOf(item: SchemaValue, rest: JsonObject = {}): SchemaValue {
  return schema({ type: 'array', items: item.json, ...rest }, { complete: item.complete, inner: item });
}

function unionOf(engine: Engine, options: Value | undefined): SchemaValue {
  if (options === undefined) return ANY;
  const { items, open } = engine.itemsOf(options);
  const parts = items.map((item) => wrapped(engine, item.value));
  const complete = !open && parts.length > 0 && parts.every((part) => part.complete);
  return schema({ anyOf: parts.map((part) => part.json) }, { complete, optional: parts.some((part) => part.optional) });
}

function both(a: SchemaValue, b: SchemaValue): SchemaValue {
  if (a.shape !== undefined && b.shape !== undefined) return merged(a, b.shape, b.complete);
  return schema({ allOf: [a.json, b.json] }, { complete: a.complete && b.complete });
}

function nullable(inner: SchemaValue): SchemaValue {
  const { description, ...json } = inner.json;
  return { ...inner, json: { anyOf: [json, { type: 'null' }], ...(description === undefined ? {} : { description }) } };
}

/** What an object schema has beside its properties. */
function restOf({ json }: SchemaValue): JsonObject {
  const { type: _type, properties: _properties, required: _required, ...rest } = json;
  return rest;
}

function merged(of: SchemaValue, more: ReadonlyMap<string, SchemaValue>, complete: boolean): SchemaValue {
  return objectSchema(
    new Map([...(of.shape ?? []), ...more]),
    restOf(of),
    complete && (of.shape !== undefined || of.complete),
  );
}

function reshaped(of: SchemaValue, change: (name: string, part: SchemaValue) => SchemaValue | undefined): SchemaValue {
  const parts = new Map<string, SchemaValue>();
  for (const [name, part] of of.shape ?? []) {
    const next = change(name, part);
    if (next !== undefined) parts.set(name, next);
  }
  return { ...objectSchema(parts, restOf(of), of.complete), optional: of.optional };
}

function keysOf(engine: Engine, value: Value | undefined): ReadonlySet<string> | undefined {
  if (value === undefined) return undefined;
  if (value.kind === 'list') return new Set(value.items.map((item) => textOf(item.value)?.text ?? ''));
  const props = engine.propsOf(value);
  return props === undefined ? undefined : new Set(props.props.keys());
}

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

type Change = (engine: Engine, of: SchemaValue, args: readonly Value[]) => SchemaValue;
const same: Change = (_engine, of) => of;
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
const CHANGES: ReadonlyMap<string, Change> = new Map([
  ...Object.entries(CHANGE_LIST),
  ...KEEPS.map((name): [string, Change] => [name, same]),
]);

function change(
  engine: Engine,
  of: SchemaValue,
  name: string,
  node: CallNode,
  scope: Scope,
  env: Env | undefined,
): Value {
  const apply = CHANGES.get(name);
  if (apply === undefined) return name === 'parse' || name === 'safeParse' ? UNKNOWN : { ...of, complete: false };
  return apply === same ? of : apply(engine, of, argsOf(engine, node, scope, env));
}

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
