import {
  type ArrowFunctionExpression,
  type Class,
  type Node,
  type Function as PlainFunction,
  type Program,
  visitorKeys,
} from 'oxc-parser';

export type { Node, Program };

/** A node that makes a function. */
export type FunctionNode = ArrowFunctionExpression | PlainFunction;
/** A node that makes a class. */
export type ClassNode = Class;
/** A call of a function. */
export type CallNode = Extract<Node, { type: 'CallExpression' }>;
/** `a.b` and `a[b]`. */
export type MemberNode = Extract<Node, { type: 'MemberExpression' }>;
/** A `new` expression. */
export type NewNode = Extract<Node, { type: 'NewExpression' }>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The direct children of a node, in the order of the source. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key);
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

/** Whether a node is a function of any form. */
export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration'
  );
}

/** The name of a property key that is written out: `a`, `'a'`, `1`. Undefined for a computed one. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'Identifier' && !computed) return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Literal')
    return typeof key.value === 'string' || typeof key.value === 'number' ? String(key.value) : undefined;
  return undefined;
}

/** The property name of `x.name` and `x['name']`. */
export function memberName(node: Node): string | undefined {
  return node.type === 'MemberExpression' ? keyName(node.property, node.computed) : undefined;
}

/** Takes off what changes nothing at run time: parentheses, type assertions, optional chains, `await`, `(0, f)`. */
export function bare(node: Node): Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ChainExpression':
        inner = inner.expression;
        continue;
      case 'AwaitExpression':
        inner = inner.argument;
        continue;
      case 'SequenceExpression': {
        const last = inner.expressions.at(-1);
        if (last === undefined) return inner;
        inner = last;
        continue;
      }
      default:
        return inner;
    }
  }
}

/** The last name of what is called: `f` of `f()`, `a.f()` and `(0, a.f)()`. */
export function calleeName(call: CallNode | NewNode): string | undefined {
  const callee = bare(call.callee);
  return callee.type === 'Identifier' ? callee.name : memberName(callee);
}

/** Whether a node is a class. */
export function isClass(node: Node): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

/** Whether a statement ends a function or a turn without a fault: `return;`, or a block that closes with `continue;`. */
export function turnsAway(statement: Node): boolean {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement;
  return last?.type === 'ReturnStatement' || last?.type === 'ContinueStatement';
}

/** Whether what stands behind a statement of a `case` is not reached from it. */
export function leaves(statement: Node): boolean {
  switch (statement.type) {
    case 'BreakStatement':
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'ContinueStatement':
      return true;
    case 'BlockStatement':
      return statement.body.some(leaves);
    default:
      return false;
  }
}
