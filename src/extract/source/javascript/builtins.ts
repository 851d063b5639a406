import type { Engine } from './engine.ts';
import { keyText } from './engine.ts';
import { fromJson } from './members.ts';
import {
  choice,
  type Item,
  type Lazy,
  type ListValue,
  likelyTruth,
  list,
  literal,
  object,
  textOf,
  truth,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './values.ts';

/** Longest text that a method of ours makes. */
const MAX_TEXT = 200_000;

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
      const items: ListValue = { kind: 'list', ...engine.itemsOf(first.kind === 'map' ? first : first) };
      return second === undefined ? items : mapItems(engine, items, second);
    }
    case 'Object.assign': {
      const parts = args.map((arg) => engine.propsOf(arg));
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
      for (const { value } of engine.itemsOf(first).items) {
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
  const props = engine.propsOf(value);
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
      return mapMethod(engine, target, name, args);
    case 'literal':
      return typeof target.value === 'string'
        ? textMethod(engine, target.value, target.dynamic, name, args())
        : name === 'toString'
          ? literal(String(target.value))
          : undefined;
    case 'choice': {
      if (name === 'then') break;
      const results = target.options.map((option) => callMethod(engine, option, name, args));
      return results.some((result) => result !== undefined)
        ? choice(results.map((result) => result ?? UNKNOWN))
        : undefined;
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

function mapItems(engine: Engine, target: ListValue, fn: Value): ListValue {
  return {
    ...target,
    items: target.items.map((item, index) => ({
      value: engine.call(fn, [item.value, literal(index)]),
      gated: item.gated,
    })),
  };
}

function listMethod(engine: Engine, target: ListValue, name: string, args: () => readonly Value[]): Value | undefined {
  switch (name) {
    case 'map':
      return mapItems(engine, target, args()[0] ?? UNKNOWN);
    case 'flatMap': {
      const lists = target.items.map((item, index) => ({
        item,
        made: engine.itemsOf(engine.call(args()[0] ?? UNKNOWN, [item.value, literal(index)])),
      }));
      return {
        kind: 'list',
        items: lists.flatMap(({ item, made }) =>
          made.items.map((one) => ({ value: one.value, gated: one.gated || item.gated })),
        ),
        open: target.open || lists.some(({ made }) => made.open),
      };
    }
    case 'filter':
      return { ...target, items: filtered(engine, target, args()[0] ?? UNKNOWN) };
    case 'concat':
      return {
        kind: 'list',
        items: [
          ...target.items,
          ...args().flatMap((arg) =>
            arg.kind === 'list' || arg.kind === 'choice' ? engine.itemsOf(arg).items : [{ value: arg, gated: false }],
          ),
        ],
        open: target.open,
      };
    case 'flat':
      return {
        ...target,
        items: target.items.flatMap((item) => (item.value.kind === 'list' ? item.value.items : [item])),
      };
    case 'slice':
    case 'sort':
    case 'toSorted':
    case 'reverse':
    case 'toReversed':
    case 'values':
      return target;
    case 'entries':
      return {
        ...target,
        items: target.items.map((item, index) => ({ ...item, value: list([literal(index), item.value]) })),
      };
    case 'find': {
      const test = args()[0] ?? UNKNOWN;
      const sure = target.items.find((item) => truth(engine.call(test, [item.value])) === true);
      return sure?.value ?? choice(target.items.map(({ value }) => value));
    }
    case 'includes': {
      const wanted = keyText(args()[0] ?? UNKNOWN);
      if (wanted === undefined) return UNKNOWN;
      if (target.items.some(({ value }) => keyText(value) === wanted)) return literal(true);
      return target.open || target.items.some(({ value }) => keyText(value) === undefined) ? UNKNOWN : literal(false);
    }
    case 'has':
      return listMethod(engine, target, 'includes', args);
    case 'at':
      return target.items.at(Number(keyText(args()[0] ?? UNKNOWN) ?? 0))?.value ?? UNKNOWN;
    case 'join': {
      const glue = args()[0] === undefined ? ',' : (keyText(args()[0] ?? UNKNOWN) ?? ',');
      const parts = target.items.map((item) => engine.asText(item.value));
      const hole = parts.find((part) => part.hole !== undefined)?.hole;
      if (hole !== undefined) return { kind: 'unknown', hole };
      const text = parts.map((part) => part.text).join(glue);
      return text.length > MAX_TEXT ? UNKNOWN : literal(text, target.open || parts.some((part) => part.dynamic));
    }
    case 'reduce': {
      const [fn = UNKNOWN, start = UNKNOWN] = args();
      return target.items.reduce<Value>((sum, item) => engine.call(fn, [sum, item.value]), start);
    }
    default:
      return undefined;
  }
}

/** The items that a test lets pass for sure, and the others as gated. */
function filtered(engine: Engine, target: ListValue, test: Value): readonly Item[] {
  if (test.kind !== 'function') return target.items;
  const answers = target.items.map((item) => likelyTruth(engine.call(test, [item.value])));
  // A test that says nothing of any item is a setting of the whole list, and marks none.
  if (answers.every((answer) => answer === undefined)) return target.items;
  return target.items.map((item, index) => (answers[index] === true ? item : { ...item, gated: true }));
}

function mapMethod(
  engine: Engine,
  target: Extract<Value, { kind: 'map' }>,
  name: string,
  args: () => readonly Value[],
): Value | undefined {
  switch (name) {
    case 'values':
      return { kind: 'list', items: target.entries.map(({ value, gated }) => ({ value, gated })), open: false };
    case 'keys':
      return { kind: 'list', items: target.entries.map(({ key, gated }) => ({ value: key, gated })), open: false };
    case 'entries':
      return { kind: 'list', ...engine.itemsOf(target) };
    case 'get': {
      const wanted = keyText(args()[0] ?? UNKNOWN);
      const found = target.entries.find(({ key }) => wanted !== undefined && keyText(key) === wanted);
      return found?.value ?? choice(target.entries.map(({ value }) => value));
    }
    default:
      return undefined;
  }
}

/** What one escaped character, or a class of some, matches. Undefined: the pattern is none of those. */
function simplePattern(source: string): ((character: string) => boolean) | undefined {
  const single = /^(?:\\([^\w\s])|([^\\[\](){}.*+?^$|]))\+?$/u.exec(source);
  const wanted = single?.[1] ?? single?.[2];
  if (wanted !== undefined) return (character) => character === wanted;
  if (/^\\s\+?$/u.test(source)) return (character) => /\s/u.test(character);
  if (/^\[\^a-z(?:A-Z)?0-9_?-?\]\+?$/iu.test(source)) return (character) => !/[a-z0-9_-]/iu.test(character);
  const some = /^\[((?:\\[^\w]|[^\\\]^\w])+)\]\+?$/u.exec(source)?.[1];
  if (some === undefined) return undefined;
  const all = new Set(some.replaceAll('\\', ''));
  return (character) => all.has(character);
}

/** Replaces by a pattern that can be read character by character. Undefined: it cannot. */
function replaceSimple(text: string, source: string, by: string): string | undefined {
  const matches = simplePattern(source);
  if (matches === undefined) return undefined;
  const greedy = source.endsWith('+');
  let made = '';
  let inside = false;
  for (const character of text) {
    const hit = matches(character);
    if (!hit) made += character;
    else if (!greedy || !inside) made += by;
    inside = hit;
  }
  return made;
}

function textMethod(
  engine: Engine,
  text: string,
  dynamic: boolean,
  name: string,
  args: readonly Value[],
): Value | undefined {
  const [first, second] = args;
  const one = first === undefined ? undefined : textOf(first)?.text;
  const number = (value: Value | undefined) =>
    value?.kind === 'literal' && typeof value.value === 'number' ? value.value : undefined;
  switch (name) {
    case 'trim':
      return literal(text.trim(), dynamic);
    case 'trimEnd':
    case 'trimStart':
      return literal(text.trim(), dynamic);
    case 'toLowerCase':
      return literal(text.toLowerCase(), dynamic);
    case 'toUpperCase':
      return literal(text.toUpperCase(), dynamic);
    case 'toString':
    case 'normalize':
    case 'valueOf':
      return literal(text, dynamic);
    case 'slice':
    case 'substring':
      return number(first) === undefined ? UNKNOWN : literal(text.slice(number(first), number(second)), dynamic);
    case 'concat':
      return literal(
        text + args.map((arg) => engine.asText(arg).text).join(''),
        dynamic || args.some((arg) => engine.asText(arg).dynamic),
      );
    case 'replace':
    case 'replaceAll': {
      const by = second === undefined ? undefined : textOf(second)?.text;
      if (first?.kind === 'pattern' && by !== undefined)
        return literal(replaceSimple(text, first.source, by) ?? text, dynamic);
      // Any other pattern of the package is not run: it may backtrack for ever.
      if (one === undefined || by === undefined || one === '') return literal(text, true);
      return literal(name === 'replace' ? text.replace(one, () => by) : text.split(one).join(by), dynamic);
    }
    case 'repeat': {
      const times = number(first);
      return times === undefined || times < 0 || times * text.length > MAX_TEXT
        ? UNKNOWN
        : literal(text.repeat(times), dynamic);
    }
    case 'split':
      return one === undefined
        ? UNKNOWN
        : list(
            text
              .split(one)
              .slice(0, 2_000)
              .map((part) => literal(part)),
          );
    case 'startsWith':
      return one === undefined ? UNKNOWN : literal(text.startsWith(one));
    case 'endsWith':
      return one === undefined ? UNKNOWN : literal(text.endsWith(one));
    case 'includes':
      return one === undefined ? UNKNOWN : literal(text.includes(one));
    case 'padEnd':
    case 'padStart':
      return literal(text, dynamic);
    default:
      return undefined;
  }
}
