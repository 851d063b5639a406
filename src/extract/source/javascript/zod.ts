import { bare, type CallNode, calleeName, memberName, type Node } from './ast.ts';
import { argsOf } from './calls.ts';
import type { Engine } from './engine.ts';
import type { Scope } from './scope.ts';
import { typeboxCall } from './typebox.ts';
import { type Env, type SchemaValue, textOf, UNKNOWN, type Value } from './values.ts';
import { propsOf } from './walk.ts';
import { AMBIGUOUS, BASES } from './zod-bases.ts';
import { CHANGES, same } from './zod-changes.ts';
import { described } from './zod-shapes.ts';

/** Functions that turn a schema into JSON Schema: the schema is the result. */
const CONVERSION = /(?:to|2)_?json_?schema|json_?schema_?(?:from|of)|^(?:convert|normalize)\w*schema/iu;

export function isSchemaConversion(name: string): boolean {
  return CONVERSION.test(name);
}

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
  const props = propsOf(engine, receiver)?.props;
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
