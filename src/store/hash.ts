import { hash } from 'node:crypto';
import type { Json, ToolDefinition } from '../model/tool.ts';

/**
 * Canonical JSON after RFC 8785: keys in code-unit order, no space, numbers as ECMAScript prints them. `undefined`
 * members are left out. Throws `RangeError` on a value nested too deep for the stack.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  let text = '';
  if (isList(value)) {
    for (const item of value) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** SHA-256, hex, of a text: of the canonical JSON of a definition's fields it is the definition's hash. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/** The definition's fields alone, those that are known. */
export function definitionJson(definition: ToolDefinition): { readonly [field: string]: Json } {
  const { name, title, description, inputSchema, outputSchema, annotations } = definition;
  const fields: { [field: string]: Json } = { name };
  if (title !== undefined) fields.title = title;
  if (description !== undefined) fields.description = description;
  if (inputSchema !== undefined) fields.inputSchema = inputSchema;
  if (outputSchema !== undefined) fields.outputSchema = outputSchema;
  if (annotations !== undefined) fields.annotations = hints(annotations);
  return fields;
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
