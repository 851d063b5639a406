import type { Engine } from './engine.ts';
import { listMethod, mapItems, mapMethod } from './list-methods.ts';
import { fromJson } from './members.ts';
import { testSimple, textMethod } from './text-methods.ts';
import {
  choice,
  type Item,
  keyText,
  type Lazy,
  type ListValue,
  list,
  literal,
  object,
  textOf,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './values.ts';
import { itemsOf, propsOf } from './walk.ts';

const lazy = (value: Value): Lazy => ({ kind: 'value', value });

/** `Object.keys(…)` and other functions of the language. */
export function callGlobal(engine: Engine, path: string, args: readonly Value[]): Value {
  const [first = UNDEFINED, second] = args;
  if (first.kind === 'unknown' && first.hole !== undefined) return first;
  switch (path) {
    case 'Object.freeze':
    case 'Object.seal':
    case 'Promise.resolve':
    case 'Promise.all':
    case 'structuredClone':
      return first;
    case 'Array.from': {
      const items: ListValue = { kind: 'list', ...itemsOf(first.kind === 'map' ? first : first) };
      return second === undefined ? items : mapItems(engine, items, second);
    }
    case 'Array.isArray':
      return first.kind === 'list'
        ? literal(true)
        : first.kind === 'object' || first.kind === 'schema' || first.kind === 'literal'
          ? literal(false)
          : UNKNOWN;
    case 'Object.assign': {
      const parts = args.map((arg) => propsOf(engine, arg));
      const at = first.kind === 'object' ? first.at : undefined;
      return object(
        new Map(parts.flatMap((part) => [...(part?.props ?? [])])),
        at,
        parts.some((part) => part === undefined || part.open),
      );
    }
    case 'Object.keys':
    case 'Object.values':
    case 'Object.entries':
      return walked(engine, first, path);
    case 'Object.fromEntries': {
      const props = new Map<string, Lazy>();
      for (const { value } of itemsOf(first).items) {
        const key = keyText(engine.get(value, '0'));
        if (key !== undefined) props.set(key, lazy(engine.get(value, '1')));
      }
      return object(props);
    }
    case 'JSON.parse': {
      const text = textOf(first);
      if (text === undefined || text.dynamic) return UNKNOWN;
      try {
        return fromJson(JSON.parse(text.text));
      } catch {
        return UNKNOWN;
      }
    }
    case 'JSON.stringify': {
      const json = plain(engine, first, 0);
      return json === undefined
        ? UNKNOWN
        : literal(JSON.stringify(json, null, keyText(args[2] ?? UNKNOWN) === '2' ? 2 : 0) ?? '');
    }
    case 'String':
      return textOf(first) === undefined ? (first.kind === 'literal' ? literal(String(first.value)) : UNKNOWN) : first;
    default:
      return UNKNOWN;
  }
}

function walked(engine: Engine, value: Value, path: string): Value {
  if (value.kind === 'list') {
    const items = value.items.map((item, index) => ({
      ...item,
      value:
        path === 'Object.keys'
          ? literal(String(index))
          : path === 'Object.values'
            ? item.value
            : list([literal(String(index)), item.value]),
    }));
    return { ...value, items };
  }
  const props = propsOf(engine, value);
  if (props === undefined) return value.kind === 'unknown' ? value : UNKNOWN;
  const items: Item[] = [...props.props].map(([name, content]) => {
    const gated = props.gated.has(name);
    if (path === 'Object.keys') return { value: literal(name), gated };
    const read = engine.read(content);
    return { value: path === 'Object.values' ? read : list([literal(name), read]), gated };
  });
  return { kind: 'list', items, open: props.open };
}

/** A value as JSON, with `undefined` for what is not known. */
export function plain(
  engine: Engine,
  value: Value,
  depth: number,
): string | number | boolean | null | object | undefined {
  if (depth > 24) return undefined;
  switch (value.kind) {
    case 'literal':
      return value.value === undefined ? undefined : value.value;
    case 'list':
      return value.items.map((item) => plain(engine, item.value, depth + 1) ?? null);
    case 'object':
      return Object.fromEntries(
        [...value.props].map(([name, content]) => [name, plain(engine, engine.read(content), depth + 1)]),
      );
    case 'schema':
      return value.json;
    case 'choice':
      return plain(engine, value.options[0] ?? UNKNOWN, depth + 1);
    default:
      return undefined;
  }
}

/** A method of lists, maps and texts. Undefined: it is no method that is known. */
export function callMethod(
  engine: Engine,
  target: Value,
  name: string,
  args: () => readonly Value[],
): Value | undefined {
  switch (target.kind) {
    case 'list':
      return listMethod(engine, target, name, args);
    case 'map':
      return mapMethod(target, name, args);
    case 'literal':
      return typeof target.value === 'string'
        ? textMethod(target.value, target.dynamic, name, args())
        : name === 'toString'
          ? literal(String(target.value))
          : undefined;
    case 'choice': {
      if (name === 'then') break;
      const results = target.options.map((option) => callMethod(engine, option, name, args));
      return results.some((result) => result !== undefined)
        ? choice(
            results.map((result) => result ?? UNKNOWN),
            target.likely,
          )
        : undefined;
    }
    case 'pattern': {
      const text = textOf(args()[0] ?? UNKNOWN);
      return name !== 'test' ? undefined : text === undefined ? UNKNOWN : testSimple(text.text, target.source);
    }
    case 'setting':
      return target;
    default:
      break;
  }
  if (name === 'then') {
    const [done] = args();
    return done === undefined ? undefined : engine.call(done, [target]);
  }
  return name === 'catch' || name === 'finally'
    ? target.kind === 'object' && target.props.has(name)
      ? undefined
      : target
    : undefined;
}
