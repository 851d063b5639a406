import type { Constraint, Scalar } from '../../model/policy.ts';
import { textTest } from '../texts.ts';
import { needsNoEscape } from './ascii.ts';

/** A CEL string literal, ASCII only. */
export function celString(text: string): string {
  if (needsNoEscape(text)) return `"${text}"`;
  let out = '"';
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (sign === '"' || sign === '\\') out += `\\${sign}`;
    else if (code >= 0x20 && code < 0x7f) out += sign;
    else if (code <= 0xffff) out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${out}"`;
}

/**
 * A condition on an argument. An absent one, or one of another type, is false or an error: both keep an allow rule from
 * matching.
 *
 * @param base - expression of the map that holds the arguments
 */
export function celCondition(constraint: Constraint, base: string): string {
  const guards: string[] = [];
  let value = base;
  for (const key of constraint.argument) {
    guards.push(`${celString(key)} in ${value}`);
    value = `${value}[${celString(key)}]`;
  }
  return [...guards, ...tests(constraint, value)].join(' && ');
}

function tests(constraint: Constraint, value: string): readonly string[] {
  switch (constraint.kind) {
    case 'prefix':
    case 'host': {
      const { exact, starts, without } = textTest(constraint);
      const fits = [
        ...exact.map((text) => `${value} == ${celString(text)}`),
        ...starts.map((text) => `${value}.startsWith(${celString(text)})`),
      ];
      return [`(${fits.join(' || ')})`, ...without.map((text) => `!${value}.contains(${celString(text)})`)];
    }
    case 'one-of':
      return [`(${constraint.values.flatMap((one) => equal(value, one)).join(' || ')})`];
    case 'maximum':
      return [`${value} >= 0.0`, `${value} <= ${double(constraint.maximum)}`];
    case 'equals':
      return [`(${equal(value, constraint.value).join(' || ')})`];
  }
}

function equal(value: string, wanted: Scalar): readonly string[] {
  if (typeof wanted === 'string') return [`${value} == ${celString(wanted)}`];
  return [`${value} == ${typeof wanted === 'number' ? double(wanted) : String(wanted)}`];
}

/** A number as CEL's double, whatever its size. */
function double(value: number): string {
  const text = String(value);
  return /^-?\d+$/u.test(text) ? `${text}.0` : text;
}
