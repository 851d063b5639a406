import type { Engine } from './engine.ts';
import { choice, type Hole, type Item, type Lazy, list, UNKNOWN, type Value } from './values.ts';

/** The properties of what can be spread into an object or walked by its keys. */
export function propsOf(
  engine: Engine,
  value: Value,
):
  | { readonly props: ReadonlyMap<string, Lazy>; readonly open: boolean; readonly gated: ReadonlySet<string> }
  | undefined {
  switch (value.kind) {
    case 'object':
      return value;
    case 'namespace':
      return { props: engine.sources.exportsOf(value.module, engine), open: false, gated: new Set() };
    case 'literal':
      return { props: new Map(), open: false, gated: new Set() };
    case 'schema':
      return value.shape === undefined
        ? undefined
        : {
            props: new Map([...value.shape].map(([name, shape]) => [name, { kind: 'value', value: shape }])),
            open: false,
            gated: new Set(),
          };
    case 'choice': {
      const known = value.options.map((option) => propsOf(engine, option)).filter((props) => props !== undefined);
      return known.length === 0
        ? undefined
        : { props: new Map(known.flatMap(({ props }) => [...props])), open: true, gated: new Set() };
    }
    default:
      return undefined;
  }
}

/** The items of what can be walked. */
export function itemsOf(value: Value): {
  readonly items: readonly Item[];
  readonly open: boolean;
  readonly hole?: Hole | undefined;
} {
  switch (value.kind) {
    case 'list':
      return value;
    case 'map':
      return {
        items: value.entries.map((entry) => ({ value: list([entry.key, entry.value]), gated: entry.gated })),
        open: false,
      };
    case 'choice': {
      const lists = value.options.map((option) => itemsOf(option));
      // What is not in the likely list, or not in every one, is there only sometimes.
      // An empty one is most often what the variable was before it was filled.
      const sure = value.likely ? lists.slice(0, 1) : lists.filter(({ items, open }) => items.length > 0 || open);
      const always = (item: Item) => sure.every(({ items }) => items.some((one) => sameItem(one, item)));
      const items = lists.flatMap((one) =>
        one.items.map((item) => ({ value: item.value, gated: item.gated || !always(item) })),
      );
      return { items, open: lists.some(({ open }) => open) };
    }
    case 'literal':
      return { items: [], open: false };
    case 'unknown':
      return { items: [], open: true, hole: value.hole };
    default:
      return { items: [], open: true };
  }
}

/** Any of the values of an object or a list whose key is not known. */
export function anyOf(engine: Engine, value: Value): Value {
  if (value.kind === 'list') return choice(value.items.map((item) => item.value));
  const props = value.kind === 'object' ? value : undefined;
  return props === undefined
    ? UNKNOWN
    : choice([...props.props.values()].slice(0, 64).map((lazy) => engine.read(lazy)));
}

/** Whether two items are the same thing, as far as it can be told by where they are written. */
function sameItem(a: Item, b: Item): boolean {
  if (a.value === b.value) return true;
  if (a.value.kind === 'object' && b.value.kind === 'object')
    return (
      a.value.at !== undefined && a.value.at.offset === b.value.at?.offset && a.value.at.module === b.value.at.module
    );
  return a.value.kind === 'instance' && b.value.kind === 'instance' && a.value.of.node === b.value.of.node;
}
