import { LIMITS } from '../../model/limits.ts';
import type { Json } from '../../model/tool.ts';
import { wellFormed } from './text.ts';

/** A parsed text, or the reason why it is none. */
export type Parsed =
  | { readonly kind: 'value'; readonly value: Json; readonly problems: readonly string[] }
  | { readonly kind: 'bad'; readonly reason: ParseReason; readonly message: string };

/** Stable words for a text that could not be parsed. */
export type ParseReason = 'json-syntax' | 'yaml-syntax' | 'toml-syntax' | 'too-deep' | 'empty';

/** At most so many duplicate keys are named; the rest is counted. */
const NAMED_DUPLICATES = 5;

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

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
  if (strict.ok) return accepted(text, strict.value, survey.duplicates);
  const loose = tryParse(blank(text, survey.blanks));
  if (loose.ok) return accepted(text, loose.value, survey.duplicates);
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

/** What `JSON.parse` can give that is not ours: half a surrogate pair by its escape, and numbers without an end. */
const MAY_NEED_MENDING = /\\u[dD]|\d[eE]|\d{300}/;

/** A text of valid Unicode gives valid values, so that most need no copy. */
function accepted(text: string, value: unknown, duplicates: readonly string[]): Parsed {
  const json = MAY_NEED_MENDING.test(text) ? toJson(value) : (value as Json);
  if (json === undefined) return tooDeep('JSON');
  const named = duplicates.slice(0, NAMED_DUPLICATES).map((key) => JSON.stringify(wellFormed(key)));
  const more = duplicates.length - named.length;
  const problems =
    named.length === 0
      ? []
      : [`duplicate keys, of which the last one counts: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
  return { kind: 'value', value: json, problems };
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

interface Survey {
  readonly depth: number;
  readonly duplicates: readonly string[];
  /** Where comments and trailing commas stand: start and end, in their order. */
  readonly blanks: readonly (readonly [number, number])[];
}

/** One pass over the text without recursion. It trusts nothing: on bad JSON it gives some numbers, never an exception. */
function surveyJson(text: string): Survey {
  const open: (Set<string> | undefined)[] = [];
  const duplicates: string[] = [];
  const blanks: [number, number][] = [];
  let depth = 0;
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
      depth = Math.max(depth, open.length);
      comma = -1;
    } else if (code === 0x7d || code === 0x5d) {
      open.pop();
      if (comma >= 0) blanks.push([comma, comma + 1]);
      comma = -1;
    } else if (code === 0x2c) {
      comma = i;
    } else if (code === 0x2f && (text[i + 1] === '/' || text[i + 1] === '*')) {
      const end = endOfComment(text, i);
      blanks.push([i, end]);
      i = end - 1;
    } else if (code > 0x20) {
      comma = -1;
    }
  }
  // A trailing comma is known only after a comment behind it, so the spans are not in order yet.
  return { depth, duplicates, blanks: blanks.sort(([a], [b]) => a - b) };
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
    if (code > 0x20) return code === 0x3a;
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
