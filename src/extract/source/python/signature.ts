import type { Json } from '../../../model/tool.ts';
import type { Located, Package } from './package.ts';
import { children, type Node, part } from './syntax.ts';
import { fieldSchema } from './types.ts';

/** The input schema that a function's signature means. */
export interface Signature {
  readonly schema: Json;
  readonly complete: boolean;
}

/** Parameters that the framework gives and no caller sees. */
const INJECTED =
  /\b(?:Context|RequestContext|ServerSession|CurrentContext|Depends|CurrentRequest|ToolContext|RunContext)\b/u;

/** Reads the parameters of a function as FastMCP does: annotation, default, `Field`; `self` and the context are no parameters. */
export function signatureOf({ node, module }: Located, all: Package, excluded: readonly string[]): Signature {
  const list = part(node, 'parameters');
  const properties: [string, Json][] = [];
  const required: string[] = [];
  let complete = true;
  for (const [index, parameter] of (list === undefined ? [] : children(list)).entries()) {
    const read = parameterOf(parameter);
    if (read === undefined || (index === 0 && (read.name === 'self' || read.name === 'cls'))) continue;
    if (excluded.includes(read.name) || isInjected(read)) continue;
    const field = fieldSchema(read.type, read.value, module, all);
    const name = field.alias ?? read.name;
    properties.push([name, field.schema]);
    complete &&= field.complete;
    if (!field.optional) required.push(name);
  }
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
    },
    complete,
  };
}

interface Parameter {
  readonly name: string;
  readonly type: Node | undefined;
  readonly value: Node | undefined;
}

function parameterOf(node: Node): Parameter | undefined {
  switch (node.type) {
    case 'identifier':
      return { name: node.text, type: undefined, value: undefined };
    case 'typed_parameter': {
      const [name] = children(node);
      return name?.type === 'identifier' ? { name: name.text, type: part(node, 'type'), value: undefined } : undefined;
    }
    case 'default_parameter':
    case 'typed_default_parameter': {
      const name = part(node, 'name')?.text;
      return name === undefined ? undefined : { name, type: part(node, 'type'), value: part(node, 'value') };
    }
    default:
      return undefined;
  }
}

function isInjected(parameter: Parameter): boolean {
  const type = parameter.type?.text ?? '';
  // A description that speaks of a context injects nothing, so texts are left out.
  const bare = type.replace(/"[^"]*"|'[^']*'/gu, (text) => (/^["'][\w.[\] |]*["']$/u.test(text) ? text : ''));
  return (
    INJECTED.test(bare) ||
    (parameter.value?.type === 'call' && INJECTED.test(part(parameter.value, 'function')?.text ?? ''))
  );
}
