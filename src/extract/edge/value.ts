import type { Json, JsonObject } from '../../model/tool.ts';

/** The value as an object, when it is one. */
export function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined;
}

/** The value as a list, when it is one. */
export function listOf(value: Json | undefined): readonly Json[] | undefined {
  return isList(value) ? value : undefined;
}

/** The value as a text with something in it, trimmed at both ends. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** The value's own property; what stands on the prototype is none. */
export function field(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || isList(value)) return undefined;
  // Most questions are about what is not there; JSON has no undefined.
  const found = value[key];
  return found !== undefined && Object.hasOwn(value, key) ? found : undefined;
}

/** The value at the end of a path of keys. */
export function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let found = value;
  for (const key of keys) found = field(found, key);
  return found;
}

/** One more step of a JSON Pointer, escaped. */
export function pointer(base: string, ...steps: readonly (string | number)[]): string {
  let path = base;
  for (const step of steps) path += `/${typeof step === 'number' ? step : escaped(step)}`;
  return path;
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
