import type { Constraint } from '../../model/policy.ts';
import { textTest } from '../texts.ts';

/** Writes a text so that RE2 and JavaScript (flag u) both take it as it stands. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

/** A pattern for whole texts that are one of some. */
export function oneOfPattern(texts: readonly string[]): string {
  return `^(?:${texts.map(literalPattern).join('|')})$`;
}

/** Any text without two points in a row, for languages that have no "does not contain". */
const NO_DOUBLE_POINT = '(?:[^.]|\\.[^.])*\\.?';

/** A pattern for what a `prefix` or `host` constraint lets pass. */
export function textPattern(constraint: Extract<Constraint, { kind: 'prefix' | 'host' }>): string {
  const { exact, starts, without } = textTest(constraint);
  const rest = without.includes('..') ? NO_DOUBLE_POINT : '[\\s\\S]*';
  const parts = [...exact.map(literalPattern), ...starts.map((start) => literalPattern(start) + rest)];
  return `^(?:${parts.join('|')})$`;
}
