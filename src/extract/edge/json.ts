import { LIMITS } from '../../model/limits.ts';
import type { Json } from '../../model/tool.ts';
import { wellFormed } from './text.ts';

/** A parsed text, or the reason why it is none. */
export type Parsed =
  | {
      readonly kind: 'value';
      readonly value: Json;
      readonly problems: readonly string[];
      /** `JSON.stringify` of the value would give the very text. */
      readonly isPrinted?: boolean;
    }
  | { readonly kind: 'bad'; readonly reason: ParseReason; readonly message: string };

/** Stable words for a text that could not be parsed. */
export type ParseReason = 'json-syntax' | 'yaml-syntax' | 'toml-syntax' | 'too-deep' | 'empty';

/** At most so many duplicate keys are named; the rest is counted. */
const NAMED_DUPLICATES = 5;

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const COLON = 0x3a;
const SLASH = 0x2f;

/**
 * Parses JSON, with comments and trailing commas where strict JSON fails (VS Code's `mcp.json` has them).
 *
 * Depth is counted before anything recursive sees the text. Of a duplicate key the last one counts, as everywhere else,
 * and the problem says so.
 */
export function parseJson(text: string): Parsed {
  if (text.trim() === '') return { kind: 'bad', reason: 'empty', message: 'the document is empty' };
  const survey = surveyJson(text);
  if (survey.depth > LIMITS.jsonDepth) return tooDeep('JSON');
  const strict = tryParse(text);
  if (strict.ok) {
    // Where no member is missing, no key was there twice.
    const duplicates = membersOf(strict.value) === survey.keys ? [] : mendsOf(text).duplicates;
    return accepted(text, strict.value, survey, duplicates);
  }
  const { blanks, duplicates } = mendsOf(text);
  const loose = tryParse(blank(text, blanks));
  if (loose.ok) return accepted(text, loose.value, { ...survey, isPlain: false }, duplicates);
  return { kind: 'bad', reason: 'json-syntax', message: `not valid JSON: ${strict.message}` };
}

/** The failure of a document that is nested deeper than `LIMITS.jsonDepth`. */
export function tooDeep(language: string): Parsed {
  return {
    kind: 'bad',
    reason: 'too-deep',
    message: `the ${language} is nested deeper than ${LIMITS.jsonDepth} levels`,
  };
}

/**
 * Turns what a parser gave into `Json`: well-formed strings, no cycles, nothing but JSON's own types (dates as text).
 * Undefined when it is deeper than `LIMITS.jsonDepth`.
 */
export function toJson(value: unknown, depth = 0): Json | undefined {
  if (depth > LIMITS.jsonDepth) return undefined;
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const made = toJson(item, depth + 1);
      if (made === undefined) return undefined;
      items.push(made);
    }
    return items;
  }
  if (typeof value !== 'object') return null;
  const entries: [string, Json][] = [];
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    const made = toJson(item, depth + 1);
    if (made === undefined) return undefined;
    entries.push([wellFormed(String(key)), made]);
  }
  // fromEntries defines properties, so a key `__proto__` stays a key.
  return Object.fromEntries(entries);
}

/** Half a surrogate pair by its escape: beside numbers without an end all that `JSON.parse` can give that is not ours. */
const SURROGATE_ESCAPE = /\\u[dD]/;

/** A text of valid Unicode gives valid values, so that most need no copy. */
function accepted(text: string, value: unknown, survey: Survey, duplicates: readonly string[]): Parsed {
  const hasEscapes = text.includes('\\');
  const mayNeedMending = survey.hasBigNumbers || (hasEscapes && SURROGATE_ESCAPE.test(text));
  const json = mayNeedMending ? toJson(value) : (value as Json);
  if (json === undefined) return tooDeep('JSON');
  if (duplicates.length === 0) {
    return { kind: 'value', value: json, problems: [], isPrinted: survey.isPlain && !hasEscapes };
  }
  const named = duplicates.slice(0, NAMED_DUPLICATES).map((key) => JSON.stringify(wellFormed(key)));
  const more = duplicates.length - named.length;
  const rest = more > 0 ? ` and ${more} more` : '';
  const problem = `duplicate keys, of which the last one counts: ${named.join(', ')}${rest}`;
  return { kind: 'value', value: json, problems: [problem] };
}

function tryParse(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? wellFormed(error.message) : String(error) };
  }
}

