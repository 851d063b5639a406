import type { Node } from './ast.ts';
import type { Engine } from './engine.ts';
import type { Scope } from './scope.ts';
import { MAX_TEXT } from './text-methods.ts';
import {
  asText,
  choice,
  type Env,
  keyText,
  literal,
  textOf,
  truth,
  UNDEFINED,
  UNKNOWN,
  type Value,
  zodClass,
} from './values.ts';

/** `a && b`, `a || b`, `a ?? b`: one side where that is sure, else the likely one. */
export function logical(
  engine: Engine,
  node: Extract<Node, { type: 'LogicalExpression' }>,
  scope: Scope,
  env: Env | undefined,
): Value {
  const left = engine.evaluate(node.left, scope, env);
  const answer = truth(left);
  const right = () => engine.evaluate(node.right, scope, env);
  if (left.kind === 'setting' && node.operator === '&&') {
    const then = right();
    return left.likely || then.kind !== 'setting' ? then : left;
  }
  if (node.operator === '&&') return answer === false ? left : answer === true ? right() : choice([right()]);
  if (left.kind === 'setting') return left.likely ? left : right();
  if (node.operator === '??') {
    if (left.kind === 'literal') return left.value === undefined || left.value === null ? right() : left;
    if (answer === true) return left;
  } else if (answer === true) return left;
  else if (answer === false) return right();
  if (left.kind === 'unknown' && left.hole !== undefined) return left;
  if (left.kind === 'unknown' || left.kind === 'external') return right();
  return left.kind === 'choice' ? left : choice([left, right()]);
}

/** `a + b`, comparisons and sums of what is known. */
export function binary(
  engine: Engine,
  node: Extract<Node, { type: 'BinaryExpression' }>,
  scope: Scope,
  env: Env | undefined,
): Value {
  const left = engine.evaluate(node.left, scope, env);
  const right = engine.evaluate(node.right, scope, env);
  if (node.operator === '+') return sum(left, right);
  if (node.operator === 'in') return isIn(left, right);
  if (node.operator === 'instanceof') return isInstance(left, right);
  if (left.kind === 'setting' || right.kind === 'setting') {
    // Compared with something, an unset setting is different from it.
    const known = left.kind === 'setting' ? right : left;
    const same = known.kind === 'literal' && (known.value === undefined || known.value === null);
    if (node.operator.startsWith('===') || node.operator === '==') return { kind: 'setting', likely: same };
    if (node.operator.startsWith('!=')) return { kind: 'setting', likely: !same };
    return { kind: 'setting', likely: false };
  }
  if (left.kind !== 'literal' || right.kind !== 'literal' || left.dynamic || right.dynamic) {
    const hole = [left, right].find((side) => side.kind === 'unknown' && side.hole !== undefined);
    return hole ?? UNKNOWN;
  }
  return compare(node.operator, left.value, right.value);
}

/** `a = b` and `a += b`. */
export function assignment(
  engine: Engine,
  node: Extract<Node, { type: 'AssignmentExpression' }>,
  scope: Scope,
  env: Env | undefined,
): Value {
  const right = engine.evaluate(node.right, scope, env);
  return node.operator === '+=' ? sum(engine.evaluate(node.left, scope, env), right) : right;
}

/** `a + b` of numbers, and of texts as far as they are known. */
export function sum(left: Value, right: Value): Value {
  if (
    left.kind === 'literal' &&
    right.kind === 'literal' &&
    typeof left.value === 'number' &&
    typeof right.value === 'number'
  ) {
    return literal(left.value + right.value);
  }
  const [a, b] = [asText(left), asText(right)];
  if (a.hole !== undefined || b.hole !== undefined) return { kind: 'unknown', hole: a.hole ?? b.hole };
  if (textOf(left) === undefined && textOf(right) === undefined) return UNKNOWN;
  const text = a.text + b.text;
  return text.length > MAX_TEXT ? UNKNOWN : literal(text, a.dynamic || b.dynamic);
}

/** `'key' in object`, where all keys are known. */
function isIn(key: Value, value: Value): Value {
  const hole = [key, value].find((side) => side.kind === 'unknown' && side.hole !== undefined);
  if (hole !== undefined) return hole;
  const name = keyText(key);
  if (name === undefined || value.kind !== 'object') return UNKNOWN;
  if (value.props.has(name)) return value.gated.has(name) ? UNKNOWN : literal(true);
  return value.open ? UNKNOWN : literal(false);
}

/** `schema instanceof z.ZodObject`. Of other classes nothing is said. */
function isInstance(value: Value, of: Value): Value {
  if (value.kind === 'unknown') return value;
  const name = of.kind === 'external' ? of.path.at(-1) : of.kind === 'class' ? of.node.id?.name : undefined;
  const own = value.kind === 'schema' ? zodClass(value) : undefined;
  return name?.startsWith('Zod') !== true || own === undefined ? UNKNOWN : literal(own === name);
}

/** `!x`, `-x`, `typeof x`, `void x`. */
export function unary(
  engine: Engine,
  node: Extract<Node, { type: 'UnaryExpression' }>,
  scope: Scope,
  env: Env | undefined,
): Value {
  const value = engine.evaluate(node.argument, scope, env);
  const answer = truth(value);
  if (node.operator === '!') {
    if (value.kind === 'setting') return { kind: 'setting', likely: !value.likely };
    return answer === undefined ? (value.kind === 'unknown' ? value : UNKNOWN) : literal(!answer);
  }
  if (node.operator === 'void') return UNDEFINED;
  if (node.operator === '-' && value.kind === 'literal' && typeof value.value === 'number')
    return literal(-value.value);
  return node.operator === 'typeof' ? typeName(value) : UNKNOWN;
}

/** What `typeof` says of a value. */
function typeName(value: Value): Value {
  switch (value.kind) {
    case 'literal':
      return literal(value.value === null ? 'object' : typeof value.value);
    case 'function':
    case 'class':
      return literal('function');
    case 'object':
    case 'list':
    case 'map':
    case 'schema':
    case 'instance':
      return literal('object');
    default:
      return value.kind === 'unknown' ? value : UNKNOWN;
  }
}

function compare(operator: string, left: string | number | boolean | null | undefined, right: typeof left): Value {
  switch (operator) {
    case '===':
    case '==':
      return literal(left === right);
    case '!==':
    case '!=':
      return literal(left !== right);
    default:
      return typeof left === 'number' && typeof right === 'number' ? calculated(operator, left, right) : UNKNOWN;
  }
}

function calculated(operator: string, left: number, right: number): Value {
  switch (operator) {
    case '*':
      return literal(left * right);
    case '/':
      return literal(left / right);
    case '-':
      return literal(left - right);
    case '<':
      return literal(left < right);
    case '>':
      return literal(left > right);
    case '<=':
      return literal(left <= right);
    case '>=':
      return literal(left >= right);
    default:
      return UNKNOWN;
  }
}
