import type { Json, JsonObject } from '../../../model/tool.ts';
import { classSchema, enumMember } from './classes.ts';
import { enclosing, type Located, type Module, type Package, resolve, resolveDotted } from './package.ts';
import { argumentsOf, assignmentOf, calleeName, children, dotted, type Node, part, statements } from './syntax.ts';
import { cleanDoc, HOLE, stringOf } from './text.ts';

/** A value that was read without running the code. */
export interface Value {
  /** Undefined when it is not known at all. */
  readonly json?: Json;
  /** A text in it holds run-time values. */
  readonly dynamic: boolean;
  /** False when a part of it is not known. */
  readonly complete: boolean;
}

/** Expressions are followed so deep. */
const MAX_DEPTH = 24;

const UNKNOWN: Value = { dynamic: false, complete: false };

/** Evaluates a constant expression: literals, concatenation, names, enum members, schemas of models. Anything else is unknown. */
export function evaluate(node: Node, module: Module, all: Package, depth = 0): Value {
  if (depth > MAX_DEPTH) return UNKNOWN;
  const next = (child: Node | undefined) => (child === undefined ? UNKNOWN : evaluate(child, module, all, depth + 1));
  switch (node.type) {
    case 'string': {
      const { text, dynamic } = stringOf(node, (expression) => {
        const { json } = evaluate(expression, module, all, depth + 1);
        return typeof json === 'string' || typeof json === 'number' ? String(json) : undefined;
      });
      return { json: text, dynamic, complete: true };
    }
    case 'concatenated_string':
      return joined(children(node).map(next));
    case 'parenthesized_expression':
    case 'expression_statement':
    case 'type':
      return next(children(node)[0]);
    case 'integer':
    case 'float':
      return constant(Number(node.text.replaceAll('_', '')));
    case 'true':
      return constant(true);
    case 'false':
      return constant(false);
    case 'none':
      return constant(null);
    case 'unary_operator': {
      const { json } = next(part(node, 'argument'));
      return typeof json === 'number' && node.text.startsWith('-') ? constant(-json) : UNKNOWN;
    }
    case 'binary_operator':
      return operation(node, next(part(node, 'left')), next(part(node, 'right')));
    case 'conditional_expression':
      return { ...next(children(node)[0]), dynamic: true };
    case 'list':
    case 'tuple':
    case 'set':
      return listValue(children(node), next);
    case 'dictionary':
      return dictionaryValue(children(node), next);
    case 'identifier':
      return named(node, module, all, depth);
    case 'attribute':
      return attribute(node, module, all, depth);
    case 'call':
      return called(node, module, all, depth);
    default:
      return UNKNOWN;
  }
}

function constant(json: Json): Value {
  return { json, dynamic: false, complete: true };
}

function joined(values: readonly Value[]): Value {
  const texts = values.map((value) => (typeof value.json === 'string' ? value.json : HOLE));
  const dynamic = values.some((value) => value.dynamic || typeof value.json !== 'string');
  return { json: texts.join(''), dynamic, complete: true };
}

function operation(node: Node, left: Value, right: Value): Value {
  const operator = node.childForFieldName('operator')?.text;
  if (operator === '+') {
    if (Array.isArray(left.json) && Array.isArray(right.json)) {
      return {
        json: [...left.json, ...right.json],
        dynamic: left.dynamic || right.dynamic,
        complete: left.complete && right.complete,
      };
    }
    if (typeof left.json === 'string' || typeof right.json === 'string') return joined([left, right]);
  }
  if (operator === '%' && typeof left.json === 'string') {
    return { json: left.json.replace(/%(?:\(\w+\))?[sdrf]/gu, HOLE), dynamic: true, complete: true };
  }
  if (operator === '|' && isObject(left.json) && isObject(right.json)) {
    return {
      json: { ...left.json, ...right.json },
      dynamic: left.dynamic || right.dynamic,
      complete: left.complete && right.complete,
    };
  }
  return UNKNOWN;
}

function listValue(items: readonly Node[], next: (child: Node | undefined) => Value): Value {
  const json: Json[] = [];
  let dynamic = false;
  let complete = true;
  for (const item of items) {
    const splat = item.type === 'list_splat';
    const value = next(splat ? children(item)[0] : item);
    dynamic ||= value.dynamic;
    complete &&= value.complete;
    if (splat && Array.isArray(value.json)) json.push(...value.json);
    else if (!splat && value.json !== undefined) json.push(value.json);
    else complete = false;
  }
  return { json, dynamic, complete };
}

function dictionaryValue(items: readonly Node[], next: (child: Node | undefined) => Value): Value {
  const entries: [string, Json][] = [];
  let dynamic = false;
  let complete = true;
  for (const item of items) {
    const splat = item.type === 'dictionary_splat';
    const value = next(splat ? children(item)[0] : part(item, 'value'));
    const key = splat ? undefined : next(part(item, 'key')).json;
    dynamic ||= value.dynamic;
    complete &&= value.complete;
    if (splat && isObject(value.json)) entries.push(...Object.entries(value.json));
    else if (typeof key === 'string' && value.json !== undefined) entries.push([key, value.json]);
    else complete = false;
  }
  return { json: Object.fromEntries(entries), dynamic, complete };
}

