import { bare, type CallNode, calleeName, type NewNode, type Node } from './ast.ts';
import { callGlobal, callMethod } from './builtins.ts';
import type { Engine } from './engine.ts';
import { requiredPath } from './forms.ts';
import { nodeCall, urlBeside } from './package-files.ts';
import { toSchema } from './schema.ts';
import type { Scope } from './scope.ts';
import { choice, type Env, list, literal, type ObjectValue, textOf, UNKNOWN, type Value } from './values.ts';
import { itemsOf } from './walk.ts';
import { isSchemaConversion, schemaCall } from './zod.ts';

/** Helpers of compilers that hand a module through. */
const INTEROP = /^(?:__toESM|__importDefault|__importStar|__toCommonJS|_?interopRequire\w*|__reExport|_interop\w*)$/u;

/** The value of a call. */
export function callValue(engine: Engine, node: CallNode, scope: Scope, env: Env | undefined): Value {
  const name = calleeName(node);
  const [first] = node.arguments;
  if (name === 'require' && first !== undefined) {
    const path = requiredPath(node) ?? textOf(engine.evaluate(first, scope, env))?.text;
    return path === undefined ? UNKNOWN : engine.sources.importValue(scope.module, path, '*', engine);
  }
  if (name !== undefined && INTEROP.test(name) && first !== undefined) return engine.evaluate(first, scope, env);
  if (name !== undefined && isSchemaConversion(name) && first !== undefined) {
    const value = engine.evaluate(first, scope, env);
    // Converters are large, and give what they are given in another notation.
    if (value.kind === 'unknown') return value;
    const schema = toSchema(engine, value);
    const as = schema === undefined ? undefined : nameGiven(engine, node, scope, env);
    return schema === undefined ? UNKNOWN : as === undefined ? schema : { ...schema, as };
  }
  const schema = schemaCall(engine, node, scope, env);
  if (schema !== undefined) return schema;
  const callee = bare(node.callee);
  if (callee.type === 'Super') return UNKNOWN;
  if (callee.type === 'MemberExpression' && name !== undefined) {
    const target =
      callee.object.type === 'Super' ? engine.self(scope, env) : engine.evaluate(callee.object, scope, env);
    if (target.kind === 'global') return callGlobal(engine, `${target.path}.${name}`, argsOf(engine, node, scope, env));
    if (target.kind === 'unknown' && target.hole !== undefined) return target;
    if (name === 'call' || name === 'apply') return engine.call(target, argsOf(engine, node, scope, env).slice(1));
    if (name === 'bind' && target.kind === 'function') return target;
    const built = callMethod(engine, target, name, () => argsOf(engine, node, scope, env));
    if (built !== undefined) return built;
    const method = engine.get(target, name);
    if (method.kind === 'function' || method.kind === 'choice') {
      const result = engine.call(method, argsOf(engine, node, scope, env), target);
      return useful(result) ? result : (handedThrough(engine, node, scope, env) ?? result);
    }
    if (method.kind === 'unknown' && method.hole !== undefined) return method;
    if (method.kind === 'external') {
      const made = nodeCall(engine, method, argsOf(engine, node, scope, env));
      if (made !== undefined) return made;
    }
    return handedThrough(engine, node, scope, env) ?? (method.kind === 'external' ? method : UNKNOWN);
  }
  const target = engine.evaluate(callee, scope, env);
  if (target.kind === 'global') return callGlobal(engine, target.path, argsOf(engine, node, scope, env));
  if (target.kind === 'function' || target.kind === 'choice') {
    const result = engine.call(target, argsOf(engine, node, scope, env));
    return useful(result) ? result : (handedThrough(engine, node, scope, env) ?? result);
  }
  if (target.kind === 'unknown' && target.hole !== undefined) return target;
  if (target.kind === 'external') {
    const made = nodeCall(engine, target, argsOf(engine, node, scope, env));
    if (made !== undefined) return made;
  }
  return handedThrough(engine, node, scope, env) ?? (target.kind === 'external' ? target : UNKNOWN);
}

function useful(value: Value): boolean {
  if (value.kind === 'unknown') return value.hole !== undefined;
  return !(value.kind === 'literal' && value.value === undefined);
}

