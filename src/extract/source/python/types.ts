import type { Json, JsonObject } from '../../../model/tool.ts';
import { classSchema } from './classes.ts';
import { type Located, type Module, type Package, resolve, resolveDotted } from './package.ts';
import { argumentsOf, calleeName, children, dotted, type Node, part } from './syntax.ts';
import { evaluate } from './values.ts';

/** The schema of a type or of a field. */
export interface Typed {
  readonly schema: JsonObject;
  /** False when a part of it is not known. */
  readonly complete: boolean;
  /** The field may be left out. */
  readonly optional: boolean;
  /** The name on the wire, where it is another than in the code. */
  readonly alias?: string;
}

const MAX_DEPTH = 12;

/** Types without parameters. */
const SIMPLE: Readonly<Record<string, JsonObject>> = {
  str: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  complex: { type: 'string' },
  bool: { type: 'boolean' },
  None: { type: 'null' },
  bytes: { type: 'string', format: 'binary' },
  list: { type: 'array', items: {} },
  List: { type: 'array', items: {} },
  tuple: { type: 'array' },
  Tuple: { type: 'array' },
  set: { type: 'array', uniqueItems: true, items: {} },
  dict: { type: 'object', additionalProperties: true },
  Dict: { type: 'object', additionalProperties: true },
  object: {},
  Any: {},
  datetime: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
  time: { type: 'string', format: 'time' },
  timedelta: { type: 'string', format: 'duration' },
  Path: { type: 'string', format: 'path' },
  FilePath: { type: 'string', format: 'file-path' },
  UUID: { type: 'string', format: 'uuid' },
  Decimal: { type: 'number' },
  AnyUrl: { type: 'string', format: 'uri' },
  HttpUrl: { type: 'string', format: 'uri' },
  AnyHttpUrl: { type: 'string', format: 'uri' },
  EmailStr: { type: 'string', format: 'email' },
  SecretStr: { type: 'string', format: 'password' },
  NonEmptyStr: { type: 'string', minLength: 1 },
  PositiveInt: { type: 'integer', exclusiveMinimum: 0 },
  NonNegativeInt: { type: 'integer', minimum: 0 },
  PositiveFloat: { type: 'number', exclusiveMinimum: 0 },
};

const SEQUENCES = new Set(['list', 'List', 'Sequence', 'Iterable', 'MutableSequence', 'Collection', 'conlist']);
const SETS = new Set(['set', 'Set', 'frozenset', 'FrozenSet', 'AbstractSet']);
const MAPPINGS = new Set(['dict', 'Dict', 'Mapping', 'MutableMapping', 'OrderedDict', 'DefaultDict']);
const WRAPPERS = new Set(['Required', 'Final', 'ReadOnly', 'SkipValidation', 'InstanceOf']);

/** Keywords of pydantic's `Field` and of JSON Schema. */
const FIELD_KEYS: Readonly<Record<string, string>> = {
  description: 'description',
  title: 'title',
  ge: 'minimum',
  gt: 'exclusiveMinimum',
  le: 'maximum',
  lt: 'exclusiveMaximum',
  multiple_of: 'multipleOf',
  min_length: 'minLength',
  max_length: 'maxLength',
  pattern: 'pattern',
  regex: 'pattern',
  examples: 'examples',
  deprecated: 'deprecated',
};

const FIELD = /^(?:Field|Query|Body|Param|field)$/u;

const ANYTHING: Typed = { schema: {}, complete: true, optional: false };
const UNKNOWN: Typed = { schema: {}, complete: false, optional: false };

/** The schema of a parameter or field: its type, and its default value or `Field(…)`. */
export function fieldSchema(
  type: Node | undefined,
  value: Node | undefined,
  module: Module,
  all: Package,
  depth = 0,
): Typed {
  const typed = type === undefined ? ANYTHING : typeSchema(type, module, all, depth);
  if (value === undefined) return typed;
  const field = fieldCall(value, module, all);
  if (field !== undefined) return withField(typed, field.node, field.module, all);
  const { json } = value.type === 'ellipsis' ? { json: undefined } : evaluate(value, module, all);
  const schema = json === undefined ? typed.schema : { ...typed.schema, default: json };
  return { ...typed, schema, optional: value.type !== 'ellipsis' };
}

