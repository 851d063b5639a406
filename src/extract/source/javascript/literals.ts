import { bare, isFunction, keyName, type Node } from './ast.ts';
import type { Engine } from './engine.ts';
import type { Scope } from './scope.ts';
import { MAX_TEXT } from './text-methods.ts';
import {
  asText,
  type Env,
  type Hole,
  type Item,
  keyText,
  type Lazy,
  type ListValue,
  literal,
  type ObjectValue,
  truth,
  UNKNOWN,
  type Value,
} from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

/** Items of one list; lists that are spread into each other double. */
const MAX_ITEMS = 20_000;

/** The value of a literal. */
export function literalOf(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return literal(value);
  return UNKNOWN;
}

/** A template with what is known of its holes. */
export function template(
  engine: Engine,
  node: Extract<Node, { type: 'TemplateLiteral' }>,
  scope: Scope,
  env: Env | undefined,
): Value {
  let text = '';
  let dynamic = false;
  for (const [index, quasi] of node.quasis.entries()) {
    text += quasi.value.cooked ?? quasi.value.raw;
    const expression = node.expressions[index];
    if (expression === undefined) continue;
    const part = asText(engine.evaluate(expression, scope, env));
    if (part.hole !== undefined) return { kind: 'unknown', hole: part.hole };
    text += part.text;
    dynamic ||= part.dynamic;
    if (text.length > MAX_TEXT) return UNKNOWN;
  }
  return literal(text, dynamic);
}

/** A tagged template: tags take indentation off, as far as descriptions go. */
export function tagged(
  engine: Engine,
  node: Extract<Node, { type: 'TaggedTemplateExpression' }>,
  scope: Scope,
  env: Env | undefined,
): Value {
  const whole = template(engine, node.quasi, scope, env);
  if (whole.kind !== 'literal' || typeof whole.value !== 'string') return whole;
  return literal(dedent(whole.value), whole.dynamic);
}

/** An object literal; its properties are read when they are asked for. */
export function objectLiteral(
  engine: Engine,
  node: Extract<Node, { type: 'ObjectExpression' }>,
  scope: Scope,
  env: Env | undefined,
): ObjectValue {
  const props = new Map<string, Lazy>();
  const gated = new Set<string>();
  const own = engine.here(env);
  let open = false;
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const conditional = isOpenChoice(engine, bare(property.argument), scope, env);
      const values = engine.evaluate(property.argument, scope, env);
      for (const value of values.kind === 'choice' ? values.options : [values]) {
        const spread = propsOf(engine, value);
        open ||= spread === undefined ? value.kind === 'unknown' || value.kind === 'external' : spread.open;
        for (const [name, lazy] of spread?.props ?? []) {
          props.delete(name);
          props.set(name, lazy);
          if (conditional) gated.add(name);
        }
      }
      continue;
    }
    const name = keyName(property.key, property.computed) ?? keyText(engine.evaluate(property.key, scope, env));
    if (name === undefined) {
      open = true;
      continue;
    }
    props.delete(name);
    const value = bare(property.value);
    if (property.kind === 'get' && isFunction(value)) props.set(name, { kind: 'getter', node: value, scope, env });
    else if (property.kind !== 'set') props.set(name, { kind: 'node', node: property.value, scope, env: own });
  }
  return { kind: 'object', props, open, at: { module: scope.module, offset: node.start }, gated };
}

/** Whether an expression takes one of several values, and it is not known which. */
function isOpenChoice(engine: Engine, node: Node, scope: Scope, env: Env | undefined): boolean {
  if (node.type === 'LogicalExpression') return truth(engine.evaluate(node.left, scope, env)) === undefined;
  return node.type === 'ConditionalExpression' && truth(engine.evaluate(node.test, scope, env)) === undefined;
}

/** An array literal with what is spread into it. */
export function arrayLiteral(
  engine: Engine,
  node: Extract<Node, { type: 'ArrayExpression' }>,
  scope: Scope,
  env: Env | undefined,
): ListValue {
  const items: Item[] = [];
  let open = false;
  let hole: Hole | undefined;
  for (const element of node.elements) {
    if (element === null) continue;
    if (element.type !== 'SpreadElement') {
      items.push({ value: engine.evaluate(element, scope, env), gated: false });
      continue;
    }
    const argument = bare(element.argument);
    const spread = itemsOf(engine.evaluate(argument, scope, env));
    const conditional = isOpenChoice(engine, argument, scope, env);
    if (items.length + spread.items.length > MAX_ITEMS) return { kind: 'list', items, open: true };
    open ||= spread.open;
    hole ??= spread.hole;
    for (const item of spread.items) items.push({ value: item.value, gated: item.gated || conditional });
  }
  return { kind: 'list', items, open, hole };
}

/** Takes the common indentation off, as `dedent` tags do. White space does not count when descriptions are compared. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const common = indents.length === 0 ? 0 : Math.min(...indents);
  return lines
    .map((line, index) => (index === 0 ? line : line.slice(common)))
    .join('\n')
    .trim();
}
