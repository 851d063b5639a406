import { isFunction, keyName } from './ast.ts';
import { changed } from './bindings.ts';
import { nameOfClass } from './classes.ts';
import type { Engine } from './engine.ts';
import {
  type ClassValue,
  choice,
  type Env,
  type InstanceValue,
  type Lazy,
  literal,
  object,
  textOf,
  UNDEFINED,
  UNKNOWN,
  type Value,
  zodClass,
} from './values.ts';

/** How long a chain of classes may be. */
const MAX_CLASSES = 12;

/** The value of `value.name`. */
export function readMember(engine: Engine, value: Value, name: string): Value {
  switch (value.kind) {
    case 'object': {
      const lazy = value.props.get(name);
      if (lazy !== undefined) return engine.read(lazy);
      if (name === 'default' && value.props.size > 0) return value;
      return value.open ? UNKNOWN : UNDEFINED;
    }
    case 'list': {
      if (name === 'length') return value.open ? UNKNOWN : literal(value.items.length);
      return /^\d+$/u.test(name) ? (value.items[Number(name)]?.value ?? UNKNOWN) : UNKNOWN;
    }
    case 'map':
      return name === 'size' ? literal(value.entries.length) : UNKNOWN;
    case 'namespace':
      return engine.sources.exportValue(value.module, name, engine);
    case 'external':
      return { ...value, path: [...value.path, name] };
    case 'global':
      if (value.path === 'process.env') return { kind: 'setting', likely: false };
      return value.path.length > 60 ? UNKNOWN : { kind: 'global', path: `${value.path}.${name}` };
    case 'instance':
      return readInstance(engine, value, value.of, value.args, name, 0);
    case 'class':
      return readStatic(engine, value, name, 0);
    case 'schema':
      return readSchema(value, name);
    case 'choice':
      return choice(value.options.map((option) => readMember(engine, option, name)));
    case 'function':
      return name === 'name' && value.node.id !== null
        ? literal(value.node.id.name)
        : name === 'default'
          ? value
          : UNKNOWN;
    case 'literal':
      return name === 'length' && typeof value.value === 'string'
        ? literal(value.value.length)
        : value.value === undefined || value.value === null
          ? UNKNOWN
          : UNDEFINED;
    case 'setting':
      return UNKNOWN;
    case 'pattern':
      return UNKNOWN;
    case 'unknown':
      return value;
  }
}

function readSchema(value: Extract<Value, { kind: 'schema' }>, name: string): Value {
  switch (name) {
    case 'shape':
      return value.shape === undefined
        ? UNKNOWN
        : object(new Map<string, Lazy>([...value.shape].map(([key, shape]) => [key, { kind: 'value', value: shape }])));
    case 'element':
      return value.inner ?? UNKNOWN;
    case 'description':
      return typeof value.json.description === 'string' ? literal(value.json.description) : UNDEFINED;
    case 'value': {
      const only = value.json.const;
      return only === undefined ? UNKNOWN : fromJson(only);
    }
    case 'options':
    case 'enum':
    case 'values':
    case 'Values': {
      const texts = Array.isArray(value.json.enum) ? value.json.enum.filter((text) => typeof text === 'string') : [];
      if (texts.length === 0) return UNKNOWN;
      if (name === 'options')
        return { kind: 'list', items: texts.map((text) => ({ value: literal(text), gated: false })), open: false };
      return object(new Map<string, Lazy>(texts.map((text) => [text, { kind: 'value', value: literal(text) }])));
    }
    case 'definitions':
    case '$defs':
      return value.as === undefined
        ? fromJson(value.json[name])
        : object(new Map<string, Lazy>([[value.as, { kind: 'value', value }]]));
    case 'typeName': {
      const name = zodClass(value);
      return name === undefined ? UNKNOWN : literal(name);
    }
    // What a refinement, a transformation or an optional schema was made of.
    case 'innerType':
      return { ...value, optional: false };
    case 'sourceType':
    case '_def':
    case 'def':
    case '_zod':
      return value;
    default: {
      // A JSON Schema that was written as a literal or made by TypeBox is read like the object it is.
      const part = value.json[name];
      if (part !== undefined) return fromJson(part);
      return name === 'schema' && value.shape !== undefined ? value : UNKNOWN;
    }
  }
}

/** A JSON value as a value of ours. */
export function fromJson(json: unknown): Value {
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean')
    return literal(json);
  if (Array.isArray(json))
    return { kind: 'list', items: json.map((item: unknown) => ({ value: fromJson(item), gated: false })), open: false };
  if (typeof json !== 'object') return UNKNOWN;
  return object(
    new Map<string, Lazy>(Object.entries(json).map(([key, part]) => [key, { kind: 'value', value: fromJson(part) }])),
  );
}

