import type { Json, JsonObject } from '../../../model/tool.ts';
import { type Located, type Package, resolveDotted } from './package.ts';
import { argumentsOf, assignmentOf, calleeName, children, dotted, type Node, part, statements } from './syntax.ts';
import { cleanDoc, stringOf } from './text.ts';
import { fieldSchema, type Typed } from './types.ts';
import { evaluate } from './values.ts';

/** Models nest so deep; a deeper one, or one that holds itself, is `{}` and incomplete. */
const MAX_DEPTH = 8;

const UNKNOWN: Typed = { schema: {}, complete: false, optional: false };

type Kind = 'enum' | 'model' | 'typed-dict' | 'unknown';

/** The JSON Schema of a class: an enumeration's values, or a model's fields (pydantic, dataclass, TypedDict). */
export function classSchema(located: Located, all: Package, depth: number): Typed {
  if (depth > MAX_DEPTH) return UNKNOWN;
  switch (kindOf(located, all, 0)) {
    case 'enum':
      return enumSchema(located, all);
    case 'model':
      return modelSchema(located, all, depth, true);
    case 'typed-dict':
      return modelSchema(located, all, depth, total(located.node));
    case 'unknown':
      return UNKNOWN;
  }
}

/** The value that a class gives a name in its body. */
export function enumMember(node: Node, name: string): Node | undefined {
  for (const statement of statements(node)) {
    const assignment = assignmentOf(statement);
    if (assignment !== undefined && part(assignment, 'left')?.text === name) return part(assignment, 'right');
  }
  return undefined;
}

/** The docstring of a function or class, cleaned as Python does. */
export function docOf(node: Node): string | undefined {
  const [first] = statements(node);
  if (first?.type !== 'expression_statement') return undefined;
  const [expression] = children(first);
  if (expression?.type !== 'string' && expression?.type !== 'concatenated_string') return undefined;
  const parts = expression.type === 'string' ? [expression] : children(expression);
  return cleanDoc(parts.map((one) => stringOf(one, () => undefined).text).join(''));
}

function kindOf(located: Located, all: Package, hops: number): Kind {
  if (isDataclass(located.node)) return 'model';
  for (const base of argumentsOf(located.node).positional) {
    const name = dotted(base.type === 'subscript' ? part(base, 'value') : base)?.at(-1) ?? '';
    if (/^(?:Str|Int|)Enum$|^(?:Int|)Flag$/u.test(name)) return 'enum';
    if (name === 'BaseModel' || name === 'BaseSettings' || name === 'RootModel') return 'model';
    if (name === 'TypedDict') return 'typed-dict';
    const parent = hops < MAX_DEPTH ? resolveDotted(base, located.module, all) : undefined;
    const kind = parent?.node.type === 'class_definition' ? kindOf(parent, all, hops + 1) : 'unknown';
    if (kind !== 'unknown') return kind;
  }
  return 'unknown';
}

function isDataclass(node: Node): boolean {
  const decorators = node.parent?.type === 'decorated_definition' ? children(node.parent) : [];
  return decorators.some((one) => one.type === 'decorator' && /\bdataclass\b/u.test(one.text));
}

function total(node: Node): boolean {
  return argumentsOf(node).keyword.get('total')?.type !== 'false';
}

function enumSchema({ node, module }: Located, all: Package): Typed {
  const values: Json[] = [];
  let complete = true;
  for (const statement of statements(node)) {
    const assignment = assignmentOf(statement);
    const left = assignment === undefined ? undefined : part(assignment, 'left');
    const right = assignment === undefined ? undefined : part(assignment, 'right');
    if (left?.type !== 'identifier' || right === undefined || left.text.startsWith('_')) continue;
    const value =
      calleeName(right) === 'auto' ? { json: left.text.toLowerCase(), complete: true } : evaluate(right, module, all);
    complete &&= value.complete;
    if (value.json !== undefined) values.push(value.json);
  }
  const types = new Set(values.map((value) => (typeof value === 'number' ? 'integer' : typeof value)));
  const [type] = types;
  return {
    schema: { ...(types.size === 1 && type !== undefined ? { type } : {}), enum: values },
    complete,
    optional: false,
  };
}

interface Fields {
  readonly properties: Map<string, Json>;
  readonly required: Set<string>;
  complete: boolean;
}

function modelSchema(located: Located, all: Package, depth: number, allRequired: boolean): Typed {
  const fields: Fields = { properties: new Map(), required: new Set(), complete: true };
  collect(located, all, depth, allRequired, fields);
  const description = docOf(located.node);
  const schema: JsonObject = {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: Object.fromEntries(fields.properties),
    ...(fields.required.size === 0 ? {} : { required: [...fields.required] }),
  };
  return { schema, complete: fields.complete, optional: false };
}

/** Fields of the bases first, then the class's own. */
function collect(located: Located, all: Package, depth: number, allRequired: boolean, fields: Fields): void {
  const { node, module } = located;
  if (depth > MAX_DEPTH) return;
  for (const base of argumentsOf(node).positional) {
    const parent = resolveDotted(base, module, all);
    if (parent?.node.type === 'class_definition') collect(parent, all, depth + 1, allRequired, fields);
  }
  for (const statement of statements(node)) {
    const assignment = assignmentOf(statement);
    const left = assignment === undefined ? undefined : part(assignment, 'left');
    const type = assignment === undefined ? undefined : part(assignment, 'type');
    if (assignment === undefined || left?.type !== 'identifier' || type === undefined) continue;
    if (left.text.startsWith('_') || left.text === 'model_config' || /^ClassVar\b/u.test(type.text)) continue;
    const field = fieldSchema(type, part(assignment, 'right'), module, all, depth + 1);
    fields.properties.set(field.alias ?? left.text, field.schema);
    fields.complete &&= field.complete;
    if (!field.optional && allRequired) fields.required.add(field.alias ?? left.text);
  }
}