/** Digits from which on a number may be too big to be one, … */
const BIG_NUMBER = 300;

/** … and up to which a whole one is printed as it stands. */
const PLAIN_DIGITS = 15;

interface Survey {
  readonly depth: number;
  /** Members of objects, as far as the text shows. */
  readonly keys: number;
  /** There is a number with an exponent or very many digits. */
  readonly hasBigNumbers: boolean;
  /**
   * No space but in texts, no number but short whole ones, no key that may be an index (those come first in objects):
   * without escapes, and with each key once, this is how `JSON.stringify` prints.
   */
  readonly isPlain: boolean;
}

/** One pass over the text without recursion. It trusts nothing: on bad JSON it gives some numbers, never an exception. */
function surveyJson(text: string): Survey {
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  let digits = 0;
  let hasBigNumbers = false;
  let isPlain = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      const end = endOfString(text, i);
      if (isDigit(text.charCodeAt(i + 1)) && text.charCodeAt(end) === COLON) isPlain = false;
      i = end - 1;
    } else if (code === COLON) {
      keys += 1;
    } else if (isDigit(code)) {
      digits += 1;
      if (digits > PLAIN_DIGITS) isPlain = false;
      if (digits === BIG_NUMBER) hasBigNumbers = true;
      continue;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) {
      if (depth > 0) depth -= 1;
    } else if (code === 0x65 || code === 0x45) {
      if (digits > 0) hasBigNumbers = true;
    } else if (code <= 0x20 || code === 0x2d || code === 0x2e) {
      // A space, a sign, a point.
      isPlain = false;
    } else if (code === SLASH && (text[i + 1] === '/' || text[i + 1] === '*')) {
      i = endOfComment(text, i) - 1;
    }
    digits = 0;
  }
  return { depth: deepest, keys, hasBigNumbers, isPlain: isPlain && !hasBigNumbers };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** How many members the objects of a parsed value have. Its depth is bounded. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += membersOf(item);
    return count;
  }
  for (const item of Object.values(value)) count += 1 + membersOf(item);
  return count;
}

/** What has to be said of a text, or mended in it. */
interface Mends {
  readonly duplicates: readonly string[];
  /** Where comments and trailing commas stand: start and end, in their order. */
  readonly blanks: readonly (readonly [number, number])[];
}

/** The same pass for the few texts that strict JSON does not take, or that have a key twice. */
function mendsOf(text: string): Mends {
  const open: (Set<string> | undefined)[] = [];
  const duplicates: string[] = [];
  const blanks: [number, number][] = [];
  let comma = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const key = text.slice(i + 1, end - 1);
        if (keys.has(key)) duplicates.push(key);
        keys.add(key);
      }
      i = end - 1;
      comma = -1;
    } else if (code === 0x7b || code === 0x5b) {
      open.push(code === 0x7b ? new Set() : undefined);
      comma = -1;
    } else if (code === 0x7d || code === 0x5d) {
      open.pop();
      if (comma >= 0) blanks.push([comma, comma + 1]);
      comma = -1;
    } else if (code === 0x2c) {
      comma = i;
    } else if (code === SLASH && (text[i + 1] === '/' || text[i + 1] === '*')) {
      const end = endOfComment(text, i);
      blanks.push([i, end]);
      i = end - 1;
    } else if (code > 0x20) {
      comma = -1;
    }
  }
  // A trailing comma is known only after a comment behind it, so the spans are not in order yet.
  return { duplicates, blanks: blanks.sort(([a], [b]) => a - b) };
}

/** Index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end + 1;
}

/** Whether an odd number of backslashes stands before a place. */
function isEscaped(text: string, place: number): boolean {
  let from = place;
  while (text.charCodeAt(from - 1) === BACKSLASH) from -= 1;
  return (place - from) % 2 === 1;
}

function endOfComment(text: string, start: number): number {
  const mark = text[start + 1] === '/' ? '\n' : '*/';
  const end = text.indexOf(mark, start + 2);
  if (end < 0) return text.length;
  return mark === '\n' ? end : end + 2;
}

function isKey(text: string, after: number): boolean {
  for (let i = after; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x20) return code === COLON;
  }
  return false;
}

/** The text with those spans blanked, every other character in its place. */
function blank(text: string, spans: readonly (readonly [number, number])[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    parts.push(text.slice(from, start), ' '.repeat(end - start));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
