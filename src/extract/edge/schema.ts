import type { Json, JsonObject } from '../../model/tool.ts';
import { field, listOf, objectOf, textOf } from './value.ts';

/** The input schema of a listed tool. */
export interface ListedSchema {
  readonly schema: Json;
  /** True when the list gives the schema itself; false when it was made from less. */
  readonly complete: boolean;
  readonly note?: string;
}

/** Spellings of the schema's key, first match wins. */
const SCHEMA_KEYS = ['inputSchema', 'input_schema', 'parameters', 'schema'] as const;

/**
 * Finds the input schema of a listed tool in any spelling that is in use. A schema is kept as it was sent, also one
 * without `type` or wrapped twice; lists of arguments become the schema that they mean.
 */
export function schemaOf(entry: JsonObject): ListedSchema | undefined {
  for (const key of SCHEMA_KEYS) {
    const schema = field(entry, key);
    const object = objectOf(schema);
    if (object !== undefined) return { schema: object, complete: true };
    if (typeof schema === 'string' && schema.trimStart().startsWith('{')) {
      return { schema, complete: false, note: 'the schema is a text that holds JSON' };
    }
  }
  return (
    fromArguments(listOf(field(entry, 'arguments')) ?? listOf(field(entry, 'parameters'))) ??
    fromParams(field(entry, 'params'))
  );
}

/** Docker's `arguments: [{name, type, desc, items, optional}]`; `required` is another spelling of not optional. */
function fromArguments(list: readonly Json[] | undefined): ListedSchema | undefined {
  if (list === undefined) return undefined;
  const properties: [string, Json][] = [];
  const required: string[] = [];
  for (const one of list) {
    const name = textOf(field(one, 'name'));
    if (name === undefined) continue;
    const type = textOf(field(one, 'type'));
    const items = objectOf(field(one, 'items'));
    const description = field(one, 'desc') ?? field(one, 'description');
    properties.push([
      name,
      {
        ...(type === undefined ? {} : { type }),
        ...(typeof description === 'string' ? { description } : {}),
        ...(items === undefined ? {} : { items }),
      },
    ]);
    if (isRequired(one)) required.push(name);
  }
  return { schema: objectSchema(properties, required), complete: properties.length === list.length };
}

/** obot's `params: {name: text}`, and `params: [{name, isRequired}]`. */
function fromParams(params: Json | undefined): ListedSchema | undefined {
  const list = listOf(params);
  if (list !== undefined) return fromArguments(list);
  const map = objectOf(params);
  if (map === undefined) return undefined;
  const properties = Object.entries(map).map(([name, text]): [string, Json] => [
    name,
    typeof text === 'string' ? { description: text } : (objectOf(text) ?? {}),
  ]);
  return { schema: objectSchema(properties, []), complete: false, note: 'the list gives parameters without types' };
}

function isRequired(argument: Json): boolean {
  const required = field(argument, 'required') ?? field(argument, 'isRequired');
  if (typeof required === 'boolean') return required;
  return field(argument, 'optional') !== true;
}

function objectSchema(properties: readonly (readonly [string, Json])[], required: readonly string[]): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}
