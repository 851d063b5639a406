import { parse } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../../../src/model/tool.ts';

/** Numbers as a gateway may have them: all floating, or whole ones as integers. */
export type Numbers = 'double' | 'int';

const MAX_PARSED = 200;
const parsed = new Map<string, ReturnType<typeof parse>>();

/** Evaluates an expression; an error counts as no match, as both gateways say. */
export function celIsTrue(expression: string, variables: Readonly<Record<string, unknown>>): boolean {
  const known = parsed.get(expression);
  const run = known ?? parse(expression);
  if (known === undefined) {
    if (parsed.size > MAX_PARSED) parsed.clear();
    parsed.set(expression, run);
  }
  try {
    return run(variables) === true;
  } catch {
    return false;
  }
}

/** Arguments as CEL values. */
export function celValue(value: Json, numbers: Numbers): unknown {
  if (typeof value === 'number') return numbers === 'int' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => celValue(item, numbers));
  return new Map(Object.entries(value as JsonObject).map(([key, item]) => [key, celValue(item, numbers)]));
}
