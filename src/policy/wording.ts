import type { Constraint, RateLimit } from '../model/policy.ts';
import type { Category, Severity } from '../model/verdict.ts';

/** `An Execute tool of high severity`, `A tool of unknown effect and medium severity`. */
export function aTool(category: Category, severity: Severity): string {
  if (category === 'Unknown') return `A tool of unknown effect and ${severity} severity`;
  return `${/^[AEIO]/u.test(category) ? 'An' : 'A'} ${category} tool of ${severity} severity`;
}

/** `3 tools`, `1 tool`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** `once a minute`, `10 times an hour`. */
export function limitText(limit: RateLimit): string {
  const times = limit.max === 1 ? 'once' : limit.max === 2 ? 'twice' : `${limit.max} times`;
  return `${times} ${limit.window === 'hour' ? 'an' : 'a'} ${limit.window}`;
}

/** `at most 10 times a minute and 50 times a day`; empty without limits. */
export function limitsText(limits: readonly RateLimit[]): string {
  return limits.length === 0 ? '' : `at most ${list(limits.map(limitText))}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** A name inside a sentence. */
export function quoted(name: string): string {
  return `\`${name}\``;
}

/** What must hold of an argument, after "only if". */
export function constraintText(constraint: Constraint): string {
  const name = quoted(constraint.argument.join('.'));
  switch (constraint.kind) {
    case 'prefix':
      return `${name} is under ${list(constraint.prefixes, 'or')}`;
    case 'host':
      return `${name} is at ${list(constraint.hosts, 'or')}`;
    case 'one-of':
      return `${name} is ${list(
        constraint.values.map((value) => JSON.stringify(value)),
        'or',
      )}`;
    case 'maximum':
      return `${name} is at most ${constraint.maximum}`;
    case 'equals':
      return `${name} is ${JSON.stringify(constraint.value)}`;
  }
}
