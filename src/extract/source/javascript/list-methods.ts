import type { Engine } from './engine.ts';
import { MAX_TEXT } from './text-methods.ts';
import {
  asText,
  choice,
  type Item,
  keyText,
  type ListValue,
  likelyTruth,
  list,
  literal,
  truth,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './values.ts';
import { itemsOf } from './walk.ts';

/** Hands every item to a function. */
export function mapItems(engine: Engine, target: ListValue, fn: Value): ListValue {
  return {
    ...target,
    items: target.items.map((item, index) => ({
      value: engine.call(fn, [item.value, literal(index)]),
      gated: item.gated,
    })),
  };
}

/** A method of a list. Undefined: it is none that is known. */
export function listMethod(
  engine: Engine,
  target: ListValue,
  name: string,
  args: () => readonly Value[],
): Value | undefined {
  switch (name) {
    case 'map':
      return mapItems(engine, target, args()[0] ?? UNKNOWN);
    case 'flatMap': {
      const lists = target.items.map((item, index) => ({
        item,
        made: itemsOf(engine.call(args()[0] ?? UNKNOWN, [item.value, literal(index)])),
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
            arg.kind === 'list' || arg.kind === 'choice' ? itemsOf(arg).items : [{ value: arg, gated: false }],
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
      const answers = target.items.map((item) => truth(engine.call(test, [item.value])));
      const sure = target.items[answers.indexOf(true)];
      if (sure !== undefined) return sure.value;
      // None fits for sure, in a list that is known whole.
      if (!target.open && answers.every((answer) => answer === false)) return UNDEFINED;
      return choice(target.items.filter((_item, index) => answers[index] !== false).map(({ value }) => value));
    }
    case 'some':
    case 'every': {
      const decisive = name === 'some';
      const answers = target.items.map((item) => truth(engine.call(args()[0] ?? UNKNOWN, [item.value])));
      if (answers.includes(decisive)) return literal(decisive);
      return target.open || answers.includes(undefined) ? UNKNOWN : literal(!decisive);
    }
    case 'includes': {
      const wanted = keyText(args()[0] ?? UNKNOWN);
      if (wanted === undefined) return UNKNOWN;
      const same = target.items.filter(({ value }) => keyText(value) === wanted);
      if (same.some(({ gated }) => !gated)) return literal(true);
      return same.length > 0 || target.open || target.items.some(({ value }) => keyText(value) === undefined)
        ? UNKNOWN
        : literal(false);
    }
    case 'has':
      return listMethod(engine, target, 'includes', args);
    case 'at':
      return target.items.at(Number(keyText(args()[0] ?? UNKNOWN) ?? 0))?.value ?? UNKNOWN;
    case 'join': {
      const glue = args()[0] === undefined ? ',' : (keyText(args()[0] ?? UNKNOWN) ?? ',');
      const parts = target.items.map((item) => asText(item.value));
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

/** A method of a `Map`. Undefined: it is none that is known. */
export function mapMethod(
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
      return { kind: 'list', ...itemsOf(target) };
    case 'get': {
      const wanted = keyText(args()[0] ?? UNKNOWN);
      const found = target.entries.find(({ key }) => wanted !== undefined && keyText(key) === wanted);
      if (found !== undefined) return found.value;
      const isAbsent = wanted !== undefined && target.entries.every(({ key }) => keyText(key) !== undefined);
      return isAbsent ? UNDEFINED : choice(target.entries.map(({ value }) => value));
    }
    default:
      return undefined;
  }
}
