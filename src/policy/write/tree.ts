/** A document as the writers take it. */
export type Tree = string | number | boolean | readonly Tree[] | Table;

/** An object whose keys are ours, or a map whose keys may be called anything (`__proto__` too). */
export type Table = { readonly [key: string]: Tree } | ReadonlyMap<string, Tree>;

/** Keys that an object keeps before all others, in numeric order. */
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]*)$/u;

/** Entries whose keys come from outside. Later ones of one name win; they are written in the order that objects have. */
export function record(entries: Iterable<readonly [string, Tree]>): Table {
  const map = new Map(entries);
  for (const key of map.keys()) if (WHOLE_NUMBER.test(key)) return new Map(Object.entries(Object.fromEntries(map)));
  return map;
}

export function isList(value: Tree): value is readonly Tree[] {
  return Array.isArray(value);
}

export function isMap(value: Table): value is ReadonlyMap<string, Tree> {
  return value instanceof Map;
}

/** The entries of a table, in the order in which they are written. */
export function entriesOf(table: Table): Iterable<readonly [string, Tree]> {
  return isMap(table) ? table : Object.entries(table);
}