/** The schema of a type annotation. */
export function typeSchema(node: Node, module: Module, all: Package, depth = 0): Typed {
  if (depth > MAX_DEPTH) return UNKNOWN;
  const next = (child: Node) => typeSchema(child, module, all, depth + 1);
  switch (node.type) {
    case 'type':
    case 'parenthesized_expression': {
      const [inner] = children(node);
      return inner === undefined ? UNKNOWN : next(inner);
    }
    case 'none':
      return known({ type: 'null' });
    case 'identifier':
    case 'attribute':
      return namedType(node, module, all, depth);
    case 'generic_type':
    case 'subscript':
      return genericType(node, module, all, depth);
    case 'union_type':
    case 'binary_operator': {
      const sides = children(node);
      return sides.length === 2 ? union(sides.map(next)) : UNKNOWN;
    }
    case 'string': {
      // A forward reference: only the plain ones are followed.
      const name = node.text.replace(/^["']|["']$/gu, '');
      return SIMPLE[name] === undefined ? forward(name, module, all, depth) : known(SIMPLE[name]);
    }
    default:
      return UNKNOWN;
  }
}

/** A call of `Field`, or a constant that is one: `REGION = Field(description=…)`. */
function fieldCall(node: Node, module: Module, all: Package): Located | undefined {
  if (node.type === 'call') return FIELD.test(calleeName(node) ?? '') ? { node, module } : undefined;
  const located = resolveDotted(node, module, all);
  const right = located?.node.type === 'assignment' ? part(located.node, 'right') : undefined;
  if (located === undefined || right?.type !== 'call' || !FIELD.test(calleeName(right) ?? '')) return undefined;
  return { node: right, module: located.module };
}

function known(schema: JsonObject): Typed {
  return { schema, complete: true, optional: false };
}

function forward(name: string, module: Module, all: Package, depth: number): Typed {
  const located = resolve(name, module, all);
  return located?.node.type === 'class_definition' ? classSchema(located, all, depth + 1) : UNKNOWN;
}

function namedType(node: Node, module: Module, all: Package, depth: number): Typed {
  const located = resolveDotted(node, module, all);
  if (located?.node.type === 'class_definition') return classSchema(located, all, depth + 1);
  const right = located?.node.type === 'assignment' ? part(located.node, 'right') : undefined;
  // `Alias = Literal["a", "b"]`
  if (located !== undefined && right !== undefined) return typeSchema(right, located.module, all, depth + 1);
  const simple = SIMPLE[dotted(node)?.at(-1) ?? ''];
  return simple === undefined ? UNKNOWN : known(simple);
}

function genericType(node: Node, module: Module, all: Package, depth: number): Typed {
  const [head, ...rest] = children(node);
  const name = dotted(head)?.at(-1) ?? '';
  const parameters = rest.flatMap((child) => (child.type === 'type_parameter' ? children(child) : [child])).map(bare);
  const next = (child: Node | undefined) => (child === undefined ? UNKNOWN : typeSchema(child, module, all, depth + 1));
  const [first, second] = parameters;
  if (name === 'Optional') return union([next(first), known({ type: 'null' })]);
  if (name === 'Union') return union(parameters.map(next));
  if (name === 'Literal') return literal(parameters, module, all);
  if (name === 'Annotated') return annotated(parameters, module, all, depth);
  if (WRAPPERS.has(name)) return next(first);
  if (name === 'NotRequired') return { ...next(first), optional: true };
  if (SEQUENCES.has(name)) return arrayOf(next(first), {});
  if (SETS.has(name)) return arrayOf(next(first), { uniqueItems: true });
  if (MAPPINGS.has(name)) {
    const value = next(second);
    return { ...value, schema: { type: 'object', additionalProperties: value.schema }, optional: false };
  }
  if (name === 'tuple' || name === 'Tuple') return tuple(parameters, next);
  return UNKNOWN;
}

/** A parameter of a generic type stands in a `type` node of its own. */
function bare(node: Node): Node {
  return node.type === 'type' ? (children(node)[0] ?? node) : node;
}

function arrayOf(items: Typed, more: JsonObject): Typed {
  return { schema: { type: 'array', ...more, items: items.schema }, complete: items.complete, optional: false };
}

function tuple(parameters: readonly Node[], next: (child: Node) => Typed): Typed {
  const [first, second] = parameters;
  if (first !== undefined && second?.type === 'ellipsis') return arrayOf(next(first), {});
  const items = parameters.map(next);
  return {
    schema: {
      type: 'array',
      prefixItems: items.map((item) => item.schema),
      minItems: items.length,
      maxItems: items.length,
    },
    complete: items.every((item) => item.complete),
    optional: false,
  };
}

function literal(parameters: readonly Node[], module: Module, all: Package): Typed {
  const values = parameters.map((one) => evaluate(one, module, all));
  const json = values.flatMap((value): Json[] => (value.json === undefined ? [] : [value.json]));
  const strings = json.every((value) => typeof value === 'string');
  return {
    schema: { ...(strings ? { type: 'string' } : {}), enum: json },
    complete: json.length === parameters.length,
    optional: false,
  };
}

function annotated(parameters: readonly Node[], module: Module, all: Package, depth: number): Typed {
  const [type, ...metadata] = parameters;
  let typed = type === undefined ? UNKNOWN : typeSchema(type, module, all, depth + 1);
  for (const one of metadata) {
    const field = fieldCall(one, module, all);
    if (field !== undefined) typed = withField(typed, field.node, field.module, all);
    else if (one.type === 'string' || one.type === 'concatenated_string') {
      const { json } = evaluate(one, module, all);
      if (typeof json === 'string') typed = { ...typed, schema: { ...typed.schema, description: json } };
    }
  }
  return typed;
}

function union(members: readonly Typed[]): Typed {
  const flat = members.flatMap((member): readonly Json[] => {
    const inner = member.schema.anyOf;
    return Array.isArray(inner) && Object.keys(member.schema).length === 1 ? inner : [member.schema];
  });
  const [only] = flat;
  const schema =
    flat.length === 1 && typeof only === 'object' && only !== null && !Array.isArray(only)
      ? members[0]?.schema
      : { anyOf: flat };
  return { schema: schema ?? {}, complete: members.every((member) => member.complete), optional: false };
}

/** Adds what `Field(default, description=…, ge=…)` says. */
function withField(typed: Typed, call: Node, module: Module, all: Package): Typed {
  const { positional, keyword, splat } = argumentsOf(call);
  const schema: { [key: string]: Json } = { ...typed.schema };
  let complete = typed.complete && !splat;
  for (const [key, target] of Object.entries(FIELD_KEYS)) {
    const node = keyword.get(key);
    if (node === undefined) continue;
    const { json } = evaluate(node, module, all);
    if (json === undefined) complete = false;
    else schema[lengthKey(target, typed.schema)] = json;
  }
  const given = positional[0] ?? keyword.get('default');
  const value = given === undefined || given.type === 'ellipsis' ? undefined : evaluate(given, module, all).json;
  if (value !== undefined) schema.default = value;
  const optional =
    typed.optional || (given !== undefined && given.type !== 'ellipsis') || keyword.has('default_factory');
  const alias = keyword.get('alias') ?? keyword.get('validation_alias');
  const name = alias === undefined ? undefined : evaluate(alias, module, all).json;
  return { schema, complete, optional, ...(typeof name === 'string' ? { alias: name } : {}) };
}

/** The length of a list counts its items. */
function lengthKey(key: string, schema: JsonObject): string {
  if (schema.type !== 'array') return key;
  return key === 'minLength' ? 'minItems' : key === 'maxLength' ? 'maxItems' : key;
}
