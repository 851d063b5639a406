import { hash } from 'node:crypto';
import type { Json, ToolDefinition } from '../model/tool.ts';

/**
 * Canonical JSON after RFC 8785: keys in code-unit order, no space, numbers as ECMAScript prints them. `undefined`
 * members are left out. Throws `RangeError` on a value nested too deep for the stack.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  let text = '';
  if (isList(value)) {
    for (const item of value) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** What may stand otherwise in JSON than it is: controls, quotes, backslashes, and halves of surrogate pairs. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** `JSON.stringify` of a text; asking whether it has to be called costs a third of the call. */
function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Up to so many keys are sorted by insertion, which most objects need: the general sort costs several times as much. */
const FEW_KEYS = 12;

function sortedKeys(object: { readonly [key: string]: Json }): readonly string[] {
  const keys = Object.keys(object);
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && (keys[at - 1] as string) > key; at--) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
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