function superOf(engine: Engine, of: ClassValue): Value | undefined {
  const { superClass } = of.node;
  if (superClass === null || of.scope.parent === undefined) return undefined;
  return engine.evaluate(superClass, of.scope.parent, of.env);
}

function readInstance(
  engine: Engine,
  self: InstanceValue,
  of: ClassValue,
  args: readonly Value[] | undefined,
  name: string,
  level: number,
): Value {
  if (name === 'constructor') return self.of;
  const env: Env = { scope: of.scope, parent: of.env, self };
  const writes = of.scope.thisWrites.get(name) ?? [];
  const build = constructorOf(of);
  const buildScope = build === undefined ? undefined : of.scope.module.scopes.get(build);
  const inside: Env = buildScope === undefined || args === undefined ? env : { scope: buildScope, parent: env, args };
  for (const member of of.node.body.body) {
    if (
      member.type === 'StaticBlock' ||
      !('key' in member) ||
      member.static ||
      keyName(member.key, member.computed) !== name
    )
      continue;
    if (member.type === 'PropertyDefinition' && member.value !== null) {
      const value = engine.evaluate(member.value, of.scope, env);
      return writes.length === 0 ? value : changed(engine, value, writes, inside, true);
    }
    if (member.type === 'MethodDefinition' && isFunction(member.value) && member.kind !== 'set') {
      const method: Value = { kind: 'function', node: member.value, scope: of.scope, env };
      return member.kind === 'get' ? engine.call(method, [], self) : method;
    }
  }
  if (writes.length > 0) {
    const value = changed(engine, UNDEFINED, writes, inside, false);
    if (value.kind !== 'literal' || value.value !== undefined) return value;
  }
  const above = level < MAX_CLASSES ? superOf(engine, of) : undefined;
  if (above?.kind !== 'class') return above === undefined ? UNDEFINED : UNKNOWN;
  return readInstance(engine, self, above, superArgs(engine, of, args, inside), name, level + 1);
}

function constructorOf(of: ClassValue) {
  for (const member of of.node.body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor' && isFunction(member.value))
      return member.value;
  }
  return undefined;
}

/** The arguments of `super(…)` in a constructor; a class without one hands its own on. */
function superArgs(
  engine: Engine,
  of: ClassValue,
  args: readonly Value[] | undefined,
  inside: Env,
): readonly Value[] | undefined {
  const build = constructorOf(of);
  if (build === undefined) return args;
  const scope = of.scope.module.scopes.get(build);
  for (const statement of build.body?.type === 'BlockStatement' ? build.body.body : []) {
    if (statement.type !== 'ExpressionStatement' || scope === undefined) continue;
    const call = statement.expression;
    if (call.type !== 'CallExpression' || call.callee.type !== 'Super') continue;
    const [first] = call.arguments;
    // `super(...arguments)` hands everything on.
    if (first?.type === 'SpreadElement') return args;
    return call.arguments.map((arg) => engine.evaluate(arg, scope, inside));
  }
  return args;
}

function readStatic(engine: Engine, of: ClassValue, name: string, level: number): Value {
  const env: Env = { scope: of.scope, parent: of.env, self: of };
  for (const member of of.node.body.body) {
    if (
      member.type === 'StaticBlock' ||
      !('key' in member) ||
      !member.static ||
      keyName(member.key, member.computed) !== name
    )
      continue;
    if (member.type === 'PropertyDefinition' && member.value !== null)
      return engine.evaluate(member.value, of.scope, env);
    if (member.type === 'MethodDefinition' && isFunction(member.value) && member.kind !== 'set') {
      const method: Value = { kind: 'function', node: member.value, scope: of.scope, env };
      return member.kind === 'get' ? engine.call(method, [], of) : method;
    }
  }
  const writes = (of.scope.thisWrites.get(name) ?? []).filter((write) => write.kind === 'assign');
  if (writes.length > 0) return changed(engine, UNDEFINED, writes, env, false);
  const own = nameOfClass(of.scope);
  const outside = own === undefined ? [] : (of.scope.parent?.lookup(own)?.writes ?? []);
  for (const write of outside) {
    if (write.kind === 'member' && write.key === name) return engine.at(write.site, of.env);
  }
  if (name === 'name') return of.node.id === null ? UNKNOWN : literal(of.node.id.name);
  if (name === 'prototype') return { kind: 'instance', of, args: undefined };
  const above = level < MAX_CLASSES ? superOf(engine, of) : undefined;
  return above?.kind === 'class' ? readStatic(engine, above, name, level + 1) : UNKNOWN;
}

/** The text of a property, without a mark for holes. */
export function textMember(engine: Engine, value: Value, name: string): string | undefined {
  return textOf(readMember(engine, value, name))?.text;
}
