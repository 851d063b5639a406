import type { Json, JsonObject } from '../model/tool.ts';

/** One property of a tool's input, wherever it is nested. Paths are JSON Pointers into the tool definition. */
export interface Parameter {
  readonly name: string;
  readonly path: string;
  readonly types: readonly string[];
  readonly description?: string;
  /** Allowed values that are strings, with the pointer of each. */
  readonly values: readonly { readonly value: string; readonly path: string }[];
  readonly default?: Json;
  readonly depth: number;
}

/** Bounds of the walk; what lies beyond them says nothing about a tool that the rest has not said. */
const MAX_PARAMETERS = 400;
const MAX_DEPTH = 6;
const MAX_VALUES = 200;
/** Keys under which one parameter may allow several shapes. */
const VARIANT_KEYS = ['anyOf', 'oneOf', 'allOf'] as const;
/** Keys of JSON Schema itself: an object that has one of these is a schema and not a bare map of properties. */
const SCHEMA_KEYS: ReadonlySet<string> = new Set(['type', 'properties', 'anyOf', 'oneOf', 'allOf', '$ref', 'items']);
const INPUT = '/inputSchema';

/**
 * Every parameter of an input schema, in the order of the document. Reads broken shapes too: a bare map of
 * properties, and a schema wrapped into the `properties` of another.
 */
export function parametersOf(schema: Json | undefined): readonly Parameter[] {
  if (!isObject(schema)) return [];
  const walk: Walk = { root: schema, found: [], seen: new Set() };
  const named = schema.properties;
  if (isObject(named)) {
    const inner = named.properties;
    const wrapped = isObject(inner) && typeof named.type === 'string';
    if (wrapped) readProperties(walk, inner, `${INPUT}/properties/properties`, 0);
    else readProperties(walk, named, `${INPUT}/properties`, 0);
  } else if (!Object.keys(schema).some((key) => SCHEMA_KEYS.has(key) && !isObject(schema[key]))) {
    readProperties(walk, schema, INPUT, 0);
  }
  readVariants(walk, schema, INPUT, 0);
  return walk.found;
}

interface Walk {
  readonly root: JsonObject;
  readonly found: Parameter[];
  readonly seen: Set<JsonObject>;
}

function readProperties(walk: Walk, properties: JsonObject, path: string, depth: number): void {
  for (const [name, property] of Object.entries(properties)) {
    if (walk.found.length >= MAX_PARAMETERS) return;
    if (isObject(property)) readParameter(walk, name, property, `${path}/${pointerPart(name)}`, depth);
  }
}

function readParameter(walk: Walk, name: string, property: JsonObject, path: string, depth: number): void {
  const resolved = resolve(walk, property);
  const description = resolved.description;
  const fallback = resolved.default;
  walk.found.push({
    name,
    path,
    types: typesOf(resolved),
    ...(typeof description === 'string' && resolved === property ? { description } : {}),
    values: valuesOf(resolved, resolved === property ? path : undefined),
    ...(fallback === undefined ? {} : { default: fallback }),
    depth,
  });
  readInside(walk, resolved, resolved === property ? path : `${path}`, depth + 1, resolved !== property);
}

function readInside(walk: Walk, schema: JsonObject, path: string, depth: number, referred: boolean): void {
  if (depth > MAX_DEPTH || walk.seen.has(schema) || referred) return;
  walk.seen.add(schema);
  const properties = schema.properties;
  if (isObject(properties)) readProperties(walk, properties, `${path}/properties`, depth);
  const items = schema.items;
  if (isObject(items)) readInside(walk, items, `${path}/items`, depth + 1, false);
  readVariants(walk, schema, path, depth);
}

function readVariants(walk: Walk, schema: JsonObject, path: string, depth: number): void {
  for (const key of VARIANT_KEYS) {
    const variants = schema[key];
    if (!Array.isArray(variants)) continue;
    for (const [index, variant] of variants.entries()) {
      if (isObject(variant)) readInside(walk, variant, `${path}/${key}/${index}`, depth + 1, false);
    }
  }
}

/** Follows one `#/…` reference; a reference that leads nowhere is the property itself. */
function resolve(walk: Walk, property: JsonObject): JsonObject {
  const target = property.$ref;
  if (typeof target !== 'string' || !target.startsWith('#/')) return property;
  let at: Json | undefined = walk.root;
  for (const part of target.slice(2).split('/').slice(0, MAX_DEPTH)) at = isObject(at) ? at[part] : undefined;
  return isObject(at) ? at : property;
}

function typesOf(property: JsonObject): readonly string[] {
  const type = property.type;
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((one): one is string => typeof one === 'string') : [];
}

/** Values with exact pointers; those behind a reference are shown at the parameter that refers to them. */
function valuesOf(property: JsonObject, path: string | undefined): Parameter['values'] {
  if (path === undefined) return [];
  const values: { value: string; path: string }[] = [];
  const add = (value: Json | undefined, at: string) => {
    if (typeof value === 'string' && values.length < MAX_VALUES) values.push({ value, path: at });
  };
  const read = (schema: JsonObject, at: string) => {
    const list = schema.enum;
    if (Array.isArray(list)) for (const [index, value] of list.entries()) add(value, `${at}/enum/${index}`);
    add(schema.const, `${at}/const`);
  };
  read(property, path);
  for (const key of VARIANT_KEYS) {
    const variants = property[key];
    if (!Array.isArray(variants)) continue;
    for (const [index, variant] of variants.entries()) if (isObject(variant)) read(variant, `${path}/${key}/${index}`);
  }
  const items = property.items;
  if (isObject(items)) read(items, `${path}/items`);
  return values;
}

/** Escapes one part of a JSON Pointer (RFC 6901). */
export function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