/** The name that a converter is given for the schema: `convert(schema, 'name')` or `convert(schema, { name })`. */
function nameGiven(engine: Engine, node: CallNode, scope: Scope, env: Env | undefined): string | undefined {
  const second = node.arguments[1];
  if (second === undefined) return undefined;
  const options = engine.evaluate(second, scope, env);
  return (textOf(options) ?? textOf(options.kind === 'object' ? engine.get(options, 'name') : UNKNOWN))?.text;
}

/** Names of what looks up, stores or reports what it is handed, and never gives it back. */
const KEEPS = /^(?:get|has|set|add|push|delete|includes|indexOf|log|debug|info|warn|error|emit)$/u;

/**
 * What an unknown wrapper most likely gives: `defineTool({…})` and `wrap(() => ({…}))` give the definition that they are
 * handed, with the name of `tool('name', {…})`.
 */
function handedThrough(engine: Engine, node: CallNode, scope: Scope, env: Env | undefined): Value | undefined {
  if (node.arguments.length === 0 || node.arguments.length > 3 || KEEPS.test(calleeName(node) ?? '')) return undefined;
  let name: Value | undefined;
  for (const arg of node.arguments) {
    const inner = bare(arg);
    if (inner.type === 'Literal' || inner.type === 'TemplateLiteral') name ??= engine.evaluate(inner, scope, env);
    if (
      inner.type !== 'CallExpression' &&
      inner.type !== 'ObjectExpression' &&
      inner.type !== 'ArrowFunctionExpression' &&
      inner.type !== 'FunctionExpression' &&
      inner.type !== 'Identifier'
    )
      continue;
    const value = engine.evaluate(inner, scope, env);
    if (value.kind === 'schema' && name === undefined) return value;
    const definition = describedObject(engine, value.kind === 'function' ? engine.call(value, []) : value);
    if (definition === undefined) continue;
    if (name === undefined || definition.props.has('name')) return definition;
    return { ...definition, props: new Map([...definition.props, ['name', { kind: 'value', value: name }]]) };
  }
  return undefined;
}

/** An object with a description, or one whose every property is a schema. */
function describedObject(engine: Engine, value: Value): ObjectValue | undefined {
  if (value.kind === 'choice')
    return value.options.map((option) => describedObject(engine, option)).find((found) => found !== undefined);
  if (value.kind !== 'object') return undefined;
  if (value.props.has('description')) return value;
  return value.props.size > 0 && [...value.props.values()].every((lazy) => engine.read(lazy).kind === 'schema')
    ? value
    : undefined;
}

/** The evaluated arguments of a call; a spread list gives its items. */
export function argsOf(engine: Engine, node: CallNode | NewNode, scope: Scope, env: Env | undefined): readonly Value[] {
  return node.arguments.flatMap((arg) =>
    arg.type === 'SpreadElement'
      ? itemsOf(engine.evaluate(arg.argument, scope, env)).items.map(({ value }) => value)
      : [engine.evaluate(arg, scope, env)],
  );
}

/** The value of `new X(…)`. */
export function construct(engine: Engine, node: NewNode, scope: Scope, env: Env | undefined): Value {
  const target = engine.evaluate(node.callee, scope, env);
  const args = () => argsOf(engine, node, scope, env);
  if (target.kind === 'class') return { kind: 'instance', of: target, args: args() };
  if (target.kind === 'choice') {
    return choice(
      target.options.map((option) =>
        option.kind === 'class' ? { kind: 'instance', of: option, args: args() } : UNKNOWN,
      ),
    );
  }
  if ((target.kind === 'unknown' && target.hole !== undefined) || target.kind === 'external') return target;
  if (target.kind !== 'global') return UNKNOWN;
  const [first, second] = args();
  switch (target.path) {
    case 'Set':
    case 'Array':
      return first === undefined ? list([]) : { kind: 'list', ...itemsOf(first) };
    case 'Map': {
      const { items, open } = first === undefined ? { items: [], open: false } : itemsOf(first);
      const entries = items.map(({ value, gated }) => ({
        key: engine.get(value, '0'),
        value: engine.get(value, '1'),
        gated,
      }));
      return { kind: 'map', entries: open ? [...entries, { key: UNKNOWN, value: UNKNOWN, gated: true }] : entries };
    }
    case 'URL':
      return urlBeside(first, second) ?? first ?? UNKNOWN;
    case 'String':
      return first ?? literal('');
    default:
      return UNKNOWN;
  }
}

export type { Node };
