import type { Json, JsonObject } from '../model/tool.ts';

/** A document with our rules in it, and the places where a person's own value stays instead of ours. */
export interface Merged {
  readonly value: Json;
  /** JSON Pointers. */
  readonly kept: readonly string[];
}

/**
 * Puts our rules into a person's document. Whatever the person wrote stays; what we wrote last time and no longer write
 * goes.
 *
 * @param base - what we wrote last time; undefined when we never did
 * @param ours - what we write now
 * @param theirs - the document as it is
 */
export function merge(base: Json | undefined, ours: Json, theirs: Json): Merged {
  const kept: string[] = [];
  const value = mergeValue(base, ours, theirs, '', kept) ?? {};
  return { value, kept };
}

type Maybe = Json | undefined;

function mergeValue(base: Maybe, ours: Maybe, theirs: Maybe, path: string, kept: string[]): Maybe {
  if (isObject(theirs) && (isObject(ours) || (ours === undefined && isObject(base)))) {
    return mergeObject(isObject(base) ? base : {}, isObject(ours) ? ours : {}, theirs, path, kept);
  }
  if (isList(theirs) && (isList(ours) || (ours === undefined && isList(base)))) {
    return mergeList(isList(base) ? base : [], isList(ours) ? ours : [], theirs);
  }
  if (theirs === undefined) return ours;
  if (ours === undefined) return same(theirs, base) ? undefined : theirs;
  if (same(theirs, ours) || same(theirs, base)) return ours;
  kept.push(path);
  return theirs;
}

function mergeObject(base: JsonObject, ours: JsonObject, theirs: JsonObject, path: string, kept: string[]): Maybe {
  const entries: [string, Json][] = [];
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const here = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const value = mergeValue(own(base, key), own(ours, key), own(theirs, key), here, kept);
    if (value !== undefined) entries.push([key, value]);
  }
  // What is empty only because our rules went was ours.
  const gone = entries.length === 0 && Object.keys(theirs).length > 0 && Object.keys(ours).length === 0;
  return gone ? undefined : Object.fromEntries(entries);
}

function mergeList(base: readonly Json[], ours: readonly Json[], theirs: readonly Json[]): Maybe {
  const has = (list: readonly Json[], item: Json) => list.some((other) => same(item, other));
  const stay = theirs.filter((item) => !has(base, item) || has(ours, item));
  return [...stay, ...ours.filter((item) => !has(theirs, item))];
}

function isObject(value: Maybe): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Maybe): value is readonly Json[] {
  return Array.isArray(value);
}

function own(object: JsonObject, key: string): Maybe {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Equal by value; the order of keys does not count. */
export function same(a: Maybe, b: Maybe): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Maybe): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
