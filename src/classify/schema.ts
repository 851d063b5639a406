import type { Json, JsonObject } from '../model/tool.ts';
import type { Located } from './reading.ts';

/** One string that a parameter allows. */
export interface Value extends Located {
  readonly value: string;
}

/**
 * One property of a tool's input, wherever it is nested. Most parameters set nothing off, so what they hold beside
 * their name is looked up when somebody asks.
 */
export class Parameter implements Located {
  readonly name: string;
  readonly #parent: Located;
  readonly #schema: JsonObject;
  /** Whether the schema stands elsewhere, behind a reference: its texts and values then have no place here. */
  readonly #referred: boolean;

  constructor(name: string, parent: Located, schema: JsonObject, referred: boolean) {
    this.name = name;
    this.#parent = parent;
    this.#schema = schema;
    this.#referred = referred;
  }

  get path(): string {
    return `${this.#parent.path}/${pointerPart(this.name)}`;
  }

  get description(): string | undefined {
    const { description } = this.#schema;
    return typeof description === 'string' && !this.#referred ? description : undefined;
  }

  /** Allowed values that are strings, with the pointer of each. */
  get values(): readonly Value[] {
    return this.#referred ? [] : valuesOf(this.#schema, this);
  }
}

/** A place inside another one. */
class Below implements Located {
  readonly #parent: Located;
  readonly #part: string;

  constructor(parent: Located, part: string) {
    this.#parent = parent;
    this.#part = part;
  }

  get path(): string {
    return `${this.#parent.path}/${this.#part}`;
  }
}

/** Bounds of the walk; what lies beyond them says nothing about a tool that the rest has not said. */
const MAX_PARAMETERS = 400;
const MAX_DEPTH = 6;
const MAX_VALUES = 200;
/** Keys under which one parameter may allow several shapes. */
const VARIANT_KEYS = ['anyOf', 'oneOf', 'allOf'] as const;
/** Keys of JSON Schema itself: an object that has one of these is a schema and not a bare map of properties. */
const SCHEMA_KEYS: ReadonlySet<string> = new Set(['type', 'properties', 'anyOf', 'oneOf', 'allOf', '$ref', 'items']);
const INPUT: Located = { path: '/inputSchema' };
const PROPERTIES: Located = { path: '/inputSchema/properties' };
const WRAPPED: Located = { path: '/inputSchema/properties/properties' };

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
    if (wrapped) readProperties(walk, inner, WRAPPED, 0);
    else readProperties(walk, named, PROPERTIES, 0);
  } else if (!Object.keys(schema).some((key) => SCHEMA_KEYS.has(key) && !isObject(schema[key]))) {
    readProperties(walk, schema, INPUT, 0);
  }
  readVariants(walk, schema, INPUT, 0);
  return walk.found;
}

interface Walk {
  readonly root: JsonObject;
  readonly found: Parameter[];
  /** Schemas that hold others and were read. */
  readonly seen: Set<JsonObject>;
}

function readProperties(walk: Walk, properties: JsonObject, where: Located, depth: number): void {
  const names = Object.keys(properties);
  for (let at = 0; at < names.length; at++) {
    if (walk.found.length >= MAX_PARAMETERS) return;
    const name = names[at] ?? '';
    const property = properties[name];
    if (isObject(property)) readParameter(walk, name, property, where, depth);
  }
}

/** Keys with which a property is more than one plain value. Most properties have none of them. */
const INSIDE_KEYS: ReadonlySet<string> = new Set(['$ref', 'properties', 'items', ...VARIANT_KEYS]);

function isPlain(property: JsonObject): boolean {
  const keys = Object.keys(property);
  for (let at = 0; at < keys.length; at++) if (INSIDE_KEYS.has(keys[at] ?? '')) return false;
  return true;
}

function readParameter(walk: Walk, name: string, property: JsonObject, where: Located, depth: number): void {
  if (isPlain(property)) {
    walk.found.push(new Parameter(name, where, property, false));
    return;
  }
  const resolved = resolve(walk, property);
  const parameter = new Parameter(name, where, resolved, resolved !== property);
  walk.found.push(parameter);
  if (resolved === property) readInside(walk, property, parameter, depth + 1);
}

function readInside(walk: Walk, schema: JsonObject, where: Located, depth: number): void {
  if (depth > MAX_DEPTH) return;
  const { properties, items } = schema;
  const hasInside = isObject(properties) || isObject(items) || VARIANT_KEYS.some((key) => Array.isArray(schema[key]));
  if (!hasInside || walk.seen.has(schema)) return;
  walk.seen.add(schema);
  if (isObject(properties)) readProperties(walk, properties, new Below(where, 'properties'), depth);
  if (isObject(items)) readInside(walk, items, new Below(where, 'items'), depth + 1);
  readVariants(walk, schema, where, depth);
}

function readVariants(walk: Walk, schema: JsonObject, where: Located, depth: number): void {
  for (const key of VARIANT_KEYS) {
    const variants = schema[key];
    if (!Array.isArray(variants)) continue;
    for (const [index, variant] of variants.entries()) {
      if (isObject(variant)) readInside(walk, variant, new Below(where, `${key}/${index}`), depth + 1);
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

function valuesOf(schema: JsonObject, where: Located): readonly Value[] {
  const values: Value[] = [];
  addValues(values, schema, where);
  for (const key of VARIANT_KEYS) {
    const variants = schema[key];
    if (!Array.isArray(variants)) continue;
    for (const [index, variant] of variants.entries()) {
      if (isObject(variant)) addValues(values, variant, new Below(where, `${key}/${index}`));
    }
  }
  if (isObject(schema.items)) addValues(values, schema.items, new Below(where, 'items'));
  return values;
}

function addValues(values: Value[], schema: JsonObject, where: Located): void {
  const list = schema.enum;
  if (Array.isArray(list)) for (const [index, value] of list.entries()) addValue(values, value, where, `enum/${index}`);
  if (schema.const !== undefined) addValue(values, schema.const, where, 'const');
}

function addValue(values: Value[], value: Json, where: Located, part: string): void {
  if (typeof value === 'string' && values.length < MAX_VALUES) values.push({ value, path: `${where.path}/${part}` });
}

/** Escapes one part of a JSON Pointer (RFC 6901). */
function pointerPart(name: string): string {
  return ESCAPED.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}

const ESCAPED = /[~/]/u;

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
