import type { Json, JsonObject } from '../model/tool.ts';
import { wordsOf } from './words.ts';

/** One parameter of a tool: its keys in order, and the JSON Schema types it may have (empty: not said). */
export interface Parameter {
  readonly path: readonly string[];
  /** The words of its own name. */
  readonly words: readonly string[];
  readonly types: readonly string[];
  /** Whether no call can leave it out. */
  readonly required: boolean;
  /** Its JSON Schema `format` and description, where there is one. */
  readonly format?: string;
  readonly description?: string;
}

/** Where a schema hides its properties: keys that wrap it in the wild. */
const WRAPPERS = ['inputSchema', 'input_schema', 'schema', 'jsonSchema', 'json_schema', 'parameters'] as const;
const DEPTH = 5;
const COMBINERS = ['anyOf', 'oneOf', 'allOf'] as const;
/** Keys by which a schema has parts that stand elsewhere. */
const PARTS = ['$ref', ...COMBINERS] as const;

/** Parts of one schema that are looked at: references let a small schema mean a huge one. */
const MAX_PARTS = 5_000;

/** The parameters of a schema. */
export interface Parameters {
  readonly list: readonly Parameter[];
  /** False when the schema means more than anybody reads: there may be parameters that are not listed. */
  readonly whole: boolean;
}

/** The parameters of an input schema, nested objects included. Broken parts are left out, wrapped schemas are unwrapped. */
export function parametersOf(schema: Json | undefined): Parameters {
  const root = unwrapped(schema, DEPTH);
  if (root === undefined) return { list: [], whole: true };
  const found = new Map<string, Parameter>();
  const reading: Reading = { root, left: MAX_PARTS };
  walk(root, reading, { path: [], key: '', required: true }, DEPTH, found);
  return { list: [...found.values()], whole: reading.left > 0 };
}

/** One schema while it is read. */
interface Reading {
  readonly root: JsonObject;
  /** Parts that may still be looked at. */
  left: number;
}

/** The object whose properties are read. */
interface Place {
  readonly path: readonly string[];
  /** The path as one text. */
  readonly key: string;
  readonly required: boolean;
}

function walk(schema: JsonObject, reading: Reading, place: Place, depth: number, found: Map<string, Parameter>): void {
  if (depth === 0 || reading.left <= 0) return;
  for (const part of variants(schema, reading, depth)) {
    const properties = own(part, 'properties');
    if (!isObject(properties)) continue;
    const needed = own(part, 'required');
    for (const [name, value] of Object.entries(properties)) {
      const here = [...place.path, name];
      // Lengths say where each name ends, whatever stands in it.
      const key = `${place.key}${name.length}:${name}`;
      const parts = isObject(value) ? variants(value, reading, depth) : [];
      const known = found.get(key);
      const required = known?.required === true || (place.required && Array.isArray(needed) && needed.includes(name));
      const format = textAt('format', parts) ?? known?.format;
      const description = textAt('description', parts) ?? known?.description;
      found.set(key, {
        path: here,
        words: wordsOf(name),
        types: typesOf(parts, known),
        required,
        ...(format === undefined ? {} : { format }),
        ...(description === undefined ? {} : { description }),
      });
      if (isObject(value)) walk(value, reading, { path: here, key, required }, depth - 1, found);
    }
  }
}

/** A schema with the ones that it refers to and combines. */
function variants(schema: JsonObject, reading: Reading, depth: number): readonly JsonObject[] {
  reading.left -= 1;
  if (depth === 0 || reading.left <= 0 || !PARTS.some((key) => own(schema, key) !== undefined)) return [schema];
  const target = referred(own(schema, '$ref'), reading.root);
  const combined = COMBINERS.flatMap((key) => {
    const list = own(schema, key);
    return Array.isArray(list) ? list.filter(isObject) : [];
  });
  const next = target === undefined ? combined : [target, ...combined];
  return [schema, ...next.flatMap((part) => variants(part, reading, depth - 1))];
}

function referred(ref: Json | undefined, root: JsonObject): JsonObject | undefined {
  if (ref === '#') return root;
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined;
  let at: Json | undefined = root;
  for (const part of ref.slice(2).split('/')) {
    at = isObject(at) ? own(at, part.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  }
  return isObject(at) ? at : undefined;
}

/** The types that some schemas name, besides those that are known. */
function typesOf(schemas: readonly JsonObject[], known: Parameter | undefined): readonly string[] {
  const types = new Set(known?.types);
  for (const schema of schemas) {
    const type = own(schema, 'type');
    for (const item of Array.isArray(type) ? type : [type]) {
      if (typeof item === 'string' && item !== 'null') types.add(item);
    }
  }
  return [...types];
}

/** The first text that some schemas have under a key, unless it is empty. */
function textAt(key: string, schemas: readonly JsonObject[]): string | undefined {
  for (const schema of schemas) {
    const text = own(schema, key);
    if (typeof text === 'string' && text !== '') return text;
  }
  return undefined;
}

function unwrapped(schema: Json | undefined, depth: number): JsonObject | undefined {
  if (!isObject(schema) || depth === 0) return undefined;
  if (PARTS.some((key) => own(schema, key) !== undefined)) return schema;
  const properties = own(schema, 'properties');
  if (isObject(properties)) return schema;
  for (const key of WRAPPERS) {
    const inner = unwrapped(own(schema, key), depth - 1);
    if (inner !== undefined) return inner;
  }
  // A bare map of parameters, as some lists write it: {"path": {"type": "string"}}.
  const values = Object.values(schema);
  const bare = values.length > 0 && values.every((value) => isObject(value) && own(value, 'type') !== undefined);
  return bare ? { properties: schema } : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * The argument that a JSON Pointer into a tool definition is about: the names after each `properties`. Undefined where
 * it goes through a list, or names no parameter.
 */
export function argumentAt(pointer: string): readonly string[] | undefined {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path: string[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    if (parts[index] === 'items' || parts[index] === 'additionalProperties') return undefined;
    if (parts[index] !== 'properties') continue;
    const name = parts[index + 1];
    if (name === undefined) return undefined;
    path.push(name);
    index += 1;
  }
  return path.length === 0 ? undefined : path;
}
