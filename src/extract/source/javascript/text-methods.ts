import { asText, list, literal, textOf, UNKNOWN, type Value } from './values.ts';

/** Longest text that a method of ours makes. */
export const MAX_TEXT = 200_000;

/** What one escaped character, or a class of some, matches. Undefined: the pattern is none of those. */
function simplePattern(source: string): ((character: string) => boolean) | undefined {
  const single = /^(?:\\([^\w\s])|([^\\[\](){}.*+?^$|]))\+?$/u.exec(source);
  const wanted = single?.[1] ?? single?.[2];
  if (wanted !== undefined) return (character) => character === wanted;
  if (/^\\s\+?$/u.test(source)) return (character) => /\s/u.test(character);
  if (/^\[\^a-z(?:A-Z)?0-9_?-?\]\+?$/iu.test(source)) return (character) => !/[a-z0-9_-]/iu.test(character);
  const some = /^\[((?:\\[^\w]|[^\\\]^\w])+)\]\+?$/u.exec(source)?.[1];
  if (some === undefined) return undefined;
  const all = new Set(some.replaceAll('\\', ''));
  return (character) => all.has(character);
}

/** Replaces by a pattern that can be read character by character. Undefined: it cannot. */
function replaceSimple(text: string, source: string, by: string): string | undefined {
  const matches = simplePattern(source);
  if (matches === undefined) return undefined;
  const greedy = source.endsWith('+');
  let made = '';
  let inside = false;
  for (const character of text) {
    const hit = matches(character);
    if (!hit) made += character;
    else if (!greedy || !inside) made += by;
    inside = hit;
  }
  return made;
}

/** Whether a text has a character of a kind: anywhere, or at an end to which the pattern is tied. */
export function testSimple(text: string, source: string): Value {
  const [, start, inner = '', end] = /^(\^)?(.+?)(\$)?$/u.exec(source) ?? [];
  const matches = simplePattern(inner);
  if (matches === undefined || (start !== undefined && end !== undefined)) return UNKNOWN;
  const characters = [...text];
  const looked = start !== undefined ? characters.slice(0, 1) : end !== undefined ? characters.slice(-1) : characters;
  return literal(looked.some(matches));
}

/** A method of a text. Undefined: it is none that is known. */
export function textMethod(text: string, dynamic: boolean, name: string, args: readonly Value[]): Value | undefined {
  const [first, second] = args;
  const one = first === undefined ? undefined : textOf(first)?.text;
  const number = (value: Value | undefined) =>
    value?.kind === 'literal' && typeof value.value === 'number' ? value.value : undefined;
  switch (name) {
    case 'trim':
      return literal(text.trim(), dynamic);
    case 'trimEnd':
    case 'trimStart':
      return literal(text.trim(), dynamic);
    case 'toLowerCase':
      return literal(text.toLowerCase(), dynamic);
    case 'toUpperCase':
      return literal(text.toUpperCase(), dynamic);
    case 'toString':
    case 'normalize':
    case 'valueOf':
      return literal(text, dynamic);
    case 'slice':
    case 'substring':
      return number(first) === undefined ? UNKNOWN : literal(text.slice(number(first), number(second)), dynamic);
    case 'concat':
      return literal(
        text + args.map((arg) => asText(arg).text).join(''),
        dynamic || args.some((arg) => asText(arg).dynamic),
      );
    case 'replace':
    case 'replaceAll': {
      const by = second === undefined ? undefined : textOf(second)?.text;
      if (first?.kind === 'pattern' && by !== undefined)
        return literal(replaceSimple(text, first.source, by) ?? text, dynamic);
      // Any other pattern of the package is not run: it may backtrack for ever.
      if (one === undefined || by === undefined || one === '') return literal(text, true);
      return literal(name === 'replace' ? text.replace(one, () => by) : text.split(one).join(by), dynamic);
    }
    case 'repeat': {
      const times = number(first);
      return times === undefined || times < 0 || times * text.length > MAX_TEXT
        ? UNKNOWN
        : literal(text.repeat(times), dynamic);
    }
    case 'split':
      return one === undefined
        ? UNKNOWN
        : list(
            text
              .split(one)
              .slice(0, 2_000)
              .map((part) => literal(part)),
          );
    case 'startsWith':
      return one === undefined ? UNKNOWN : literal(text.startsWith(one));
    case 'endsWith':
      return one === undefined ? UNKNOWN : literal(text.endsWith(one));
    case 'includes':
      return one === undefined ? UNKNOWN : literal(text.includes(one));
    case 'padEnd':
    case 'padStart':
      return literal(text, dynamic);
    default:
      return undefined;
  }
}
