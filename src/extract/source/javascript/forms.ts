import { bare, calleeName, keyName, memberName, type Node } from './ast.ts';
import type { Scope } from './scope.ts';

/** The object literals that a value is, or that a call is handed, directly or as what a function gives back. */
export function literalsIn(node: Node): readonly Node[] {
  const inner = bare(node);
  if (inner.type === 'ObjectExpression') return [inner];
  if (inner.type !== 'CallExpression' && inner.type !== 'NewExpression') return [];
  return inner.arguments.flatMap((arg) => {
    const value = bare(arg);
    if (value.type === 'ArrowFunctionExpression' && value.body.type !== 'BlockStatement') return literalsIn(value.body);
    return value.type === 'ObjectExpression' ? [value] : [];
  });
}

/** `void 0`, also as what is assigned on and on: `exports.a = exports.b = void 0`. */
export function isVoid(node: Node): boolean {
  return (
    (node.type === 'UnaryExpression' && node.operator === 'void') ||
    (node.type === 'AssignmentExpression' && isVoid(node.right))
  );
}

/** `exports` or `module.exports` of a CommonJS module. */
export function isExportsObject(node: Node, scope: Scope): boolean {
  if (node.type === 'Identifier') return node.name === 'exports' && scope.lookup('exports') === undefined;
  return (
    node.type === 'MemberExpression' &&
    memberName(node) === 'exports' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    scope.lookup('module') === undefined
  );
}

/** The path of `require('path')`, also inside an interop helper. */
export function requiredPath(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const [first] = node.arguments;
  if (first === undefined) return undefined;
  if (calleeName(node) === 'require' && first.type === 'Literal' && typeof first.value === 'string') return first.value;
  return node.arguments.length <= 2 ? requiredPath(bare(first)) : undefined;
}

const SCHEMA_KEYS = new Set([
  'inputSchema',
  'input_schema',
  'parameters',
  'schema',
  'inputs',
  'paramsSchema',
  'argsSchema',
  'zodSchema',
  'argsShape',
  'params',
  'args',
  'arguments',
]);

/** An object literal with a description, and a name or something like a schema. */
export function looksLikeDefinition(node: Extract<Node, { type: 'ObjectExpression' }>): boolean {
  let described = false;
  let named = false;
  for (const property of node.properties) {
    if (property.type !== 'Property') continue;
    const key = keyName(property.key, property.computed);
    if (key === 'description') described = true;
    else if (key !== undefined && (key === 'name' || SCHEMA_KEYS.has(key))) named = true;
  }
  return described && named;
}
