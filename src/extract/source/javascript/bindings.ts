import { isFunction, keyName, type Node } from './ast.ts';
import { expand } from './contexts.ts';
import type { Engine } from './engine.ts';
import { sum } from './operators.ts';
import type { Binding, ItemWrite, Step, Write } from './scope.ts';
import {
  choice,
  type Env,
  type Item,
  isAbsent,
  keyText,
  type Lazy,
  list,
  literal,
  type ObjectValue,
  object,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

/** How many changes of one variable are looked at. */
const MAX_WRITES = 2_000;

/** The innermost environment that holds a scope. */
function homeOf(binding: { readonly scope: Binding['scope'] }, env: Env | undefined): Env | undefined {
  for (let at = env; at !== undefined; at = at.parent) if (at.scope.holds(binding.scope)) return at;
  return undefined;
}

/** The value of a name: its declaration, with what is assigned, pushed and merged into it anywhere. */
export function readBinding(engine: Engine, binding: Binding, env: Env | undefined): Value {
  const { source } = binding;
  switch (source.kind) {
    case 'import':
      return engine.sources.importValue(binding.scope.module, source.from, source.imported, engine);
    case 'function':
      return { kind: 'function', node: source.node, scope: binding.scope, env: homeOf(binding, env) };
    case 'class':
      return engine.evaluate(source.node, binding.scope, homeOf(binding, env));
    case 'enum':
      return enumValue(engine, source.node, binding);
    case 'caught':
      return UNKNOWN;
    case 'parameter': {
      const bound = exactly(binding, env) ?? exactly(binding, engine.ambient);
      // The item that is being written to, as it was before.
      if (bound?.item !== undefined && source.index === 0)
        return follow(engine, bound.item, source.path, binding, bound);
      if (bound?.args === undefined) return { kind: 'unknown', hole: { scope: binding.scope, binding, env } };
      const { args } = bound;
      const whole = source.rest ? list(args.slice(source.index)) : (args[source.index] ?? UNDEFINED);
      const value = follow(engine, whole, source.path, binding, bound);
      // Once for each call: what is written to a property may need the property as it was before.
      if (binding.writes.length === 0) return value;
      return engine.once(binding, bound, (soFar) => changed(engine, value, binding.writes, bound, false, soFar));
    }
    case 'loop': {
      const bound = exactly(binding, env) ?? exactly(binding, engine.ambient);
      if (bound?.item === undefined) return { kind: 'unknown', hole: { scope: binding.scope, binding, env } };
      return follow(engine, bound.item, source.path, binding, bound);
    }
    case 'variable': {
      const home =
        homeOf({ scope: source.at }, env) ?? homeOf({ scope: source.at }, engine.ambient) ?? homeOf(binding, env);
      return engine.once(binding, home, (soFar) => {
        const init = source.init === undefined ? UNDEFINED : engine.evaluate(source.init, source.at, home);
        const value = follow(engine, init, source.path, binding, home);
        return changed(engine, value, binding.writes, home, source.init !== undefined, soFar);
      });
    }
  }
}

function exactly(binding: Binding, env: Env | undefined): Env | undefined {
  for (let at = env; at !== undefined; at = at.parent) if (at.scope === binding.scope) return at;
  return undefined;
}

/** Takes the part of a value that a destructuring pattern names. */
function follow(engine: Engine, whole: Value, path: readonly Step[], binding: Binding, env: Env | undefined): Value {
  let value = whole;
  for (const step of path) {
    switch (step.kind) {
      case 'property':
        value = engine.get(value, step.name);
        continue;
      case 'index':
        value = engine.get(value, String(step.index));
        continue;
      case 'rest-from':
        value = value.kind === 'list' ? { ...value, items: value.items.slice(step.index) } : value;
        continue;
      case 'rest-of': {
        const props = propsOf(engine, value);
        if (props !== undefined)
          value = object(
            new Map([...props.props].filter(([name]) => !step.taken.includes(name))),
            undefined,
            props.open,
          );
        continue;
      }
      case 'default':
        if (
          (value.kind === 'literal' && value.value === undefined) ||
          (value.kind === 'unknown' && value.hole === undefined)
        ) {
          value = engine.evaluate(step.value, binding.scope, env);
        }
    }
  }
  return value;
}

/** Joins a value with what is written to it later, in any order: what counts is what it can hold in the end. */
export function changed(
  engine: Engine,
  first: Value,
  writes: readonly Write[],
  env: Env | undefined,
  declared: boolean,
  soFar?: (value: Value) => void,
): Value {
  if (writes.length === 0) return first;
  soFar?.(first);
  const assigned: Value[] = declared && !isAbsent(first) ? [first] : [];
  for (const write of writes.slice(0, 16)) {
    if (write.kind === 'assign' && !isExcluded(engine, write, env))
      assigned.push(engine.evaluate(write.site.node, write.site.scope, env));
  }
  const useful = assigned.filter((value) => !isAbsent(value));
  let value = useful.length === 0 ? first : choice(useful);
  for (const write of writes.slice(0, MAX_WRITES)) {
    // A test around a write may ask for what was written before.
    soFar?.(value);
    value = written(engine, value, write, env);
  }
  return value;
}

function written(engine: Engine, value: Value, write: Write, env: Env | undefined): Value {
  if (isExcluded(engine, write, env)) return value;
  switch (write.kind) {
    case 'assign':
      return value;
    case 'grow':
      return grown(engine, value, write, env);
    case 'push':
      if (value.kind !== 'list') return value;
      return { ...value, items: [...value.items, ...write.args.flatMap((arg) => pushed(engine, arg, write, env))] };
    case 'set': {
      const [key, content] = write.args;
      if (value.kind !== 'map' || key === undefined || content === undefined) return value;
      const both = expandPair(engine, key, content, write, env);
      return {
        ...value,
        entries: [...value.entries, ...both.map((pair) => ({ ...pair, gated: isGated(engine, write, env) }))],
      };
    }
    case 'member':
      return value.kind === 'object' ? withMember(engine, value, write.key, write, env) : value;
    case 'merge': {
      if (value.kind !== 'object') return value;
      const props = new Map(value.props);
      for (const arg of write.args) {
        for (const [name, lazy] of propsOf(engine, engine.evaluate(arg, write.site.scope, env))?.props ?? [])
          props.set(name, lazy);
      }
      return { ...value, props };
    }
    case 'getters':
      return value.kind === 'object' && value.props.size === 0 ? withGetters(value, write, env) : value;
  }
}

/** A text or a number with what is added to it, by every turn of a loop around the place. */
function grown(engine: Engine, first: Value, write: Write, env: Env | undefined): Value {
  let value = first;
  for (const added of expand(engine, write.site.node, write.site.scope, env)) {
    const passes = write.site.guards.map((guard) => engine.passes(guard, added.env));
    if (passes.includes(false)) continue;
    const more = sum(value, added.value);
    value = passes.includes(undefined) ? choice([value, more]) : more;
  }
  return value;
}

/** `__export(namespace, { name: () => value })` of bundles. */
function withGetters(
  value: ObjectValue,
  write: Extract<Write, { args: readonly Node[] }>,
  env: Env | undefined,
): ObjectValue {
  const [getters] = write.args;
  if (getters?.type !== 'ObjectExpression') return value;
  const props = new Map<string, Lazy>();
  for (const property of getters.properties) {
    if (property.type !== 'Property' || !isFunction(property.value) || property.value.params.length > 0) return value;
    const name = keyName(property.key, property.computed);
    if (name !== undefined) props.set(name, { kind: 'getter', node: property.value, scope: write.site.scope, env });
  }
  return { ...value, props };
}

function withMember(
  engine: Engine,
  value: ObjectValue,
  key: string | Node,
  write: Write,
  env: Env | undefined,
): ObjectValue {
  const props = new Map(value.props);
  if (typeof key === 'string') {
    const before = props.get(key);
    const gated = isGated(engine, write, env);
    // What only a condition writes over is, most likely, as it was.
    if (before !== undefined && gated) return value;
    props.set(key, { kind: 'node', node: write.site.node, scope: write.site.scope, env, before });
    return gated ? { ...value, props, gated: new Set([...value.gated, key]) } : { ...value, props };
  }
  let { open } = value;
  for (const pair of expandPair(engine, key, write.site.node, write, env)) {
    const name = keyText(pair.key);
    if (name !== undefined) props.set(name, { kind: 'value', value: pair.value });
    else open = true;
  }
  return { ...value, props, open };
}

/** An object with what a loop over its list writes to each item. */
export function withItemWrites(
  engine: Engine,
  first: ObjectValue,
  writes: readonly ItemWrite[] | undefined,
  env: Env | undefined,
): ObjectValue {
  let value = first;
  for (const { write, scope } of writes ?? []) {
    const turn: Env = { scope, parent: env, item: value };
    if (!isExcluded(engine, write, turn)) value = withMember(engine, value, write.key, write, turn);
  }
  return value;
}

function isExcluded(engine: Engine, write: Write, env: Env | undefined): boolean {
  return write.site.guards.some((guard) => engine.excludes(guard, env));
}

function isGated(engine: Engine, write: Write, env: Env | undefined): boolean {
  return write.site.guards.some((guard) => engine.passes(guard, env) !== true);
}

function pushed(engine: Engine, arg: Node, write: Write, env: Env | undefined): readonly Item[] {
  const gated = isGated(engine, write, env);
  if (arg.type === 'SpreadElement') {
    return expand(engine, arg.argument, write.site.scope, env).flatMap(({ value }) =>
      itemsOf(value).items.map((item) => ({ value: item.value, gated: gated || item.gated })),
    );
  }
  return expand(engine, arg, write.site.scope, env).map(({ value }) => ({ value, gated }));
}

function expandPair(
  engine: Engine,
  key: Node,
  content: Node,
  write: Write,
  env: Env | undefined,
): readonly { readonly key: Value; readonly value: Value }[] {
  const { scope } = write.site;
  return expand(engine, key, scope, env).flatMap((found) =>
    expand(engine, content, scope, found.env)
      .slice(0, 1)
      .map(({ value }) => ({ key: found.value, value })),
  );
}

function enumValue(engine: Engine, node: Node, binding: Binding): Value {
  if (node.type !== 'TSEnumDeclaration') return UNKNOWN;
  const props = new Map<string, Lazy>();
  for (const [index, member] of node.body.members.entries()) {
    const name = keyName(member.id, member.computed);
    if (name === undefined) continue;
    const value =
      member.initializer === null ? literal(index) : engine.evaluate(member.initializer, binding.scope, undefined);
    props.set(name, { kind: 'value', value });
  }
  return object(props);
}