function named(node: Node, module: Module, all: Package, depth: number): Value {
  const local = localValue(node);
  if (local !== undefined) return evaluate(local, module, all, depth + 1);
  return ofSymbol(resolve(node.text, module, all), all, depth);
}

/** The value that the enclosing function gives a name, when it gives it once. */
function localValue(node: Node): Node | undefined {
  for (const scope of enclosing(node)) {
    const values = statements(scope).flatMap((statement) => {
      const assignment = assignmentOf(statement);
      return assignment !== undefined && part(assignment, 'left')?.text === node.text
        ? (part(assignment, 'right') ?? [])
        : [];
    });
    const [only, second] = values;
    if (only !== undefined) return second === undefined && only.startIndex < node.startIndex ? only : undefined;
  }
  return undefined;
}

function ofSymbol(found: Located | undefined, all: Package, depth: number): Value {
  const right = found?.node.type === 'assignment' ? part(found.node, 'right') : undefined;
  return found === undefined || right === undefined ? UNKNOWN : evaluate(right, found.module, all, depth + 1);
}

/** `Color.RED`, `Color.RED.value`, `module.CONSTANT`, `self.CONSTANT`. */
function attribute(node: Node, module: Module, all: Package, depth: number): Value {
  const names = dotted(node) ?? [];
  const object = part(node, 'object');
  if (names.at(-1) === 'value' && object?.type === 'attribute') return evaluate(object, module, all, depth + 1);
  const owner = object === undefined ? undefined : resolveDotted(object, module, all);
  if (owner?.node.type === 'class_definition') {
    const member = enumMember(owner.node, names.at(-1) ?? '');
    return member === undefined ? UNKNOWN : evaluate(member, owner.module, all, depth + 1);
  }
  if (names[0] === 'self' || names[0] === 'cls') {
    const own = [...enclosing(node)].find((scope) => scope.type === 'class_definition');
    const member = own === undefined ? undefined : enumMember(own, names[1] ?? '');
    return member === undefined ? UNKNOWN : evaluate(member, module, all, depth + 1);
  }
  return ofSymbol(resolveDotted(node, module, all), all, depth);
}

/** Calls that only shape a text, make a mapping, or print a model's schema. */
function called(node: Node, module: Module, all: Package, depth: number): Value {
  const name = calleeName(node);
  const callee = part(node, 'function');
  const object = callee?.type === 'attribute' ? part(callee, 'object') : undefined;
  const { positional, keyword, splat } = argumentsOf(node);
  const first = () => (positional[0] === undefined ? UNKNOWN : evaluate(positional[0], module, all, depth + 1));
  switch (name) {
    case 'dedent':
    case 'cleandoc':
      return mapped(first(), cleanDoc);
    case 'str':
      return first();
    case 'strip':
      return object === undefined ? UNKNOWN : mapped(evaluate(object, module, all, depth + 1), (text) => text.trim());
    case 'format': {
      const value = object === undefined ? UNKNOWN : evaluate(object, module, all, depth + 1);
      return typeof value.json === 'string'
        ? { json: value.json.replace(/\{\w*\}/gu, HOLE), dynamic: true, complete: true }
        : UNKNOWN;
    }
    case 'join': {
      const separator = object === undefined ? UNKNOWN : evaluate(object, module, all, depth + 1);
      const { json, dynamic } = first();
      const texts = Array.isArray(json) ? json.filter((one) => typeof one === 'string') : [];
      return typeof separator.json === 'string' && texts.length > 0
        ? { json: texts.join(separator.json), dynamic, complete: true }
        : UNKNOWN;
    }
    case 'model_json_schema':
    case 'schema': {
      const model = object === undefined ? undefined : resolveDotted(object, module, all);
      if (model?.node.type !== 'class_definition') return UNKNOWN;
      const { schema, complete } = classSchema(model, all, 0);
      return { json: schema, dynamic: false, complete };
    }
    case 'dict':
    case 'ToolAnnotations': {
      const entries = [...keyword].map(([key, value]): readonly [string, Value] => [
        key,
        evaluate(value, module, all, depth + 1),
      ]);
      const known = entries.flatMap(([key, { json }]): [string, Json][] => (json === undefined ? [] : [[key, json]]));
      const complete = !splat && positional.length === 0 && known.length === entries.length;
      return { json: Object.fromEntries(known), dynamic: entries.some(([, value]) => value.dynamic), complete };
    }
    default:
      return UNKNOWN;
  }
}

function mapped(value: Value, change: (text: string) => string): Value {
  return typeof value.json === 'string' ? { ...value, json: change(value.json) } : UNKNOWN;
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
