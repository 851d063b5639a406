import { hash } from 'node:crypto';
import type { Json, ToolDefinition } from '../model/tool.ts';

/**
 * Canonical JSON after RFC 8785: keys in code-unit order, no space, numbers as ECMAScript prints them. `undefined`
 * members are left out. Throws `RangeError` on a value nested too deep for the stack.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

/** SHA-256, hex, of a text: of the canonical JSON of a definition's fields it is the definition's hash. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The definition's fields alone, those that are known. */
export function definitionJson(definition: ToolDefinition): { readonly [field: string]: Json } {
  const { name, title, description, inputSchema, outputSchema, annotations } = definition;
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(inputSchema === undefined ? {} : { inputSchema }),
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(annotations === undefined ? {} : { annotations: hints(annotations) }),
  };
}

/** Names of the fields in which two definitions differ, sorted. */
export function changedFields(before: ToolDefinition, after: ToolDefinition): readonly string[] {
  const [a, b] = [definitionJson(before), definitionJson(after)];
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].filter((field) => printed(a[field]) !== printed(b[field])).sort();
}

function printed(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

/** Annotations without members that are present and undefined. */
function hints(annotations: NonNullable<ToolDefinition['annotations']>): { readonly [hint: string]: Json } {
  const known: Record<string, Json> = {};
  for (const [key, value] of Object.entries(annotations)) if (value !== undefined) known[key] = value;
  return known;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
