import type { Constraint, Scalar } from '../../model/policy.ts';
import { textTest } from '../texts.ts';
import { needsNoEscape } from './ascii.ts';

/** A Cedar string literal: ASCII, everything else as `\u{…}`. */
export function cedarString(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  if (needsNoEscape(text)) return text;
  let out = '';
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (sign === '"' || sign === '\\') out += `\\${sign}`;
    else if (code >= 0x20 && code < 0x7f) out += sign;
    else out += `\\u{${code.toString(16)}}`;
  }
  return out;
}

/** The pattern of `like` for texts that begin with, or hold, a text as it stands. */
function like(text: string, where: 'start' | 'inside'): string {
  const literal = escaped(text).replaceAll('*', '\\*');
  return where === 'start' ? `"${literal}*"` : `"*${literal}*"`;
}

/** How a condition reaches an argument: what has to be there first, and the expression of its value. */
export interface CedarAccess {
  readonly guards: readonly string[];
  readonly value: string;
}

/** A path of attributes, each guarded by `has`: an absent attribute would be an error. */
export function cedarAccess(base: string, path: readonly string[]): CedarAccess {
  const guards: string[] = [];
  let value = base;
  for (const key of path) {
    guards.push(`${value} has ${cedarString(key)}`);
    value = `${value}[${cedarString(key)}]`;
  }
  return { guards, value };
}

/** A condition, as the conjuncts of a `when`. An argument of another type is an error there, so a permit does not hold. */
export function cedarCondition(constraint: Constraint, { guards, value }: CedarAccess): string {
  return [...guards, ...tests(constraint, value)].join(' && ');
}

function tests(constraint: Constraint, value: string): readonly string[] {
  switch (constraint.kind) {
    case 'prefix':
    case 'host': {
      const { exact, starts, without } = textTest(constraint);
      const fits = [
        ...exact.map((text) => `${value} == ${cedarString(text)}`),
        ...starts.map((text) => `${value} like ${like(text, 'start')}`),
      ];
      return [`(${fits.join(' || ')})`, ...without.map((text) => `!(${value} like ${like(text, 'inside')})`)];
    }
    case 'one-of':
      return [`(${constraint.values.map((one) => `${value} == ${literal(one)}`).join(' || ')})`];
    case 'maximum':
      return [`${value} >= 0`, `${value} <= ${Math.floor(constraint.maximum)}`];
    case 'equals':
      return [`${value} == ${literal(constraint.value)}`];
  }
}

function literal(value: Scalar): string {
  return typeof value === 'string' ? cedarString(value) : String(value);
}

/** Cedar's numbers are whole and have 64 bits; beyond 2^53 ours are not exact. */
export function unsafeCedarConstraint(constraint: Constraint): string | undefined {
  const numbers = numbersOf(constraint);
  const bad = numbers.some(
    (number) => !Number.isSafeInteger(constraint.kind === 'maximum' ? Math.floor(number) : number),
  );
  return bad ? 'Cedar has whole numbers only' : undefined;
}

function numbersOf(constraint: Constraint): readonly number[] {
  switch (constraint.kind) {
    case 'maximum':
      return [constraint.maximum];
    case 'equals':
      return typeof constraint.value === 'number' ? [constraint.value] : [];
    case 'one-of':
      return constraint.values.filter((value) => typeof value === 'number');
    case 'prefix':
    case 'host':
      return [];
  }
}

/** A number with a fraction is of another type in Cedar, and so never below a maximum. */
export function fractionsDenied(constraint: Constraint): string | undefined {
  return constraint.kind === 'maximum'
    ? 'an amount with a fraction is denied, because Cedar has whole numbers only'
    : undefined;
}
